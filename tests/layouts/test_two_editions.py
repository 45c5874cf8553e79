"""Two editions of the form in one year: each filing is read by its own, and every one reaches the end."""

import json
import subprocess
import sys

import pytest

from tests.homes import User, a_home
from tests.layouts import later_form
from tests.layouts.editions import FIRST, RENAMED_AMOUNT, RENAMED_SHEET, SECOND


@pytest.fixture(scope="module")
def told(tmp_path_factory, database):
    """What became of two filings of each edition, in a warehouse that the version before had made."""
    with a_home(tmp_path_factory.mktemp("editions"), database=database) as home:
        home.register("units", [User(number).record() for number in (1, 2)])
        for number in (1, 2):
            home.hand_in(f"{number}.xlsx", User(number).filing(lines=[User(number).line(1, grnti="52.47.19")]))
        home.run(2025, marts=True)
        home.warehouse.engine.dispose()
        done = subprocess.run(
            [sys.executable, "-m", later_form.__name__, str(home.folder), home.database_url or ""],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)


def test_a_warehouse_of_before_the_edition_verifies_with_its_column_and_with_its_lines(told):
    assert (told["migrated"], told["verified"]) == ([], [])


def test_filings_of_both_editions_are_accepted_in_one_year(told):
    assert told["filings"] == [
        ["1.xlsx", FIRST, "accepted"], ["2.xlsx", FIRST, "accepted"],
        ["3.xlsx", SECOND, "accepted"], ["4.xlsx", SECOND, "accepted"],
    ]  # fmt: skip


def test_what_an_edition_lacks_is_unknown_in_its_lines_and_only_there(told):
    found = {(unit, line): values for unit, line, *values in told["lines"]}
    assert found == {
        ("КТ-1", 1): ["52.47.19", None, "75000.5", "recognised"],
        ("КТ-2", 1): ["52.47.19", None, "75000.5", "recognised"],
        ("КТ-3", 1): [None, 1, "75000.5", "recognised"],
        ("КТ-3", 2): [None, 2, "75000.5", "recognised"],
        ("КТ-4", 1): [None, 1, None, "set_aside"],
        ("КТ-4", 2): [None, 2, "75000.5", "set_aside"],
    }


def test_every_unit_has_its_verdict_and_those_of_before_keep_their_version(told):
    assert [unit for unit, _ in told["verdicts"]] == ["КТ-1", "КТ-2", "КТ-3", "КТ-4"]
    assert told["versions"] == [[f"КТ-{number}", 1] for number in (1, 2, 3, 4)]


def test_findings_explanation_and_notice_point_into_the_sheet_of_the_edition(told):
    assert sorted(found[2:4] for found in told["findings"]) == [[RENAMED_SHEET, "F3"], [RENAMED_SHEET, "T2"]]
    assert [place.partition("] ")[2] for place in told["explained"]["lines"]] == [
        f"{RENAMED_SHEET}!T2", f"{RENAMED_SHEET}!T3",
    ]  # fmt: skip
    assert told["notice"]["coloured"] == [[RENAMED_SHEET, "F3"], [RENAMED_SHEET, "T2"]]


def test_findings_and_notice_call_a_column_as_its_edition_does(told):
    [message] = [message for *_, cell, message in told["findings"] if cell == "T2"]
    assert RENAMED_AMOUNT in message
    assert any(RENAMED_AMOUNT in text for text in told["notice"]["said"])
