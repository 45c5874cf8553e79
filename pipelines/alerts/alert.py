"""Alert: what somebody has to be told who is not looking at the UI.

Belongs here: its shape, and its form as JSON. Does not: what it says of what (``rejected_filings``, ``failed_runs``,
``freshness``), sending it (``pipelines.alerts.channels``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an alert is about."""

    RUN_FAILED = "run_failed"
    REJECTIONS = "rejections_outstanding"
    STALE = "running_year_stale"


@dataclass(frozen=True)
class Alert:
    """One message: ``text`` is for people, ``facts`` for programs; both say the same."""

    kind: Kind
    title: str
    text: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return one line of JSON; ``text`` holds all a chat's incoming webhook shows, the title first."""
        told = {
            "kind": str(self.kind),
            "at": self.at.astimezone(UTC).isoformat(timespec="seconds"),
            "title": self.title,
            "text": f"{self.title}\n{self.text}",
            "facts": dict(self.facts),
        }
        return json.dumps(told, ensure_ascii=False)
