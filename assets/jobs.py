"""Jobs: the unit of work an operator launches.

Belongs here: the job of a year. Does not: when it runs (``assets.automation.inbox_sensor``).
"""

import dagster as dg

# The group of what is written for people from a computed year: it costs more than the year and has jobs of its own.
REPORTS = "reports"

# A check on the clock, not on a year: it is looked at by a sensor, and when somebody asks
# (assets.automation.freshness).
FRESHNESS = dg.AssetCheckKey(dg.AssetKey("compliance_by_unit"), "running_year_is_fresh")

# A check on the whole warehouse: a job of its own evaluates it every morning (assets.automation.daily_verification).
UNALTERED = dg.AssetCheckKey(dg.AssetKey("compliance_by_unit"), "warehouse_is_unaltered")

year_job = dg.define_asset_job(
    "year",
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.groups(REPORTS)
    - dg.AssetSelection.checks(FRESHNESS, UNALTERED),
    description="Everything for one reporting year: registers, filings, verdicts, marts",
    executor_def=dg.in_process_executor,
)
