"""The configuration of production: what deploy/dagster.yaml lets run beside what, who asked, and what counts as lost.

Belongs here: the instance that file makes, with SQLite in place of PostgreSQL. Does not: processes (``tests/live``).
"""

import itertools
from types import SimpleNamespace
from unittest import mock

import dagster as dg
import pytest
import yaml
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import WorkerStatus
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.run_coordinator import SubmitRunContext
from dagster._core.workspace.context import WorkspaceRequestContext
from dagster._daemon.run_coordinator import QueuedRunCoordinatorDaemon
from dagster._grpc.types import GetCurrentRunsResult
from dagster._serdes import serialize_value

from assets.instance import run_launcher
from assets.instance.run_launcher import WatchedRunLauncher
from tests.shipped import DEPLOY

ORIGIN = RemoteJobOrigin(
    RemoteRepositoryOrigin(GrpcServerCodeLocationOrigin(host="127.0.0.1", port=4000), "__repository__"), "some_job"
)


@dg.op
def nothing() -> None:
    pass


@dg.job
def some_job() -> None:
    nothing()


@pytest.fixture
def instance(tmp_path):
    config = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
    del config["storage"]
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(config), "utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as made:
        yield made


def submitted(instance, year=None, headers=None, **tags):
    """Submit a run as the web server does, and return it as it is queued."""
    partition = {"dagster/partition": str(year)} if year else {}
    run = instance.create_run_for_job(some_job, tags=partition | tags, remote_job_origin=ORIGIN)
    workspace = mock.create_autospec(WorkspaceRequestContext, instance=True)
    workspace.source = SimpleNamespace(headers=headers or {})
    return instance.run_coordinator.submit_run(SubmitRunContext(run, workspace))


def next_of(instance):
    """Return what the daemon would launch now, and count it as launched."""
    daemon = QueuedRunCoordinatorDaemon(interval_seconds=1)
    runs = daemon._get_runs_to_dequeue(instance, instance.get_concurrency_config(), None)
    for run in runs:
        instance.report_dagster_event(dg.DagsterEvent("PIPELINE_START", job_name=run.job_name), run.run_id)
    return [run.tags.get("dagster/partition", "none") for run in runs]


def finish_all(instance):
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        instance.report_run_failed(run)


def test_years_go_one_at_a_time_the_earliest_first_and_what_is_no_year_beside_them(instance):
    for year in (2024, 2022, 2023, 2022):
        submitted(instance, year)
    submitted(instance)
    order = []
    for _ in range(4):
        order.append(next_of(instance))
        assert next_of(instance) == []
        finish_all(instance)
    assert order == [["none", "2022"], ["2022"], ["2023"], ["2024"]]


def test_two_years_may_go_at_once_when_the_limit_is_raised_but_never_one_beside_itself(instance):
    limits = instance.get_settings("concurrency")["runs"]["tag_concurrency_limits"]
    [of_all] = [each for each in limits if "value" not in each]
    of_all["limit"] = 2
    for year in (2022, 2022, 2023):
        submitted(instance, year)
    assert next_of(instance) == ["2022", "2023"]


def test_a_run_says_who_asked_for_it(instance):
    asked = submitted(instance, 2022, headers={"X-Forwarded-User": "clerk@example.kz"})
    assert asked.tags["nedra/launched_by"] == "clerk@example.kz"
    assert "nedra/launched_by" not in submitted(instance, 2022).tags


def test_a_priority_that_was_given_stays(instance):
    assert submitted(instance, 2022, **{"dagster/priority": "5"}).tags["dagster/priority"] == "5"


class Client:
    """A code server that knows some runs, or does not answer."""

    def __init__(self, *run_ids, answers=True):
        self.run_ids, self.answers = list(run_ids), answers

    def get_current_runs(self):
        if not self.answers:
            raise DagsterUserCodeUnreachableError
        return serialize_value(GetCurrentRunsResult(current_runs=self.run_ids, serializable_error_info=None))


@pytest.fixture
def ask(instance, monkeypatch):
    """Ask the launcher about one run, half a minute after the last time."""
    run = instance.create_run_for_job(some_job)
    clock = itertools.count(0, 15)  # it looks twice
    monkeypatch.setattr(run_launcher, "monotonic", lambda: next(clock))

    def is_there(*known, answers=True, found=True):
        client = Client(*(run.run_id if each == "it" else each for each in known), answers=answers) if found else None
        monkeypatch.setattr(WatchedRunLauncher, "_get_grpc_client_for_termination", lambda _self, _run_id: client)
        return instance.run_launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING

    return is_there


def test_a_run_the_code_server_knows_is_there(ask):
    assert all(ask("it", "another") for _ in range(10))


def test_a_run_the_code_server_does_not_know_is_given_up_after_the_daemon_had_time_to_find_it(ask):
    assert [ask("another") for _ in range(6)].count(True) == 3


def test_a_code_server_that_does_not_answer_says_nothing(ask):
    assert all(ask("it", answers=False) for _ in range(10))


def test_a_run_that_was_seen_again_is_missed_anew(ask):
    seen = [ask("another"), ask("another"), ask("it"), ask("another"), ask("another")]
    assert all(seen)


def test_a_run_without_a_code_server_is_left_alone(ask):
    assert all(ask(found=False) for _ in range(10))
