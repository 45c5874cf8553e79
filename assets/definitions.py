"""Definitions: everything Dagster loads.

Belongs here: the assembly. Does not: any asset, job or schedule.
"""

import dagster as dg

from assets.automation.alert_sensors import alert_sensors
from assets.automation.daily_verification import verification, verify_daily, warehouse_is_unaltered
from assets.automation.freshness import running_year_is_fresh, with_freshness
from assets.automation.inbox_sensor import schedules, sensors
from assets.automation.retention import tidy, tidy_weekly
from assets.jobs import year_job
from assets.reports.open_data import open_data, open_data_job
from assets.reports.return_notices import notices_job, notices_sensor, return_notices
from assets.resources import warehouse_resource
from assets.tables.compliance import compliance
from assets.tables.intake import intake
from assets.tables.marts import marts
from assets.tables.registers import registers
from pipelines.settings import Settings


@dg.definitions
def defs() -> dg.Definitions:
    """Return the code location ``nedra``; only how often things happen is read from the environment here."""
    settings = Settings()
    return dg.Definitions(
        assets=[registers, intake, with_freshness(compliance), marts, return_notices, open_data],
        asset_checks=[running_year_is_fresh, warehouse_is_unaltered],
        jobs=[year_job, notices_job, open_data_job, verification, tidy],
        schedules=[*schedules(settings), verify_daily(settings), tidy_weekly],
        sensors=[*sensors(settings), *alert_sensors(settings), notices_sensor(settings)],
        resources={"warehouse": warehouse_resource},
        executor=dg.in_process_executor,
    )
