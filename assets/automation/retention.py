"""Retention: forgetting runs that nobody asks about any more.

Belongs here: which of Dagster's own records go, the job that removes them and its schedule. Does not: the audit trail,
which is in the warehouse (``loads``) and stays for ever; ticks of schedules and sensors (``retention``, dagster.yaml).
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import dagster as dg
import sqlalchemy as sa

from assets.instance.dagster_internals import FINISHED_STATUSES, SqlEventLogStorage, SqliteEventLogStorage
from assets.instance.dagster_internals import AssetCheckExecutionsTable as Checks
from assets.instance.dagster_internals import SqlEventLogStorageTable as Events
from pipelines.settings import Settings

_STATES = (dg.DagsterEventType.ASSET_MATERIALIZATION.value, dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED.value)
# What SQLite keeps beside a database in WAL mode.
_FILES = ("", "-wal", "-shm")


def forget_runs(instance: dg.DagsterInstance, before: datetime) -> list[str]:
    """Remove runs that ended before a moment, with their events and logs; return their identifiers.

    From the events of runs Dagster derives whether a partition is there, has failed or is missing. So the last run that
    materialised a partition of an asset stays however old, the last that tried to, the last of each check, and the runs
    that these repeat.
    """
    ended = instance.get_runs(dg.RunsFilter(statuses=FINISHED_STATUSES, updated_before=before))
    kept = _runs_the_state_rests_on(instance)
    forgotten = [run.run_id for run in ended if run.run_id not in kept]
    for run_id in forgotten:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        _remove_empty_file(instance, run_id)
    return forgotten


def _runs_the_state_rests_on(instance: dg.DagsterInstance) -> set[str]:
    storage = cast("SqlEventLogStorage", instance.event_log_storage)  # both SQLite's and PostgreSQL's are
    events, checks = Events.c, Checks.c
    last_events = (
        sa.select(sa.func.max(events.id))
        .where(events.dagster_event_type.in_(_STATES), events.asset_key.is_not(None))
        .group_by(events.asset_key, events.partition, events.dagster_event_type)
    )
    last_checks = sa.select(sa.func.max(checks.id)).group_by(checks.asset_key, checks.check_name, checks.partition)
    with storage.index_connection() as connection:
        last = set(connection.scalars(sa.select(events.run_id).where(events.id.in_(last_events))))
        last |= set(connection.scalars(sa.select(checks.run_id).where(checks.id.in_(last_checks))))
    # Dagster shows a run, and counts its retries, together with those it repeats.
    runs = instance.get_runs(dg.RunsFilter(run_ids=sorted(last))) if last else []
    return last | {again for run in runs for again in (run.parent_run_id, run.root_run_id) if again is not None}


def _remove_empty_file(instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove the file Dagster on SQLite keeps for each run, and leaves behind when the run is deleted."""
    if isinstance(instance.event_log_storage, SqliteEventLogStorage):
        for more in _FILES:
            Path(instance.event_log_storage.path_for_shard(run_id) + more).unlink(missing_ok=True)


@dg.op(description="Removes runs older than NEDRA_KEEP_RUNS_DAYS from Dagster's records; the warehouse is not touched")
def forget_old_runs(context: dg.OpExecutionContext) -> None:
    """Remove what is older than the setting says."""
    days = Settings().keep_runs_days
    forgotten = forget_runs(context.instance, datetime.now(UTC) - timedelta(days=days))
    context.log.info("Forgot %d runs that ended more than %d days ago", len(forgotten), days)


@dg.job(
    description="Forgets old runs; what the state of a partition rests on stays",
    executor_def=dg.in_process_executor,
)
def tidy() -> None:
    """Forget old runs."""
    forget_old_runs()


# Sunday noon in Almaty: no deadline, no nightly run. Running from the start: it is nothing to decide about.
tidy_weekly = dg.ScheduleDefinition(
    job=tidy,
    name="tidy_weekly",
    cron_schedule="0 12 * * 0",
    execution_timezone="Asia/Almaty",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Forgets old runs every Sunday",
)
