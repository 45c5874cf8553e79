"""Dagster's own SQLite files: kept open by an instance of ours, with the same records, and closed with it."""

import inspect
from pathlib import Path

import dagster as dg
import psutil
import pytest

from assets.instance import dagster_internals as internals
from assets.instance.sqlite_connections import keep_open

QUIET = {"telemetry": {"enabled": False}}


@dg.op
def said() -> int:
    return 1


@dg.job
def two_steps() -> None:
    said()
    said.alias("again")()


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=QUIET) as made:
        yield made


def told(instance: dg.DagsterInstance) -> list[str]:
    run = two_steps.execute_in_process(instance=instance)
    return [str(entry.dagster_event_type) for entry in instance.all_logs(run.run_id) if entry.is_dagster_event]


def open_files(folder: Path) -> set[str]:
    return {Path(each.path).name for each in psutil.Process().open_files() if each.path.startswith(str(folder))}


def test_a_run_leaves_the_same_records(tmp_path, instance):
    expected = told(instance)
    keep_open(instance)
    assert told(instance) == expected
    assert instance.get_runs_count() == 2
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=QUIET) as other:
        assert len(other.get_runs(filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS]))) == 2


def test_files_stay_open_between_events_and_are_closed_with_the_instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=QUIET) as instance:
        keep_open(instance)
        told(instance)
        assert {"index.db", "runs.db"} <= open_files(tmp_path)
    assert not [name for name in open_files(tmp_path) if ".db" in name]


def test_an_error_between_events_rolls_back_and_the_next_is_written(instance):
    keep_open(instance)
    told(instance)

    def deletes_and_fails() -> None:
        with instance.run_storage.connect() as connection:
            connection.exec_driver_sql("DELETE FROM runs")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deletes_and_fails()
    assert instance.get_runs_count() == 1


@pytest.mark.parametrize(
    ("storage", "names"),
    [
        (internals.SqliteEventLogStorage, ["_connect", "_initdb", "conn_string_for_shard", "dispose"]),
        (internals.SqliteRunStorage, ["connect", "dispose"]),
        (internals.SqliteScheduleStorage, ["connect", "dispose"]),
    ],
)
def test_dagster_opens_its_files_where_they_are_kept_open(storage, names):
    assert all(callable(getattr(storage, name)) for name in names)
    opening = inspect.getsource(getattr(storage, names[0]))
    assert "create_engine" in opening, "Dagster keeps its files open by itself: drop the override"
