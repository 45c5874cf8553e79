"""Marts: one asset for each SQL model.

Belongs here: the factory; dependencies and column lineage come from the SQL. Does not: the SQL (``dbt_like_sql``).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from assets.described import materialised, table_spec
from assets.failing import told_to_the_operator
from assets.partitions import report_years
from dbt_like_sql.project import Model, models
from pipelines.steps.marts import load_model
from pipelines.warehouse.opening import Warehouse

# Tables written beside an asset: a model that reads one depends on the asset that fills it.
_FILLED_BY = {"compliance_history": "compliance_by_unit"}


def mart(model: Model) -> dg.AssetsDefinition:
    """Return the asset that fills a model's table."""
    deps = sorted({_FILLED_BY.get(source, source) for source in model.sources})
    lineage = {
        column: [dg.TableColumnDep(asset_key=_FILLED_BY.get(table, table), column_name=name) for table, name in sources]
        for column, sources in ((column, sorted(sources)) for column, sources in model.lineage().items())
    }
    spec = table_spec(
        model.name, group="marts", kinds={"sql"}, deps=deps, description=model.description, lineage=lineage
    )

    @dg.multi_asset(name=model.name, specs=[spec], partitions_def=report_years)
    def run(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult[Any]:
        with told_to_the_operator():
            load = load_model(warehouse, context.run.run_id, model.name, int(context.partition_key))
        return materialised(load)

    return run


marts: Sequence[dg.AssetsDefinition] = [mart(model) for model in models().values()]
