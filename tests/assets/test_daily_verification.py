"""Daily verification: the job, the check it leaves behind, and that somebody is told of a break."""

from typing import Any

import dagster as dg
import pytest

from assets.automation.daily_verification import verify_daily
from assets.definitions import defs
from assets.jobs import UNALTERED
from pipelines.settings import Settings
from tests.homes import Home, User

USER = User(1)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    made.hand_in("1.xlsx", USER.filing())
    yield made
    made.close()


@pytest.fixture
def instance():
    with dg.instance_for_test() as made:
        yield made


def verified(instance):
    job = defs().resolve_job_def("verify")
    return job.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)


def outcome(instance) -> Any:
    """Return what the check says now, as the UI shows it."""
    records = instance.event_log_storage.get_asset_check_execution_history(UNALTERED, limit=1)
    return records[0].event.asset_check_evaluation if records else None


def test_an_intact_warehouse_leaves_a_green_check(home, instance):
    home.run(2025)
    assert verified(instance).success
    found = outcome(instance)
    assert (found.passed, found.metadata["rows"].value > 0) == (True, True)


def test_a_row_altered_outside_fails_the_run_and_the_check_and_names_the_row(home, instance):
    home.run(2025)
    with home.warehouse.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE compliance_by_unit SET status = 'BREACH'")
    result = verified(instance)
    assert not result.success
    [failed] = [event for event in result.all_events if event.is_step_failure]
    told = failed.step_failure_data.user_failure_data
    assert "Altered outside Nedra" in told.description
    assert "compliance_by_unit" in told.description
    assert "nedra verify" in told.metadata["next_step"].value
    found = outcome(instance)
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert found.metadata["altered"].value.records


def test_where_nothing_was_computed_yet_there_is_nothing_to_alarm_anybody_with(home, instance):
    assert verified(instance).success
    assert outcome(instance) is None
    assert not (home.folder / "warehouse.db").exists()


def test_the_verification_runs_every_morning_after_the_night(home, monkeypatch):
    schedule = verify_daily(Settings())
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 6 * * *", "Asia/Almaty")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    monkeypatch.setenv("NEDRA_AUTOMATION", "false")
    assert verify_daily(Settings()).default_status == dg.DefaultScheduleStatus.STOPPED


def test_the_job_of_a_year_does_not_verify_the_whole_warehouse():
    assert UNALTERED not in defs().resolve_job_def("year").asset_layer.asset_graph.asset_check_keys


def test_a_warehouse_of_an_older_version_fails_the_run_with_the_command_that_mends_it(home, instance):
    home.run(2025)
    with home.warehouse.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    result = verified(instance)
    [failed] = [event for event in result.all_events if event.is_step_failure]
    assert "nedra migrate" in failed.step_failure_data.user_failure_data.metadata["next_step"].value
    assert outcome(instance) is None
