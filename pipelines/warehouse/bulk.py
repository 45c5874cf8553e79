"""Bulk: canonical rows into a table, as fast as the database allows.

Here: the two ways to insert many rows (executemany on SQLite, COPY on PostgreSQL). Not here: deciding which rows
(``pipelines.warehouse.writer``).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse.canonical import Value
from schemas.columns import Exact, Instant

# Rows from which a wrong plan costs more than collecting statistics (tens of milliseconds).
_WORTH_ANALYSING = 1_000


def insert_columns(connection: sa.Connection, table: sa.Table, columns: Sequence[Sequence[Value]]) -> None:
    """Insert canonical values given column by column, in the order of the table."""
    if not columns[0]:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, zip(*columns, strict=True))
        if len(columns[0]) >= _WORTH_ANALYSING:
            # The year's next steps read this at once; without statistics the server joins it row by row. Who may
            # not analyse is warned by the server, not refused.
            connection.exec_driver_sql(f"ANALYZE {_quoted(table.name)}")
    else:
        _execute_many(connection, table, columns)


def _execute_many(connection: sa.Connection, table: sa.Table, columns: Sequence[Sequence[Value]]) -> None:
    stored = [
        _converted(values, _sqlite_converter(column)) for values, column in zip(columns, table.columns, strict=True)
    ]
    names = ", ".join(_quoted(column.name) for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    statement = f"INSERT INTO {_quoted(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names are our own
    connection.exec_driver_sql(statement, list(zip(*stored, strict=True)))


def _converted(values: Sequence[Value], convert: Callable[[Value], Any] | None) -> Sequence[Any]:
    if convert is None:
        return values
    # Rates and moments repeat: each distinct one is converted once.
    known = {value: None if value is None else convert(value) for value in set(values)}
    return [known[value] for value in values]


def _sqlite_converter(column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, Exact):
        # Canonical: without a point it is whole, with one it is not.
        return lambda value: float(value) if "." in value else int(value)
    if isinstance(column.type, Instant):
        return lambda value: datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ", "microseconds")
    return None


def _copy(connection: sa.Connection, table: sa.Table, rows: Iterable[Sequence[Value]]) -> None:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    statement = f"COPY {_quoted(table.name)} ({names}) FROM STDIN"
    driver = connection.dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        # SQLAlchemy does not see what happens on the driver's own cursor: give it the class it would have given.
        raise sa.exc.DBAPIError.instance(statement, None, error, driver.Error, dialect=connection.dialect) from error
    finally:
        cursor.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
