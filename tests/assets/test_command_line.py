"""Command line: ``nedra demo`` and ``nedra run``, their output and exit codes."""

import json
import shutil
import subprocess
import sys

import dagster as dg
import pytest
from typer.testing import CliRunner

from assets.cli.app import app, main
from pipelines.settings import Settings
from pipelines.staleness.first_look import years_likely_behind
from tests.homes import Home, User

USER = User(1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_WORKERS", "1")
    monkeypatch.setenv("COLUMNS", "200")
    # The command sets these for the rest of its process.
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setenv("NEDRA_AS_OF", "2026-09-01")
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    yield made
    made.close()


def nedra(*arguments):
    return CliRunner().invoke(app, arguments)


def test_a_demo_can_be_written_and_run(tmp_path, home):
    folder = tmp_path / "demo"
    written = nedra("demo", str(folder), "--users", "2", "--years", "2025", "--clean", "--seed", "7")
    assert written.exit_code == 0, written.output
    assert "2 users" in written.output
    assert f"NEDRA_HOME={folder}" in written.output.replace("\n", "")
    assert {path.name for path in (folder / "inbox" / "registers").iterdir()} >= {"units.xlsx", "rates.xlsx"}
    assert list((folder / "inbox" / "filings" / "2025").rglob("*.xlsx"))


def test_run_computes_the_years_of_the_inbox_in_order_and_tells_the_result(home):
    for year in (2025, 2024):
        home.hand_in("1.xlsx", User(1, year).filing(), year)
    done = nedra("run", "--as-of", "2026-09-01", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["failure"] is None
    assert [each["year"] for each in told["years"]] == [2024, 2025]
    assert home.rows("compliance_by_unit", "report_year", "status") == [(2024, "MET"), (2025, "MET")]
    assert done.stderr.splitlines() == ["2024: never computed.", "2025: never computed."]


def test_run_says_why_each_year_is_computed_in_the_words_of_the_sensor(home):
    home.hand_in("1.xlsx", USER.filing())
    home.run(2025, marts=True)
    home.hand_in("2.xlsx", b"no workbook")
    again = nedra("run", "--years", "2025", "--as-of", "2026-09-01")
    assert "2025: 1 new." in again.stderr
    once_more = nedra("run", "--years", "2025", "--as-of", "2026-09-01", "--force")
    assert "2025: nothing it is made from changed; it is computed because it was asked for." in once_more.stderr


STANDS = "2025: nothing it is made from changed today; shown as it stands"


@pytest.fixture
def computed(home):
    """A home whose year has just been computed."""
    home.hand_in("1.xlsx", USER.filing())
    assert nedra("run", "--as-of", "2026-09-01").exit_code == 0
    return home


def test_a_year_that_stands_is_shown_and_nothing_is_computed(computed):
    first = nedra("run", "--as-of", "2026-09-01", "--json", "--force")
    before = computed.everything()
    again = nedra("run", "--as-of", "2026-09-01", "--json")
    assert STANDS in again.stderr
    assert computed.everything() == before
    assert json.loads(again.stdout) == json.loads(first.stdout)


def test_dagster_hears_that_a_year_stands(computed):
    nedra("run", "--as-of", "2026-09-01")
    with dg.DagsterInstance.get() as instance:
        seen = instance.fetch_observations(dg.AssetKey("compliance_by_unit"), limit=5).records
        assert [each.partition_key for each in seen] == ["2025"]
        load = computed.rows("loads", "load_id", asset="compliance_by_unit")[-1][0]
        observed = seen[0].asset_observation
        assert observed is not None
        assert observed.metadata["unchanged_since_load"] == dg.MetadataValue.int(load)


def forget_dagster(home):
    shutil.rmtree(home.folder / "dagster")


CHANGES = {
    "another filing": lambda home: home.hand_in("2.xlsx", b"no workbook"),
    "a filing of the same name and size": lambda home: replace_last_byte(home.inbox / "filings" / "2025" / "1.xlsx"),
    "a register": lambda home: home.register("units", [USER.record(), User(2).record()]),
    "a Dagster home that knows nothing": forget_dagster,
}


def replace_last_byte(path):
    path.write_bytes(path.read_bytes()[:-1] + b"\1")


@pytest.mark.parametrize("change", CHANGES)
def test_a_year_that_may_not_stand_is_computed(computed, change):
    CHANGES[change](computed)
    again = nedra("run", "--as-of", "2026-09-01")
    assert again.exit_code == 0
    assert STANDS not in again.stderr


def test_verdicts_of_another_day_do_not_stand(computed):
    assert STANDS not in nedra("run", "--as-of", "2026-09-02", "--rewrite").stderr


@pytest.mark.parametrize("name", ["2.xlsx", "deep/1.xlsx"])
def test_only_years_with_other_files_than_stored_are_read_before_anything_is_known(computed, name):
    computed.hand_in("1.xlsx", User(1, 2024).filing(), 2024)
    assert years_likely_behind(Settings(), None) == [2024]
    assert years_likely_behind(Settings(), [2025]) == []
    computed.hand_in(name, b"no workbook")
    assert years_likely_behind(Settings(), None) == [2024, 2025]


def test_every_year_is_read_early_where_the_warehouse_is_damaged(computed):
    computed.close()
    for file in computed.folder.glob("warehouse.db*"):
        file.write_bytes(b"no database")
    assert years_likely_behind(Settings(), None) == [2025]


def test_run_stops_at_the_first_year_that_fails_and_says_what_to_do(home):
    for year in (2024, 2025):
        home.hand_in("1.xlsx", User(1, year).filing(), year)
    (home.inbox / "registers" / "units.xlsx").write_bytes(b"no workbook")
    failed = nedra("run")
    assert failed.exit_code == 1
    told = " ".join(failed.output.split())
    assert "2024 failed" in told
    assert "inbox/registers/units.xlsx" in told
    assert "Not run, because each year starts from the one before: 2025." in told


def test_run_on_an_empty_inbox_says_so(home):
    nothing = nedra("run")
    assert nothing.exit_code == 1
    assert "nothing to run" in nothing.output


@pytest.mark.parametrize("years", ["1999", "2999", "весна", "2025-2023", ""])
def test_a_year_that_is_none_is_refused(home, years):
    home.hand_in("1.xlsx", USER.filing())
    refused = nedra("run", "--years", years)
    assert refused.exit_code == 2, refused.output
    assert home.rows("loads", "load_id") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("NEDRA_WORKERS", "0"), ("NEDRA_AS_OF", "весна"), ("NEDRA_DATABASE_URL", "mysql://localhost/nedra")],
)
def test_a_setting_that_cannot_be_used_is_told_in_one_line(monkeypatch, capsys, home, name, value):
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["nedra", "run"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert name in told
    assert len(told.splitlines()) == 1


def test_the_command_can_be_called_from_a_shell_and_starts_without_dagster():
    probe = "import sys; from assets.cli.app import app; print('dagster' in sys.modules)"
    started = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "False"
    told = subprocess.run(
        [sys.executable, "-m", "assets.cli.app", "--help"], capture_output=True, text=True, check=True
    )
    assert "demo" in told.stdout


ALTERATIONS = {
    "a verdict": ("compliance_by_unit", "UPDATE compliance_by_unit SET status = 'BREACH'"),
    "a user's sum": ("compliance_by_user", "UPDATE compliance_by_user SET shortfall_tiyn = 1"),
    "a filing that is gone": ("filings", "DELETE FROM filings"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_a_year_that_was_altered_outside_is_not_shown_as_it_stands(computed, name):
    table, statement = ALTERATIONS[name]
    with computed.warehouse.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    for force in ((), ("--force",)):
        told = nedra("run", "--as-of", "2026-09-01", *force)
        assert told.exit_code == 1
        assert f"{table} of 2025 was altered outside Nedra: run `nedra verify`" in " ".join(told.stderr.split())


def test_a_year_is_not_computed_from_an_altered_year_before(computed):
    computed.hand_in("1.xlsx", User(1, 2026).filing(), 2026)
    with computed.warehouse.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE compliance_by_unit SET surplus_tiyn = 100")
    told = nedra("run", "--years", "2026", "--as-of", "2027-09-01")
    assert told.exit_code == 1
    assert "compliance_by_unit of 2025 was altered outside Nedra" in " ".join(told.stderr.split())
    assert computed.rows("compliance_by_unit", "report_year") == [(2025,)]
