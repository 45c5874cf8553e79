"""Ledger findings: complaints about figures the filer computed (W003, W004, W005).

Belongs here: their rows in ``findings``, and the count of findings in ``filings`` that includes them.
Does not: the comparison (``pipelines.core.assess``, ``pipelines.core.declared``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from pipelines.core.declared import base_jumped
from pipelines.core.verdict import Assessment
from pipelines.findings.finding import Finding
from pipelines.statute.law import Law
from pipelines.stored.effective_filings import FiledRow
from pipelines.stored.finding_rows import FindingRow, finding_row
from pipelines.stored.year_before import YearBefore
from pipelines.warehouse.trail import written_loads
from pipelines.wording.numbers import with_currency
from schemas.columns import content_columns
from schemas.received import filings, findings

LEDGER_FINDINGS = "ledger_findings"
_FIELDS = {"W003": "declared_due", "W004": "declared_credit"}


def declared_rows(
    verdicts: Mapping[tuple[str, str], Assessment],
    filed: Mapping[tuple[str, str], FiledRow],
    before: YearBefore,
    law: Law,
) -> list[FindingRow]:
    """Return the rows of ``findings`` about rows of units that were not set aside, by (user_bin, unit_no)."""
    told = [
        (filed[key], verdict, finding)
        for key, verdict in verdicts.items()
        if key in filed and not filed[key].unit.is_set_aside
        for finding in _complaints(filed[key], verdict, before.bases.get(verdict.unit_no), law)
    ]
    return [
        finding_row(number, row, law.year, verdict.unit_no, finding)
        for number, (row, verdict, finding) in enumerate(told, start=1)
    ]


def ledger_findings(connection: sa.Connection, year: int) -> Counter[str]:
    """Return how many findings of this kind are stored for each file of a year."""
    of_ledger = findings.c.load_id.in_(written_loads(LEDGER_FINDINGS, year))
    names = connection.scalars(sa.select(findings.c.file_name).where(of_ledger))
    return Counter(names)


def recounted_filings(connection: sa.Connection, year: int) -> list[tuple[Any, ...]]:
    """Return the rows of ``filings`` of a year with ``finding_count`` as the table of findings now has it."""
    counted = Counter(connection.scalars(sa.select(findings.c.file_name).where(findings.c.report_year == year)))
    columns = content_columns(filings)
    rows = connection.execute(
        sa.select(*columns).where(filings.c.report_year == year).order_by(filings.c.file_name)
    ).mappings()
    return [tuple((dict(row) | {"finding_count": counted[row["file_name"]]}).values()) for row in rows]


def _complaints(row: FiledRow, verdict: Assessment, earlier_tiyn: int | None, law: Law) -> Iterator[Finding]:
    for difference in verdict.differences:
        yield _finding(
            row, difference.code, _FIELDS[difference.code], difference.declared_tiyn, difference.computed_tiyn
        )
    base = row.unit.base_tiyn
    if base is not None and earlier_tiyn is not None and base_jumped(base, earlier_tiyn, law):
        yield _finding(row, "W005", "base_amount", base, earlier_tiyn)


def _finding(row: FiledRow, code: str, field: str, declared: int, computed: int) -> Finding:
    cell = row.cell(field)
    return Finding(
        code,
        row.sheet,
        (cell,) if cell else (),
        field,
        with_currency(declared),
        with_currency(computed),
        with_currency(declared - computed),
    )
