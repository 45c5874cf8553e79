"""Argument: what a verdict rested on when it was given, kept as JSON with each version of it.

Belongs here: gathering terms, refused lines and decisions of a year as plain values. Does not: wording, printing.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipelines.statute.law import Law
from pipelines.stored.effective_filings import place, places_of
from schemas.received import financing_lines
from schemas.verdicts import compliance_terms, decision_effects
from schemas.vocabulary import Bucket

TERM = ("seq", "term", "amount_tiyn", "reference", "source")
DECISION = (
    "decision_no", "decided_on", "kind", "effect", "payment_doc_no", "until", "lines", "amount_tiyn", "reason",
    "signed_by",
)  # fmt: skip
Plain = dict[str, Any]


def arguments(connection: sa.Connection, law: Law) -> Callable[[Mapping[str, Any]], str]:
    """Return a function from a verdict's row to the JSON of its argument.

    Everything is read once for the year; wordings are left out, because they belong to the reader's language.
    """
    year = law.year
    terms = stored_terms(connection, year)
    lines: defaultdict[tuple[str, str], list[Plain]] = defaultdict(list)
    for unit_no, filing_id, line in refused_lines(connection, law):
        lines[unit_no, filing_id].append(line)
    decisions = stored_decisions(connection, year)

    def argue(verdict: Mapping[str, Any]) -> str:
        unit_no = verdict["unit_no"]
        argument = {
            "terms": terms.get(unit_no, []),
            "lines": lines[unit_no, verdict["filing_id"]],
            "decisions": decisions.get(unit_no, []),
        }
        return json.dumps(argument, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)

    return argue


def stored_terms(connection: sa.Connection, year: int, unit_no: str | None = None) -> dict[str, list[Plain]]:
    """Return the terms of a year, or of one unit in it, by unit."""
    terms = compliance_terms.c
    rows = connection.execute(
        sa.select(terms.unit_no, *(terms[name] for name in TERM))
        .where(terms.report_year == year, sa.true() if unit_no is None else terms.unit_no == unit_no)
        .order_by(terms.unit_no, terms.seq)
    )
    return _grouped(rows, TERM)


def stored_decisions(connection: sa.Connection, year: int, unit_no: str | None = None) -> dict[str, list[Plain]]:
    """Return the decisions on a year, or on one unit in it, by unit, oldest first."""
    effects = decision_effects.c
    rows = connection.execute(
        sa.select(effects.unit_no, *(effects[name] for name in DECISION))
        .where(effects.report_year == year, sa.true() if unit_no is None else effects.unit_no == unit_no)
        .order_by(effects.decided_on, effects.decision_no, effects.source_row)
    )
    return _grouped(rows, DECISION)


def refused_lines(connection: sa.Connection, law: Law, *, filing_id: str | None = None) -> list[tuple[str, str, Plain]]:
    """Return (unit_no, filing_id, line) for the lines of effective filings that are disallowed or set aside."""
    lines = financing_lines.c
    rows = connection.execute(
        sa.select(financing_lines)
        .where(
            lines.report_year == law.year,
            lines.unit_no.is_not(None),
            lines.bucket.in_([str(Bucket.DISALLOWED), str(Bucket.SET_ASIDE)]),
            sa.true() if filing_id is None else lines.filing_id == filing_id,
        )
        .order_by(lines.filing_id, lines.sheet, lines.source_row)
    ).all()
    known = places_of(connection, law.year)
    return [(row.unit_no, row.filing_id, line_of(row, known, law)) for row in rows if row.filing_id in known]


def line_of(row: Any, known: Mapping[str, Any], law: Law) -> Plain:
    """Return a line as an argument keeps it; ``known`` are the places of the effective filings."""
    file_name, letters = known[row.filing_id]
    cell = f"{letters.get(row.sheet, {}).get('amount', '')}{row.source_row}"
    decided_by = row.disallowed_by
    return {
        "line_no": row.line_no,
        "title": row.project_title,
        "amount_tiyn": row.amount_tiyn,
        "bucket": row.bucket,
        "codes": row.codes,
        "decided_by": decided_by,
        # Kept with the version: the article may be cited otherwise one day.
        "reference": str(law.code(decided_by).reference) if decided_by else None,
        "decision_no": row.decision_no,
        "source": place(file_name, row.filing_id, row.sheet, cell),
    }


def _grouped(rows: sa.CursorResult[Any], names: Sequence[str]) -> dict[str, list[Plain]]:
    found: defaultdict[str, list[Plain]] = defaultdict(list)
    for row in rows:
        found[row.unit_no].append({name: getattr(row, name) for name in names})
    return dict(found)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    message = f"an argument cannot hold {value!r}"
    raise TypeError(message)
