"""Recovery: after a register is repaired, whatever the operator presses ends with the same right tables.

Each test starts from a year that is red, repairs the register, presses one button and compares every table with those
of a home that was never broken. The year turns red once for all of them: each gets a copy of what that left.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.verification.archive import archive_breaks
from pipelines.verification.verify import verify
from schemas.tables import metadata
from tests.homes import TRAIL, User, a_home
from tests.live.asking import Operator

YEARS = (2024, 2025)
FIRST, SECOND = User(1), User(2)
# The trail and its moments differ from run to run; versions of verdicts tell the story, not the result.
_NOT_COMPARED = {"loads", "load_inputs", "load_manifests", "compliance_history", "compliance_arguments"}
_MOMENTS = {"received_at"}
_PARTS = ("inbox", "archive", "warehouse.db", "warehouse.db-wal", "warehouse.db-shm")


@dataclass(frozen=True)
class Red:
    """What a failed run left: its home, its id, the tables that are red."""

    left: Path
    run_id: str
    tables: frozenset[str]


def without_a_required_column(home):
    home.register("units", [FIRST.record(), SECOND.record()], without=["user_bin"])


def without_the_second_unit(home):
    home.register("units", [FIRST.record()])


def repair(home, inbox):
    shutil.copy2(inbox / "registers" / "units.xlsx", home.inbox / "registers")


def compute_the_year_before(home):
    home.run(2024, marts=True)


def put(source, target):
    """Make the home in ``target`` what the one in ``source`` is; whoever has it open must let go of it first."""
    for name in _PARTS:
        shutil.rmtree(target / name, ignore_errors=True)
        (target / name).unlink(missing_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).exists():
            shutil.copy2(source / name, target / name)


def contents(home):
    """Return the rows of every table of results, without trail and moments, in an order of their own."""
    found = {}
    for name, table in metadata.tables.items():
        if name not in _NOT_COMPARED:
            columns = [each.name for each in table.columns if each.name not in {*TRAIL, *_MOMENTS}]
            found[name] = sorted(map(repr, home.rows(name, *columns)))
    return found


def ends_right(home, never_broken):
    """Compare all tables with those of the home that was never broken, and recompute every hash."""
    found = contents(home)
    different = {name for name in never_broken if found[name] != never_broken[name]}
    assert not different, {name: (found[name], never_broken[name]) for name in different}
    with home.warehouse.reading() as connection:
        assert not verify(connection).breaks
        assert not list(archive_breaks(connection, home.settings.archive))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A home in which nothing is broken and nothing was computed; every other has the same bytes in its inbox."""
    folder = tmp_path_factory.mktemp("untouched")
    with a_home(folder) as home:
        for year in YEARS:
            for user in (User(1, year), User(2, year)):
                home.hand_in(f"{user.number}.xlsx", user.filing(), year)
        home.hand_in("3.xlsx", b"no workbook", 2025)
        home.register("units", [FIRST.record(), SECOND.record()])
    return folder


@pytest.fixture(scope="module")
def inbox(untouched):
    return untouched / "inbox"


@pytest.fixture(scope="module")
def never_broken(tmp_path_factory, untouched):
    """The tables of a home that was never broken."""
    folder = tmp_path_factory.mktemp("never-broken")
    put(untouched, folder)
    with a_home(folder) as home:
        home.run(*YEARS, marts=True)
        found = contents(home)
    assert len(found["compliance_by_unit"]) == len(YEARS) * 2
    return found


@pytest.fixture(scope="module")
def operator(new_installation):
    """Somebody in front of a web server, with a daemon; all tests of the module share them."""
    made = new_installation()
    made.code_server()
    made.daemon()
    made.webserver()
    return Operator(made)


@pytest.fixture(scope="module")
def turn_red(operator, untouched, tmp_path_factory):
    """Fails the year 2025 on what a function does to a home that was fine, and keeps what that left."""

    def turn(*breaking, told):
        folder, left = operator.installation.folder, tmp_path_factory.mktemp("left")
        put(untouched, folder)
        with a_home(folder) as home:
            for each in breaking:
                each(home)
        run_id = operator.materialise(2025)
        assert operator.ended(run_id) == "FAILURE"
        assert told in " ".join(operator.failures(run_id))
        put(folder, left)
        return Red(left, run_id, frozenset(operator.red(2025)))

    return turn


@pytest.fixture(scope="module")
def unusable_register(turn_red):
    """The year is red because the register of units lacks a column; the year before is computed."""
    return turn_red(compute_the_year_before, without_a_required_column, told="units.xlsx")


