"""Views: the same tables in tenge for people, and the versions of verdicts for auditors.

Belongs here: the SELECT behind each view. Does not: creating views (migrations), any computation on amounts.
"""

from typing import NamedTuple

import sqlalchemy as sa

from schemas.money import TIYN_PER_TENGE

_TIYN = "_tiyn"
_KZT = "_kzt"
_HISTORY = "compliance_history"
VERSIONS = "compliance_versions"
# A version holds from the moment it was recorded to the moment the next one took its place.
_RENAMED = {"recorded_at": "valid_from", "superseded_at": "valid_to"}
_LEFT_OUT = {"argument"}


class View(NamedTuple):
    """A view by name and its SELECT, the same text on SQLite and PostgreSQL."""

    name: str
    select: str


def all_views(metadata: sa.MetaData) -> list[View]:
    """Return every view of the warehouse."""
    return [*kzt_views(metadata), versions_view(metadata)]


def versions_view(metadata: sa.MetaData) -> View:
    """Return ``compliance_versions``: every version of every verdict with the instants (UTC) between which it held.

    ``valid_to`` is NULL for the version that holds now. How to ask what held on a day: docs/auditing.md.
    """
    columns = ", ".join(
        f'"{column.name}" AS "{_RENAMED[column.name]}"' if column.name in _RENAMED else f'"{column.name}"'
        for column in metadata.tables[_HISTORY].columns
        if column.name not in _LEFT_OUT
    )
    return View(VERSIONS, f'SELECT {columns} FROM "{_HISTORY}"')  # noqa: S608 - names come from the metadata


def kzt_views(metadata: sa.MetaData) -> list[View]:
    """Return a view ``<table>_kzt`` for each table with amounts: the same columns, ``x_tiyn`` as ``x_kzt`` in tenge.

    On SQLite the result is a float, good to 15 digits: for reading, never for computing.
    """
    return [_view(table) for table in metadata.sorted_tables if has_view(table)]


def has_view(table: sa.Table) -> bool:
    """Tell whether a table has a view in tenge: it has, when it has amounts."""
    return any(_is_amount(column) for column in table.columns)


def _view(table: sa.Table) -> View:
    columns = ", ".join(_select(column) for column in table.columns)
    return View(table.name + _KZT, f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 - names come from the metadata


def _select(column: sa.Column[object]) -> str:
    if not _is_amount(column):
        return f'"{column.name}"'
    return f'"{column.name}" / {TIYN_PER_TENGE}.0 AS "{column.name.removesuffix(_TIYN)}{_KZT}"'


def _is_amount(column: sa.Column[object]) -> bool:
    return column.name.endswith(_TIYN)
