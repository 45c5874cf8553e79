"""Freshness: whether the running year was computed lately, and of one that was not, what it is behind.

Here: its age by the loads, and how it is told. Not here: what makes a year behind (``pipelines.staleness.reasons``),
Dagster's own policy, which knows assets and no years (``assets.automation.freshness``), sending.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.alerts.alert import Alert, Kind
from pipelines.settings import TIME_ZONE
from pipelines.staleness.observation import Observation, UnreadError
from pipelines.staleness.reasons import Reason, in_words
from pipelines.warehouse.trail import last_load
from schemas.verdicts import compliance_by_unit


@dataclass(frozen=True)
class Freshness:
    """When the running year was last computed, changed or not; None when it never was.

    ``reasons`` are why a stale year is behind; None of a fresh one, and while its files are still being read.
    """

    year: int
    computed_at: datetime | None
    within: timedelta
    reasons: tuple[Reason, ...] | None = None

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether that is recent enough."""
        return self.computed_at is not None and now - self.computed_at <= self.within

    def said(self) -> str:
        """Return it in words."""
        hours = f"{self.within.total_seconds() / 3600:g} hours"
        if self.computed_at is None:
            return f"{self.year} was never computed; it is to be computed every {hours}."
        at = self.computed_at.astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")
        return (
            f"{self.year} was last computed on {at} (Asia/Almaty); it is to be computed every {hours}.{self._behind()}"
        )

    def _behind(self) -> str:
        if self.reasons is None:
            return ""
        return f" It is behind: {in_words(self.reasons)}." if self.reasons else " Nothing it is made from changed."


def freshness(seen: Observation, year: int, within: timedelta, now: datetime) -> Freshness:
    """Return the freshness of a year by its last verdicts, and the reasons when it is stale."""
    last = None if seen.connection is None else last_load(seen.connection, compliance_by_unit.name, year)
    found = Freshness(year, None if last is None else last.finished_at, within)
    return found if found.is_fresh(now) else replace(found, reasons=_reasons(seen, year))


def _reasons(seen: Observation, year: int) -> tuple[Reason, ...] | None:
    try:
        return seen.reasons(year)
    except UnreadError:
        return None


def told(found: Freshness, at: datetime) -> Alert:
    """Return the alert about a stale year."""
    computed_at = None if found.computed_at is None else found.computed_at.isoformat()
    text = f"{found.said()}\nSee that the daemon runs, that the schedule nightly is on and how its last run ended."
    return Alert(
        Kind.STALE,
        f"Nedra: the running year {found.year} is stale",
        text,
        at,
        {"year": found.year, "computed_at": computed_at},
    )
