"""Launcher: Dagster's runs into the queue of the workers, and whether the worker of a run still lives.

Belongs here: what dagster-celery leaves open: the health of a run, resuming and cancelling it. Does not: settings
(``celery.yaml``), what a worker runs (``app``), when a run is resumed (Dagster's run monitoring).

dagster-celery asks only for the state of a task, and a worker that is gone cannot change it: its run would look as if
it were computed until the longest time allowed. Here the worker itself is asked whether it has the task.
"""

from typing import TYPE_CHECKING

import dagster as dg
from celery.states import READY_STATES, STARTED
from dagster_celery.config import TASK_RESUME_JOB_NAME
from dagster_celery.defaults import task_default_queue
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG
from dagster_celery.tasks import create_resume_job_task

from assets.instance.celery.settings import celery_settings
from assets.instance.dagster_internals import (
    CheckRunHealthResult,
    ConfigurableClassData,
    ResumeRunArgs,
    ResumeRunContext,
    WorkerStatus,
    check,
    pack_value,
)
from assets.instance.year_gate import WaitsForAWorker

if TYPE_CHECKING:
    from assets.instance.dagster_internals import UserConfigSchema

# A worker's main process answers while its child computes; on a machine out of breath that takes seconds.
_SECONDS_TO_ANSWER = 5.0
_TIMES_TO_ASK = 2


class WorkersRunLauncher(CeleryRunLauncher):
    """dagster-celery's launcher with the settings of ``celery.yaml`` and a health check that asks the worker."""

    def __init__(self, broker_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        # The broker keeps the states of tasks too; dagster-celery's default tells them to nobody but whoever launched.
        super().__init__(
            task_default_queue, broker_url, broker_url, config_source=celery_settings(), inst_data=inst_data
        )

    @classmethod
    def config_type(cls) -> "UserConfigSchema":
        """Return what ``run_launcher`` of dagster.yaml may say."""
        return {"broker_url": dg.Field(dg.StringSource, description="the broker, as NEDRA_BROKER_URL of the workers")}

    def terminate(self, run_id: str) -> bool:
        """Cancel a run: at once when no worker has begun it, otherwise its worker ends it and says so.

        dagster-celery does not note that it was asked to: the run would look lost and be resumed.
        """
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        task_id = run.tags.get(DAGSTER_CELERY_TASK_ID_TAG)
        if task_id is None or self.celery.AsyncResult(task_id).state != STARTED:
            self._instance.report_run_canceled(run)
        return task_id is None or super().terminate(run_id)

    def resume_run(self, context: ResumeRunContext) -> None:
        """Give a run whose worker is gone to another.

        dagster-celery 0.29.27 calls its own task with the name of another task's argument, so it never resumes a run.
        """
        run = context.dagster_run
        origin = check.not_none(context.job_code_origin)
        args = ResumeRunArgs(origin, run.run_id, self._instance.get_ref(), set_exit_code_on_failure=True)
        task = create_resume_job_task(self.celery).si(resume_job_args_packed=pack_value(args))
        self._launch_celery_task_run(run, task, TASK_RESUME_JOB_NAME)

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Tell whether the worker of an unfinished run lives; a run that waits for a worker is well.

        Dagster looks again whether the run has ended meanwhile before it acts on what it is told here.
        """
        task_id = run.tags.get(DAGSTER_CELERY_TASK_ID_TAG)
        if task_id is None:  # launched this moment: the tag follows the message
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        task = self.celery.AsyncResult(task_id)
        worker = ""
        for _ in range(_TIMES_TO_ASK):
            state, told = task.state, task.info
            if state in READY_STATES:
                return CheckRunHealthResult(WorkerStatus.FAILED, f"its task ended ({state}) and left it unfinished")
            if state != STARTED:
                return WaitsForAWorker(WorkerStatus.RUNNING, "it waits for a worker")
            worker = str(told["hostname"])
            if self._has(worker, task_id):
                return CheckRunHealthResult(WorkerStatus.RUNNING, run_worker_id=worker)
        return CheckRunHealthResult(WorkerStatus.FAILED, f"the worker {worker} is gone or no longer has its task")

    def _has(self, worker: str, task_id: str) -> bool:
        """Ask a worker whether it has a task; one that does not answer has nothing."""
        asked = self.celery.control.inspect(destination=[worker], timeout=_SECONDS_TO_ANSWER, limit=1)
        return task_id in (asked.query_task(task_id) or {}).get(worker, {})
