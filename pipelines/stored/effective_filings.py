"""Effective filings: what those of a year say about each unit, from the warehouse.

Belongs here: rows of units, sums of lines, first submissions, each with its place in the file. Does not: judging.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from pipelines.core.recognition.totals import JudgedLine, LineTotals, total_lines
from pipelines.core.verdict import FiledUnit
from pipelines.layouts.loader import vocabularies
from pipelines.stored.seen_otherwise import SeenOtherwise, seen_otherwise
from schemas.money import TIYN_PER_TENGE
from schemas.received import filings, financing_lines, unit_lines
from schemas.vocabulary import BaseKind, FilingStatus

_SHOWN_ID = 12
_HALF = Decimal("0.5")
# A judged line (``JudgedLine``) and where it stands.
SUMMED = (*JudgedLine._fields, "filing_id", "sheet", "source_row")
_JUDGED = itemgetter(*range(len(JudgedLine._fields)))
_OF_FILING = ("file_name", "form_edition", "column_letters", "unit_of_account")
_SOURCES = {"base": "base_amount", "declared_due": "declared_due", "declared_credit": "declared_credit"}


@dataclass(frozen=True)
class FiledRow:
    """A row of the sheet of units: what it says, and where it stands."""

    unit: FiledUnit
    file_name: str
    form_edition: str | None
    sheet: str
    source_row: int
    letters: Mapping[str, str]

    def cell(self, field: str) -> str | None:
        """Return the address of a field's cell."""
        return f"{self.letters[field]}{self.source_row}" if field in self.letters else None


def filed_units(connection: sa.Connection, year: int) -> dict[tuple[str, str], FiledRow]:
    """Return the row of each unit in the effective filing of each user, by (user_bin, unit_no).

    Of several rows of one unit the first that was not set aside counts.
    """
    rows = connection.execute(
        sa.select(unit_lines, *(filings.c[name] for name in _OF_FILING))
        .join(filings, _effective(unit_lines, year))
        .where(unit_lines.c.report_year == year, unit_lines.c.unit_no.is_not(None))
        .order_by(unit_lines.c.filing_id, unit_lines.c.sheet, unit_lines.c.source_row)
    ).mappings()
    told = rows.all()
    places: defaultdict[str, list[int]] = defaultdict(list)
    for row in told:
        places[row["filing_id"]].append(row["source_row"])
    otherwise = seen_otherwise(connection, year)
    found: dict[tuple[str, str], FiledRow] = {}
    for row in told:
        key = (row["user_bin"], row["unit_no"])
        if key not in found or (found[key].unit.is_set_aside and not row["is_set_aside"]):
            found[key] = _filed_row(row, otherwise, places[row["filing_id"]])
    return found


def line_totals(connection: sa.Connection, year: int, holders: Mapping[str, str]) -> dict[str, LineTotals]:
    """Return the sums of the lines in the effective filing of each unit's holder, with the cells they stand in.

    ``holders`` maps the unit's number to the BIN of the obliged person. Lines of an earlier holder of the year reach no
    verdict; the check ``money_reaches_a_verdict`` lists them.
    """
    lines = financing_lines.c
    query = (
        sa.select(*(lines[name] for name in SUMMED), lines.user_bin)
        .join(filings, _effective(financing_lines, year))
        .where(lines.report_year == year, lines.unit_no.is_not(None))
    )
    # The driver's own tuples, in no order: 130,000 rows need no conversion here, and each one saved is felt.
    stored = connection.execute(query).cursor.fetchall()
    return totals_of(connection, [row[:-1] for row in stored if holders.get(row[0]) == row[-1]], year)


def totals_of(connection: sa.Connection, lines: Sequence[Sequence[Any]], year: int) -> dict[str, LineTotals]:
    """Return the sums per unit of judged lines of effective filings, with the cells they stand in.

    ``lines`` are rows of ``SUMMED``, in any order.
    """
    return total_lines(map(_JUDGED, lines), _sources(lines, places_of(connection, year)))


def first_submissions(connection: sa.Connection, year: int) -> dict[str, Any]:
    """Return the submission date of each user's first accepted submission, corrections left out of account.

    Of several with the same number the one received first counts.
    """
    rows = connection.execute(
        sa.select(filings.c.user_bin, filings.c.submitted_on)
        .where(
            filings.c.report_year == year,
            filings.c.status.in_([str(FilingStatus.ACCEPTED), str(FilingStatus.SUPERSEDED)]),
        )
        .order_by(filings.c.submission_no.desc(), filings.c.received_at.desc(), filings.c.file_name.desc())
    )
    return {row.user_bin: row.submitted_on for row in rows}


