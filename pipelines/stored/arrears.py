"""Arrears step helper: every shortfall of every year with what later years paid for it.

Belongs here: gathering stored shortfalls, cure lines and notices. Does not: the cure clock
(``pipelines.core.arrears``).
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from pipelines.core.arrears import CurePayment, Notice, arrears_of
from pipelines.statute.law import Statute
from schemas.folding import unit_key
from schemas.received import filings, financing_lines
from schemas.registers import decisions
from schemas.verdicts import compliance_by_unit
from schemas.vocabulary import Bucket, DecisionKind, FilingStatus, Status

_UnitYear = tuple[str, int]


def arrears_rows(connection: sa.Connection, statute: Statute) -> list[tuple[Any, ...]]:
    """Return the rows of the table ``arrears``: one for each unit and year with a known shortfall.

    A pending year is not over: it has no arrears yet.
    """
    verdicts = compliance_by_unit
    short = connection.execute(
        sa.select(verdicts.c.report_year, verdicts.c.unit_no, verdicts.c.shortfall_tiyn, verdicts.c.below_30)
        .where(verdicts.c.shortfall_tiyn > 0, verdicts.c.status != str(Status.PENDING))
        .order_by(verdicts.c.report_year, verdicts.c.unit_no)
    ).all()
    cures, notices = _cures(connection), _notices(connection)
    rows = []
    for verdict in short:
        key = (unit_key(verdict.unit_no), verdict.report_year)
        found = arrears_of(
            verdict.shortfall_tiyn,
            below_30=verdict.below_30,
            notices=notices.get(key, []),
            cures=cures.get(key, []),
            law=statute.at(verdict.report_year),
        )
        rows.append(
            (
                verdict.report_year,
                verdict.unit_no,
                found.shortfall_tiyn,
                found.cured_tiyn,
                found.open_tiyn,
                found.notice_on,
                found.cure_until,
                found.cured_on,
            )
        )
    return rows


def _cures(connection: sa.Connection) -> dict[_UnitYear, list[CurePayment]]:
    lines = financing_lines
    rows = connection.execute(
        sa.select(lines.c.unit_no, lines.c.for_year, lines.c.payment_date, lines.c.amount_tiyn)
        .join(
            filings,
            sa.and_(
                filings.c.filing_id == lines.c.filing_id,
                filings.c.report_year == lines.c.report_year,
                filings.c.status == str(FilingStatus.ACCEPTED),
            ),
        )
        .where(lines.c.bucket == str(Bucket.CURE))
        .order_by(lines.c.report_year, lines.c.filing_id, lines.c.sheet, lines.c.source_row)
    )
    return _grouped(rows, "for_year", lambda row: CurePayment(row.payment_date, row.amount_tiyn))


def _notices(connection: sa.Connection) -> dict[_UnitYear, list[Notice]]:
    kinds = [str(DecisionKind.NOTICE), str(DecisionKind.EXTENSION)]
    rows = connection.execute(
        sa.select(decisions)
        .where(decisions.c.kind.in_(kinds), decisions.c.unit_no.is_not(None), decisions.c.report_year.is_not(None))
        .order_by(decisions.c.source_row)
    )
    return _grouped(
        rows, "report_year", lambda row: Notice(row.decision_no, row.decided_on, DecisionKind(row.kind), row.until)
    )


def _grouped(rows: sa.CursorResult[Any], year: str, make: Callable[[sa.Row[Any]], Any]) -> dict[_UnitYear, list[Any]]:
    found: defaultdict[_UnitYear, list[Any]] = defaultdict(list)
    for row in rows:
        found[unit_key(row.unit_no), getattr(row, year)].append(make(row))
    return found
