"""Ledger: money is conserved, credit never comes from nothing."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.ledger import Credit, opening_credits, settle
from tests.core.builders import unit

YEAR = 2025
MODES = st.sampled_from(["next_year", "following_years", "none"])
CREDITS = st.lists(st.builds(Credit, st.integers(2019, 2024), st.integers(0, 10**14)), max_size=5).map(tuple)
DUES = st.none() | st.integers(0, 10**14)
MONEY = st.integers(-(10**14), 10**15)
OPENING = st.lists(st.builds(Credit, st.integers(2019, 2024), st.integers(1, 10**13)), max_size=2).map(tuple)


def test_the_oldest_credit_is_used_first():
    ledger = settle(
        YEAR,
        100,
        0,
        carried=[Credit(2024, 50), Credit(2020, 30), Credit(2022, 90)],
        opening=(),
        mode="following_years",
    )
    assert ledger.used == (Credit(2020, 30), Credit(2022, 70))
    assert ledger.out == (Credit(2022, 20), Credit(2024, 50))


def test_credits_of_one_year_are_one_credit():
    ledger = settle(YEAR, 0, 0, carried=[Credit(2024, 5)], opening=[Credit(2024, 7)], mode="following_years")
    assert ledger.out == (Credit(2024, 12),)
    assert (ledger.credit_in_tiyn, ledger.opening_tiyn, ledger.available_tiyn) == (5, 7, 12)


def test_a_due_of_zero_is_fulfilled_and_all_financing_is_surplus():
    ledger = settle(YEAR, 0, 40, carried=(), opening=(), mode="next_year")
    assert (ledger.fulfilment_bp, ledger.shortfall_tiyn, ledger.surplus_tiyn) == (10_000, 0, 40)


def test_an_unknown_due_uses_nothing_and_creates_nothing():
    ledger = settle(YEAR, None, 40, carried=[Credit(2024, 9)], opening=(), mode="following_years")
    assert (ledger.used_tiyn, ledger.surplus_tiyn, ledger.shortfall_tiyn, ledger.fulfilment_bp) == (None,) * 4
    assert ledger.out == (Credit(2024, 9),)


@given(DUES, MONEY, CREDITS, OPENING, MODES)
def test_what_comes_in_is_used_lapses_or_goes_out(due, financing, carried, opening, mode):
    ledger = settle(YEAR, due, financing, carried=carried, opening=opening, mode=mode)
    coming = ledger.credit_in_tiyn + ledger.opening_tiyn + (ledger.surplus_tiyn or 0)
    assert coming == (ledger.used_tiyn or 0) + ledger.lapsed_tiyn + ledger.out_tiyn
    assert ledger.lapsed_tiyn >= 0
    assert sum(credit.amount_tiyn for credit in ledger.used) == (ledger.used_tiyn or 0)


@given(DUES, MONEY, CREDITS, OPENING, MODES)
def test_credit_never_comes_from_nothing(due, financing, carried, opening, mode):
    ledger = settle(YEAR, due, financing, carried=carried, opening=opening, mode=mode)
    entering = ledger.credit_in_tiyn + ledger.opening_tiyn
    assert all(credit.amount_tiyn > 0 for credit in ledger.out)
    assert ledger.available_tiyn <= entering
    assert ledger.out_tiyn <= entering + max(0, financing)
    if mode == "next_year":
        assert all(credit.origin_year == YEAR for credit in ledger.out)


@given(st.integers(0, 10**14), MONEY, CREDITS, MODES)
def test_shortfall_and_surplus_exclude_each_other_and_balance_the_due(due, financing, carried, mode):
    ledger = settle(YEAR, due, financing, carried=carried, opening=(), mode=mode)
    assert ledger.shortfall_tiyn is not None
    assert ledger.surplus_tiyn is not None
    assert min(ledger.shortfall_tiyn, ledger.surplus_tiyn) == 0
    assert due + ledger.surplus_tiyn == (ledger.used_tiyn or 0) + financing + ledger.shortfall_tiyn


@given(st.integers(1, 10**12), st.integers(0, 10**12), CREDITS, MODES)
def test_more_financing_never_makes_a_year_worse(due, extra, carried, mode):
    less = settle(YEAR, due, 0, carried=carried, opening=(), mode=mode)
    more = settle(YEAR, due, extra, carried=carried, opening=(), mode=mode)
    assert more.shortfall_tiyn is not None
    assert less.shortfall_tiyn is not None
    assert more.shortfall_tiyn <= less.shortfall_tiyn
    assert more.out_tiyn >= less.out_tiyn


def test_an_opening_credit_joins_once_and_never_from_the_future():
    def joins(origin: int | None, *, has_predecessor: bool) -> list[Credit]:
        opened = unit(opening_credit_tiyn=70, opening_credit_year=origin)
        return list(opening_credits([opened], YEAR, has_predecessor=has_predecessor))

    assert joins(2024, has_predecessor=False) == [Credit(2024, 70)]
    assert joins(2020, has_predecessor=False) == [Credit(2020, 70)]
    assert joins(None, has_predecessor=False) == [Credit(2024, 70)]
    assert joins(2025, has_predecessor=False) == []
    assert joins(2024, has_predecessor=True) == [Credit(2024, 70)]
    assert joins(2023, has_predecessor=True) == []
    assert joins(None, has_predecessor=True) == []
    assert opening_credits([unit()], YEAR, has_predecessor=False) == {}


def test_opening_credits_of_every_holder_belong_to_the_unit_and_a_repeated_one_counts_once():
    rows = [
        unit(holder_to=date(2024, 6, 30), opening_credit_tiyn=70, opening_credit_year=2022, source="row 2"),
        unit(holder_from=date(2024, 7, 1), opening_credit_tiyn=70, opening_credit_year=2022, source="row 3"),
        unit(holder_from=date(2025, 2, 1), opening_credit_tiyn=70, opening_credit_year=2023, source="row 4"),
    ]
    joined = opening_credits(rows, YEAR, has_predecessor=False)
    assert joined == {Credit(2022, 70): "row 2", Credit(2023, 70): "row 4"}
