"""Running a year through Dagster in this process: what is materialised, and what must not be."""

import datetime as dt
import re

import dagster as dg
import pytest
import sqlalchemy as sa

from assets.definitions import defs
from assets.jobs import REPORTS
from schemas.trail import loads
from tests.homes import Home, User

YEAR = "2025"
USER = User(1)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_year(home, instance, year=YEAR):
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NEDRA_HOME", str(home.folder))
        environment.setenv("NEDRA_AS_OF", "2026-09-01")
        environment.setenv("NEDRA_WORKERS", "1")
        return (
            defs()
            .resolve_job_def("year")
            .execute_in_process(partition_key=year, instance=instance, raise_on_error=False, run_config=QUIET)
        )


def materialised(result):
    return {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization
        for event in result.all_events
        if event.is_step_materialization
    }


def reasons(result):
    return [
        event.step_failure_data.user_failure_data.description
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.user_failure_data
    ]


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    made.hand_in("1.xlsx", USER.filing())
    made.hand_in("2.xlsx", b"no workbook")
    yield made
    made.close()


@pytest.fixture
def instance(tmp_path_factory):
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as made:
        yield made


def test_a_year_materialises_every_asset_once_and_a_bad_workbook_fails_nothing(home, instance):
    result = run_year(home, instance)
    assert result.success
    made = materialised(result)
    graph = defs().get_repository_def().asset_graph
    computed = {key for key in graph.get_all_asset_keys() if graph.get(key).group_name != REPORTS}
    assert made.keys() == {key.to_user_string() for key in computed}
    assert {each.partition for each in made.values()} == {YEAR}
    for key in ("filings", "financing_lines", "compliance_by_unit"):
        assert made[key].metadata["dagster/partition_row_count"].value == len(home.rows(key))
    assert made["compliance_by_unit"].metadata["statuses"].value == {"MET": 1}
    checks = {each.check_name: (each.passed, each.severity) for each in result.get_asset_check_evaluations()}
    assert checks == {
        "every_register_row_is_usable": (True, dg.AssetCheckSeverity.ERROR),
        "every_filing_is_usable": (False, dg.AssetCheckSeverity.ERROR),
        "every_file_is_read": (True, dg.AssetCheckSeverity.WARN),
        "no_line_is_set_aside": (True, dg.AssetCheckSeverity.ERROR),
        "nothing_is_warned_of": (True, dg.AssetCheckSeverity.WARN),
        "declared_figures_agree": (True, dg.AssetCheckSeverity.ERROR),
        "money_reaches_a_verdict": (True, dg.AssetCheckSeverity.WARN),
    }
    assert home.value("compliance_by_unit", "status") == "MET"
    run_ids = set(home_loads(home, "run_id"))
    assert run_ids == {result.run_id}
    assert set(home_loads(home, "as_of")) == {dt.date(2026, 9, 1)}


def test_the_outcome_of_one_year_never_hides_that_of_another(home, instance):
    assert run_year(home, instance).success
    home.hand_in("1.xlsx", User(1, 2024).filing(), 2024)
    assert run_year(home, instance, year="2024").success
    key = dg.AssetCheckKey(dg.AssetKey("filings"), "every_filing_is_usable")
    of_years = {
        each.partition: each.event.asset_check_evaluation.passed
        for each in instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    }
    assert of_years == {"2024": True, YEAR: False}


def home_loads(home, column):
    with home.warehouse.reading() as connection:
        return connection.execute(sa.select(loads.c[column])).scalars().all()


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda path: path.unlink(), r"units\.xlsx is missing.*inbox/registers/units\.xlsx.*run the year again"),
        (lambda path: path.write_bytes(b"no workbook"), r"units\.xlsx cannot be used \(F001.*Correct inbox/registers"),
    ],
    ids=["missing", "unreadable"],
)
def test_a_broken_register_fails_the_partition_before_anything_counts_as_materialised(home, instance, break_it, told):
    break_it(home.inbox / "registers" / "units.xlsx")
    result = run_year(home, instance)
    assert not result.success
    assert materialised(result) == {}
    [reason] = reasons(result)
    assert re.search(told, reason)
    assert home_loads(home, "load_id") == []


def test_a_year_before_its_predecessor_fails_before_any_verdict_and_says_what_to_run(home, instance):
    home.hand_in("1.xlsx", User(1, 2024).filing(), 2024)
    result = run_year(home, instance)
    assert not result.success
    assert not materialised(result).keys() & {"compliance_by_unit", "obligations", "compliance_by_user"}
    [reason] = reasons(result)
    assert "nedra run --years 2024-2025" in reason
    assert home.rows("compliance_by_unit") == []


def test_amounts_that_do_not_reconcile_fail_the_partition_and_store_nothing(home, instance, monkeypatch):
    monkeypatch.setattr(
        "pipelines.steps.invariants.run_check", lambda _connection, check, _binds: [{"unit_no": check.name}]
    )
    result = run_year(home, instance)
    assert not result.success
    assert "compliance_by_unit" not in materialised(result)
    [reason] = reasons(result)
    assert reason.startswith("Nothing was stored")
    assert home.rows("compliance_by_unit") == home.rows("arrears") == []


def test_a_file_nobody_reads_is_named_by_a_check_that_warns(home, instance):
    left = home.folder / "inbox" / "filings" / "2025" / "3.xlsx.tmp"
    left.write_bytes(b"half a workbook")
    checks = {each.check_name: each for each in run_year(home, instance).get_asset_check_evaluations()}
    check = checks["every_file_is_read"]
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN
    shown = check.metadata["not_read"]
    assert isinstance(shown, dg.TableMetadataValue)
    assert [str(record.data["file"]).partition(":")[0] for record in shown.records] == ["filings/2025/3.xlsx.tmp"]
