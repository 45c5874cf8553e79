"""Ledger findings: complaints about figures the filer computed (W003, W004, W005, W013).

Belongs here: their rows in ``findings``, and the count of findings in ``filings`` that includes them.
Does not: the comparison (``pipelines.core.declared``, ``pipelines.core.doubt``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from pipelines.core.verdict import Assessment, Difference
from pipelines.findings.finding import Finding
from pipelines.statute.law import Law
from pipelines.stored.effective_filings import FiledRow
from pipelines.stored.finding_rows import FindingRow, finding_row
from pipelines.warehouse.trail import written_loads
from pipelines.wording.numbers import with_currency
from pipelines.wording.units_of_account import unit_name
from schemas.columns import content_columns
from schemas.received import filings, findings

LEDGER_FINDINGS = "ledger_findings"


def declared_rows(
    verdicts: Mapping[tuple[str, str], Assessment],
    filed: Mapping[tuple[str, str], FiledRow],
    law: Law,
) -> list[FindingRow]:
    """Return the rows of ``findings`` about rows of units that were not set aside, by (user_bin, unit_no)."""
    told = [
        (filed[key], verdict, finding)
        for key, verdict in verdicts.items()
        if key in filed and not filed[key].unit.is_set_aside
        for finding in _complaints(filed[key], verdict)
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


def _complaints(row: FiledRow, verdict: Assessment) -> Iterator[Finding]:
    return (_finding(row, difference) for difference in verdict.differences)


def _finding(row: FiledRow, told: Difference) -> Finding:
    """Return the finding; of two units of account it says the likely one of its cell, in place of the difference."""
    cell = row.cell(told.field)
    return Finding(
        told.code,
        row.sheet,
        (cell,) if cell else (),
        told.field,
        with_currency(told.declared_tiyn),
        with_currency(told.computed_tiyn),
        with_currency(told.difference_tiyn) if told.two_units is None else unit_name(told.two_units.likely_unit),
    )
