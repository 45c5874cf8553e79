"""Publication: the rows of the warehouse that everybody may see.

Here: which tables and columns, read in one moment and in order of key. Not here: files
(``pipelines.reports.open_data.release``), who is masked (``dbt_like_sql``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from schemas.columns import LOAD_ID
from schemas.tables import metadata
from schemas.trail import loads
from schemas.yaml_text import load_yaml

_BIN_DIGITS = 12
_KIND = 4  # the fifth digit of a BIN says what kind of person it is
_LEGAL_PERSONS = frozenset("456")


class PersonalDataError(Exception):
    """A row names a natural person; nothing is published."""


@dataclass(frozen=True)
class PublicTable:
    """A table as it is published: its rows in order of key, amounts in whole tiyn, None for unknown."""

    name: str
    columns: tuple[sa.Column[Any], ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Publication:
    """What is published, and when the newest of it was written (UTC, None when nothing is stored)."""

    tables: tuple[PublicTable, ...]
    load_id: int | None
    written_at: datetime | None


@cache
def content() -> Mapping[str, Any]:
    """Return what ``open_data.yaml`` says."""
    found: Mapping[str, Any] = load_yaml((files(__package__) / "open_data.yaml").read_text(encoding="utf-8"))
    return found


def publication(connection: sa.Connection) -> Publication:
    """Return what may be published of the warehouse.

    Raises:
        PersonalDataError: a number of a natural person stands in a table that should not have it.
    """
    tables = tuple(_table(connection, name, entry["columns"]) for name, entry in content()["tables"].items())
    newest = [connection.scalar(sa.select(sa.func.max(metadata.tables[table.name].c[LOAD_ID]))) for table in tables]
    load_id = max((number for number in newest if number is not None), default=None)
    written_at = connection.scalar(sa.select(loads.c.finished_at).where(loads.c.load_id == load_id))
    return Publication(tables, load_id, written_at)


def is_natural_person(text: object) -> bool:
    """Tell whether a value is a number of a person: 12 digits of which the fifth is that of no legal person."""
    is_number = isinstance(text, str) and len(text) == _BIN_DIGITS and text.isdecimal()
    return is_number and str(text)[_KIND] not in _LEGAL_PERSONS


def _table(connection: sa.Connection, name: str, names: list[str]) -> PublicTable:
    stored = metadata.tables[name]
    columns = tuple(stored.c[column] for column in names)
    key = tuple(column.name for column in stored.primary_key.columns)
    rows = sorted((tuple(row) for row in connection.execute(sa.select(*columns))), key=_order(names, key))
    for row in rows:
        if any(map(is_natural_person, row)):
            message = f"{name}: a row of the year {row[0]} holds the number of a natural person; nothing was published"
            raise PersonalDataError(message)
    return PublicTable(name, columns, key, tuple(rows))


def _order(names: list[str], key: tuple[str, ...]) -> Any:
    places = [names.index(column) for column in key]
    return lambda row: tuple(row[place] for place in places)
