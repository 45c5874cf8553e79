"""Converting: amounts in foreign currency to tenge.

Belongs here: applying a rate to the lines that need one. Does not: finding the rate (``pipelines.core.rates``).
"""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from pipelines.core.rates import TENGE, RateBook
from pipelines.intake.received import Received
from schemas.money import to_tiyn


def convert_lines(lines: pd.DataFrame, filings: Sequence[Received], rates: RateBook) -> pd.DataFrame:
    """Return the lines with ``amount_tiyn`` in tenge, ``exchange_rate`` and ``has_rate``.

    A paid line takes the rate of its payment date, an unpaid one that of its agreement date. Without a rate the amount
    is unknown: NA, never zero. A line in tenge is left as it is.
    """
    converted = lines.copy()
    converted["exchange_rate"] = pd.Series([None] * len(lines), index=lines.index, dtype=object)
    converted["has_rate"] = pd.array([True] * len(lines), dtype="boolean")
    foreign = lines["currency"].notna() & lines["currency"].ne(TENGE)
    for row in lines.index[foreign.fillna(value=False)]:
        line = lines.loc[row]
        day = line["payment_date"] if pd.notna(line["payment_date"]) else line["agreement_date"]
        rate = rates.rate(line["currency"], day.date() if pd.notna(day) else None)
        if rate is None:
            # Without a readable date there is already a finding about that cell.
            converted.at[row, "has_rate"] = False if pd.notna(day) else pd.NA
            converted.at[row, "amount_tiyn"] = pd.NA
            continue
        converted.at[row, "exchange_rate"] = rate
        if pd.notna(line["amount_tiyn"]):
            multiplier = filings[line["filing_no"]].read.cover["multiplier"]
            converted.at[row, "amount_tiyn"] = to_tiyn(Decimal(line["amount"]), multiplier, rate)
    return converted