@pytest.fixture(scope="module")
def year_out_of_order(turn_red):
    """The year is red because the year before was not computed; its lines were judged by a register with a gap."""
    return turn_red(without_the_second_unit, told="2024")


@pytest.fixture
def home_of(operator):
    """Opens the servers' home as a copy of another."""
    homes = []

    def make(source):
        put(source, operator.installation.folder)
        opened = a_home(operator.installation.folder)
        homes.append(opened)
        return opened.__enter__()

    yield make
    for each in homes:
        each.__exit__(None, None, None)


BUTTONS = {
    "Re-execute from failure": lambda operator, red: operator.reexecute(red.run_id, "FROM_FAILURE"),
    "Re-execute from asset failure": lambda operator, red: operator.reexecute(red.run_id, "FROM_ASSET_FAILURE"),
    "Re-execute all": lambda operator, red: operator.reexecute(red.run_id, "ALL_STEPS"),
    "Materialize all": lambda operator, _red: operator.materialise(2025),
    "Materialize what is red": lambda operator, red: operator.materialise(2025, *red.tables),
    "Materialize one table at the end": lambda operator, _red: operator.materialise(2025, "disclosure"),
}


@pytest.mark.parametrize("button", ["Re-execute from failure", "Materialize one table at the end"])
def test_no_button_ends_green_while_the_register_is_not_repaired(operator, home_of, unusable_register, button):
    home = home_of(unusable_register.left)
    run_id = BUTTONS[button](operator, unusable_register)
    assert operator.ended(run_id) == "FAILURE"
    assert "units.xlsx" in " ".join(operator.failures(run_id))
    assert not operator.green(2025)
    assert home.rows("compliance_by_unit", "unit_no", report_year=2025) == []


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_ends_with_the_same_right_tables_once_the_register_is_repaired(
    operator, home_of, inbox, unusable_register, never_broken, button
):
    home = home_of(unusable_register.left)
    repair(home, inbox)
    run_id = BUTTONS[button](operator, unusable_register)
    assert operator.ended(run_id) == "SUCCESS", operator.failures(run_id)
    ends_right(home, never_broken)
    assert "disclosure" in operator.green(2025)


@pytest.mark.parametrize("button", ["Re-execute from failure", "Materialize what is red"])
def test_a_register_repaired_after_it_was_read_is_read_again_though_only_a_later_step_had_failed(
    operator, home_of, inbox, year_out_of_order, never_broken, button
):
    steps = operator.steps(year_out_of_order.run_id)
    assert steps["registers"] == steps["intake"] == "SUCCESS"
    home = home_of(year_out_of_order.left)
    repair(home, inbox)
    compute_the_year_before(home)
    run_id = BUTTONS[button](operator, year_out_of_order)
    assert "registers" not in operator.steps(run_id)
    assert operator.ended(run_id) == "SUCCESS", operator.failures(run_id)
    ends_right(home, never_broken)


def test_a_backfill_re_executed_from_failure_is_red_until_the_register_is_repaired_and_then_right(
    operator, home_of, untouched, inbox, never_broken
):
    home = home_of(untouched)
    without_a_required_column(home)
    launched = operator.backfill(YEARS)
    assert operator.backfill_ended(launched) == "COMPLETED_FAILED"
    again = operator.reexecute_backfill(launched, "FROM_FAILURE")
    assert operator.backfill_ended(again) == "COMPLETED_FAILED"
    assert {run["status"] for run in operator.runs_of(again)} == {"FAILURE"}
    repair(home, inbox)
    last = operator.reexecute_backfill(again, "FROM_FAILURE")
    assert operator.backfill_ended(last) == "COMPLETED_SUCCESS"
    ends_right(home, never_broken)
    assert not operator.red(2024)
    assert not operator.red(2025)


def test_a_backfill_of_the_job_is_red_until_the_register_is_repaired_and_then_right(
    operator, home_of, untouched, inbox, never_broken
):
    home = home_of(untouched)
    without_a_required_column(home)
    launched = operator.backfill_job(YEARS)
    assert operator.backfill_ended(launched) == "COMPLETED_FAILED"
    again = operator.backfill_job(YEARS, from_failure=True)
    assert operator.backfill_ended(again) == "COMPLETED_FAILED"
    repair(home, inbox)
    last = operator.reexecute_backfill(launched, "FROM_FAILURE")
    assert operator.backfill_ended(last) == "COMPLETED_SUCCESS"
    assert len(operator.runs_of(last)) == len(YEARS)
    ends_right(home, never_broken)
