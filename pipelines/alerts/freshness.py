"""Freshness: whether the running year was computed lately.

Belongs here: its age by the loads, and how it is told. Does not: Dagster's own policy, which knows assets and no years
(``assets.automation.freshness``), sending.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from pipelines.alerts.alert import Alert, Kind
from pipelines.settings import TIME_ZONE
from pipelines.warehouse.trail import last_load
from schemas.verdicts import compliance_by_unit


@dataclass(frozen=True)
class Freshness:
    """When the running year was last computed, changed or not; None when it never was."""

    year: int
    computed_at: datetime | None
    within: timedelta

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether that is recent enough."""
        return self.computed_at is not None and now - self.computed_at <= self.within

    def said(self) -> str:
        """Return it in words."""
        hours = f"{self.within.total_seconds() / 3600:g} hours"
        if self.computed_at is None:
            return f"{self.year} was never computed; it is to be computed every {hours}."
        at = self.computed_at.astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")
        return f"{self.year} was last computed on {at} (Asia/Almaty); it is to be computed every {hours}."


def freshness(connection: sa.Connection, year: int, within: timedelta) -> Freshness:
    """Return the freshness of a year by its last verdicts."""
    last = last_load(connection, compliance_by_unit.name, year)
    return Freshness(year, None if last is None else last.finished_at, within)


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
