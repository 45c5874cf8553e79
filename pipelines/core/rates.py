"""Rates: official exchange rates by currency and day.

Here: finding the rate that applies to a payment, the latest one that is not too old on its day
(``statute/exchange_rate.yaml``). Not here: reading the register of rates, rounding.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pipelines.statute.dated import DatedValue
from pipelines.statute.model import ExchangeRateAge

TENGE = "KZT"


class RateBook:
    """All known rates; tenge for one unit of a currency."""

    def __init__(self, rates: Iterable[tuple[str, date, Decimal]], oldest: DatedValue[ExchangeRateAge]) -> None:
        """Index (currency, day, rate) triples; ``oldest`` is the greatest age of a rate that still applies on a day."""
        self._oldest = oldest
        self._days: defaultdict[str, list[date]] = defaultdict(list)
        self._rates: dict[tuple[str, date], Decimal] = {}
        for currency, day, rate in sorted(rates, key=lambda entry: (entry[0], entry[1])):
            if (currency, day) not in self._rates:
                self._days[currency].append(day)
                self._rates[currency, day] = rate

    def rate(self, currency: str, day: date | None) -> Decimal | None:
        """Return the rate that applies on a day: 1 for tenge, None when no rate is recent enough or no day is known."""
        if currency == TENGE:
            return Decimal(1)
        if day is None:
            return None
        days = self._days.get(currency, [])
        position = bisect_right(days, day)
        if position == 0 or (day - days[position - 1]).days > self._oldest.on_or_first(day).max_age_days:
            return None
        return self._rates[currency, days[position - 1]]
