"""Inbox sensor: what starts a year's run without a hand.

Here: the inbox sensor and the nightly schedule as Dagster knows them. Not here: the job (``assets.jobs``), looking
(``assets.automation.observed_years``), which year is next (``pipelines.staleness.next_year``), alerts
(``assets.automation.alert_sensors``).
"""

import time
from datetime import UTC, datetime

import dagster as dg

from assets.automation.observed_years import PARTITION, WANTED, Look
from assets.instance.orphaned_runs import end_abandoned
from assets.jobs import year_job
from assets.partitions import report_years
from pipelines.intake.limits import default_limits
from pipelines.settings import TIME_ZONE, Settings
from pipelines.staleness.inbox_snapshot import Allowance
from pipelines.staleness.next_year import Ask, Wait, next_step
from pipelines.staleness.observation import Hints, UnreadError

BECAUSE = "nedra/because"
NIGHT = "nedra/night"
_LONGEST_TAG = 250


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Return the schedules, on from the start unless the settings say otherwise."""
    on = dg.DefaultScheduleStatus.RUNNING if settings.automation else dg.DefaultScheduleStatus.STOPPED

    @dg.schedule(
        job=year_job, cron_schedule="0 3 * * *", execution_timezone=str(TIME_ZONE), name="nightly", default_status=on,
        description="Computes the year before and then the running year every night, so that a deadline that passed "
        "shows",
    )  # fmt: skip
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Request the year before, whose deadlines pass now; the inbox sensor asks for the running year after it.

        The key is the night, so a restarted daemon does not ask twice.
        """
        night = context.scheduled_execution_time.date().isoformat()
        return _of_the_night(night, _nightly_years(context.scheduled_execution_time)[0])

    return [nightly]


def sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Return the sensors, on from the start unless the settings say otherwise."""

    @dg.sensor(
        job=year_job, name="inbox", minimum_interval_seconds=settings.watch_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING if settings.automation else dg.DefaultSensorStatus.STOPPED,
        description="Computes the earliest year that is behind its filings, a register, the statute or the year "
        "before; then the next",
    )  # fmt: skip
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Ask for at most one run; the cursor holds digests of folders that did not change, and no decision."""
        end_abandoned(context.instance)
        hints = Hints.of(context.cursor)
        limits = default_limits()
        allowance = Allowance(limits.files_per_look, limits.bytes_per_look)
        look = Look(Settings(), context.instance, time.time(), hints, allowance)
        step = _step(look)
        cursor = hints.as_cursor()
        if isinstance(step, Wait):
            return dg.SensorResult(skip_reason=step.reason, cursor=cursor)
        request = step if isinstance(step, dg.RunRequest) else _asked(step)
        return dg.SensorResult([request], cursor=cursor)

    return [inbox]


def _step(look: Look) -> Ask | Wait | dg.RunRequest:
    if not look.inbox.has_filings():
        # An empty folder in place of a share would empty every year.
        return Wait(f"There is no folder filings in {look.settings.inbox_url}: is the inbox mounted?")
    if look.is_backfilling():
        return Wait("A backfill is under way and asks for its years itself.")
    # Runs first: one that ends while we look is then found in what is stored.
    working = look.working()
    quiet = look.seconds_since_written()
    if abs(quiet) < look.settings.settle_seconds:
        return Wait(f"The warehouse was written to {max(0, quiet):.0f} s ago; the run that did it may not be over.")
    try:
        step = next_step(look.years(), working)
    except UnreadError as error:
        return Wait(f"{error} The next look goes on.")
    return (_tonight(look, working) or step) if isinstance(step, Wait) else step


def _asked(step: Ask) -> dg.RunRequest:
    tags = {WANTED: step.wanted, BECAUSE: step.because[:_LONGEST_TAG]}
    return dg.RunRequest(run_key=step.key, partition_key=str(step.year), tags=tags)


def _tonight(look: Look, working: set[int]) -> dg.RunRequest | None:
    """Return the night's run of the running year once that of the year before has ended well."""
    now = datetime.fromtimestamp(look.now, UTC).astimezone(TIME_ZONE)
    night = now.date().isoformat()
    first, second = _nightly_years(now)
    of_the_night = look.instance.get_run_records(dg.RunsFilter(tags={NIGHT: night}))
    ended = {
        record.end_time
        for record in of_the_night
        if record.dagster_run.tags.get(PARTITION) == first and record.dagster_run.status is dg.DagsterRunStatus.SUCCESS
    }
    if not ended or not working.isdisjoint({int(first), int(second)}):
        return None
    # Whatever asked for it: a run that began after the year before was done has seen the new day.
    done_at = min(at or look.now for at in ended)
    is_done = any(each.create_timestamp.timestamp() >= done_at for each in look.last_runs(int(second))[:1])
    return None if is_done else _of_the_night(night, second)


def _of_the_night(night: str, year: str) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"nightly:{night}:{year}", partition_key=year, tags={NIGHT: night, BECAUSE: "a new day"}
    )


def _nightly_years(now: datetime) -> tuple[str, str]:
    before, running = report_years.get_partition_keys(current_time=now)[-2:]
    return before, running
