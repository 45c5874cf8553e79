"""Return notices through Dagster and the command line: the asset, its job, the sensor that follows a year."""

import json
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from assets.cli.app import app
from assets.definitions import defs
from assets.reports.return_notices import request_after
from pipelines.warehouse.session import NoWarehouseError
from tests.homes import Home
from tests.notices.conftest import Filer

USER = Filer(1)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_WORKERS", "1")
    monkeypatch.setenv("COLUMNS", "200")
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    made.hand_in("1.xlsx", USER.filing(lines=[USER.line(1), USER.line(2, work_kind="Услуга")]))
    made.hand_in("2.xlsx", b"no workbook")
    yield made
    made.close()


def test_the_asset_writes_the_notices_of_the_year_and_shows_the_worst_with_links(home):
    home.run(2025)
    job = defs().resolve_job_def("notices")
    with dg.instance_for_test() as instance:
        result = job.execute_in_process(partition_key="2025", instance=instance, run_config=QUIET)
        [event] = [event for event in result.all_events if event.is_step_materialization]
    made: Any = event.step_materialization_data.materialization
    folder = home.folder / "reports" / "notices" / "2025"
    assert (made.asset_key.to_user_string(), made.partition) == ("return_notices", "2025")
    shown = {name: value.value for name, value in made.metadata.items()}
    assert {name: shown[name] for name in ("notices", "written", "withdrawn")} == {
        "notices": 2,
        "written": 2,
        "withdrawn": 0,
    }
    assert shown["folder"] == str(folder)
    assert shown["gravest_finding"] == {"reject": 1, "set_aside": 1}
    first, second = shown["worst"].splitlines()[2:]
    assert first.startswith("| –  | 2.xlsx | rejected | F001 (1) | [")
    assert second.startswith(f"| {USER.bin} {USER.name} | 1.xlsx | accepted | L011 (1) | [{folder}/{USER.bin}-")
    assert second.endswith(".xlsx) |")
    assert "](file://" in second


def test_the_notices_are_no_part_of_the_job_of_a_year():
    names = {key.to_user_string() for key in defs().resolve_job_def("year").asset_layer.executable_asset_keys}
    assert "filings" in names
    assert "return_notices" not in names


def after(job_name, selection=None, year="2025"):
    """Return what the sensor asks for after a run."""
    keys = None if selection is None else {dg.AssetKey(name) for name in selection}
    tags = {} if year is None else {"dagster/partition": year}
    return request_after(dg.DagsterRun(job_name=job_name, run_id="the-run", asset_selection=keys, tags=tags))


@pytest.mark.parametrize(
    ("job_name", "selection"),
    [("year", None), ("year", ["filings", "obligations"]), ("__ASSET_JOB", ["ledger_findings"])],
)
def test_a_run_that_stored_findings_is_followed_by_the_notices_of_its_year(job_name, selection):
    asked: Any = after(job_name, selection)
    assert (asked.run_key, asked.partition_key) == ("notices:the-run", "2025")


@pytest.mark.parametrize(
    ("job_name", "selection", "year"),
    [
        ("notices", None, "2025"),
        ("tidy", None, None),
        ("__ASSET_JOB", ["sector_summary"], "2025"),
        ("__ASSET_JOB", ["findings", "return_notices"], "2025"),
    ],
)
def test_any_other_run_is_followed_by_nothing(job_name, selection, year):
    assert isinstance(after(job_name, selection, year), dg.SkipReason)


def nedra(*arguments):
    return CliRunner().invoke(app, ["notices", *arguments])


def test_the_command_writes_the_notices_where_it_is_told(home, tmp_path):
    home.run(2025)
    done = nedra("--to", str(tmp_path / "out"), "--json")
    assert done.exit_code == 0, done.output
    [told] = json.loads(done.stdout)
    assert (told["report_year"], told["written"], told["withdrawn"]) == (2025, 2, [])
    assert [(each["filings"], each["codes"], each["marked"]) for each in told["notices"]] == [
        (["2.xlsx"], {"F001": 1}, False),
        (["1.xlsx"], {"L011": 1}, True),
    ]
    assert {path.name for path in (tmp_path / "out" / "2025").glob("*.xlsx")} == {
        each["file"] for each in told["notices"]
    }
    again = nedra("--to", str(tmp_path / "out"), "--year", "2025")
    assert "2025: 2 notices stand, 0 written, 0 withdrawn, in " in again.output


def test_the_command_says_when_there_is_nothing_to_write(home):
    missing = nedra()
    assert isinstance(missing.exception, NoWarehouseError)
    home.run(2025)
    other = nedra("--year", "2024")
    assert other.exit_code == 1
    assert "No filing is stored for 2024" in other.output
    assert nedra("--year", "весна").exit_code == 2
