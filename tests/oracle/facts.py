"""The oracle's registers: what the authority knows, and section 1 of the rules.

Belongs here: the six registers by plain scans, regimes, first obliged years, rounding. Does not: filings (``filings``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tests.oracle.reading import Row, Table, number_key, read_register

EXEMPT_SECTORS = ("ОПИ", "Подземные воды", "Лечебные грязи", "Подземные сооружения")
HC, U, TPI = "Углеводороды", "Уран", "ТПИ"
NO_NUMBER_NEEDED = ("АОО", "Участник Астана Хаб")


def half_up(value: Fraction) -> int:
    """Round to the nearest whole, a half away from zero."""
    sign = -1 if value < 0 else 1
    return sign * ((2 * abs(value).numerator + abs(value).denominator) // (2 * abs(value).denominator))


class Registers:
    """The registers, and the questions asked of them."""

    def __init__(self, folder: Path) -> None:
        """Read all six."""
        self.units = (read_register(folder, "units") or Table("")).rows
        self.by_unit: dict[str, list[Row]] = defaultdict(list)
        for row in self.units:
            self.by_unit[number_key(row["unit_no"])].append(row)
        self.performers = read_register(folder, "performers")
        self.affiliates = (read_register(folder, "affiliates") or Table("")).rows
        self.treasury = (read_register(folder, "treasury") or Table("")).rows
        self.decisions = (read_register(folder, "decisions") or Table("")).rows
        self.rates = (read_register(folder, "rates") or Table("")).rows

    def rows_of(self, key: str) -> list[Row]:
        """All holder rows of a unit, in the register's order."""
        return list(self.by_unit.get(key, ()))

    def numbers(self) -> list[str]:
        """All units."""
        return sorted(self.by_unit)

    def holder_row(self, key: str, year: int) -> Row | None:
        """The row that rules the unit in a year; None when it is not active."""
        rows = self.rows_of(key)
        if not rows:
            return None
        last = dt.date(year, 12, 31)
        ends = [row["end_date"] for row in rows if row["end_date"]]
        day = min([last, *ends])
        if ends and min(ends) < dt.date(year, 1, 1):
            return None
        rows.sort(key=lambda row: row["holder_from"] or dt.date.min)
        holding = [
            row for row in rows if (row["holder_from"] or dt.date.min) <= day <= (row["holder_to"] or dt.date.max)
        ]
        before = [row for row in rows if (row["holder_from"] or dt.date.min) <= day]
        chosen = (holding or before or rows)[-1]
        return chosen if chosen["unit_date"] <= last else None

    def held(self, key: str, user: str, year: int) -> bool:
        """Whether the user held the unit on some day of the year."""
        ruling = self.holder_row(key, year)
        return ruling is not None and (ruling["user_bin"] == user or any(
            row["user_bin"] == user
            and (row["holder_from"] or dt.date.min) <= dt.date(year, 12, 31)
            and (row["holder_to"] or dt.date.max) >= dt.date(year, 1, 1)
            for row in self.rows_of(key)
        ))  # fmt: skip

    def rate(self, currency: str, day: dt.date | None) -> Decimal | None:
        """Tenge for one unit of currency."""
        if currency == "KZT":
            return Decimal(1)
        fitting = [
            (row["on"], row["rate"])
            for row in self.rates
            if row["currency"] == currency and day and dt.timedelta(0) <= day - row["on"] <= dt.timedelta(7)
        ]
        return max(fitting)[1] if fitting else None

    def accredited(self, performer: str, day: dt.date) -> bool:
        """Whether the performers register vouches for the performer on the day."""
        assert self.performers is not None
        return any(
            row["bin"] == performer
            and (row["accreditation_no"] or row["kind"] in NO_NUMBER_NEEDED)
            and (row["valid_from"] or dt.date.min) <= day <= (row["valid_to"] or dt.date.max)
            for row in self.performers.rows
        )

    def affiliated(self, user: str, other: str, day: dt.date) -> bool:
        """Whether the two are affiliates on the day, whichever way the register says it."""
        return any(
            {row["user_bin"], row["affiliate_bin"]} == {user, other}
            and user != other
            and (row["valid_from"] or dt.date.min) <= day <= (row["valid_to"] or dt.date.max)
            for row in self.affiliates
        )

    def decided(self, kind: str, user: str | None, key: str, year: int, document: str | None = None) -> list[Row]:
        """Decisions of a kind on a unit and year (and document), oldest first."""
        found = [
            row
            for row in self.decisions
            if row["kind"] == kind
            and number_key(row["unit_no"]) == key
            and row["report_year"] == year
            and (user is None or row["user_bin"] == user)
            and (
                document is None
                or (row["payment_doc_no"] and number_key(row["payment_doc_no"]) == number_key(document))
            )
        ]
        return sorted(found, key=lambda row: (row["decided_on"], str(row["decision_no"])))


def regime_of(row: Row) -> str:
    """Section 1."""
    if row["regime_override"]:
        return str(row["regime_override"])
    if row["sector"] in EXEMPT_SECTORS or row["operation"] == "Разведка":
        return "NONE"
    contract = row["unit_kind"] == "контракт"
    if contract and (row["unit_date"] < dt.date(2018, 6, 29) or row["sector"] == TPI):
        return "INCOME"
    return {HC: "COST_HC", U: "COST_U", TPI: "COST_TPI"}[row["sector"]]


def first_year(row: Row, regime: str) -> int | None:
    """First obliged year; None when never or unknown."""
    if regime == "NONE":
        return None
    if regime in ("INCOME", "COST_TPI"):
        return int(row["unit_date"].year) + 1
    if row["production_start"] is None:
        return None
    return int(row["production_start"].year) + (0 if regime == "COST_HC" and row["resigned"] in ("да", True) else 1)
