"""Bulk: canonical rows into a table, as fast as the database allows.

Belongs here: the two ways to insert many rows (executemany on SQLite, COPY on PostgreSQL).
Does not: deciding which rows (``pipelines.warehouse.loading``).
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse.canonical import Value
from schemas.columns import Exact, Instant, sqlite_number


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Value]]) -> None:
    """Insert canonical rows whose values stand in the order of the table's columns (load_id and row_hash included)."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        _execute_many(connection, table, rows)


def _execute_many(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Value]]) -> None:
    for position, column in enumerate(table.columns):
        convert = _sqlite_converter(column)
        if convert is not None:
            stored = {value: convert(value) for value in {row[position] for row in rows} if value is not None}
            rows = [(*row[:position], stored.get(row[position]), *row[position + 1 :]) for row in rows]
    names = ", ".join(_quoted(column.name) for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    statement = f"INSERT INTO {_quoted(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names are our own
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _sqlite_converter(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, Exact):
        return lambda value: sqlite_number(Decimal(value))
    if isinstance(column.type, Instant):
        return lambda value: datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ", "microseconds")
    return None


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Value]]) -> None:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {_quoted(table.name)} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
