"""Open data: what everybody may see, as an asset of no year.

Here: the asset and its job. Not here: what is published (``pipelines.reports.open_data``).
"""

import dagster as dg

from assets.failures.policy import told_to_the_operator
from assets.jobs import REPORTS
from assets.metadata.specs import OWNER
from assets.reports.report_files import shown_files
from pipelines.reports.open_data.publication import content
from pipelines.reports.open_data.release import write_open_data
from pipelines.warehouse.session import Warehouse


@dg.asset(
    name="open_data",
    group_name=REPORTS,
    kinds={"python", "csv", "parquet"},
    owners=[OWNER],
    deps=[dg.AssetDep(name, partition_mapping=dg.AllPartitionMapping()) for name in content()["tables"]],
    description="Tables the law lets everybody see, of all years, as CSV and Parquet with datapackage.json, digests "
    "and a changelog (NEDRA_HOME/reports/open-data). No personal data.",
)
def open_data(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult[None]:
    """Write the release from what is stored."""
    with told_to_the_operator(context, warehouse):
        release = write_open_data(warehouse)
    counts = {"added": release.added, "changed": release.changed, "removed": release.removed}
    return dg.MaterializeResult(
        metadata={
            **shown_files(release.files),
            "version": dg.MetadataValue.text(release.version),
            "rows": dg.MetadataValue.json(dict(release.rows)),
            "changes": dg.MetadataValue.json(counts),
        }
    )


open_data_job = dg.define_asset_job(
    "data",
    selection=dg.AssetSelection.assets(open_data),
    description="The open data of all years, from what is stored",
    executor_def=dg.in_process_executor,
)
