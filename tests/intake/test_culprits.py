"""Culprits: workbooks with which an attempt raises are found among many, alone or together, and told (F013)."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.limits import default_limits
from pipelines.intake.result import FilingRead
from pipelines.intake.year.culprits import without_culprits
from pipelines.intake.year.received import Received

NOW = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
LIMITS = dataclasses.replace(default_limits(), defects_at_once=3)


def _workbooks(count):
    return [Received(f"{number}.xlsx", NOW, 0.0, FilingRead(str(number), 1)) for number in range(count)]


def _sound(workbooks):
    return [workbook for workbook in workbooks if not workbook.read.findings]


def _breaking(*groups):
    """Return an attempt that raises when all of a group are there."""

    def attempt(workbooks):
        there = {int(workbook.read.sha256) for workbook in _sound(workbooks)}
        for group in groups:
            if group <= there:
                raise ValueError(f"{sorted(group)}\nand more")
        return workbooks

    return attempt


def _told(workbooks):
    return {each.file_name: [(f.code, f.value) for f in each.read.findings] for each in workbooks if each.read.findings}


@given(st.sets(st.integers(0, 19), max_size=9))
def test_each_culprit_is_named_with_its_error_and_the_others_are_kept(guilty):
    attempt = _breaking(*({number} for number in guilty))
    made = without_culprits(_workbooks(20), attempt, attempt, LIMITS)
    assert _told(made) == {f"{number}.xlsx": [("F013", f"ValueError: [{number}]")] for number in guilty}
    assert len(_sound(made)) == 20 - len(guilty)


@given(st.sets(st.integers(0, 19), min_size=2, max_size=4))
def test_of_those_that_break_only_together_one_is_set_apart(guilty):
    attempt = _breaking(guilty)
    made = without_culprits(_workbooks(20), attempt, attempt, LIMITS)
    assert len(_told(made)) == 1
    assert {int(name.removesuffix(".xlsx")) for name in _told(made)} <= guilty


def test_when_most_of_many_are_to_blame_the_program_is():
    attempt = _breaking(*({number} for number in range(11)))
    with pytest.raises(ValueError, match="and more"):
        without_culprits(_workbooks(20), attempt, attempt, LIMITS)


def test_a_year_of_a_few_filings_may_lose_them_all():
    attempt = _breaking({0}, {1})
    assert len(_told(without_culprits(_workbooks(2), attempt, attempt, LIMITS))) == 2


def test_an_error_from_outside_is_nobodys_fault():
    attempt = _breaking({3})
    with pytest.raises(ValueError, match="and more"):
        without_culprits(_workbooks(5), attempt, attempt, LIMITS, lambda error: isinstance(error, ValueError))
