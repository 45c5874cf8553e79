"""Failing: what a failed step tells the operator, what is tried again and what is not."""

import sqlite3

import dagster as dg
import pytest
import sqlalchemy as sa

from assets.cli.run import run_years
from assets.failures.messages import Place, failure_of
from assets.failures.policy import asked_again, retry_policy
from assets.resources import warehouse_resource
from assets.tables.compliance import compliance
from assets.tables.intake import intake
from assets.tables.registers import registers
from pipelines.intake.processes.pool import ReadingError
from pipelines.settings import Settings, SetupError
from pipelines.steps import registers as registers_step
from pipelines.warehouse import engine as engines
from pipelines.warehouse.engine import DamagedError, WarehouseError, told_in_words
from pipelines.warehouse.transient import is_transient
from tests.homes import User, a_home

YEAR = "2025"
USER = User(1)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name, value in (
        ("HOME", tmp_path), ("AS_OF", "2026-09-01"), ("WORKERS", 1), ("RETRIES", 3), ("RETRY_SECONDS", 0.01),
    ):  # fmt: skip
        monkeypatch.setenv(f"NEDRA_{name}", str(value))
    with a_home(tmp_path) as made:
        made.register("units", [USER.record()])
        yield made


def run(*steps):
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            steps,
            partition_key=YEAR,
            instance=instance,
            resources={"warehouse": warehouse_resource},
            raise_on_error=False,
            run_config=QUIET,
        )


def failure(result):
    [told] = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    return {name: shown(value) for name, value in told.metadata.items()}, told.description


def shown(value):
    return value if isinstance(value, dg.TableMetadataValue) else value.value


def attempts(result):
    return sum(event.is_step_start or event.is_step_restarted for event in result.all_events)


def waits(result):
    return [event.event_specific_data.seconds_to_wait for event in result.all_events if event.is_step_up_for_retry]


# what is told


def test_a_register_without_a_column_names_file_sheet_rule_and_the_next_step(home):
    path = home.register("units", [USER.record()], without=["sector"])
    result = run(registers)
    told, description = failure(result)
    assert "units.xlsx" in description
    assert (told["file"], told["path"], told["rule"]) == ("units.xlsx", str(path), "F004")
    assert told["sheet"]
    assert told["cell"] == "the whole sheet"
    assert "Сектор" in told["what"]
    assert told["next_step"].startswith(f"1) Open {path}, sheet “{told['sheet']}”. 2) ")
    assert "“Re-execute all” and choose “From failure”" in told["next_step"]
    assert "nedra run --years 2025" in told["next_step"]
    assert list(told)[:2] == ["what", "next_step"]
    assert attempts(result) == 1
    assert not list(result.get_asset_materialization_events())


def test_a_missing_register_says_where_to_put_it(home):
    path = home.inbox / "registers" / "units.xlsx"
    path.unlink()
    told, _ = failure(run(registers))
    assert told["what"] == "The register is missing."
    assert told["path"] == str(path)
    assert told["next_step"].startswith(f"1) Put the register there: {path}.")


def test_all_unusable_registers_are_told_at_once(home):
    home.register("units", [USER.record()], without=["sector", "user_bin"])
    (home.inbox / "registers" / "decisions.xlsx").write_bytes(b"no workbook")
    told, _ = failure(run(registers))
    listed = [(record.data["file"], record.data["rule"]) for record in told["all_that_is_wrong"].records]
    assert listed == [("units.xlsx", "F004"), ("units.xlsx", "F004"), ("decisions.xlsx", "F001")]
    assert "correct also: decisions.xlsx" in told["next_step"]


def test_a_broken_invariant_names_the_rule_and_the_rows(home, monkeypatch):
    home.hand_in("1.xlsx", USER.filing())
    monkeypatch.setattr(
        "pipelines.steps.invariants.run_check",
        lambda _connection, check, _binds: [{"unit_no": "КТ-1"}] if check.name == "amounts_agree" else [],
    )
    told, _ = failure(run(registers, intake, compliance))
    assert (told["rule"], told["rows_found"]) == ("amounts_agree", 1)
    assert [record.data for record in told["rows"].records] == [{"rule": "amounts_agree", "row": "unit_no=КТ-1"}]
    assert "never a filer's mistake" in told["next_step"]


def test_an_error_nobody_expected_is_told_in_a_line_and_tried_once(home, monkeypatch):
    def crash(*_):
        message = "first line\nsecond line"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("assets.tables.registers.load_registers", crash)
    result = run(registers)
    told, description = failure(result)
    assert description == "Something nobody expected: ZeroDivisionError: first line"
    assert "maintainers" in told["next_step"]
    assert attempts(result) == 1
    [event] = [event for event in result.all_events if event.is_step_failure]
    assert "ZeroDivisionError" in event.step_failure_data.error.to_string()


def test_a_year_before_its_predecessor_names_the_year_to_run_first(home):
    home.hand_in("1.xlsx", User(1, 2024).filing(), 2024)
    told, _ = failure(run(registers, intake, compliance))
    assert (told["rule"], told["missing_year"]) == ("years in order", "2024")
    assert told["next_step"].startswith("1) Materialize partition 2024 of all assets")


