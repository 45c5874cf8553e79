"""Reports through Dagster and the command line: what is written, where, and what the UI shows of it."""

import json
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from assets.cli.app import app
from assets.definitions import defs
from pipelines.warehouse.session import NoWarehouseError
from tests.homes import Home, User

USER = User(1)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_WORKERS", "1")
    monkeypatch.setenv("COLUMNS", "200")
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    made.hand_in("1.xlsx", USER.filing(lines=[USER.line(1), USER.line(2, work_kind="Услуга")]))
    yield made
    made.close()


def materialized(job: str, partition: str | None = None) -> dict[str, Any]:
    with dg.instance_for_test() as instance:
        result = (
            defs().resolve_job_def(job).execute_in_process(partition_key=partition, instance=instance, run_config=QUIET)
        )
        events = [
            event.step_materialization_data.materialization
            for event in result.all_events
            if event.is_step_materialization
        ]
    return {event.asset_key.to_user_string(): event.metadata for event in events}


def test_open_data_show_their_folder_digests_and_version(home):
    home.run(2025, marts=True)
    shown = materialized("data")["open_data"]
    assert shown["folder"].value == str(home.folder / "reports" / "open-data")
    assert shown["written"].value == shown["files"].value > 10
    assert "datapackage.json" in shown["list"].value
    assert shown["rows"].value["disclosure"] == 1
    assert materialized("data")["open_data"]["written"].value == 0


def test_the_command_writes_a_report_once(home):
    assert isinstance(CliRunner().invoke(app, ["report", "data"]).exception, NoWarehouseError)
    home.run(2025, marts=True)
    done = CliRunner().invoke(app, ["report", "data", "--json"])
    assert done.exit_code == 0
    [told] = json.loads(done.stdout)
    assert told["report"] == "data"
    assert all(file["is_new"] for file in told["files"])
    again = json.loads(CliRunner().invoke(app, ["report", "data", "--json"]).stdout)
    assert not any(file["is_new"] for file in again[0]["files"])


def test_a_year_that_is_not_stored_and_a_report_that_is_not_known_are_told(home):
    home.run(2025, marts=True)
    assert CliRunner().invoke(app, ["report", "--year", "2019"]).exit_code == 1
    assert "There is no report" in str(CliRunner().invoke(app, ["report", "nothing"]).exception)
