"""Failed runs: how a failed run is told to somebody who is not looking at the UI.

Belongs here: the text. Does not: noticing the run (``pipelines.alerts.channels``), what to do about each error
(``assets.failures.messages``), sending.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from pipelines.alerts.alert import Alert, Kind

_LONGEST = 1_000


@dataclass(frozen=True)
class FailedStep:
    """A step that failed: what it said and what to do next, as the run's page shows them."""

    step: str
    said: str
    next_step: str | None = None


@dataclass(frozen=True)
class FailedRun:
    """A run that failed and is not tried again by itself."""

    run_id: str
    job: str
    year: str | None
    steps: Sequence[FailedStep]
    message: str
    """What Dagster says when no step failed: the process was lost, for one."""


def told(run: FailedRun, ui_url: str | None, at: datetime) -> Alert:
    """Return the alert about a failed run."""
    lines = []
    for each in run.steps:
        lines.append(f"- Step {each.step}: {_short(each.said)}")
        if each.next_step:
            lines.append(f"  What to do: {_short(each.next_step)}")
    lines = lines or [f"- {_short(run.message)}"]
    if run.year is not None:
        lines.append(f"{run.year} stays as it was last computed; later years wait for it.")
    url = None if ui_url is None else f"{ui_url.rstrip('/')}/runs/{run.run_id}"
    lines.append(f"Run: {url or run.run_id}")
    what = f"{run.job} of {run.year}" if run.year is not None else run.job
    return Alert(Kind.RUN_FAILED, f"Nedra: {what} failed", "\n".join(lines), at, {**asdict(run), "url": url})


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
