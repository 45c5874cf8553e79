"""Run launcher: one that notices when the process of a run is gone.

Belongs here: what ``run_launcher`` of deploy/dagster.yaml names. Does not: starting runs, which Dagster's own launcher
does in the code server; runs on other machines (``assets.instance.celery``).

Dagster's launcher cannot tell whether a run still works. A code server notices the death of a worker it started, but
not its own: after a power cut its runs stay "started", and hold their place in the queue, until their time is up.
"""

from collections.abc import Mapping
from time import monotonic
from typing import Any, Self

import dagster as dg

from assets.instance.dagster_internals import (
    CheckRunHealthResult,
    ConfigurableClassData,
    DagsterUserCodeUnreachableError,
    GetCurrentRunsResult,
    WorkerStatus,
    deserialize_value,
)


class WatchedRunLauncher(dg.DefaultRunLauncher):
    """Launches runs in the code server and asks it, at each round of the run monitor, whether they are still there.

    ``missing_seconds``: how long the code server must not know a run before the run is given up. The daemon looks for
    the code server once a minute only, and a run given up before it has found the new one is not asked for again.
    """

    def __init__(self, missing_seconds: int, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._missing_seconds = missing_seconds
        self._missed_since: dict[str, float] = {}

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return what the configuration may say."""
        return {"missing_seconds": dg.Field(int, default_value=90)}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:
        """Make a launcher as configured."""
        return cls(config_value["missing_seconds"], inst_data)

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Let the run monitor ask."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Tell whether the code server knows the run; one it does not know it did not start: the worker is gone.

        A code server that does not answer is no verdict: it may be busy or about to come back, and only it knows.
        """
        if self._is_there(run):
            self._missed_since.pop(run.run_id, None)
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        since = self._missed_since.setdefault(run.run_id, monotonic())
        if monotonic() - since < self._missing_seconds:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(
            WorkerStatus.NOT_FOUND, "the code server was started anew and does not know the run"
        )

    def _is_there(self, run: dg.DagsterRun) -> bool:
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None:  # it has ended meanwhile, or was not started by a code server
            return True
        try:
            answer = deserialize_value(client.get_current_runs(), GetCurrentRunsResult)
        except DagsterUserCodeUnreachableError:
            return True
        return run.run_id in (answer.current_runs or ())
