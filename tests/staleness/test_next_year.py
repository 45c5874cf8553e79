"""Next year: from what is seen of each year and of its last run, the one to compute - a table, without Dagster."""

from dataclasses import replace

import pytest

from pipelines.staleness.inputs import Kind
from pipelines.staleness.next_year import Ask, Attempt, Wait, YearSeen, next_step
from pipelines.staleness.reasons import Reason

FILE = Reason(Kind.FILE, ("1.xlsx",), "1 new")
REGISTER = Reason(Kind.REGISTER, ("units.xlsx",), "units.xlsx changed")
BEHIND = YearSeen(2025, "content", (FILE,))
CURRENT = YearSeen(2025, "content")
DONE = Attempt("run", "content")
FAILED = Attempt("run", "content", has_failed=True)
LATER = " Later years wait for it."
NONE_BEHIND = "All 1 years are what the inbox gives."

ASKED = [
    ("never run", BEHIND, "2025:content:first", "1 new"),
    ("several reasons", replace(BEHIND, reasons=(FILE, REGISTER)), "2025:content:first", "1 new; units.xlsx changed"),
    ("run for another content", replace(BEHIND, last=replace(DONE, wanted="old")), "2025:content:run", "1 new"),
    ("run by a person", replace(BEHIND, last=replace(DONE, wanted=None)), "2025:content:run", "1 new"),
    (
        "done, but the warehouse was restored",
        replace(BEHIND, last=replace(DONE, is_stored=False)),
        "2025:content:run",
        "1 new",
    ),
    ("failed, and its time has come", replace(BEHIND, last=FAILED), "2025:content:run", "1 new"),
    (
        "failed on another content",
        replace(CURRENT, last=replace(FAILED, wanted="old")),
        "2025:content:run",
        "the last run failed",
    ),
    ("never launched", replace(BEHIND, last=replace(DONE, is_stored=False, unlaunched="its key")), "its key", "1 new"),
    ("copying for too long", replace(BEHIND, unsettled=("2.xlsx",), is_overdue=True), "2025:content:first", "1 new"),
]

WAITED = [
    ("up to date", CURRENT, NONE_BEHIND),
    ("up to date, a file on its way", replace(CURRENT, unsettled=("2.xlsx",)), f"{NONE_BEHIND} Still being copied: "),
    ("a file on its way", replace(BEHIND, unsettled=("2.xlsx",)), "2025 waits until these files have not changed"),
    ("done on this content", replace(BEHIND, last=DONE), NONE_BEHIND),
    ("Dagster retries", replace(BEHIND, last=replace(FAILED, will_retry=True)), "2025 failed and is tried again by"),
    ("cancelled", replace(BEHIND, last=replace(DONE, was_cancelled=True)), "2025 was cancelled (run run)"),
    ("failed on this content", replace(BEHIND, last=replace(FAILED, next_try="8:00")), "2025 failed on what lies in"),
]


def waited(years):
    """Return the reason for computing nothing."""
    step = next_step(years, ())
    assert isinstance(step, Wait)
    return step.reason


@pytest.mark.parametrize(("seen", "key", "because"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
def test_a_year_is_asked_for_when(seen, key, because):
    assert next_step([seen], ()) == Ask(2025, "content", because, key)


@pytest.mark.parametrize(("seen", "said"), [row[1:] for row in WAITED], ids=[row[0] for row in WAITED])
def test_nothing_is_asked_for_when(seen, said):
    assert waited([seen]).startswith(said)


def test_the_earliest_year_that_is_behind_comes_first_and_a_year_that_waits_holds_the_later_ones():
    years = [replace(CURRENT, year=2023), replace(BEHIND, year=2024), BEHIND]
    assert next_step(years, ()) == Ask(2024, "content", "1 new", "2024:content:first")
    held = [replace(BEHIND, year=2024, last=replace(FAILED, next_try="8:00")), BEHIND]
    assert waited(held).startswith("2024 failed")


def test_a_year_under_way_is_waited_for_and_no_later_one_is_looked_at():
    def years():
        yield replace(CURRENT, year=2024)
        raise AssertionError

    assert next_step(years(), {2024}) == Wait("2024 is being computed; later years wait for it.")


def test_without_any_year_there_is_nothing_to_compute():
    assert next_step([], ()) == Wait("There is no folder of a reporting year and none was ever computed.")


def test_of_many_files_on_their_way_the_first_are_named():
    seen = replace(BEHIND, unsettled=("5", "3", "4", "1", "2"))
    assert waited([seen]) == "2025 waits until these files have not changed for a while: 1, 2, 3 and 2 more."
