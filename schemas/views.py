"""Views: the same tables in tenge, for people.

Belongs here: the SELECT behind each ``<table>_kzt``. Does not: creating views (migrations), any computation on amounts.
"""

from typing import NamedTuple

import sqlalchemy as sa

from schemas.money import TIYN_PER_TENGE

_TIYN = "_tiyn"
_KZT = "_kzt"


class View(NamedTuple):
    """A view by name and its SELECT, the same text on SQLite and PostgreSQL."""

    name: str
    select: str


def kzt_views(metadata: sa.MetaData) -> list[View]:
    """Return a view ``<table>_kzt`` for each table with amounts: the same columns, ``x_tiyn`` as ``x_kzt`` in tenge.

    On SQLite the result is a float, good to 15 digits: for reading, never for computing.
    """
    return [_view(table) for table in metadata.sorted_tables if any(_is_amount(column) for column in table.columns)]


def _view(table: sa.Table) -> View:
    columns = ", ".join(_select(column) for column in table.columns)
    return View(table.name + _KZT, f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 - names come from the metadata


def _select(column: sa.Column[object]) -> str:
    if not _is_amount(column):
        return f'"{column.name}"'
    return f'"{column.name}" / {TIYN_PER_TENGE}.0 AS "{column.name.removesuffix(_TIYN)}{_KZT}"'


def _is_amount(column: sa.Column[object]) -> bool:
    return column.name.endswith(_TIYN)
