"""Units: life, holders, and the obliged person in gaps and on boundaries."""

from datetime import date

import pytest

from pipelines.core.units import held_in, holder_in, is_active
from tests.core.builders import OTHER_USER, USER, unit

THIRD = "050340000029"


@pytest.mark.parametrize(
    ("begins", "ends", "active"),
    [
        (date(2025, 12, 31), None, True),
        (date(2026, 1, 1), None, False),
        (date(2019, 1, 1), date(2025, 1, 1), True),
        (date(2019, 1, 1), date(2024, 12, 31), False),
    ],
)
def test_a_unit_is_active_in_a_year_it_touches(begins, ends, active):
    assert is_active(unit(unit_date=begins, end_date=ends), 2025) is active


def _sold_on(last: date, first: date, **changes):
    return [
        unit(user_bin=USER, holder_to=last, **changes),
        unit(user_bin=OTHER_USER, holder_from=first, **changes),
    ]


@pytest.mark.parametrize(
    ("last", "first", "obliged"),
    [
        (date(2025, 12, 30), date(2025, 12, 31), OTHER_USER),
        (date(2025, 12, 31), date(2026, 1, 1), USER),
        (date(2025, 6, 30), date(2026, 3, 1), USER),
        (date(2025, 12, 31), date(2025, 7, 1), OTHER_USER),
    ],
    ids=["sold on the last day", "sold on new year", "gap over new year", "periods overlap"],
)
def test_the_obliged_person_is_the_holder_on_the_last_day(last, first, obliged):
    rows = _sold_on(last, first)
    assert holder_in(rows, 2025).user_bin == obliged
    assert holder_in(rows[::-1], 2025).user_bin == obliged


def test_the_obliged_person_of_a_last_year_is_the_holder_on_the_last_day_of_the_unit():
    rows = _sold_on(date(2025, 5, 31), date(2025, 6, 1), end_date=date(2025, 5, 15))
    assert holder_in(rows, 2025).user_bin == USER


def test_before_the_first_holder_the_first_one_is_obliged():
    rows = [unit(user_bin=OTHER_USER, holder_from=date(2028, 1, 1)), unit(user_bin=USER, holder_from=date(2027, 1, 1))]
    assert holder_in(rows, 2025).user_bin == USER


def test_a_unit_without_rows_has_no_holder():
    with pytest.raises(ValueError, match="empty"):
        holder_in([], 2025)


def test_both_seller_and_buyer_held_the_unit_in_the_year_of_the_sale():
    rows = _sold_on(date(2025, 1, 1), date(2025, 1, 2))
    assert [held_in(rows, user, 2025) for user in (USER, OTHER_USER, THIRD)] == [True, True, False]
    assert [held_in(rows, user, 2026) for user in (USER, OTHER_USER)] == [False, True]
    assert [held_in(rows, user, 2024) for user in (USER, OTHER_USER)] == [True, False]


def test_nobody_holds_a_unit_outside_its_life():
    rows = [unit(unit_date=date(2020, 1, 1), end_date=date(2024, 12, 31))]
    assert [held_in(rows, USER, year) for year in (2019, 2020, 2024, 2025)] == [False, True, True, False]


def test_a_holder_period_that_begins_after_the_end_of_the_unit_is_none():
    rows = _sold_on(date(2024, 6, 30), date(2024, 7, 1), end_date=date(2024, 5, 1))
    assert not held_in(rows, OTHER_USER, 2024)


def test_the_obliged_person_in_a_gap_may_still_file():
    rows = _sold_on(date(2023, 6, 30), date(2026, 3, 1))
    assert [held_in(rows, user, 2025) for user in (USER, OTHER_USER)] == [True, False]
