"""Explaining: the argument for a stored verdict, down to file and cell.

Belongs here: reading a verdict, its terms and the lines that did not count. Does not: printing, computing anything.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.statute.law import Statute
from pipelines.statute.wording import describe
from pipelines.steps.filed import place, places_of
from schemas.folding import unit_key
from schemas.received import financing_lines
from schemas.verdicts import compliance_by_unit, compliance_terms
from schemas.vocabulary import Bucket

_TERM = ("seq", "term", "amount_tiyn", "reference", "source")


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


def arguments(connection: sa.Connection, year: int, statute: Statute) -> Callable[[Mapping[str, Any]], str]:
    """Return a function from a verdict's row to the JSON of its argument: terms, and lines that did not count.

    Everything is read once for the year; wordings are left out, because they belong to the reader's language.
    """
    terms: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for term in _stored_terms(connection, compliance_terms.c.report_year == year):
        terms[term.unit_no].append({name: getattr(term, name) for name in _TERM})
    lines: defaultdict[tuple[str, str], list[DisallowedLine]] = defaultdict(list)
    for unit_no, filing_id, line in _refused_lines(connection, year, statute):
        lines[unit_no, filing_id].append(line)

    def argue(verdict: Mapping[str, Any]) -> str:
        refused = [asdict(line) for line in lines[verdict["unit_no"], verdict["filing_id"]]]
        argument = {"terms": terms[verdict["unit_no"]], "lines": refused}
        return json.dumps(argument, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    return argue


def explain(connection: sa.Connection, unit: str, year: int, statute: Statute, language: str) -> Explanation | None:
    """Return the explanation of a unit's verdict, however its number is typed; None when there is no such verdict."""
    verdicts = connection.execute(
        sa.select(compliance_by_unit).where(compliance_by_unit.c.report_year == year)
    ).mappings()
    key = unit_key(unit)
    verdict = next((dict(row) for row in verdicts if unit_key(row["unit_no"]) == key), None)
    if verdict is None:
        return None
    terms = compliance_terms.c
    stored = _stored_terms(connection, sa.and_(terms.report_year == year, terms.unit_no == verdict["unit_no"]))
    refused = _refused_lines(connection, year, statute, filing_id=verdict["filing_id"] or "")
    return Explanation(
        verdict,
        tuple(
            ExplainedTerm(row.seq, row.term, describe(row.term, language), row.amount_tiyn, row.reference, row.source)
            for row in stored
        ),
        tuple(line for unit_no, _, line in refused if unit_no == verdict["unit_no"]),
    )


def _stored_terms(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Sequence[Any]:
    terms = compliance_terms.c
    return connection.execute(
        sa.select(compliance_terms).where(which).order_by(terms.report_year, terms.unit_no, terms.seq)
    ).all()


def _refused_lines(
    connection: sa.Connection, year: int, statute: Statute, *, filing_id: str | None = None
) -> list[tuple[str, str, DisallowedLine]]:
    """Return (unit_no, filing_id, line) for the lines of effective filings that are disallowed or set aside."""
    lines = financing_lines.c
    rows = connection.execute(
        sa.select(financing_lines)
        .where(
            lines.report_year == year,
            lines.unit_no.is_not(None),
            lines.bucket.in_([str(Bucket.DISALLOWED), str(Bucket.SET_ASIDE)]),
            sa.true() if filing_id is None else lines.filing_id == filing_id,
        )
        .order_by(lines.filing_id, lines.source_row)
    ).all()
    known = places_of(connection, year)
    return [(row.unit_no, row.filing_id, _line(row, known, statute)) for row in rows if row.filing_id in known]


def _line(row: Any, known: Mapping[str, Any], statute: Statute) -> DisallowedLine:
    file_name, letters = known[row.filing_id]
    cell = f"{letters.get(row.sheet, {}).get('amount', '')}{row.source_row}"
    return DisallowedLine(
        line_no=row.line_no,
        title=row.project_title,
        amount_tiyn=row.amount_tiyn,
        bucket=row.bucket,
        codes=row.codes,
        decided_by=row.disallowed_by,
        reference=str(statute.recognition.of(row.disallowed_by).reference) if row.disallowed_by else None,
        source=place(file_name, row.filing_id, row.sheet, cell),
    )
