"""Materializations: those of a step, each with everything an operator is shown of its table.

Belongs here: putting the parts together, in the order in which a person reads them; recording tables
that a run wrote besides those it was asked for. Does not: the parts, deciding what has to be written again
(``pipelines.staleness.catch_up``).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.metadata.findings import by_code, count_codes, worst
from assets.metadata.format import shown_url
from assets.metadata.samples import table_facts
from assets.metadata.specs import materialised
from assets.metadata.verdict_chart import by_status, chart, count_verdicts
from pipelines.reports.return_notices.folder import notices_folder
from pipelines.reports.return_notices.writing import notices_root
from pipelines.settings import Settings
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.writer import Load
from schemas.received import findings
from schemas.verdicts import compliance_by_unit


def results(
    warehouse: Warehouse, loads: Iterable[Load], year: int, more: Mapping[str, Mapping[str, Any]] | None = None
) -> list[dg.MaterializeResult[Any]]:
    """Return a materialisation for each load; ``more`` is metadata that only the step knows, by asset."""
    url = shown_url(warehouse.settings)
    with warehouse.reading() as connection:
        return [
            materialised(
                load,
                **_own(connection, load, year, warehouse.settings),
                **(more or {}).get(load.asset, {}),
                **table_facts(connection, load, year, url),
            )
            for load in loads
        ]


def record_caught_up(context: dg.AssetExecutionContext, warehouse: Warehouse, made: Iterable[Load]) -> None:
    """Record each load as a materialisation of its table, so that a red partition that is right again turns green."""
    made = tuple(made)
    if not made:
        return
    names = ", ".join(load.asset for load in made)
    context.log.info(f"Brought up to date first, because this run begins in the middle of the year: {names}")
    for load, result in zip(made, results(warehouse, made, int(context.partition_key)), strict=True):
        context.log_event(
            dg.AssetMaterialization(load.asset, partition=context.partition_key, metadata=dict(result.metadata or {}))
        )


def _own(connection: sa.Connection, load: Load, year: int, settings: Settings) -> dict[str, Any]:
    """Return what only this table has to say."""
    if load.asset == compliance_by_unit.name:
        return _of_verdicts(connection, year)
    if load.table_name == findings.name:
        return _of_findings(connection, load, year) | (_notices(year, settings) if load.partition is not None else {})
    return {}


def _of_verdicts(connection: sa.Connection, year: int) -> dict[str, Any]:
    counts = count_verdicts(connection, year)
    drawn = chart(counts)
    return {"statuses": by_status(counts)} | ({"by_sector": dg.MetadataValue.md(drawn)} if drawn else {})


def _of_findings(connection: sa.Connection, load: Load, year: int) -> dict[str, Any]:
    counts = count_codes(connection, load, year)
    if not counts:
        return {}
    shown = {"by_code": by_code(counts)}
    listed = worst(connection, load, year)
    return shown | ({"worst": listed} if listed else {})


def _notices(year: int, settings: Settings) -> dict[str, Any]:
    """Return where the filers' workbooks, marked, stand once the asset that writes them has run."""
    return {
        "return_notices": dg.MetadataValue.asset(dg.AssetKey("return_notices")),
        "return_notices_folder": dg.MetadataValue.path(str(notices_folder(notices_root(settings), year))),
    }
