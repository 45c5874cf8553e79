"""Abandoned runs: ended when their process is gone, left alone otherwise."""

import subprocess
import sys

import dagster as dg
import pytest

from assets.definitions import defs
from assets.instance.orphaned_runs import HOST, PROCESS, end_abandoned, own_mark

STARTED, FAILED = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


@pytest.fixture
def a_process_that_ended():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return str(process.pid)


def started(instance, tags):
    run = instance.create_run_for_job(defs().resolve_job_def("year"), tags={"dagster/partition": "2025", **tags})
    instance.report_engine_event("", run)
    instance.handle_run_event(
        run.run_id, dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, run.job_name), update_timestamp=None
    )
    return run.run_id


def statuses(instance):
    return {run.run_id: run.status for run in instance.get_runs()}


def test_a_run_whose_process_is_gone_is_ended_and_says_so(instance, a_process_that_ended):
    run_id = started(instance, own_mark() | {PROCESS: a_process_that_ended})
    assert statuses(instance) == {run_id: STARTED}
    assert end_abandoned(instance) == [run_id]
    assert statuses(instance) == {run_id: FAILED}
    assert any("ended from outside" in record.message for record in instance.all_logs(run_id))
    assert end_abandoned(instance) == []


def test_a_run_of_a_living_process_of_another_host_or_of_dagster_is_left_alone(instance, a_process_that_ended):
    left = [
        started(instance, own_mark()),
        started(instance, {HOST: "elsewhere", PROCESS: a_process_that_ended}),
        started(instance, {}),
    ]
    assert end_abandoned(instance) == []
    assert set(statuses(instance).values()) == {STARTED}
    assert statuses(instance).keys() == set(left)
