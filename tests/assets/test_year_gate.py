"""Order: a run of a year waits for the run of the year before, and for nothing else."""

import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest
from dagster import DagsterRunStatus as Status
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemotePartitionSetOrigin,
    RemoteRepositoryOrigin,
)

from assets.instance.year_gate import WaitsForAWorker, wait_for_the_year_before

REPOSITORY = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("nedra"), "__repository__")
LAUNCHED = RemoteJobOrigin(REPOSITORY, "year")
VERDICTS = frozenset({dg.AssetKey("compliance_by_unit")})
WORKED_ON = CheckRunHealthResult(WorkerStatus.RUNNING)
WAITING = WaitsForAWorker(WorkerStatus.RUNNING, "it waits for a worker")


class Looks:
    """What changes between two looks of a waiting run: one step a pause."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.taken = 0

    def __call__(self, _seconds):
        self.taken += 1
        assert self.steps, "it waits for ever"
        self.steps.pop(0)()


@pytest.fixture
def instance(monkeypatch):
    monkeypatch.setenv("NEDRA_WAIT_PATIENCE_SECONDS", "0.000001")
    with dg.DagsterInstance.ephemeral() as made:
        monkeypatch.setattr(type(made), "run_will_resume", lambda _self, _run_id: True)
        monkeypatch.setattr(type(made.run_launcher), "supports_check_run_worker_health", True)
        health(monkeypatch, made, WORKED_ON)
        yield made


def health(monkeypatch, instance, result):
    monkeypatch.setattr(type(instance.run_launcher), "check_run_worker_health", lambda _self, _run: result)


def a_run(instance, year, status=Status.STARTED, assets=None, origin=LAUNCHED, **tags):
    tags = {"dagster/partition": str(year)} | {f"dagster/{name}": value for name, value in tags.items()}
    run = dg.DagsterRun(
        "year", str(uuid4()), status=status, tags=tags, asset_selection=assets, remote_job_origin=origin
    )
    return instance.add_run(run)


def ended(instance, run):
    return lambda: instance.run_storage.handle_run_event(
        run.run_id, dg.DagsterEvent("PIPELINE_SUCCESS", "year"), update_timestamp=None
    )


def waits(monkeypatch, instance, run, *steps):
    """Let a run wait while ``steps`` happen one after another; return how often it looked in vain."""
    looks = Looks(*steps)
    monkeypatch.setattr(time, "sleep", looks)
    log = SimpleNamespace(info=print, warning=print)
    context: Any = SimpleNamespace(run=run, instance=instance, partition_key=run.tags["dagster/partition"], log=log)
    wait_for_the_year_before(context)
    return looks.taken


def test_a_run_waits_until_the_year_before_has_ended(monkeypatch, instance):
    before = a_run(instance, 2024)
    assert waits(monkeypatch, instance, a_run(instance, 2025), lambda: None, ended(instance, before)) == 2


def test_a_run_of_this_process_alone_never_waits(monkeypatch, instance):
    a_run(instance, 2024)
    assert waits(monkeypatch, instance, a_run(instance, 2025, origin=None)) == 0


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILURE, Status.CANCELED, Status.CANCELING])
def test_a_run_that_has_ended_is_not_waited_for(monkeypatch, instance, status):
    a_run(instance, 2024, status)
    assert waits(monkeypatch, instance, a_run(instance, 2025)) == 0


def test_a_run_that_leaves_the_verdicts_alone_is_not_waited_for(monkeypatch, instance):
    a_run(instance, 2024, assets=frozenset({dg.AssetKey("disclosure")}))
    assert waits(monkeypatch, instance, a_run(instance, 2025, assets=VERDICTS)) == 0


@pytest.mark.parametrize("year", [2023, 2025, 2026])
def test_another_year_than_the_one_before_is_not_waited_for(monkeypatch, instance, year):
    a_run(instance, year)
    assert waits(monkeypatch, instance, a_run(instance, 2025)) == 0


def test_a_failed_run_that_is_retried_is_waited_for_until_its_retry_is_there(monkeypatch, instance):
    failed = a_run(instance, 2024, Status.FAILURE, will_retry="true")
    retried = a_run(instance, 2024, Status.SUCCESS)
    there = {"dagster/auto_retry_run_id": retried.run_id}
    a_run(instance, 2023)  # somebody works, so patience has no end
    run = a_run(instance, 2025)
    assert waits(monkeypatch, instance, run, lambda: instance.add_run_tags(failed.run_id, there)) == 1


def test_a_year_its_backfill_has_not_come_to_yet_is_waited_for(monkeypatch, instance):
    backfill = PartitionBackfill(
        backfill_id="fill",
        status=BulkActionStatus.REQUESTED,
        from_failure=False,
        tags={},
        backfill_timestamp=0.0,
        partition_set_origin=RemotePartitionSetOrigin(
            repository_origin=REPOSITORY, partition_set_name="year_partition_set"
        ),
        partition_names=["2025", "2024", "2023"],
    )
    instance.add_backfill(backfill)
    a_run(instance, 2023, backfill="fill")
    run = a_run(instance, 2025, backfill="fill")
    assert waits(monkeypatch, instance, run, lambda: a_run(instance, 2024, Status.SUCCESS, backfill="fill")) == 1


@pytest.mark.parametrize("status", [Status.STARTING, Status.STARTED])
def test_a_run_makes_room_when_nobody_works_on_the_year_before(monkeypatch, instance, status):
    health(monkeypatch, instance, WAITING)
    a_run(instance, 2024, status)
    with pytest.raises(DagsterExecutionInterruptedError):
        waits(monkeypatch, instance, a_run(instance, 2025), lambda: None)


def test_a_run_keeps_its_place_while_somebody_works_on_a_still_earlier_year(monkeypatch, instance):
    before, earlier = a_run(instance, 2024, Status.STARTING), a_run(instance, 2023)
    steps = [lambda: None, ended(instance, before), ended(instance, earlier)]
    assert waits(monkeypatch, instance, a_run(instance, 2025), *steps) == 2


@pytest.mark.parametrize("resumes", [True, False])
def test_a_run_goes_on_when_the_year_before_cannot_begin_or_it_could_not_be_resumed(monkeypatch, instance, resumes):
    monkeypatch.setattr(type(instance), "run_will_resume", lambda _self, _run_id: resumes)
    health(monkeypatch, instance, WAITING)
    a_run(instance, 2024, Status.QUEUED if resumes else Status.STARTED)
    assert waits(monkeypatch, instance, a_run(instance, 2025), lambda: None, lambda: None) <= 2
