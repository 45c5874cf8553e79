"""Derived columns: what SQL may not compute."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbt_like_sql.derive import from_data

RATIO = from_data({"ratio_bp": {"numerator": ["a", "b"], "denominator": "due"}})
MATERIAL = from_data(
    {"material": {"difference": "d", "of": ["declared", "received"], "margin": "margin_bp", "floor": "floor_tiyn"}}
)
LIMITS = {"margin_bp": 100, "floor_tiyn": 10}


def test_a_ratio_is_rounded_half_up_and_whole_when_nothing_is_due() -> None:
    assert RATIO.value({"a": 26_000, "b": 60_000, "due": 130_000}, {}) == 6615
    assert RATIO.value({"a": 1, "b": 0, "due": 16}, {}) == 625
    assert RATIO.value({"a": 0, "b": 0, "due": 0}, {}) == 10_000


@pytest.mark.parametrize("unknown", ["a", "b", "due"])
def test_a_ratio_of_the_unknown_is_unknown(unknown: str) -> None:
    assert RATIO.value({"a": 1, "b": 2, "due": 3, unknown: None}, {}) is None


def test_days_are_counted_to_the_day_of_the_run() -> None:
    age = from_data({"days_since": {"day": "on", "until": "as_of"}})
    assert age.inputs == ("on",)
    assert age.binds == ("as_of",)
    assert age.value({"on": date(2026, 2, 28)}, {"as_of": date(2026, 3, 1)}) == 1
    assert age.value({"on": None}, {"as_of": date(2026, 3, 1)}) is None


@pytest.mark.parametrize(
    ("declared", "received", "expected"),
    [
        (1011, 1000, True),
        (1000, 1010, False),
        (1000, 1011, True),
        (1110, 1100, False),
        (None, 11, True),
        (10, None, False),
    ],
)
def test_a_difference_is_material_above_margin_and_floor(declared: int, received: int, expected: bool) -> None:
    row = {"d": (declared or 0) - (received or 0), "declared": declared, "received": received}
    assert MATERIAL.value(row, LIMITS) is expected


@given(st.integers(0, 2**63), st.integers(0, 2**63))
def test_materiality_does_not_depend_on_the_side(declared: int, received: int) -> None:
    one = {"d": declared - received, "declared": declared, "received": received}
    other = {"d": received - declared, "declared": received, "received": declared}
    assert MATERIAL.value(one, LIMITS) == MATERIAL.value(other, LIMITS)


def test_a_lookup_says_nothing_about_what_it_does_not_know() -> None:
    centre = from_data({"lookup": {"key": "direction", "mapping": "centres"}})
    assert centre.value({"direction": "x"}, {"centres": {"x": "X"}}) == "X"
    assert centre.value({"direction": "y"}, {"centres": {"x": "X"}}) is None


def test_an_unknown_derivation_is_refused() -> None:
    with pytest.raises(KeyError):
        from_data({"power": {"of": "x"}})


def test_names_of_what_was_counted_are_sorted_and_the_rest_left_out() -> None:
    named = from_data({"named": {"counts": ["x", "y", "z"], "names": ["first", "second", "third"]}})
    assert (named.inputs, named.binds) == (("x", "y", "z"), ("first", "second", "third"))
    binds = {"first": "W008", "second": "W003", "third": ""}
    assert named.value({"x": 2, "y": 1, "z": 0}, binds) == "W003,W008"
    assert named.value({"x": 0, "y": 0, "z": 0}, binds) == ""


@pytest.mark.parametrize(("statistic", "chance"), [("15.507", "0.05"), ("20.090", "0.01"), ("26.125", "0.001")])
def test_the_chance_of_a_chi_square_is_that_of_the_published_table(statistic: str, chance: str) -> None:
    """NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4: upper critical values, 8 degrees of freedom."""
    found = from_data({"chance": {"statistic": "x"}}).value({"x": Decimal(statistic)}, {})
    assert abs(found - Decimal(chance)) < Decimal("0.00001")


def test_numbers_that_follow_the_law_of_first_digits_are_not_far_from_it() -> None:
    digits = [f"d{digit}" for digit in range(1, 10)]
    benford = from_data({"benford": {"digits": digits}})
    powers = [int(str(2**power)[0]) for power in range(1, 1001)]  # powers of two follow it
    row = {name: powers.count(digit) for digit, name in enumerate(digits, start=1)}
    assert benford.value(row, {}) < 1
    assert benford.value(dict.fromkeys(digits, 0), {}) is None


def test_a_bin_of_a_year_to_come_is_of_the_century_before() -> None:
    age = from_data({"age_of_bin": {"bin": "b", "day": "day"}})
    assert age.value({"b": "240440000001", "day": date(2025, 3, 31)}, {}) == 364
    assert age.value({"b": "990340000001", "day": date(2025, 3, 1)}, {}) == 9497
    assert age.value({"b": "241340000001", "day": date(2025, 3, 1)}, {}) is None
    assert age.value({"b": "Institute", "day": date(2025, 3, 1)}, {}) is None
    assert age.value({"b": "240440000001", "day": None}, {}) is None
