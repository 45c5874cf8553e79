"""Year gate: a year is decided after the year it starts from, whichever worker takes which first.

Belongs here: waiting for the run of the year before, and making room for it. Does not: the year that was never computed
(``pipelines.stored.year_before``), the order in which runs are launched (Dagster, ``assets.instance.run_coordinator``).

A backfill of assets needs none of this: Dagster launches the verdicts of a year after those of the year before. Runs of
the whole year, as a schedule, a sensor or a backfill of the job asks for, are launched side by side: they read their
workbooks at the same time, and each waits here, before its verdicts.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from assets.instance.dagster_internals import (
    AUTO_RETRY_RUN_ID_TAG,
    BACKFILL_ID_TAG,
    NOT_FINISHED_STATUSES,
    PARTITION_NAME_TAG,
    WILL_RETRY_TAG,
    CheckRunHealthResult,
    DagsterExecutionInterruptedError,
    WorkerStatus,
)
from assets.partitions import FIRST_YEAR

VERDICTS = dg.AssetKey("compliance_by_unit")
_UNFINISHED = [status for status in NOT_FINISHED_STATUSES if status is not dg.DagsterRunStatus.CANCELING]
_LAUNCHED = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED)
# A run that failed and is to be retried has a successor within seconds; one that has none by now gets none.
_TIME_TO_RETRY = timedelta(minutes=5)


class WaitsForAWorker(CheckRunHealthResult):
    """What a launcher says of a run that nobody works on although it is not lost; to Dagster it is well."""

    __slots__ = ()


class Waiting(BaseSettings):
    """How runs wait for one another."""

    model_config = SettingsConfigDict(env_prefix="NEDRA_WAIT_", frozen=True, extra="ignore")

    look_seconds: float = Field(default=1, gt=0, description="pause between two looks at the runs of earlier years")
    patience_seconds: float = Field(
        default=30, gt=0, description="how long to hold a worker while nobody works on an earlier year"
    )


def wait_for_the_year_before(context: dg.AssetExecutionContext) -> None:
    """Return when no run is going to change the year before; a run in this process alone (``nedra run``) never waits.

    When nobody works on any earlier year although one is launched - its worker is gone, or all are held by runs that
    wait - this run makes room: it ends its task, and Dagster's run monitoring resumes it later. When earlier years are
    only queued, or runs cannot be resumed, it goes on with what is stored.
    """
    run, instance, year = context.run, context.instance, int(context.partition_key)
    if run.remote_job_origin is None:
        return
    waiting = Waiting()
    worked_on = time.monotonic()
    said = False
    while _is_pending(instance, run, year - 1):
        if not said:
            context.log.info(f"{year} starts from {year - 1}, which has a run under way: waiting for it.")
            said = True
        launched = [each for each in _unfinished(instance, range(int(FIRST_YEAR), year)) if each.status in _LAUNCHED]
        if any(_is_worked_on(instance, each) for each in launched):
            worked_on = time.monotonic()
        elif time.monotonic() - worked_on > waiting.patience_seconds:
            held = f"Nobody works on {year - 1}, which {year} starts from"
            if launched and instance.run_will_resume(run.run_id):
                context.log.warning(f"{held}: this run makes room for it and is resumed later.")
                raise DagsterExecutionInterruptedError
            context.log.warning(f"{held}: going on with what is stored of it.")
            return
        time.sleep(waiting.look_seconds)


def _is_pending(instance: dg.DagsterInstance, run: dg.DagsterRun, year: int) -> bool:
    """Tell whether a run that decides ``year`` is queued, under way, or about to be made."""
    if _unfinished(instance, [year]):
        return True
    lately = datetime.now(UTC) - _TIME_TO_RETRY
    failed = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.FAILURE],
        tags={PARTITION_NAME_TAG: str(year), WILL_RETRY_TAG: "true"},
        updated_after=lately,
    )
    if any(AUTO_RETRY_RUN_ID_TAG not in each.tags and _decides(each) for each in instance.get_runs(failed)):
        return True
    backfill_id = run.tags.get(BACKFILL_ID_TAG)
    backfill = instance.get_backfill(backfill_id) if backfill_id else None
    if backfill is None or str(year) not in (backfill.partition_names or ()):
        return False
    # A backfill makes its runs one after another: the one of the year before may be still to come.
    made = dg.RunsFilter(tags={BACKFILL_ID_TAG: backfill.backfill_id, PARTITION_NAME_TAG: str(year)})
    return not backfill.is_asset_backfill and not instance.get_run_ids(made, limit=1)


def _unfinished(instance: dg.DagsterInstance, years: Sequence[int]) -> list[dg.DagsterRun]:
    if not years:
        return []
    wanted = dg.RunsFilter(statuses=_UNFINISHED, tags={PARTITION_NAME_TAG: [str(year) for year in years]})
    return [each for each in instance.get_runs(wanted) if _decides(each)]


def _decides(run: dg.DagsterRun) -> bool:
    return run.asset_selection is None or VERDICTS in run.asset_selection


def _is_worked_on(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    if run.status is not dg.DagsterRunStatus.STARTED:
        return False
    launcher = instance.run_launcher
    if run.remote_job_origin is None or not launcher.supports_check_run_worker_health:
        return True
    health = launcher.check_run_worker_health(run)
    return health.status is WorkerStatus.RUNNING and not isinstance(health, WaitsForAWorker)