def test_a_folder_that_may_not_be_read_is_named(home, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "/somewhere/registers")

    monkeypatch.setattr("assets.tables.registers.load_registers", refuse)
    told, description = failure(run(registers))
    assert description == "/somewhere/registers: Permission denied"
    assert told["path"] == "/somewhere/registers"
    assert "inbox and the home can be reached" in told["next_step"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DamagedError("The file is damaged"), "Restore a backup"),
        (ReadingError("no reading process starts"), "memory and disk"),
        (SetupError("a driver is missing"), "Correct the installation"),
    ],
)
def test_what_is_wrong_with_the_installation_says_what_to_mend(home, error, said):
    told = failure_of(error, Place("2025", home.settings))
    assert str(error) in str(told.description)
    assert said in str(told.metadata["next_step"].value)
    assert not told.allow_retries


# what is tried again


def test_a_database_that_is_busy_twice_is_asked_a_third_time_and_the_tables_are_right(home, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 1)
    held = home.warehouse.engine.raw_connection()
    held.execute("BEGIN IMMEDIATE")
    calls = []
    load = registers_step.load_registers

    def let_go_at_the_third(*given):
        calls.append(given)
        if len(calls) == 3:
            held.execute("ROLLBACK")
        return load(*given)

    monkeypatch.setattr("assets.tables.registers.load_registers", let_go_at_the_third)
    result = run(registers)
    held.close()
    assert result.success
    assert len(calls) == attempts(result) == 3
    first, second = waits(result)
    assert 0 <= first <= 0.02
    assert 0.02 <= second <= 0.04
    assert home.rows("units", "unit_no") == [(USER.unit_no,)]
    assert len(list(result.get_asset_materialization_events())) == len(list(registers.keys))


def test_nedra_run_waits_for_a_busy_database_too(home, monkeypatch, capsys):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 1)
    home.hand_in("1.xlsx", USER.filing())
    held = home.warehouse.engine.raw_connection()
    held.execute("BEGIN IMMEDIATE")
    asked = []

    def let_go_at_the_second(*given):
        asked.append(given)
        if len(asked) == 2:
            held.execute("ROLLBACK")
        return registers_step.load_registers(*given)

    monkeypatch.setattr("assets.tables.registers.load_registers", let_go_at_the_second)
    monkeypatch.setenv("DAGSTER_HOME", str(home.folder / "dagster"))
    code = run_years([int(YEAR)], None, as_json=True)
    held.close()
    assert (code, len(asked)) == (0, 2), capsys.readouterr()
    assert home.value("compliance_by_unit", "status") == "MET"


def test_a_database_that_stays_busy_fails_the_step_after_the_last_attempt_and_says_what_to_look_at(home, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 1)
    held = home.warehouse.engine.raw_connection()
    held.execute("BEGIN IMMEDIATE")
    result = run(registers)
    held.close()
    told, description = failure(result)
    assert description.startswith("Another program holds the write lock of the warehouse")
    assert told["attempts"] == attempts(result) == 4
    assert str(home.folder / "warehouse.db") in told["warehouse"]
    assert "See that the database runs" in told["next_step"]


def test_a_full_disk_is_no_hiccup(home, monkeypatch):
    def full(*_):
        with told_in_words():
            message = "database or disk is full"
            raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(message))

    monkeypatch.setattr("assets.tables.registers.load_registers", full)
    result = run(registers)
    _, description = failure(result)
    assert description.startswith("The disk of the warehouse is full")
    assert attempts(result) == 1


class RefusedError(Exception):
    def __init__(self, sqlstate):
        super().__init__("refused")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("kind", "own", "passes"),
    [
        (sa.exc.OperationalError, RefusedError("40001"), True),  # serialization failure
        (sa.exc.OperationalError, RefusedError("40P01"), True),  # deadlock
        (sa.exc.OperationalError, RefusedError("57P01"), True),  # the server is shut down
        (sa.exc.OperationalError, RefusedError("08006"), True),  # connection lost
        (sa.exc.OperationalError, RefusedError(None), True),  # no server there
        (sa.exc.InterfaceError, RefusedError(None), True),
        (sa.exc.OperationalError, RefusedError("53100"), False),  # disk full
        (sa.exc.ProgrammingError, RefusedError("42501"), False),  # not allowed
        (sa.exc.IntegrityError, RefusedError("23505"), False),
    ],
)
def test_troubles_of_a_server_that_pass_are_told_from_those_that_do_not(kind, own, passes):
    error = kind("SELECT", {}, own)
    told = WarehouseError("in words")
    told.__cause__ = error
    assert is_transient(error) is is_transient(told) is passes


def test_waits_grow_and_the_settings_say_how_many():
    policy = retry_policy(Settings(retries=3, retry_seconds=2))
    assert policy.max_retries == 3
    for attempt, about in ((1, 2), (2, 6), (3, 14)):
        assert about - 2 <= policy.calculate_delay(attempt) <= about + 2


def test_a_warehouse_that_cannot_be_opened_yet_is_opened_later(home):
    asked: list[int] = []
    said: list[str] = []

    def ask():
        asked.append(1)
        if len(asked) < 3:
            raise WarehouseError("away") from sa.exc.OperationalError("", {}, RefusedError(None))
        return "open"

    assert asked_again(ask, home.settings, said.append) == "open"
    assert [text.partition(" Retrying")[0] for text in said] == ["away", "away"]
    with pytest.raises(WarehouseError):
        asked_again(lambda: (_ for _ in ()).throw(WarehouseError("damaged")), home.settings, said.append)
    assert len(said) == 2
