"""Marts: one asset for each SQL model.

Belongs here: the assets; dependencies and column lineage come from the SQL. Does not: the SQL (``dbt_like_sql``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.described import materialised, table_spec
from assets.failing import told_to_the_operator
from assets.partitions import report_years
from dbt_like_sql.project import Model, models
from pipelines.steps.marts import load_models
from pipelines.warehouse.opening import Warehouse

# Tables written beside an asset: a model that reads one depends on the asset that fills it.
_FILLED_BY = {"compliance_history": "compliance_by_unit"}


def _spec(model: Model) -> dg.AssetSpec:
    deps = sorted({_FILLED_BY.get(source, source) for source in model.sources})
    lineage = {
        column: [dg.TableColumnDep(asset_key=_FILLED_BY.get(table, table), column_name=name) for table, name in sources]
        for column, sources in ((column, sorted(sources)) for column, sources in model.lineage().items())
    }
    return table_spec(
        model.name, group="marts", kinds={"sql"}, deps=deps, description=model.description, lineage=lineage
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
    with told_to_the_operator(context, warehouse):
        loads = load_models(warehouse, context.run.run_id, int(context.partition_key), chosen)
    for load in loads:
        yield materialised(load)
