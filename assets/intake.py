"""Intake: what subsoil users handed in for a year.

Belongs here: the assets and their checks. Does not: reading workbooks (``pipelines.intake``), rules (``schemas``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.caught_up import show
from assets.described import materialised, table_spec
from assets.failing import told_to_the_operator
from assets.partitions import report_years
from assets.registers import KEYS as REGISTERS
from pipelines.steps.catching_up import before_intake
from pipelines.steps.intake import IntakeReport, load_filings
from pipelines.warehouse.opening import Warehouse
from schemas.vocabulary import FilingStatus

KEYS = ("filings", "unit_lines", "financing_lines", "budget_lines", "findings")
_KINDS = {"python", "pandera", "excel"}


@dg.multi_asset(
    name="intake",
    partitions_def=report_years,
    specs=[table_spec(key, group="intake", kinds=_KINDS, deps=REGISTERS) for key in KEYS],
    check_specs=[
        dg.AssetCheckSpec("every_filing_is_usable", asset="filings", description="No workbook was rejected"),
        dg.AssetCheckSpec("no_line_is_set_aside", asset="financing_lines", description="Every line could be judged"),
    ],
)
def intake(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Read every workbook of the year; a bad one is a row with findings, never an exception."""
    with told_to_the_operator(context, warehouse):
        show(context, before_intake(warehouse, context.run.run_id))
        report = load_filings(warehouse, context.run.run_id, int(context.partition_key))
    for load in report.loads:
        yield materialised(load)
    yield from _checks(report, context.partition_key)


def _checks(report: IntakeReport, year: str) -> Iterator[dg.AssetCheckResult]:
    rejected = report.statuses[str(FilingStatus.REJECTED)]
    yield dg.AssetCheckResult(
        asset_key="filings",
        check_name="every_filing_is_usable",
        passed=rejected == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"report_year": year, "rejected": rejected, **_shown(report)},
    )
    lines = next(load for load in report.loads if load.asset == "financing_lines")
    yield dg.AssetCheckResult(
        asset_key="financing_lines",
        check_name="no_line_is_set_aside",
        passed=lines.counts.rows_set_aside == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"report_year": year, "load_id": lines.load_id, "rows_set_aside": lines.counts.rows_set_aside},
    )


def _shown(report: IntakeReport) -> dict[str, dg.MarkdownMetadataValue]:
    rows = "\n".join(f"| {code} | {count} |" for code, count in sorted(report.codes.items()))
    return {"findings": dg.MetadataValue.md(f"| code | findings |\n| --- | --- |\n{rows}")}
