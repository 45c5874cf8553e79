"""Raw rows: rows as the database keeps them, every value held against what Nedra would have written.

Here: reading past the types of SQLAlchemy, and telling which values nobody but a tamperer writes: a number as text, a
date in another spelling, bytes that are no text, a decimal with hidden digits. Not here: hashes (``row_formats``).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse import canonical
from pipelines.warehouse.canonical import Value
from pipelines.warehouse.engine import UNREADABLE, meaning_of
from schemas.columns import Exact, Instant, sqlite_number

_KINDS: dict[type, str] = {
    str: "text", int: "a whole number", float: "a number", bool: "a flag", bytes: "bytes", Decimal: "a number",
    type(None): "nothing",
}  # fmt: skip
_SHOWN = 80


class UnreadableTableError(Exception):
    """The database cannot return the rows of a table; the message is its own."""


@dataclass(frozen=True)
class Stored:
    """Rows as canonical values; ``problems`` says of a row by its place which value nobody wrote so (it is raw)."""

    rows: list[tuple[Any, ...]]
    problems: dict[int, str]

    @property
    def sound(self) -> list[tuple[Any, ...]]:
        """The rows without a problem."""
        return [row for place, row in enumerate(self.rows) if place not in self.problems]


def stored_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[sa.Column[Any]],
    where: sa.ColumnElement[bool] | None = None,
    order: Sequence[sa.Column[Any]] = (),
) -> Stored:
    """Return rows of a table as canonical values.

    Raises:
        UnreadableTableError: the database cannot return them.
    """
    query = sa.select(*(_raw(column, connection.dialect.name) for column in columns)).select_from(table)
    raw, is_lenient = _fetched(connection, (query if where is None else query.where(where)).order_by(*order))
    problems: dict[int, str] = {}
    if not raw:
        return Stored([], problems)
    read = [
        _column(values, column, connection.dialect.name, problems, is_lenient=is_lenient)
        for values, column in zip(zip(*raw, strict=True), columns, strict=True)
    ]
    return Stored(list(zip(*read, strict=True)), problems)


def counted_groups(connection: sa.Connection, column: sa.Column[Any]) -> dict[Any, int]:
    """Return the values of a column as the driver gives them, and how many rows have each.

    Raises:
        UnreadableTableError: the database cannot return them.
    """
    raw = sa.type_coerce(column, sa.types.NullType())
    query = sa.select(raw.label("value"), sa.func.count().label("count")).group_by(raw).order_by(raw)
    return {row[0]: row[1] for row in _fetched(connection, query)[0]}


def plain(value: object) -> str:
    """Return a value as it can be printed, shortened, whatever is in it."""
    text = value if isinstance(value, str) else repr(value)
    printable = text.encode("utf-8", "backslashreplace").decode()
    return printable if len(printable) <= _SHOWN else printable[: _SHOWN - 1] + "…"


def _raw(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    if dialect == "postgresql" and isinstance(column.type, sa.Date | Instant):
        # As text: PostgreSQL keeps dates Python has no room for, such as infinity.
        return sa.cast(column, sa.Text).label(column.name)
    return sa.type_coerce(column, sa.types.NullType()).label(column.name)


def _fetched(connection: sa.Connection, query: sa.Executable) -> tuple[Sequence[Any], bool]:
    try:
        # A statement that fails on PostgreSQL spoils the transaction; a savepoint keeps it for the other tables.
        with connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext():
            return _tuples(connection, query), False
    except UNREADABLE as error:
        if connection.dialect.name != "sqlite":
            raise UnreadableTableError(meaning_of(error)) from error
    try:
        with _texts_of_any_bytes(connection):
            return _tuples(connection, query), True
    except UNREADABLE as error:
        raise UnreadableTableError(meaning_of(error)) from error


def _tuples(connection: sa.Connection, query: sa.Executable) -> list[tuple[Any, ...]]:
    """Return rows as the driver's own tuples: 130,000 rows need no conversion here."""
    with connection.execute(query) as result:
        return list(result.cursor.fetchall())


