"""Tampering: what somebody with all rights on the database might do to it, drawn at random by seed.

Belongs here: the acts, on SQLite and PostgreSQL, past triggers and constraints. Does not: what verification should say.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from schemas.columns import LOAD_ID
from schemas.tables import metadata

_TRAIL = ("loads", "load_inputs", "load_manifests")


class NothingDoneError(Exception):
    """The act found nothing to do here, or changed nothing; another one is drawn."""


@dataclass(frozen=True)
class Act:
    """What was done: to which table, and what a break must name, any one of these keys or the table's gap."""

    told: str
    table: str
    keys: tuple[tuple[Any, ...], ...]
    leaves_a_gap: bool = False


@contextmanager
def unguarded(connection: sa.Connection) -> Iterator[None]:
    """Let everything be written: triggers and foreign keys off, as whoever owns the database can have it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
        return
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in triggers:
        connection.exec_driver_sql(sql)


class Tamperer:
    """Draws acts by a seed and does them."""

    def __init__(self, connection: sa.Connection, seed: int) -> None:
        self.connection, self.random = connection, Random(seed)  # noqa: S311 - for repeatable tests, not for secrets
        self.tables = [table for table in metadata.sorted_tables if self._count(table)]
        self.place: sa.ColumnElement[Any] = sa.literal_column(
            "rowid" if connection.dialect.name == "sqlite" else "ctid"
        )

    def act(self) -> Act:
        """Do one act and return it; raise NothingDoneError when the drawn one cannot be done."""
        kinds: list[tuple[Callable[[sa.Table], Act], int]] = [
            (self.alter, 12), (self.delete, 3), (self.copy, 3), (self.swap, 4), (self.move, 2),
        ]  # fmt: skip
        kind = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        return kind(self.random.choice(self.tables))

    def alter(self, table: sa.Table) -> Act:
        """Change one value of one row a little."""
        row = self._row(table)
        column = self.random.choice(list(table.columns))
        value = self.other(column, row[column.name])
        self._update(table, row["place"], {column.name: value})
        return Act(
            f"{table.name}.{column.name}: {row[column.name]!r} -> {value!r}",
            table.name,
            (self._key(table, row), self._key(table, {**row, column.name: value})),
            leaves_a_gap=column.primary_key or column.name == LOAD_ID,
        )

    def delete(self, table: sa.Table) -> Act:
        """Remove one row."""
        row = self._row(table)
        self.connection.execute(sa.delete(table).where(self.place == self._placed(row["place"])))
        return Act(f"{table.name}: a row removed", table.name, (self._key(table, row),), leaves_a_gap=True)

    def copy(self, table: sa.Table) -> Act:
        """Insert a copy of a row under another key."""
        row = self._row(table)
        column = self.random.choice(list(table.primary_key.columns))
        copied = {**row, column.name: self.other(column, row[column.name])}
        if copied[column.name] is None:
            raise NothingDoneError
        values = {name: value for name, value in copied.items() if name != "place"}
        if table.name == "loads":
            values["hash"] = values["hash"][::-1]  # the column is unique
        with self.connection.begin_nested():
            self.connection.execute(sa.insert(table), values)
        return Act(f"{table.name}: a copy added", table.name, (self._key(table, copied),), leaves_a_gap=True)

    def swap(self, table: sa.Table) -> Act:
        """Exchange the values of a column between two rows."""
        one, other = self._row(table), self._row(table)
        column = self.random.choice([column for column in table.columns if not column.primary_key])
        if one[column.name] == other[column.name]:
            raise NothingDoneError
        self._update(table, one["place"], {column.name: other[column.name]})
        if self.connection.dialect.name == "postgresql":  # the first update may have moved nothing but the first row
            other = self._again(table, other)
        self._update(table, other["place"], {column.name: one[column.name]})
        return Act(f"{table.name}.{column.name}: swapped", table.name, (self._key(table, one), self._key(table, other)))

    def move(self, table: sa.Table) -> Act:
        """Give a row to another load that exists."""
        if table.name in _TRAIL:
            raise NothingDoneError
        row = self._row(table)
        loads = metadata.tables["loads"]
        there = self.connection.scalars(sa.select(loads.c.load_id).order_by(loads.c.load_id)).all()
        load_id = self.random.choice([each for each in there if each != row[LOAD_ID]])
        self._update(table, row["place"], {LOAD_ID: load_id})
        moved = {**row, LOAD_ID: load_id}
        return Act(
            f"{table.name}: moved to load {load_id}", table.name, (self._key(table, row), self._key(table, moved))
        )

    def other(self, column: sa.Column[Any], value: Any) -> Any:
        """Return another value for a column, as near to the old one as can be."""
        if value is not None and column.nullable and self.random.random() < 0.2:
            return None
        if value is None:
            value = _given(column)
            if self.random.random() < 0.5 or isinstance(value, bool):
                return value
        return self._near(value)

    def _near(self, value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        step = self.random.choice((-1, 1))
        if isinstance(value, int):
            return value + step
        if isinstance(value, Decimal):
            return value + step * Decimal("0.01")
        if isinstance(value, datetime):
            return value + step * timedelta(microseconds=1)
        if isinstance(value, date):
            return value + step * timedelta(days=1)
        if isinstance(value, bytes):
            return _flipped(value, self.random) if value else b"\0"
        return self._near_text(value)

    def _near_text(self, value: str) -> str:
        for _ in range(20):
            try:
                text = _flipped(value.encode(), self.random).decode() if value else " "
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return text
        raise NothingDoneError

    def _row(self, table: sa.Table) -> dict[str, Any]:
        keys = list(table.primary_key.columns)
        query = sa.select(self.place.label("place"), *table.columns).order_by(*keys)
        offset = self.random.randrange(self._count(table))
        return dict(self.connection.execute(query.offset(offset).limit(1)).mappings().one())

    def _again(self, table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
        where = [table.c[column.name] == row[column.name] for column in table.primary_key.columns]
        query = sa.select(self.place.label("place"), *table.columns).where(*where)
        return dict(self.connection.execute(query).mappings().one())

    def _update(self, table: sa.Table, place: Any, values: dict[str, Any]) -> None:
        with self.connection.begin_nested():
            self.connection.execute(sa.update(table).where(self.place == self._placed(place)).values(values))

    def _placed(self, place: Any) -> Any:
        return place if self.connection.dialect.name == "sqlite" else sa.text(f"'{place}'::tid")

    def _count(self, table: sa.Table) -> int:
        return self.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def _key(self, table: sa.Table, row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple((column.name, row[column.name]) for column in table.primary_key.columns)


def _flipped(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << random.randrange(8))]) + data[place + 1 :]


def _given(column: sa.Column[Any]) -> Any:
    """Return a value where there was none."""
    kind = (
        column.type.python_type if not hasattr(column.type, "impl_instance") else column.type.impl_instance.python_type
    )
    given = {int: 0, bool: True, date: date(2024, 1, 1), Decimal: Decimal(1), str: "x"}
    return given.get(kind, "x")
