"""Units: one contract or licence, who holds it, and whether it lives in a year.

Here: the typed row of the register of units and questions about its dates.
Not here: which rules the unit is under (``pipelines.core.regime``), what it owes (``pipelines.core.obligation``),
reading the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.vocabulary import Operation, Regime, Sector, UnitKind


@dataclass(frozen=True)
class Unit:
    """One holder period of a contract or licence, as it stands in the register.

    ``rate_override`` and ``forfeit_percent`` are in percent (1.5 means 1.5%); amounts are in tiyn; None is unknown.
    """

    unit_no: str
    unit_date: date
    unit_kind: UnitKind
    user_bin: str
    user_name: str
    sector: Sector
    operation: Operation
    mineral: str | None = None
    deposit: str | None = None
    region_kato: str | None = None
    production_start: date | None = None
    end_date: date | None = None
    holder_from: date | None = None
    holder_to: date | None = None
    regime_override: Regime | None = None
    rate_override: Decimal | None = None
    fixed_due_tiyn: int | None = None
    resigned: bool = False
    forfeit_percent: Decimal | None = None
    opening_credit_tiyn: int | None = None
    opening_credit_year: int | None = None
    source: str = ""

    def held_from(self) -> date:
        """Return the first day of the holder period, cut to the unit's life."""
        return max(self.holder_from or date.min, self.unit_date)

    def held_to(self) -> date:
        """Return the last day of the holder period, cut to the unit's life."""
        return min(self.holder_to or date.max, self.end_date or date.max)


def is_active(unit: Unit, year: int) -> bool:
    """Tell whether the unit exists on at least one day of the year."""
    return unit.unit_date <= last_day(year) and (unit.end_date or date.max) >= first_day(year)


def holder_in(rows: Sequence[Unit], year: int) -> Unit:
    """Return the row of the obliged person: the holder on 31 December, or on the unit's last day.

    ``rows`` are all rows of one unit. In a gap between holders the one before it stays obliged; before the first holder
    the first one is. Of overlapping periods the one that began last counts.

    Raises:
        ValueError: no row is given.
    """
    day = min(last_day(year), max(rows, key=_period).end_date or date.max)
    started = [row for row in rows if (row.holder_from or date.min) <= day]
    covering = [row for row in started if (row.holder_to or date.max) >= day]
    if covering or started:
        return max(covering or started, key=_period)
    return min(rows, key=_period)


def held_in(rows: Sequence[Unit], user_bin: str, year: int) -> bool:
    """Tell whether a user held the unit on any day of the year, or is the obliged person of it in a gap."""
    live = [row for row in rows if is_active(row, year)]
    if any(
        row.user_bin == user_bin
        and row.held_from() <= row.held_to()
        and row.held_from() <= last_day(year)
        and row.held_to() >= first_day(year)
        for row in live
    ):
        return True
    return bool(live) and holder_in(live, year).user_bin == user_bin


def first_day(year: int) -> date:
    """Return 1 January."""
    return date(year, 1, 1)


def last_day(year: int) -> date:
    """Return 31 December."""
    return date(year, 12, 31)


def _period(row: Unit) -> tuple[date, date, str]:
    return (row.holder_from or date.min, row.holder_to or date.max, row.user_bin)