@contextmanager
def _texts_of_any_bytes(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite's driver return texts that are no UTF-8, so that the row can be named."""
    driver: Any = connection.connection.dbapi_connection
    before = driver.text_factory
    driver.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def _column(
    values: Sequence[Any], column: sa.Column[Any], dialect: str, problems: dict[int, str], *, is_lenient: bool
) -> Sequence[Any]:
    kind, read = _reader(column, dialect)
    if read is None and not is_lenient and set(map(type, values)) <= {kind, type(None)}:
        return values
    known: dict[tuple[type, Any], tuple[Value, str | None]] = {}
    found: list[Any] = []
    for place, value in enumerate(values):
        if value is None:
            found.append(None)
            continue
        key = (type(value), value)
        if key not in known:
            known[key] = _one(value, column.name, kind, read)
        written, problem = known[key]
        if problem is not None:
            problems.setdefault(place, problem)
        found.append(written)
    return found


def _one(value: Any, name: str, kind: type, read: Callable[[Any], Value] | None) -> tuple[Any, str | None]:
    """Return the canonical value, or the raw one and what is wrong with it."""
    try:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            message = f"expected {_KINDS.get(kind, 'a number')}, found {_KINDS.get(type(value), type(value).__name__)}"
            raise ValueError(message)
        if isinstance(value, str):
            value.encode()
        return (value if read is None else read(value)), None
    except UnicodeEncodeError:
        return plain(value), f"{name} holds bytes that are no text: {plain(value)}"
    except (ValueError, TypeError, ArithmeticError, OverflowError) as error:
        return value, f"{name} holds {plain(value)}: {error}"


def _reader(column: sa.Column[Any], dialect: str) -> tuple[type, Callable[[Any], Value] | None]:
    """Return the driver's type of a column, and how its values become canonical; None when they are so already."""
    kind, on_sqlite = column.type, dialect == "sqlite"
    if isinstance(kind, sa.Boolean):
        return (int, _flag) if on_sqlite else (bool, None)
    if isinstance(kind, sa.Date):
        return str, _day
    if isinstance(kind, Instant):
        return str, (lambda value: _instant(value, column, is_exact=on_sqlite))
    if isinstance(kind, Exact):
        return (int | float, lambda value: _sqlite_decimal(value, column)) if on_sqlite else (  # type: ignore[return-value]
            Decimal, lambda value: _decimal(value, column)
        )  # fmt: skip
    if isinstance(kind, sa.LargeBinary):
        return bytes, None
    return (int, None) if isinstance(kind, sa.Integer) else (str, None)


def _flag(value: int) -> bool:
    if value not in (0, 1):
        message = "expected 0 or 1"
        raise ValueError(message)
    return bool(value)


def _day(value: str) -> str:
    if date.fromisoformat(value).isoformat() != value:
        message = "expected YYYY-MM-DD"
        raise ValueError(message)
    return value


def _instant(value: str, column: sa.Column[Any], *, is_exact: bool) -> Value:
    written = canonical.canonical(value, column)
    if is_exact and datetime.fromisoformat(str(written)).replace(tzinfo=None).isoformat(" ", "microseconds") != value:
        message = "expected YYYY-MM-DD HH:MM:SS.ffffff"
        raise ValueError(message)
    return written


def _sqlite_decimal(value: float, column: sa.Column[Any]) -> Value:
    written = canonical.canonical(value, column)
    kept = sqlite_number(Decimal(str(written)))
    if type(kept) is not type(value) or kept != value:
        message = f"expected {kept!r}"
        raise ValueError(message)
    return written


def _decimal(value: Decimal, column: sa.Column[Any]) -> Value:
    written = canonical.canonical(value, column)
    if format(value, "f") != written:
        message = f"expected {written}"
        raise ValueError(message)
    return written
