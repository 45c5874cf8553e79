"""Workers: the settings both sides share, and what the launcher says of a run's worker."""

import re

import dagster as dg
import pytest
import yaml
from dagster_celery.config import TASK_EXECUTE_JOB_NAME, TASK_RESUME_JOB_NAME

from assets.instance.celery.launcher import WorkersRunLauncher
from assets.instance.celery.settings import celery_settings
from assets.instance.dagster_internals import WorkerStatus
from assets.instance.year_gate import WaitsForAWorker
from tests.shipped import CONFIGURED, DEPLOY, INSTALLED, environment, unit, variables

CELERY = "celery/dagster.yaml"
TASK = "task-1"
RUN = dg.DagsterRun("year", "run-1", tags={"dagster-celery/task_id": TASK})


def shipped_configuration(name=CELERY):
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


class Queue:
    """A broker that knows one task, and the worker that has it when it is alive."""

    def __init__(self, state, worker="first@host", has=True):
        self.state, self.info, self.worker, self.has = state, {"hostname": worker}, worker, has
        self.control = self
        self.asked = []

    def AsyncResult(self, task_id):  # noqa: N802 - Celery's name
        assert task_id == TASK
        return self

    def revoke(self, *, terminate):
        self.asked.append(terminate)

    def inspect(self, destination, **_):
        self.asked.append(destination)
        return self

    def query_task(self, task_id):
        return {self.worker: {task_id: ["active", {}]}} if self.has else None


@pytest.fixture
def launcher(monkeypatch):
    made = WorkersRunLauncher("redis://127.0.0.1:1/0")

    def with_queue(**more):
        made.celery = Queue(**more)
        return made

    return with_queue


def test_a_run_whose_worker_has_its_task_is_well(launcher):
    found = launcher(state="STARTED").check_run_worker_health(RUN)
    assert (found.status, found.msg, found.run_worker_id) == (WorkerStatus.RUNNING, None, "first@host")


def test_a_run_whose_worker_does_not_answer_twice_is_lost(launcher):
    asked = launcher(state="STARTED", has=False)
    found = asked.check_run_worker_health(RUN)
    assert found.status is WorkerStatus.FAILED
    assert "first@host is gone" in str(found.msg)
    assert asked.celery.asked == [["first@host"]] * 2


@pytest.mark.parametrize("state", ["PENDING", "RECEIVED", "RETRY"])
def test_a_run_that_waits_in_the_queue_is_well_and_says_so(launcher, state):
    found = launcher(state=state).check_run_worker_health(RUN)
    assert found.status is WorkerStatus.RUNNING
    assert isinstance(found, WaitsForAWorker)


@pytest.mark.parametrize("state", ["SUCCESS", "FAILURE", "REVOKED"])
def test_an_unfinished_run_whose_task_has_ended_is_lost(launcher, state):
    found = launcher(state=state).check_run_worker_health(RUN)
    assert found.status is WorkerStatus.FAILED
    assert state in str(found.msg)


@pytest.mark.parametrize(("state", "becomes"), [("STARTED", "CANCELING"), ("PENDING", "CANCELED")])
def test_a_run_that_is_cancelled_is_ended_by_its_worker_and_at_once_when_it_has_none(launcher, state, becomes):
    asked = launcher(state=state)
    with dg.DagsterInstance.ephemeral() as instance:
        asked.register_instance(instance)
        instance.add_run(RUN.with_status(dg.DagsterRunStatus.STARTED))
        assert asked.terminate(RUN.run_id)
        [status] = [run.status for run in instance.get_runs()]
    assert status is dg.DagsterRunStatus[becomes]
    assert asked.celery.asked == [True]


def test_a_run_that_has_ended_is_not_cancelled(launcher):
    asked = launcher(state="SUCCESS")
    with dg.DagsterInstance.ephemeral() as instance:
        asked.register_instance(instance)
        instance.add_run(RUN.with_status(dg.DagsterRunStatus.SUCCESS))
        assert not asked.terminate(RUN.run_id)


def test_a_run_that_was_launched_this_moment_is_well(launcher):
    found = launcher(state="FAILURE").check_run_worker_health(dg.DagsterRun("year", "run-1"))
    assert found.status is WorkerStatus.RUNNING


def test_a_worker_runs_what_the_launcher_sends_with_the_same_settings(monkeypatch):
    monkeypatch.setenv("NEDRA_BROKER_URL", "redis://127.0.0.1:1/0")
    from assets.instance.celery import app

    sent = WorkersRunLauncher("redis://127.0.0.1:1/0").celery
    assert {TASK_EXECUTE_JOB_NAME, TASK_RESUME_JOB_NAME} <= set(app.app.tasks)
    names = [*celery_settings(), "broker_url", "result_backend", "task_default_queue"]
    assert {name: app.app.conf[name] for name in names} == {name: sent.conf[name] for name in names}


def test_the_broker_delivers_again_only_what_monitoring_has_given_up():
    shipped = shipped_configuration()
    visible = celery_settings()["broker_transport_options"]["visibility_timeout"]
    assert visible > shipped["run_monitoring"]["max_runtime_seconds"]
    assert shipped["run_monitoring"]["max_resume_run_attempts"] > 0


def test_an_instance_with_the_shipped_launcher_can_be_loaded(monkeypatch, tmp_path):
    monkeypatch.setenv("NEDRA_BROKER_URL", "redis://127.0.0.1:1/0")
    shipped = shipped_configuration()
    without_server = {name: value for name, value in shipped.items() if name != "storage"}
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(without_server), "utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.run_launcher, WorkersRunLauncher)
        assert instance.run_monitoring_max_resume_run_attempts > 0
        assert instance.run_launcher.supports_resume_run


def test_what_is_not_about_workers_is_configured_as_without_them():
    with_workers, without = shipped_configuration(), shipped_configuration("dagster.yaml")
    about_workers = {"run_launcher", "concurrency", "run_monitoring"}
    assert with_workers.keys() == without.keys()
    assert {name for name, value in with_workers.items() if without[name] != value} == about_workers


def test_the_unit_of_a_worker_is_given_what_it_and_its_configuration_use():
    used = set(re.findall(r"env: (\w+)", (DEPLOY / CELERY).read_text("utf-8"))) | {"NEDRA_HOME", "NEDRA_DATABASE_URL"}
    assert used <= {**variables("nedra-worker"), **environment("celery/broker.env")}.keys()
    [command] = unit("nedra-worker")["ExecStart"]
    assert command.split()[:3] == [f"{INSTALLED}/celery", "--app", "assets.instance.celery.app"]
    assert all(path.startswith(CONFIGURED) for path in unit("nedra-worker")["EnvironmentFile"])


def test_a_worker_may_stop_as_slowly_and_write_as_little_as_the_code_server():
    worker, code = unit("nedra-worker"), unit("nedra-code")
    own = {"EnvironmentFile", "ExecStart", "ExecStartPost", "TimeoutStartSec"}
    assert {key: value for key, value in worker.items() if key not in own} == {
        key: value for key, value in code.items() if key not in own
    }
