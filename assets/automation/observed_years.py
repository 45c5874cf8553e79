"""Observed years: the years as a tick of the inbox sensor finds them.

Here: what Dagster's own records say of each year, beside the reasons it is behind; nothing is written. Not here: the
reasons (``pipelines.staleness.observation``), deciding (``pipelines.staleness.next_year``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.jobs import year_job
from assets.partitions import report_years
from pipelines.intake.inbox.inbox import Inbox
from pipelines.settings import TIME_ZONE, Settings
from pipelines.staleness import inbox_snapshot
from pipelines.staleness.inbox_snapshot import Allowance
from pipelines.staleness.next_year import Attempt, YearSeen
from pipelines.staleness.observation import Hints, Observation, looking_into
from pipelines.staleness.stored_year import written_last
from pipelines.statute.law import load_statute
from schemas.trail import loads

PARTITION = "dagster/partition"
WANTED = "nedra/wanted"
_RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
WILL_RETRY = "dagster/will_retry"
_WORKING = [
    *(dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.MANAGED),
    *(dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING),
]
_BACKFILL_WORKS = ("REQUESTED", "CANCELING", "FAILING")
_BACKFILLS = 20
# The second is what Dagster calls a run of assets chosen in the UI. Other jobs of a year only read what is stored.
_COMPUTING = (year_job.name, "__ASSET_JOB")
_RUNS_OF_A_YEAR = 20
_KEY = "dagster/run_key"
_SECONDS_TO_LAUNCH = 60
# A run in which no step failed says nothing about the content: its process was lost or never started. What a step said
# is most often true until somebody acts; a day later it is asked once more, for what has passed, and as a reminder.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _DAY_S = 60, 3_600, 86_400


@dataclass(frozen=True)
class Look:
    """One look; ``now`` is seconds since the epoch."""

    settings: Settings
    instance: dg.DagsterInstance
    now: float
    hints: Hints
    allowance: Allowance

    @property
    def inbox(self) -> Inbox:
        """The inbox of the settings."""
        return Inbox(self.settings.inbox_url)

    def years(self) -> Iterator[YearSeen]:
        """Yield every reporting year that has filings or was ever computed, in order.

        Raises:
            pipelines.staleness.observation.UnreadError: more files are new than one look may read.
            pipelines.warehouse.engine.WarehouseError: the warehouse cannot be read.
        """
        with looking_into(self.settings) as connection:
            seen = Observation(self.inbox, connection, load_statute().digest, self.allowance, self.hints)
            written_at = None if connection is None else written_last(connection)
            known = set(report_years.get_partition_keys())
            for year in seen.years():
                if str(year) in known:
                    yield self._seen(seen, year, written_at)

    def working(self) -> set[int]:
        """Return the years with a run that has not ended, whoever asked for it."""
        records = self.instance.get_run_records(dg.RunsFilter(statuses=_WORKING))
        return {
            year
            for record in records
            if record.dagster_run.job_name in _COMPUTING
            and not self._is_unlaunched(record.dagster_run, record.create_timestamp)
            for year in _years_of(record.dagster_run.tags)
        }

    def is_backfilling(self) -> bool:
        """Tell whether a person's backfill is under way: it asks for its years itself."""
        return any(each.status.name in _BACKFILL_WORKS for each in self.instance.get_backfills(limit=_BACKFILLS))

    def seconds_since_written(self) -> float:
        """Return how long ago anything was written to the warehouse."""
        with looking_into(self.settings) as connection:
            at = None if connection is None else written_last(connection)
        return float("inf") if at is None else self.now - at.timestamp()

    def last_runs(self, year: int) -> list[dg.RunRecord]:
        """Return the last runs that compute a year, whoever asked for them, the last first."""
        records = self.instance.get_run_records(dg.RunsFilter(tags={PARTITION: str(year)}), limit=_RUNS_OF_A_YEAR)
        return [each for each in records if each.dagster_run.job_name in _COMPUTING]

    def _seen(self, seen: Observation, year: int, written_at: datetime | None) -> YearSeen:
        filed, before = seen.filed(year), seen.stored(year).before
        changes = filed.changes
        since = filed.folder.changed_at([*changes.new, *changes.changed], self.now)
        if written_at is not None and not changes.names:
            since = min(since, written_at.timestamp())
        wait = self.settings.settle_seconds
        return YearSeen(
            year,
            inbox_snapshot.content({**seen.inputs, "year": str(year), "files": filed.content, "before": str(before)}),
            seen.reasons(year),
            tuple(filed.folder.unsettled(self.now, wait) + seen.registers.unsettled(self.now, wait)),
            self.now - since >= self.settings.patience_seconds,
            self._last(seen.connection, year),
        )

    def _last(self, connection: sa.Connection | None, year: int) -> Attempt | None:
        records = self.last_runs(year)
        if not records:
            return None
        run = records[0].dagster_run
        has_loads = connection is not None and bool(
            connection.scalar(sa.select(loads.c.load_id).where(loads.c.run_id == run.run_id).limit(1))
        )
        return Attempt(
            run.run_id,
            run.tags.get(WANTED),
            has_failed=run.status is dg.DagsterRunStatus.FAILURE,
            was_cancelled=run.status is dg.DagsterRunStatus.CANCELED,
            will_retry=run.status is dg.DagsterRunStatus.FAILURE and run.tags.get(WILL_RETRY) == "true",
            next_try=self._next_try(records),
            is_stored=has_loads,
            unlaunched=run.tags.get(_KEY) if run.status is dg.DagsterRunStatus.NOT_STARTED else None,
        )

    def _next_try(self, records: Sequence[dg.RunRecord]) -> str | None:
        """Return when a failed run is tried again on the same content, None when that time has come."""
        last = records[0]
        if last.dagster_run.status is not dg.DagsterRunStatus.FAILURE:
            return None
        wanted = last.dagster_run.tags.get(WANTED)
        in_a_row = len(list(takewhile(lambda each: each.dagster_run.tags.get(WANTED) == wanted, records)))
        has_spoken = self.instance.get_run_stats(last.dagster_run.run_id).steps_failed > 0
        pause = _DAY_S if has_spoken else min(_FIRST_PAUSE_S * 2 ** (in_a_row - 1), _LONGEST_PAUSE_S)
        at = (last.end_time or last.update_timestamp.timestamp()) + pause
        return None if self.now >= at else datetime.fromtimestamp(at, TIME_ZONE).strftime("%Y-%m-%d %H:%M")

    def _is_unlaunched(self, run: dg.DagsterRun, created_at: datetime) -> bool:
        """Tell whether whoever made the run ended before launching it."""
        made = dg.DagsterRunStatus.NOT_STARTED
        return run.status is made and self.now - created_at.timestamp() > _SECONDS_TO_LAUNCH


def _years_of(tags: Mapping[str, Any]) -> set[int]:
    """Return the years of a run, one or a range."""
    own = tags.get(PARTITION, "")
    first, last = (tags.get(name, own) for name in _RANGE)
    return set(range(int(first), int(last) + 1)) if first.isdecimal() and last.isdecimal() else set()
