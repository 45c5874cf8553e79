"""Intake: what subsoil users handed in for a year.

Belongs here: the assets and their checks. Does not: reading workbooks (``pipelines.intake``), rules (``schemas``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.failures.policy import told_to_the_operator
from assets.metadata.checks import check_spec, found_check, unread_check
from assets.metadata.findings import count_codes
from assets.metadata.materializations import record_caught_up, results
from assets.metadata.samples import money
from assets.metadata.specs import table_spec
from assets.partitions import report_years
from assets.tables.registers import KEYS as REGISTERS
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.inbox.unread import unread_files
from pipelines.layouts.loader import register_layouts
from pipelines.staleness.catch_up import before_intake
from pipelines.steps.intake import IntakeReport, load_filings
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.writer import Load
from schemas.vocabulary import Bucket, Severity

KEYS = ("filings", "unit_lines", "financing_lines", "budget_lines", "findings")
_KINDS = {"python", "pandera", "excel"}
_READ = "every_file_is_read"


@dg.multi_asset(
    name="intake",
    partitions_def=report_years,
    specs=[table_spec(key, group="intake", kinds=_KINDS, deps=REGISTERS) for key in KEYS],
    check_specs=[
        check_spec("filings", "every_filing_is_usable", "No workbook was rejected"),
        check_spec("filings", _READ, "No file of the inbox is overlooked"),
        check_spec("financing_lines", "no_line_is_set_aside", "Every row of the three sheets could be judged"),
        check_spec("findings", "nothing_is_warned_of", "No workbook has a warning"),
    ],
)
def intake(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Read every workbook of the year; a bad one is a row with findings, never an exception."""
    year = int(context.partition_key)
    with told_to_the_operator(context, warehouse):
        record_caught_up(context, warehouse, before_intake(warehouse, context.run.run_id, year))
        report = load_filings(warehouse, context.run.run_id, year)
        made = results(warehouse, report.loads, year, _only_known_here(report))
        checked = _checks(warehouse, report, year)
    yield from made
    yield from checked


def _only_known_here(report: IntakeReport) -> dict[str, dict[str, Any]]:
    return {
        "filings": {"statuses": dict(sorted(report.statuses.items()))},
        "financing_lines": {
            name: value
            for bucket in Bucket
            for name, value in money(f"{bucket}_tiyn", report.buckets.get(str(bucket))).items()
        },
    }


def _checks(warehouse: Warehouse, report: IntakeReport, year: int) -> list[dg.AssetCheckResult]:
    loads = {load.asset: load for load in report.loads}
    with warehouse.reading() as connection:
        counts = count_codes(connection, loads["findings"], year)
    aside = {f"{name}_set_aside": loads[name].counts.rows_set_aside for name in KEYS if name.endswith("_lines")}
    money_aside = money("set_aside_tiyn", report.buckets.get(str(Bucket.SET_ASIDE)))

    inbox = Inbox(warehouse.settings.inbox_url)

    def of(load: Load, name: str, severity: Severity, **facts: Any) -> dg.AssetCheckResult:
        return found_check(load, name, str(year), counts, [severity], **facts)

    return [
        of(loads["filings"], "every_filing_is_usable", Severity.REJECT, **dict(sorted(report.statuses.items()))),
        unread_check(loads["filings"], _READ, str(year), unread_files(inbox, [year], register_layouts())),
        of(loads["financing_lines"], "no_line_is_set_aside", Severity.SET_ASIDE, **aside, **money_aside),
        of(loads["findings"], "nothing_is_warned_of", Severity.WARN),
    ]
