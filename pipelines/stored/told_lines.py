"""Told lines: the lines of a filing of which a person is told more than the amount.

Here: the payment, performer and agreement of a line that did not count or counts with a remark, with their cells, and
who else claimed the same payment (R06). Not here: what a version of a verdict keeps (``argument``), words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.statute.law import Law
from pipelines.stored.argument import Plain, line_of
from pipelines.stored.effective_filings import place, places_of
from schemas.folding import fold
from schemas.received import financing_lines
from schemas.vocabulary import Bucket

CLAIMED_BEFORE = "R06"
_NOT_COUNTED = (str(Bucket.DISALLOWED), str(Bucket.SET_ASIDE))
_FACTS = ("payment_doc_no", "payment_date", "performer_name", "performer_bin", "agreement_no", "agreement_date")


def told_lines(connection: sa.Connection, law: Law, *, filing_id: str, unit_no: str) -> list[Plain]:
    """Return the lines of a unit in an effective filing that did not count or bear a code, in the order of the file.

    Each is what ``argument.refused_lines`` tells of one, ``facts`` (payment, performer, agreement; their ``cells`` by
    field), and ``claims``: the places where the same payment of R06 is claimed as well.
    """
    lines = financing_lines.c
    rows = connection.execute(
        sa.select(financing_lines)
        .where(
            lines.report_year == law.year,
            lines.filing_id == filing_id,
            lines.unit_no == unit_no,
            lines.bucket.in_(_NOT_COUNTED) | (lines.codes != ""),
        )
        .order_by(lines.sheet, lines.source_row)
    ).all()
    known = places_of(connection, law.year)
    if filing_id not in known:
        return []
    claims = _claims(connection, law.year, [row for row in rows if row.disallowed_by == CLAIMED_BEFORE], known)
    return [
        line_of(row, known, law) | {"facts": _facts(row, known), "claims": claims[row.sheet, row.source_row]}
        for row in rows
    ]


def _facts(row: Any, known: Mapping[str, Any]) -> Plain:
    letters = known[row.filing_id][1].get(row.sheet, {})
    cells = {name: f"{letters[name]}{row.source_row}" for name in _FACTS if name in letters}
    return {**{name: getattr(row, name) for name in _FACTS}, "cells": cells}


def _claims(
    connection: sa.Connection, year: int, refused: Sequence[Any], known: Mapping[str, Any]
) -> defaultdict[tuple[str, int], list[str]]:
    """Return by sheet and row the other places of the same payment: of this day and amount, and the same document."""
    found: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    lines = financing_lines.c
    for row in refused:
        same = connection.execute(
            sa.select(financing_lines)
            .where(
                lines.report_year == year,
                lines.amount_tiyn == row.amount_tiyn,
                lines.payment_date == row.payment_date,
            )
            .order_by(lines.user_bin, lines.unit_no, lines.line_no)
        )
        for other in same:
            is_itself = (other.filing_id, other.sheet, other.source_row) == (row.filing_id, row.sheet, row.source_row)
            if is_itself or other.filing_id not in known or _document(other) != _document(row):
                continue
            file_name, letters = known[other.filing_id]
            cell = f"{letters.get(other.sheet, {}).get('amount', '')}{other.source_row}"
            where = place(file_name, other.filing_id, other.sheet, cell)
            found[row.sheet, row.source_row].append(f"{other.unit_no or '?'}: {where}")
    return found


def _document(row: Any) -> tuple[str, str]:
    return fold(row.payment_doc_no or ""), fold(row.agreement_no or "")
