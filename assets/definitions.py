"""Definitions: everything Dagster loads.

Belongs here: the assembly. Does not: any asset, job or schedule.
"""

import dagster as dg

from assets.automation import inbox, nightly
from assets.compliance import compliance
from assets.intake import intake
from assets.jobs import year_job
from assets.marts import marts
from assets.registers import registers
from assets.resources import warehouse_resource
from assets.retention import tidy, tidy_weekly


@dg.definitions
def defs() -> dg.Definitions:
    """Return the code location ``nedra``."""
    return dg.Definitions(
        assets=[registers, intake, compliance, marts],
        jobs=[year_job, tidy],
        schedules=[nightly, tidy_weekly],
        sensors=[inbox],
        resources={"warehouse": warehouse_resource},
        executor=dg.in_process_executor,
    )
