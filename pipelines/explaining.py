"""Explaining: the argument for a stored verdict, down to file and cell.

Belongs here: reading a verdict, its terms and the lines that did not count. Does not: printing, computing anything.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.statute.law import Statute
from pipelines.statute.wording import describe
from pipelines.steps.filed import place, places_of
from schemas.folding import unit_key
from schemas.received import financing_lines
from schemas.verdicts import compliance_by_unit, compliance_terms
from schemas.vocabulary import Bucket


@dataclass(frozen=True)
class ExplainedTerm:
    """One step of the argument, worded; amount in tiyn."""

    seq: int
    term: str
    wording: str
    amount_tiyn: int | None
    reference: str | None
    source: str | None


@dataclass(frozen=True)
class DisallowedLine:
    """A line that does not count in full, with the code that decided, its article and its cell; amount in tiyn."""

    line_no: int | None
    title: str | None
    amount_tiyn: int | None
    bucket: str
    codes: str
    decided_by: str | None
    reference: str | None
    source: str


@dataclass(frozen=True)
class Explanation:
    """A verdict as stored, and why."""

    verdict: dict[str, Any]
    terms: tuple[ExplainedTerm, ...]
    lines: tuple[DisallowedLine, ...]


def explain(connection: sa.Connection, unit: str, year: int, statute: Statute, language: str) -> Explanation | None:
    """Return the explanation of a unit's verdict, however its number is typed; None when there is no such verdict."""
    verdicts = connection.execute(
        sa.select(compliance_by_unit).where(compliance_by_unit.c.report_year == year)
    ).mappings()
    key = unit_key(unit)
    verdict = next((dict(row) for row in verdicts if unit_key(row["unit_no"]) == key), None)
    if verdict is None:
        return None
    return Explanation(
        verdict,
        _terms(connection, verdict["unit_no"], year, language),
        _lines(connection, verdict, year, statute),
    )


def _terms(connection: sa.Connection, unit_no: str, year: int, language: str) -> tuple[ExplainedTerm, ...]:
    terms = compliance_terms.c
    rows = connection.execute(
        sa.select(compliance_terms).where(terms.report_year == year, terms.unit_no == unit_no).order_by(terms.seq)
    )
    return tuple(
        ExplainedTerm(row.seq, row.term, describe(row.term, language), row.amount_tiyn, row.reference, row.source)
        for row in rows
    )


def _lines(
    connection: sa.Connection, verdict: dict[str, Any], year: int, statute: Statute
) -> tuple[DisallowedLine, ...]:
    """Return the lines of the holder's effective filing that are disallowed or set aside, in order of row."""
    lines = financing_lines.c
    rows = connection.execute(
        sa.select(financing_lines)
        .where(
            lines.report_year == year,
            lines.unit_no == verdict["unit_no"],
            lines.filing_id == verdict["filing_id"],
            lines.bucket.in_([str(Bucket.DISALLOWED), str(Bucket.SET_ASIDE)]),
        )
        .order_by(lines.source_row)
    ).all()
    known = places_of(connection, year)
    found = []
    for row in rows:
        file_name, letters = known[row.filing_id]
        cell = f"{letters.get(row.sheet, {}).get('amount', '')}{row.source_row}"
        decided_by = row.disallowed_by
        reference = str(statute.recognition.of(decided_by).reference) if decided_by else None
        found.append(
            DisallowedLine(
                row.line_no,
                row.project_title,
                row.amount_tiyn,
                row.bucket,
                row.codes,
                decided_by,
                reference,
                place(file_name, row.filing_id, row.sheet, cell),
            )
        )
    return tuple(found)
