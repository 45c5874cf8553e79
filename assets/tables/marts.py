"""Marts: one asset for each SQL model.

Belongs here: the assets; dependencies and column lineage come from the SQL. Does not: the SQL (``dbt_like_sql``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.failures.policy import told_to_the_operator
from assets.metadata.lineage import filled_by, of_sql
from assets.metadata.materializations import record_caught_up, results
from assets.metadata.specs import table_spec
from assets.partitions import report_years
from dbt_like_sql.project import Model, models
from pipelines.staleness.catch_up import before_models, models_read
from pipelines.steps.marts import load_models
from pipelines.warehouse.session import Warehouse


def _spec(model: Model) -> dg.AssetSpec:
    return table_spec(
        model.name,
        group="marts",
        kinds={"sql"},
        deps=sorted({asset for source in model.sources for asset in filled_by(source)}),
        description=model.description,
        lineage=of_sql(model),
        is_of_a_year=model.partitioned,
    )


# One step for all: a step costs more than most models, and roll-ups of one moment belong together.
@dg.multi_asset(
    name="marts", partitions_def=report_years, can_subset=True, specs=[_spec(model) for model in models().values()]
)
def marts(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> Iterator[dg.MaterializeResult[Any]]:
    """Run the chosen SQL models of the year in the order in which they read one another."""
    chosen = {key.to_user_string() for key in context.selected_asset_keys}
    year, run_id = int(context.partition_key), context.run.run_id
    with told_to_the_operator(context, warehouse):
        caught_up = before_models(warehouse, run_id, year, chosen)
        record_caught_up(context, warehouse, caught_up)
        # When the verdicts change, every roll-up does: a year is brought up to date as a whole.
        loads = load_models(warehouse, run_id, year, None if caught_up else models_read(chosen))
        made = results(warehouse, (load for load in loads if load.asset in chosen), year)
        record_caught_up(context, warehouse, (load for load in loads if load.asset not in chosen))
    yield from made
