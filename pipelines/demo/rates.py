"""Exchange rates of the invented country: one for every day and currency, and the monthly index of each 1 January.

Belongs here: drawing them. Does not: conversion of filings (``pipelines.intake``).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pipelines.demo.country import country

RateTable = Mapping[tuple[str, date], Decimal]
MONTHLY_INDEX = "МРП"


def draw_rates(rng: Random, first_year: int, last_year: int) -> RateTable:
    """Tenge for one unit of a currency for each day of the years, both included; the monthly index on 1 January."""
    data = dict(country()["exchange_rates"])
    noise = data.pop("noise")
    table: dict[tuple[str, date], Decimal] = {}
    for year in range(first_year, last_year + 1):
        if year in country()["monthly_index"]:
            table[MONTHLY_INDEX, date(year, 1, 1)] = Decimal(country()["monthly_index"][year])
    for currency, anchors in data.items():
        for year in range(first_year, last_year + 1):
            start, end = _anchor(anchors, year), _anchor(anchors, year + 1)
            days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
            for k in range(days):
                rate = (start + (end - start) * k / days) * (1 + noise * rng.uniform(-1, 1))
                table[currency, date(year, 1, 1) + timedelta(days=k)] = Decimal(f"{rate:.2f}")
    return table


def _anchor(anchors: Mapping[int, float], year: int) -> float:
    return anchors[min(max(year, min(anchors)), max(anchors))]
