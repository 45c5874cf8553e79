"""Ticks: the inbox sensor and the queue as the daemon works them, without a daemon, a code server or a process.

Belongs here: one tick after another, runs that execute the steps of a year. Does not: expectations.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from unittest import mock

import dagster as dg
from dagster._core.execution.plan.objects import StepFailureData, UserFailureData

from assets.automation import inbox_sensor
from assets.automation.observed_years import PARTITION
from assets.definitions import defs
from pipelines.steps import intake
from pipelines.steps.compliance import load_compliance
from pipelines.steps.intake import load_filings
from pipelines.steps.marts import load_models
from pipelines.steps.registers import load_registers
from tests.homes import Home, read_here

DEFS = defs()
INBOX = DEFS.resolve_sensor_def("inbox")


@dataclass
class Daemon:
    """A daemon that ticks when told to; ``clock`` is what it takes for the time."""

    home: Home
    instance: dg.DagsterInstance
    cursor: str | None = None
    said: str | None = None
    clock: Callable[[], float] = time.time
    done: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def because(self) -> str:
        """Return why a run would be asked for now, and forget it: as if the daemon had crashed before it was made."""
        request = self.tick()
        assert request is not None, self.said
        self.keys.pop()
        return request.tags[inbox_sensor.BECAUSE]

    def tick(self) -> dg.RunRequest | None:
        """Evaluate the sensor once, as the daemon would; a key it had already asked for brings nothing."""
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor, definitions=DEFS)
        with context, mock.patch.object(inbox_sensor, "time", mock.Mock(time=self.clock)):
            result = INBOX.evaluate_tick(context)
        self.cursor, self.said = result.cursor, result.skip_message
        requests = result.run_requests or []
        assert len(requests) <= 1
        if not requests or requests[0].run_key in self.keys:
            return None
        self.keys.append(str(requests[0].run_key))
        return requests[0]

    def queue(self, request: dg.RunRequest) -> dg.DagsterRun:
        """Put the run into the queue."""
        tags = {**request.tags, PARTITION: str(request.partition_key), "dagster/run_key": str(request.run_key)}
        return self.add(dg.DagsterRunStatus.STARTING, **tags)

    def add(self, status: dg.DagsterRunStatus, **tags: str) -> dg.DagsterRun:
        """Record a run."""
        run = dg.DagsterRun("year", run_id=str(uuid.uuid4()), status=status, tags=tags)
        return self.instance.add_run(run)

    def end(self, run: dg.DagsterRun, status: dg.DagsterRunStatus) -> None:
        """Give a run its last status."""
        event = {
            dg.DagsterRunStatus.SUCCESS: dg.DagsterEventType.RUN_SUCCESS,
            dg.DagsterRunStatus.FAILURE: dg.DagsterEventType.RUN_FAILURE,
            dg.DagsterRunStatus.CANCELED: dg.DagsterEventType.RUN_CANCELED,
            dg.DagsterRunStatus.STARTED: dg.DagsterEventType.RUN_START,
        }[status]
        self.instance.report_dagster_event(dg.DagsterEvent(event.value, "year"), run.run_id)

    def execute(self, run: dg.DagsterRun, *, up_to: str = "marts") -> None:
        """Compute the year of a run; ``up_to`` is the last step that it reaches, all of them meaning success."""
        year = int(run.tags[PARTITION])
        steps: dict[str, Callable[[], object]] = {
            "registers": lambda: load_registers(self.home.warehouse, run.run_id),
            "intake": lambda: load_filings(self.home.warehouse, run.run_id, year),
            "compliance": lambda: load_compliance(self.home.warehouse, run.run_id, year),
            "marts": lambda: load_models(self.home.warehouse, run.run_id, year),
        }
        self.done.append(year)
        with mock.patch.object(intake, "read_filings", read_here):
            for name, step in steps.items():
                step()
                if name == up_to:
                    break
        if up_to != "marts":
            self.fail(run)
        else:
            self.end(run, dg.DagsterRunStatus.SUCCESS)

    def fail(self, run: dg.DagsterRun) -> None:
        """Let a step of the run fail, and the run with it."""
        data = StepFailureData(error=None, user_failure_data=UserFailureData("broken"))
        failure = dg.DagsterEventType.STEP_FAILURE.value
        event = dg.DagsterEvent(failure, "year", step_key="marts", event_specific_data=data)
        self.instance.report_dagster_event(event, run.run_id)
        self.end(run, dg.DagsterRunStatus.FAILURE)

    def by_hand(self, year: int, *, up_to: str = "marts") -> dg.DagsterRun:
        """Compute a year as a person asks for it in the UI."""
        run = self.add(dg.DagsterRunStatus.STARTED, **{PARTITION: str(year)})
        self.execute(run, up_to=up_to)
        return run

    def settle(self, most: int = 20) -> list[int]:
        """Tick and execute what is asked for until there is nothing; return the years in order."""
        before = len(self.done)
        for _ in range(most):
            request = self.tick()
            if request is None:
                return self.done[before:]
            self.execute(self.queue(request))
        message = f"the sensor does not come to rest: {self.done[before:]}"
        raise AssertionError(message)
