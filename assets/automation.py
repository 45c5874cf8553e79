"""Automation: what starts a year's run without a hand.

Belongs here: the nightly schedule and the inbox sensor. Does not: the job (``assets.jobs``), reading the inbox's files.
"""

from collections.abc import Iterator

import dagster as dg

from assets.jobs import year_job
from assets.partitions import report_years
from pipelines.intake.inbox import Inbox
from pipelines.intake.watching import inbox_digest
from pipelines.settings import Settings


@dg.schedule(
    job=year_job, cron_schedule="0 3 * * *", execution_timezone="Asia/Almaty", name="nightly",
    description="Computes the running year every night, so that deadlines that passed show in the verdicts",
)  # fmt: skip
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Request the running year; the key is the night, so a restarted daemon does not ask twice."""
    night = context.scheduled_execution_time.date().isoformat()
    year = report_years.get_partition_keys(current_time=context.scheduled_execution_time)[-1]
    return dg.RunRequest(run_key=f"nightly:{night}", partition_key=year)


@dg.sensor(
    job=year_job, name="inbox", minimum_interval_seconds=60,
    description="Computes a year when its filings or any register changed: new, changed or removed files",
)  # fmt: skip
def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Request each year whose content digest is new; the run key holds the digest, so a content runs once."""
    found = Inbox(Settings().inbox_url)
    known = set(report_years.get_partition_keys())
    requested = False
    for year in found.years():
        if str(year) in known:
            requested = True
            yield dg.RunRequest(run_key=f"{year}:{inbox_digest(found, year)}", partition_key=str(year))
    if not requested:
        yield dg.SkipReason("The inbox has no folder of a reporting year with filings.")
