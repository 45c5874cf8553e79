"""Definitions: everything Dagster loads.

Belongs here: the assembly. Does not: any asset, job or schedule.
"""

import dagster as dg

from assets.alerts import alert_sensors
from assets.automation import schedules, sensors
from assets.compliance import compliance
from assets.freshness import running_year_is_fresh, with_freshness
from assets.intake import intake
from assets.jobs import year_job
from assets.marts import marts
from assets.notices import notices_job, notices_sensor, return_notices
from assets.registers import registers
from assets.resources import warehouse_resource
from assets.retention import tidy, tidy_weekly
from pipelines.settings import Settings


@dg.definitions
def defs() -> dg.Definitions:
    """Return the code location ``nedra``; only how often things happen is read from the environment here."""
    settings = Settings()
    return dg.Definitions(
        assets=[registers, intake, with_freshness(compliance), marts, return_notices],
        asset_checks=[running_year_is_fresh],
        jobs=[year_job, notices_job, tidy],
        schedules=[*schedules(settings), tidy_weekly],
        sensors=[*sensors(settings), *alert_sensors(settings), notices_sensor(settings)],
        resources={"warehouse": warehouse_resource},
        executor=dg.in_process_executor,
    )
