"""Converting: amounts in foreign currency to tenge.

Belongs here: applying a rate to the lines that need one. Does not: finding the rate (``pipelines.core.rates``).
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from pipelines.core.rates import TENGE, RateBook
from pipelines.intake.year.received import Received
from schemas.frames import IS_BOUNDED
from schemas.money import TIYN_PER_TENGE, to_tiyn


def convert_lines(
    lines: pd.DataFrame, filings: Sequence[Received], rates: RateBook, largest_tenge: int
) -> pd.DataFrame:
    """Return the lines with ``amount_tiyn`` in tenge, ``exchange_rate``, ``has_rate``, ``amount_tiyn_is_bounded``.

    A paid line takes the rate of its payment date, an unpaid one (no date or no document) that of its agreement date.
    Without a rate, or without a currency that could be read, the amount is unknown: NA, never zero. A line in tenge is
    left as it is. An amount that the rate carries beyond ``largest_tenge`` is unknown too.
    """
    foreign = lines["currency"].ne(TENGE)
    places = np.flatnonzero(foreign.fillna(value=True).to_numpy(dtype=bool))
    exchange_rates = np.full(len(lines), None, dtype=object)
    amounts = lines["amount_tiyn"].array.copy()
    known = pd.array(np.full(len(lines), True), dtype="boolean")
    fits = np.full(len(lines), True)
    for place, line in zip(places.tolist(), lines.iloc[places].to_dict("records"), strict=True):
        is_paid = pd.notna(line["payment_date"]) and pd.notna(line["payment_doc_no"])
        day = line["payment_date" if is_paid else "agreement_date"]
        is_asked = pd.notna(day) and pd.notna(line["currency"])
        rate = rates.rate(line["currency"], day.date()) if is_asked else None
        if rate is None:
            # Without a readable date or currency there is already a finding about that cell.
            known[place] = False if is_asked else pd.NA
            amounts[place] = pd.NA
            continue
        exchange_rates[place] = rate
        if pd.notna(line["amount_tiyn"]):
            multiplier = filings[line["filing_no"]].read.cover["multiplier"]
            amount = to_tiyn(Decimal(line["amount"]), multiplier, rate)
            fits[place] = abs(amount) <= largest_tenge * TIYN_PER_TENGE
            amounts[place] = amount if fits[place] else pd.NA
    return lines.assign(
        amount_tiyn=amounts,
        exchange_rate=pd.Series(exchange_rates, index=lines.index, dtype=object),
        has_rate=known,
        **{f"amount_tiyn{IS_BOUNDED}": pd.array(fits, dtype="boolean")},
    )
