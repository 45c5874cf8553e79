"""Arrears: the notice, the time to cure, and the day a debt is closed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.arrears import CurePayment, Notice, add_months, arrears_of
from schemas.vocabulary import DecisionKind
from tests.core.builders import STATUTE

NOTICE = Notice("У-1", date(2026, 5, 20), DecisionKind.NOTICE)


def _arrears(*cures: CurePayment, notices=(NOTICE,), below_30=False):
    return arrears_of(100, below_30=below_30, notices=notices, cures=cures, law=STATUTE.at(2025))


@pytest.mark.parametrize(("below_30", "until"), [(True, date(2026, 8, 20)), (False, date(2026, 6, 20))])
def test_a_breach_below_30_percent_has_three_months_any_other_one(below_30, until):
    arrears = _arrears(below_30=below_30)
    assert (arrears.notice_on, arrears.cure_until) == (date(2026, 5, 20), until)


def test_without_a_notice_no_clock_runs():
    assert _arrears(notices=()).cure_until is None


def test_the_latest_extension_sets_the_term_and_the_first_notice_starts_the_clock():
    notices = (
        Notice("О-2", date(2026, 6, 10), DecisionKind.EXTENSION, date(2026, 9, 1)),
        Notice("О-1", date(2026, 6, 1), DecisionKind.EXTENSION, date(2026, 12, 1)),
        Notice("О-3", date(2026, 7, 1), DecisionKind.EXTENSION),
        Notice("У-2", date(2026, 6, 1), DecisionKind.NOTICE),
        NOTICE,
    )
    arrears = _arrears(notices=notices)
    assert (arrears.notice_on, arrears.cure_until) == (date(2026, 5, 20), date(2026, 9, 1))


def test_payments_close_the_arrears_on_the_day_of_the_one_that_covers_them():
    arrears = _arrears(
        CurePayment(date(2026, 7, 1), 61), CurePayment(date(2026, 6, 1), 39), CurePayment(date(2026, 8, 1), 9)
    )
    assert (arrears.cured_tiyn, arrears.open_tiyn, arrears.cured_on) == (100, 0, date(2026, 7, 1))


def test_a_tiyn_short_is_still_open():
    arrears = _arrears(CurePayment(date(2026, 7, 1), 99))
    assert (arrears.cured_tiyn, arrears.open_tiyn, arrears.cured_on) == (99, 1, None)


def test_a_refund_opens_them_again_until_the_next_payment():
    paid, refund = CurePayment(date(2026, 6, 1), 100), CurePayment(date(2026, 7, 1), -10)
    assert _arrears(paid, refund).cured_on is None
    assert _arrears(paid, refund, CurePayment(date(2026, 8, 1), 10)).cured_on == date(2026, 8, 1)


def test_a_payment_without_a_date_cures_but_names_no_day():
    arrears = _arrears(CurePayment(None, 100))
    assert (arrears.open_tiyn, arrears.cured_on) == (0, None)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 9, 15), 3, date(2026, 12, 15)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, later):
    assert add_months(day, months) == later


CURES = st.lists(
    st.builds(CurePayment, st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(-50, 120))
)


@given(CURES)
def test_a_shortfall_is_cured_or_open(cures):
    arrears = _arrears(*cures)
    assert arrears.shortfall_tiyn == arrears.cured_tiyn + arrears.open_tiyn
    assert arrears.open_tiyn >= 0
    assert arrears.cured_on is None or arrears.open_tiyn == 0
