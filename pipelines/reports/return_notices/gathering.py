"""Gathering: which filings of a year have findings that stand, from the warehouse.

Belongs here: reading filings, findings and what was set aside, one moment for all. Does not: words (``composing``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipelines.core.assess import filing_deadline
from pipelines.findings.finding import Finding
from pipelines.findings.settled import is_settled
from pipelines.reports.return_notices.composing import Disallowance, FiledWorkbook, SetAside, Shortfall
from pipelines.statute.law import Law
from pipelines.stored.effective_filings import places_of
from schemas import received as tables
from schemas.verdicts import arrears, compliance_by_unit
from schemas.vocabulary import Bucket, FilingStatus, Regime, Sector, Severity, Status

_CELLS = ", "
_FACTS = ("code", "sheet", "field", "value", "expected", "difference")


def standing_findings(connection: sa.Connection, law: Law) -> list[FiledWorkbook]:
    """Return every workbook of a year that nothing has settled since, and that has findings or lacks money.

    Money is lacking where payments are disallowed, or where a contract has a shortfall. In order of file name.

    What settles a filing is said once (``pipelines.findings.settled``). The same bytes under several names are one
    workbook.
    """
    filings, year = tables.filings, law.year
    columns = (
        "filing_id", "file_name", "user_bin", "user_name", "submission_no", "form_edition", "status",
    )  # fmt: skip
    rows = connection.execute(
        sa.select(*(filings.c[name] for name in columns), is_settled().label("is_settled")).where(
            filings.c.report_year == year
        )
    ).all()
    found = _findings(connection, year)
    aside = _set_aside(connection, year)
    deadlines = _deadlines(connection, law)
    disallowed, shortfalls = _disallowed(connection, law), _shortfalls(connection, law)
    groups: defaultdict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.status == FilingStatus.DUPLICATE, row.file_name)):
        groups[row.filing_id or row.file_name].append(row)
    standing = []
    for same in groups.values():
        first = same[0]
        told = [each for row in same for each in found[row.file_name]]
        lost = disallowed[first.filing_id] or shortfalls[first.filing_id]
        if (told or lost) and not first.is_settled:
            standing.append(
                FiledWorkbook(
                    filing_id=first.filing_id,
                    report_year=year,
                    user_bin=first.user_bin,
                    user_name=first.user_name,
                    submission_no=first.submission_no,
                    form_edition=first.form_edition,
                    status=FilingStatus(first.status),
                    file_names=tuple(row.file_name for row in same),
                    findings=tuple(told),
                    set_aside=aside.get(first.filing_id, SetAside()),
                    disallowed=tuple(disallowed[first.filing_id]),
                    shortfalls=tuple(shortfalls[first.filing_id]),
                    deadline=deadlines.get(first.user_bin, deadlines[None]),
                )
            )
    return sorted(standing, key=lambda filed: filed.file_names[0])


def _findings(connection: sa.Connection, year: int) -> defaultdict[str, list[tuple[Severity, Finding]]]:
    stored = tables.findings
    columns = ("file_name", "severity", "cell", *_FACTS)
    rows = connection.execute(
        sa.select(*(stored.c[name] for name in columns))
        .where(stored.c.report_year == year)
        .order_by(stored.c.finding_no, stored.c.load_id)
    )
    found: defaultdict[str, list[tuple[Severity, Finding]]] = defaultdict(list)
    for row in rows.mappings():
        cells = tuple(row["cell"].split(_CELLS)) if row["cell"] else ()
        found[row["file_name"]].append(
            (Severity(row["severity"]), Finding(cells=cells, **{name: row[name] for name in _FACTS}))
        )
    return found


def _disallowed(connection: sa.Connection, law: Law) -> defaultdict[str, list[Disallowance]]:
    """Return by filing the payments that each rule disallows, sheet by sheet."""
    lines = tables.financing_lines.c
    rows = connection.execute(
        sa.select(lines.filing_id, lines.disallowed_by, lines.sheet, lines.source_row, lines.amount_tiyn)
        .where(lines.report_year == law.year, lines.bucket == str(Bucket.DISALLOWED))
        .order_by(lines.filing_id, lines.disallowed_by, lines.sheet, lines.source_row)
    ).all()
    known = places_of(connection, law.year)
    grouped: defaultdict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        if row.filing_id in known:
            grouped[row.filing_id, row.disallowed_by, row.sheet].append(row)
    found: defaultdict[str, list[Disallowance]] = defaultdict(list)
    for (filing_id, code, sheet), same in grouped.items():
        letter = known[filing_id][1].get(sheet, {}).get("amount", "")
        cells = tuple(f"{letter}{row.source_row}" for row in same)
        lost = sum(row.amount_tiyn or 0 for row in same)
        found[filing_id].append(Disallowance(law.code(code), sheet, cells, lost))
    return found


def _shortfalls(connection: sa.Connection, law: Law) -> defaultdict[str, list[Shortfall]]:
    """Return by filing the contracts and licences that lack money, by number."""
    verdicts, overdue = compliance_by_unit.c, arrears.c
    rows = connection.execute(
        sa.select(compliance_by_unit, overdue.cure_until)
        .outerjoin(arrears, (overdue.report_year == verdicts.report_year) & (overdue.unit_no == verdicts.unit_no))
        .where(verdicts.report_year == law.year, verdicts.shortfall_tiyn > 0, verdicts.filing_id.is_not(None))
        .order_by(verdicts.filing_id, verdicts.unit_no)
    )
    found: defaultdict[str, list[Shortfall]] = defaultdict(list)
    for row in rows:
        found[row.filing_id].append(
            Shortfall(
                unit_no=row.unit_no,
                status=Status(row.status),
                due_tiyn=row.due_tiyn,
                counted_tiyn=(row.credit_used_tiyn or 0) + (row.financing_tiyn or 0),
                shortfall_tiyn=row.shortfall_tiyn,
                fulfilment_bp=row.fulfilment_bp,
                cure_until=row.cure_until,
                reference=str(law.status.reference_in(Sector(row.sector))),
            )
        )
    return found


def _set_aside(connection: sa.Connection, year: int) -> dict[str, SetAside]:
    """Return what is not counted of each filing; only the rows of an accepted filing are ever shown."""
    units, payments, budget = tables.unit_lines.c, tables.financing_lines.c, tables.budget_lines.c
    none = sa.literal(0)
    sums: Sequence[tuple[Any, Any, Any, Any]] = (
        (units, units.is_set_aside.is_(True), none, none),
        (payments, payments.bucket == str(Bucket.SET_ASIDE), *_money(payments.amount_tiyn)),
        (budget, budget.is_set_aside.is_(True), *_money(budget.amount_tiyn)),
    )
    queries = [
        sa.select(columns.filing_id, sa.func.count(), amount, unreadable)
        .where(columns.report_year == year, condition)
        .group_by(columns.filing_id)
        for columns, condition, amount, unreadable in sums
    ]
    return _added(row for query in queries for row in connection.execute(query))


def _money(column: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    unreadable = sa.func.sum(sa.case((column.is_(None), 1), else_=0))
    return sa.func.coalesce(sa.func.sum(column), 0), unreadable


def _added(rows: Iterable[Any]) -> dict[str, SetAside]:
    total: dict[str, SetAside] = {}
    for filing_id, count, amount, unreadable in rows:
        so_far = total.get(filing_id, SetAside())
        total[filing_id] = SetAside(
            so_far.rows + count, so_far.amount_tiyn + int(amount), so_far.unreadable + int(unreadable)
        )
    return total


def _deadlines(connection: sa.Connection, law: Law) -> dict[str | None, date]:
    """Return the first day each user's filing was due by, and under None the first of any regime."""
    verdicts = compliance_by_unit.c
    rows = connection.execute(
        sa.select(verdicts.user_bin, sa.func.min(verdicts.deadline))
        .where(verdicts.report_year == law.year)
        .group_by(verdicts.user_bin)
    )
    known: dict[str | None, date] = {user_bin: deadline for user_bin, deadline in rows if deadline is not None}
    return known | {None: min(filing_deadline(regime, sector, law) for regime in Regime for sector in Sector)}
