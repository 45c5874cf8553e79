"""Jobs: the unit of work an operator launches.

Belongs here: the job of a year. Does not: when it runs (``assets.automation``).
"""

import dagster as dg

# The group of what is written for people from a computed year: it costs more than the year and has jobs of its own.
REPORTS = "reports"

year_job = dg.define_asset_job(
    "year",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups(REPORTS),
    description="Everything for one reporting year: registers, filings, verdicts, marts",
    executor_def=dg.in_process_executor,
)
