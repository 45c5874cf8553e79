"""Numbers for people: the signs of each language, no float, and no word for an unknown."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.wording import numbers
from schemas.vocabulary import Language

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("language", "amount", "percent", "day"),
    [
        ("ru", f"-1{SPACE}234{SPACE}567,89", "66,15%", "31.12.2025"),
        ("kk", f"-1{SPACE}234{SPACE}567,89", "66,15%", "31.12.2025"),
        ("en", "-1,234,567.89", "66.15%", "2025-12-31"),
    ],
)
def test_each_language_has_its_own_signs(language, amount, percent, day):
    assert numbers.amount(-123_456_789, language) == amount
    assert numbers.percent(6615, language) == percent
    assert numbers.day(date(2025, 12, 31), language) == day


def test_a_rate_keeps_every_decimal_it_has():
    assert [numbers.rate(text, "en") for text in ("0.01", "0.015", "0.01234567")] == ["1%", "1.5%", "1.234567%"]


def test_millions_are_rounded_from_the_exact_amount():
    assert numbers.millions(123_456_789_012_345_678, "ru") == f"1{SPACE}234{SPACE}567{SPACE}890,1"


def test_a_moment_is_told_by_the_clock_of_almaty():
    assert numbers.moment(datetime(2026, 4, 30, 20, 0, 1, tzinfo=UTC), "ru") == "01.05.2026 01:00:01"


@given(st.integers(-(10**17), 10**17), st.sampled_from(Language))
def test_no_tiyn_is_lost_between_a_stored_finding_and_its_reader(tiyn, language):
    told = numbers.in_language(numbers.with_currency(tiyn), language, "X")
    assert told == f"{numbers.amount(tiyn, language)} X"
    digits = told.removesuffix(" X").replace(SPACE, "")
    plain = digits.replace(",", "") if language is Language.EN else digits.replace(",", ".")
    assert Decimal(plain) * 100 == tiyn


@pytest.mark.parametrize("text", ["", "5", "5 KZT ", "12 digits", "1234 567 KZT", "5 USD", "тенге"])
def test_another_text_is_no_amount_of_a_finding(text):
    assert numbers.in_language(text, "ru", "тенге") is None
