"""Amounts in foreign currency: which day's rate counts, and what stays unknown.

Belongs here: ``pipelines.intake.year.converting``. Does not: finding a rate (``tests/core``), whole filings
(``tests/steps``).
"""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest

from pipelines.core.rates import RateBook
from pipelines.intake.year.converting import convert_lines
from pipelines.statute.law import load_statute

KNOWN = [("USD", date(2025, 3, 2), Decimal("500.123456")), ("USD", date(2025, 3, 4), Decimal("501.7"))]
RATES = RateBook(KNOWN, load_statute().exchange_rate)
LARGEST_TENGE = 10_000_000
FILINGS = [SimpleNamespace(read=SimpleNamespace(cover={"multiplier": Decimal(1000)}))]


def converted(**changes):
    """Return the amount, the rate and whether one was found, of ten thousand dollars paid on 5 March 2025."""
    line = {
        "filing_no": 0,
        "currency": "USD",
        "amount": "10",
        "amount_tiyn": 1_000_000,
        "payment_doc_no": "ПП-1",
        "payment_date": pd.Timestamp(2025, 3, 5),
        "agreement_date": pd.Timestamp(2025, 3, 3),
    } | changes
    lines = pd.DataFrame([line]).astype({"currency": "str", "payment_doc_no": "str", "amount_tiyn": "Int64"})
    # Of the filings, only the unit of account is asked for.
    row = convert_lines(lines, FILINGS, RATES, LARGEST_TENGE).iloc[0]  # type: ignore[arg-type]
    told = ("amount_tiyn", "exchange_rate", "has_rate", "amount_tiyn_is_bounded")
    return tuple(None if pd.isna(row[name]) else row[name] for name in told)


def test_a_paid_line_takes_the_rate_of_its_payment_date():
    assert converted() == (501_700_000, Decimal("501.7"), True, True)


@pytest.mark.parametrize("missing", ["payment_doc_no", "payment_date"])
def test_a_line_without_date_or_document_is_unpaid_and_takes_the_rate_of_its_agreement_date(missing):
    assert converted(**{missing: None}) == (500_123_456, Decimal("500.123456"), True, True)


def test_without_a_recent_rate_the_amount_is_unknown():
    assert converted(payment_date=pd.Timestamp(2025, 3, 12)) == (None, None, False, True)


def test_an_amount_in_a_currency_that_could_not_be_read_is_unknown_and_not_tenge():
    assert converted(currency=None) == (None, None, None, True)


def test_a_line_in_tenge_is_left_as_it_is():
    assert converted(currency="KZT") == (1_000_000, None, True, True)


def test_an_amount_that_the_rate_carries_beyond_every_bound_is_unknown():
    assert converted(amount="20000") == (None, Decimal("501.7"), True, False)
