"""Doubt: two obligations a unit of account apart, and which of the two figures is likely the odd one out."""

import pytest

from pipelines.core.doubt import Evidence, TwoUnits, doubt_codes, has_code, two_units
from tests.core.builders import STATUTE

LAW = STATUTE.at(2025)
THOUSAND, MILLION = 1_000, 1_000_000


def _found(computed, declared, **known):
    evidence = Evidence(**({"unit_of_account": THOUSAND} | known))
    return two_units(None if computed is None else computed * 100, computed, declared, evidence, LAW)


@pytest.mark.parametrize(
    ("computed", "declared", "factor"),
    [
        (700, 700_000, THOUSAND),
        (700_000, 700, THOUSAND),
        (700, 700_000_000, MILLION),
        (700_000_000, 700, MILLION),
        (700, 707_000, THOUSAND),
        (700, 693_000, THOUSAND),
        (700, 707_001, None),
        (700, 692_999, None),
        (700, 700, None),
        (700, 7_000, None),
        (700, 70_000, None),
        (700, 0, None),
        (0, 700, None),
        (700, -700_000, None),
        (700, None, None),
        (None, 700, None),
    ],
)
def test_two_obligations_are_a_unit_of_account_apart_within_one_percent_either_way(computed, declared, factor):
    found = _found(computed, declared)
    assert (found and found.factor) == factor


def test_amounts_beyond_what_a_float_holds_are_told_apart_to_the_tiyn():
    low = 10**17 + 7
    at_the_margin = low * 1_000 + low * 10
    assert _found(low, at_the_margin) is not None
    assert _found(low, at_the_margin + 1) is None


@pytest.mark.parametrize(
    ("computed", "declared", "earlier", "likely", "unit"),
    [
        (700, 700_000, 71_000_000, "base", MILLION),
        (700, 700_000, 71_000, "declared_due", 1),
        (700_000, 700, 71_000_000, "declared_due", MILLION),
        (700_000, 700, 71_000, "base", 1),
    ],
)
def test_the_base_of_a_year_earlier_says_which_figure_is_in_another_unit(computed, declared, earlier, likely, unit):
    found = _found(computed, declared, earlier_base_tiyn=earlier, declared_money_tiyn=computed)
    assert (found.likely, found.likely_unit) == (likely, unit)


def test_without_an_earlier_base_the_money_declared_says_it():
    assert _found(700, 700_000, declared_money_tiyn=650).likely == "declared_due"
    assert _found(700, 700_000, declared_money_tiyn=650_000).likely == "base"


def test_with_nothing_to_compare_the_base_is_the_likely_one():
    assert _found(700, 700_000) == TwoUnits(700_000, 700, THOUSAND, "base", MILLION)
    assert _found(700, 700_000, earlier_base_tiyn=0, declared_money_tiyn=-5).likely == "base"


def test_a_figure_cannot_stand_in_less_than_a_tenge():
    found = _found(700_000, 700, unit_of_account=1)
    assert (found.likely, found.likely_unit) == ("declared_due", THOUSAND)


def test_codes_that_put_a_base_in_doubt_are_sorted_and_others_left_out():
    assert doubt_codes(["W013", "W004", "W003", "W013"], LAW) == "W003,W013"
    assert doubt_codes(["W004"], LAW) == ""


def test_a_code_is_found_among_stored_ones():
    assert [has_code(stored, "W013") for stored in (None, "", "W003", "W003,W013")] == [False, False, False, True]
