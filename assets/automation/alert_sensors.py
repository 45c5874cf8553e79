"""Alert sensors: those that notice what somebody has to be told.

Belongs here: failed runs, rejected filings nobody replaced, a stale running year; each told once. Does not: the texts
(``pipelines.alerts``), delivery (``pipelines.alerts.channels``).
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from assets.automation.freshness import evaluation, found
from assets.automation.observed_years import PARTITION, WILL_RETRY
from pipelines.alerts import failed_runs, freshness, rejected_filings
from pipelines.alerts.channels import channels
from pipelines.settings import Settings
from pipelines.staleness.observation import looking_into

_LOOKS_BETWEEN = 10
_CHECK = "check"
_NEXT_STEP = "next_step"


def alert_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Return the sensors, on from the start unless the settings say otherwise."""
    on = dg.DefaultSensorStatus.RUNNING if settings.automation else dg.DefaultSensorStatus.STOPPED

    @dg.run_failure_sensor(
        name="failures", default_status=on, minimum_interval_seconds=settings.watch_seconds,
        description="Tells of every run that failed and is not tried again by itself",
    )  # fmt: skip
    def failed(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        """Hand the alert to every channel; one that does not take it is named in the log."""
        if context.dagster_run.tags.get(WILL_RETRY) == "true":
            return dg.SkipReason(f"Run {context.dagster_run.run_id} is tried again by itself.")
        now = Settings()
        alert = failed_runs.told(_failed_run(context), str(now.ui_url) if now.ui_url else None, datetime.now(UTC))
        for send in channels(now).values():
            send(alert)
        return None

    @dg.sensor(
        name="alerts", default_status=on, minimum_interval_seconds=settings.watch_seconds * _LOOKS_BETWEEN,
        description="Tells once of each rejected filing that nobody replaced, and of a running year that is stale",
    )  # fmt: skip
    def alerts(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Hand over what a channel was not told of; the cursor keeps what it was, and the state of the check."""
        settings, now, known = Settings(), datetime.now(UTC), _known(context.cursor)
        year = found(settings, now)
        with looking_into(settings) as connection:
            rejected = [] if connection is None else rejected_filings.outstanding(connection)
        standing = {each.key: each for each in rejected}
        stale = None if year.is_fresh(now) else f"stale {year.year}"
        sent = 0
        for name, send in channels(settings).items():
            told = [key for key in known.get(name, ()) if key in standing or key == stale]
            new = [each for key, each in standing.items() if key not in told]
            if new and send(rejected_filings.told(new, len(standing), now)):
                told += [each.key for each in new]
                sent += 1
            if stale is not None and stale not in told and send(freshness.told(year, now)):
                told.append(stale)
                sent += 1
            known[name] = told
        # Shown in the UI without a run; once an hour, so that the event log stays small.
        state = [stale or "fresh", now.strftime("%Y-%m-%d %H")]
        events = [] if known.get(_CHECK) == state else [evaluation(year, now)]
        known[_CHECK] = state
        said = f"{sent} alert(s) sent. {len(standing)} rejected filing(s) outstanding. {year.said()}"
        return dg.SensorResult(skip_reason=said, cursor=json.dumps(known), asset_events=events)

    return [failed, alerts]


def _known(cursor: str | None) -> dict[str, list[str]]:
    """Return what each channel was told; a cursor that was lost costs a repeated alert."""
    try:
        known = json.loads(cursor or "{}")
        return {str(name): [str(key) for key in keys] for name, keys in known.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _failed_run(context: dg.RunFailureSensorContext) -> failed_runs.FailedRun:
    run = context.dagster_run
    return failed_runs.FailedRun(
        run.run_id,
        run.job_name,
        run.tags.get(PARTITION),
        _failed_steps(context.get_step_failure_events()),
        context.failure_event.message or "no reason is known",
    )


def _failed_steps(events: Sequence[dg.DagsterEvent]) -> list[failed_runs.FailedStep]:
    steps = []
    for event in events:
        data = event.step_failure_data
        own: Any = data.user_failure_data
        said = (own.description if own is not None else None) or (data.error.message if data.error else event.message)
        next_step = own.metadata.get(_NEXT_STEP) if own is not None else None
        steps.append(failed_runs.FailedStep(str(event.step_key), said or "", getattr(next_step, "value", None)))
    return steps