def place(file_name: str, filing_id: str, sheet: str, cells: str) -> str:
    """Return where something stands, as a person looks it up: file, the start of its SHA-256, sheet and cells."""
    return f"{file_name} [{filing_id[:_SHOWN_ID]}] {sheet}!{cells}"


def _effective(table: sa.Table, year: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        filings.c.filing_id == table.c.filing_id,
        filings.c.report_year == year,
        filings.c.status == str(FilingStatus.ACCEPTED),
    )


def _filed_row(row: sa.RowMapping, otherwise: SeenOtherwise, rows: Collection[int]) -> FiledRow:
    letters: dict[str, str] = _letters(row["column_letters"]).get(row["sheet"], {})
    sources = {
        name: place(row["file_name"], row["filing_id"], row["sheet"], f"{letters[field]}{row['source_row']}")
        for name, field in _SOURCES.items()
        if field in letters
    }
    unit = FiledUnit(
        filing_id=row["filing_id"],
        user_bin=row["user_bin"],
        base_kind=BaseKind(row["base_kind"]) if row["base_kind"] else None,
        base_tiyn=row["base_tiyn"],
        declared_due_tiyn=row["declared_due_tiyn"],
        declared_credit_tiyn=row["declared_credit_tiyn"],
        is_set_aside=row["is_set_aside"],
        unit_of_account=int(_tenge_in_one(row["unit_of_account"])),
        is_seen_otherwise=otherwise.concerns(row["filing_id"], row["source_row"], rows),
        tolerances=_tolerances(row),
        sources=sources,
    )
    return FiledRow(unit, row["file_name"], row["form_edition"], row["sheet"], row["source_row"], letters)


def _tolerances(row: sa.RowMapping) -> dict[str, Decimal]:
    """Return half a unit of the last decimal place the filer wrote: 124 000 thousand stands for ±500 tenge."""
    half = _HALF * _tenge_in_one(row["unit_of_account"]) * TIYN_PER_TENGE
    written = {name: row[name] for name in ("declared_due", "declared_credit") if row[name] is not None}
    return {name: half.scaleb(min(0, int(number.as_tuple().exponent))) for name, number in written.items()}


def _tenge_in_one(unit_of_account: str) -> Decimal:
    choices = vocabularies()["unit_of_account"].choices
    return next(Decimal(choice.multiplier or 1) for choice in choices if choice.value == unit_of_account)


def places_of(connection: sa.Connection, year: int) -> dict[str, tuple[str, dict[str, dict[str, str]]]]:
    """Return for each effective filing its file name and the column letters of its sheets."""
    rows = connection.execute(
        sa.select(filings.c.filing_id, filings.c.file_name, filings.c.column_letters).where(
            filings.c.report_year == year, filings.c.status == str(FilingStatus.ACCEPTED)
        )
    )
    return {row.filing_id: (row.file_name, _letters(row.column_letters)) for row in rows}


@lru_cache(maxsize=1_024)
def _letters(text: str | None) -> dict[str, dict[str, str]]:
    # Most filings have the columns of the form in its order: few distinct texts for many files.
    letters: dict[str, dict[str, str]] = json.loads(text or "{}")
    return letters


def _sources(
    lines: Iterable[Sequence[Any]], places: Mapping[str, tuple[str, dict[str, dict[str, str]]]]
) -> dict[str, dict[str, str]]:
    """Return for each unit and part the cells of its lines by filing and sheet, runs shortened."""
    rows: defaultdict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for unit_no, _, bucket, disallowed_by, _, filing_id, sheet, source_row in lines:
        rows[unit_no, disallowed_by or bucket, filing_id, sheet].append(source_row)
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for unit_no, part, filing_id, sheet in sorted(rows):
        file_name, letters = places[filing_id]
        numbers = sorted(rows[unit_no, part, filing_id, sheet])
        told = place(file_name, filing_id, sheet, _ranges(numbers, letters.get(sheet, {}).get("amount", "")))
        before = found[unit_no].get(part)
        found[unit_no][part] = told if before is None else f"{before}, {told}"
    return found


def _ranges(rows: Iterable[int], letter: str) -> str:
    """Return cells in order, runs as ``U5:U17``."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(f"{letter}{low}" if low == high else f"{letter}{low}:{letter}{high}" for low, high in runs)
