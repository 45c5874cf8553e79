"""Jobs: the unit of work an operator launches.

Belongs here: the job of a year. Does not: when it runs (``assets.automation``).
"""

import dagster as dg

year_job = dg.define_asset_job(
    "year",
    selection=dg.AssetSelection.all(),
    description="Everything for one reporting year: registers, filings, verdicts, marts",
    executor_def=dg.in_process_executor,
)
