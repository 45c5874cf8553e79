"""Caught up: what a step did for the steps its run left out, shown as what it is.

Belongs here: materialisations of tables that a run wrote besides those it was asked for. Does not: deciding what has
to be written again (``pipelines.staleness.catch_up``).
"""

from collections.abc import Iterable

import dagster as dg

from assets.metadata.materializations import results
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.writer import Load


def show(context: dg.AssetExecutionContext, warehouse: Warehouse, made: Iterable[Load]) -> None:
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
