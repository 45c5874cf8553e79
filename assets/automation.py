"""Automation: what starts a year's run without a hand.

Belongs here: the nightly schedule and the inbox sensor. Does not: the job (``assets.jobs``), reading the inbox's files.
"""

import hashlib
import json
from collections.abc import Iterator

import dagster as dg

from assets.jobs import year_job
from assets.partitions import report_years
from pipelines.intake.inbox import Inbox
from pipelines.intake.watching import inbox_digest
from pipelines.settings import Settings

_YEARS_A_NIGHT = 2


@dg.schedule(
    job=year_job, cron_schedule="0 3 * * *", execution_timezone="Asia/Almaty", name="nightly",
    description="Computes the year before and the running year every night, so that a deadline that passed shows",
)  # fmt: skip
def nightly(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
    """Request the year before, whose deadlines pass now, and the running year, which starts from it.

    The key is the night, so a restarted daemon does not ask twice.
    """
    night = context.scheduled_execution_time.date().isoformat()
    years = report_years.get_partition_keys(current_time=context.scheduled_execution_time)[-_YEARS_A_NIGHT:]
    return [dg.RunRequest(run_key=f"nightly:{night}:{year}", partition_key=year) for year in years]


@dg.sensor(
    job=year_job, name="inbox", minimum_interval_seconds=60,
    description="Computes a year when its filings, those of an earlier year or any register changed",
)  # fmt: skip
def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Request each year that would come out differently: new, changed or removed files, its own or of a year before.

    The cursor holds the content last requested for each year and how often the year was requested; both are in the run
    key, so a content runs once, and once more when it comes back after another.
    """
    found = Inbox(Settings().inbox_url)
    partitions = set(report_years.get_partition_keys())
    requested: dict[str, tuple[str, int]] = json.loads(context.cursor or "{}")
    contents, skipped = "", True
    for year in map(str, found.years()):
        if year not in partitions:
            continue
        # The ledger of a year starts from the year before: what changes that one changes this one.
        contents = hashlib.sha256(f"{contents}{inbox_digest(found, int(year))}".encode()).hexdigest()
        last, times = requested.get(year, ("", 0))
        if contents != last:
            skipped = False
            requested[year] = (contents, times + 1)
            yield dg.RunRequest(run_key=f"{year}:{contents}:{times + 1}", partition_key=year)
    context.update_cursor(json.dumps(requested))
    if skipped:
        yield dg.SkipReason("Nothing changed in the inbox, or it has no folder of a reporting year.")
