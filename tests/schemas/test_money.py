"""Money: conversion to tiyn, rounding half up, shares and basis points."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.money import BASIS_POINTS, exact_tiyn, ratio_bp, round_half_up, share_of, to_tiyn

AMOUNTS = st.decimals(min_value=-(10**15), max_value=10**15, places=6)
MULTIPLIERS = st.sampled_from([Decimal(1), Decimal(1000), Decimal(1_000_000)])
RATES = st.decimals(min_value=Decimal("0.0001"), max_value=10_000, places=4)
TIYN = st.integers(min_value=-(10**17), max_value=10**17)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.4", 0),
        ("0.5", 1),
        ("1.5", 2),
        ("2.5", 3),
        ("-0.5", -1),
        ("-0.4", 0),
        ("-2.5", -3),
        ("0.49999999999999999999", 0),
    ],
)
def test_a_half_goes_away_from_zero(value, rounded):
    assert round_half_up(Decimal(value)) == rounded


@given(AMOUNTS, MULTIPLIERS, RATES)
def test_an_amount_in_tiyn_is_the_nearest_whole_number_to_the_exact_one(amount, multiplier, rate):
    exact = Fraction(amount) * Fraction(multiplier) * Fraction(rate) * 100
    assert Fraction(exact_tiyn(amount, multiplier, rate)) == exact
    tiyn = to_tiyn(amount, multiplier, rate)
    assert abs(tiyn - exact) <= Fraction(1, 2)
    assert abs(tiyn - exact) < Fraction(1, 2) or abs(tiyn) > abs(exact)


@given(AMOUNTS, MULTIPLIERS, RATES)
def test_a_refund_mirrors_its_payment(amount, multiplier, rate):
    assert to_tiyn(-amount, multiplier, rate) == -to_tiyn(amount, multiplier, rate)


@given(TIYN)
def test_whole_tiyn_come_back_as_they_were(tiyn):
    assert to_tiyn(Decimal(tiyn) / 100) == tiyn


@given(TIYN, st.decimals(min_value=0, max_value=1, places=4))
def test_a_share_is_the_nearest_whole_tiyn(amount, fraction):
    share = share_of(amount, fraction)
    assert abs(share - Fraction(amount) * Fraction(fraction)) <= Fraction(1, 2)


@given(TIYN, st.integers(min_value=1, max_value=10**17))
def test_a_ratio_is_the_nearest_basis_point(numerator, denominator):
    exact = Fraction(numerator * BASIS_POINTS, denominator)
    assert abs(ratio_bp(numerator, denominator) - exact) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("numerator", "denominator", "bp"),
    [
        (86_000, 130_000, 6_615),
        (0, 5, 0),
        (5, 5, 10_000),
        (1, 20_000, 1),
        (1, 20_001, 0),
        (0, 0, 10_000),
        (7, 0, 10_000),
    ],
)
def test_ratios_of_the_rules(numerator, denominator, bp):
    assert ratio_bp(numerator, denominator) == bp
