"""Unit search: which contracts and licences of a year somebody means, and what was decided on them.

Here: number, BIN or a piece of a name, however typed; filters. Not here: the argument for a verdict
(``pipelines.explanations.read``), how a list is shown (``assets.cli.unit_list``). Amounts are in tiyn; None is unknown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipelines.layouts.loader import vocabularies
from pipelines.wording.regions import region_name
from schemas.folding import fold, unit_key
from schemas.verdicts import compliance_by_unit
from schemas.vocabulary import Language

_BIN = re.compile(r"\d{12}")
_QUOTES = str.maketrans("", "", "«»\"'“”„")


@dataclass(frozen=True)
class FoundUnit:
    """A contract or licence in a year, the main columns of ``compliance_by_unit``."""

    report_year: int
    unit_no: str
    unit_date: date
    user_bin: str
    user_name: str
    sector: str
    operation: str
    region_kato: str | None
    status: str
    due_tiyn: int | None
    financing_tiyn: int
    shortfall_tiyn: int | None
    fulfilment_bp: int | None
    doubt: str


_COLUMNS = tuple(FoundUnit.__dataclass_fields__)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None takes all. Texts may be typed in any case, language or look-alike letters."""

    name: str | None = None
    status: str | None = None
    sector: str | None = None
    region: str | None = None


def years_with_verdicts(connection: sa.Connection) -> list[int]:
    """Return the years that have verdicts, in order."""
    year = compliance_by_unit.c.report_year
    return list(connection.scalars(sa.select(year).distinct().order_by(year)))


def units_of(connection: sa.Connection, year: int, filters: Filters) -> list[FoundUnit]:
    """Return the units of a year that pass every filter, by user and number."""
    stored = compliance_by_unit.c
    rows = connection.execute(
        sa.select(*(stored[name] for name in _COLUMNS))
        .where(stored.report_year == year)
        .order_by(stored.user_bin, stored.unit_no)
    ).mappings()
    return [FoundUnit(**row) for row in rows if _passes(dict(row), filters)]


def meant_units(connection: sa.Connection, text: str, year: int) -> list[FoundUnit]:
    """Return the units of a year a person may mean: that of the number, else those of a BIN or a piece of a name."""
    everything = units_of(connection, year, Filters())
    key = unit_key(text)
    same = [unit for unit in everything if unit_key(unit.unit_no) == key]
    return same or [unit for unit in everything if _is_named(vars(unit), text)]


def sector_of(text: str) -> str | None:
    """Return the sector a text names in any language of the form; None where it names none."""
    return vocabularies()["sector"].by_spelling.get(fold(text))


def _passes(row: Mapping[str, Any], filters: Filters) -> bool:
    return (
        (filters.name is None or _is_named(row, filters.name))
        and (filters.status is None or row["status"] == filters.status.upper())
        and (filters.sector is None or row["sector"] == sector_of(filters.sector))
        and (filters.region is None or _lies_in(row["region_kato"], filters.region))
    )


def _is_named(row: Mapping[str, Any], text: str) -> bool:
    """Tell whether a text is the user's BIN, or a piece of the user's name or of the unit's number."""
    digits = "".join(text.split())
    if _BIN.fullmatch(digits):
        return bool(row["user_bin"] == digits)
    piece, number = _plain(text), unit_key(text)
    return bool(piece) and (piece in _plain(row["user_name"]) or (bool(number) and number in unit_key(row["unit_no"])))


def _lies_in(kato: str | None, text: str) -> bool:
    """Tell whether a KATO code begins with the digits, or lies in a region whose name holds the text."""
    if text.isdecimal():
        return (kato or "").startswith(text.rstrip("0") or text)
    return any(fold(text) in fold(region_name(kato, str(language))) for language in Language)


def _plain(text: str) -> str:
    return fold(text.translate(_QUOTES))
