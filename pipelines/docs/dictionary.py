"""Dictionary: the page of every warehouse table and column.

Belongs here: how a table is shown. Does not: what a column means (the comments in ``schemas``).
"""

from typing import Any

import sqlalchemy as sa

from pipelines.docs import markdown
from schemas.columns import Exact, Instant
from schemas.tables import metadata

_INTRODUCTION = """\
Every table of the warehouse; SQLite and PostgreSQL hold the same. The names are a contract with those who read them:
columns are added, never renamed. `NULL` means unknown, never zero. Money is in whole tiyn (1/100 tenge); for people the
view `<table>_kzt` shows the same rows in tenge. Every row names the load that wrote it."""

# The most specific first: a Boolean is not a number, an Instant wraps a DateTime.
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.Boolean, "flag"),
    (Instant, "instant, UTC"),
    (Exact, "decimal"),
    (sa.Date, "date"),
    (sa.Integer, "whole number"),
    (sa.String, "text"),
    (sa.LargeBinary, "bytes"),
)


def write() -> str:
    """Return the page."""
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    return markdown.page("Data dictionary", _INTRODUCTION, (_table(table) for table in tables))


def type_name(column: sa.Column[Any]) -> str:
    """Return a column's type in words; raise LookupError for a type nobody has named yet."""
    for kind, name in _TYPES:
        if isinstance(column.type, kind):
            return name
    message = f"{column.table.name}.{column.name}: {column.type!r} has no name in the data dictionary"
    raise LookupError(message)


def _table(table: sa.Table) -> str:
    rows = [
        (
            markdown.code(column.name),
            type_name(column),
            "key" if column.primary_key else "" if column.nullable else "always",
            column.comment,
        )
        for column in table.columns
    ]
    return markdown.section(
        markdown.code(table.name), f"{table.comment}.", markdown.table(("column", "type", "filled", "meaning"), rows)
    )
