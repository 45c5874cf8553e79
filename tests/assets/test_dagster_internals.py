"""What Nedra relies on of Dagster's internals, and the defects its overrides mend: red when either changes."""

import inspect

import dagster as dg
import pytest
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tasks import create_resume_job_task

from assets.automation.retention import _remove_empty_file
from assets.instance import dagster_internals as internals

DROP = "the defect is gone: drop the override and its line in dagster_internals"


def arguments(function):
    return list(inspect.signature(function).parameters)


@pytest.mark.parametrize("name", internals.__all__)
def test_a_name_is_there(name):
    assert getattr(internals, name) is not None


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (dg.DefaultRunLauncher.check_run_worker_health, ["self", "run"]),
        (dg.DefaultRunLauncher._get_grpc_client_for_termination, ["self", "run_id"]),
        (dg.QueuedRunCoordinator.submit_run, ["self", "context"]),
        (internals.SubmitRunContext.get_request_header, ["self", "key"]),
        (internals.SqlEventLogStorage.index_connection, ["self"]),
        (internals.SqliteEventLogStorage.path_for_shard, ["self", "run_id"]),
        (CeleryRunLauncher.resume_run, ["self", "context"]),
        (CeleryRunLauncher.terminate, ["self", "run_id"]),
        (CeleryRunLauncher.check_run_worker_health, ["self", "run"]),
        (CeleryRunLauncher._launch_celery_task_run, ["self", "run", "task_signature", "routing_key"]),
        (create_resume_job_task, ["celery", "task_kwargs"]),
    ],
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_a_method_takes_what_it_is_given(function, expected):
    assert arguments(function) == expected


def test_the_answer_about_a_run_has_its_fields():
    assert internals.CheckRunHealthResult._fields == ("status", "msg", "transient", "run_worker_id")
    assert {"RUNNING", "NOT_FOUND", "FAILED"} <= {status.name for status in internals.WorkerStatus}
    assert "current_runs" in internals.GetCurrentRunsResult.__annotations__


def test_the_arguments_of_a_resumed_run_have_their_names():
    wanted = ["job_origin", "run_id", "instance_ref", "set_exit_code_on_failure"]
    assert arguments(internals.ResumeRunArgs.__new__)[1:] == wanted


def test_the_tables_of_events_have_the_columns_retention_asks_for():
    events, checks = internals.SqlEventLogStorageTable.c, internals.AssetCheckExecutionsTable.c
    assert {"id", "run_id", "dagster_event_type", "asset_key", "partition"} <= set(events.keys())
    assert {"id", "run_id", "asset_key", "check_name", "partition"} <= set(checks.keys())


def test_dagsters_own_launcher_still_cannot_tell_whether_a_run_is_there():
    assert dg.DefaultRunLauncher().supports_check_run_worker_health is False, DROP


def test_dagster_celery_still_resumes_with_the_name_of_another_tasks_argument():
    assert "execute_job_args_packed=" in inspect.getsource(CeleryRunLauncher.resume_run), DROP
    assert "resume_job_args_packed" in inspect.getsource(create_resume_job_task)


def test_dagster_celery_still_does_not_note_that_a_run_is_cancelled():
    assert "report_run_cancel" not in inspect.getsource(CeleryRunLauncher.terminate), DROP


def test_dagster_celery_still_asks_for_the_state_of_a_task_alone():
    assert "inspect(" not in inspect.getsource(CeleryRunLauncher.check_run_worker_health), DROP


def test_dagster_on_sqlite_still_leaves_the_file_of_a_deleted_run(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:

        @dg.job
        def nothing() -> None:
            pass

        run_id = nothing.execute_in_process(instance=instance).run_id
        instance.delete_run(run_id)
        left = [path for path in tmp_path.rglob(f"{run_id}*.db*") if path.is_file()]
        assert left, DROP
        _remove_empty_file(instance, run_id)
        assert [path for path in left if path.exists()] == []
