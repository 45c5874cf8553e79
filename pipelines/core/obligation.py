"""Obligation: from which year a unit is obliged, and what it owes for a year (rules, sections 1 and 2).

Belongs here: the first obliged year, the base that fits, the rate, the due. Does not: how the due is met (``ledger``).
"""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.core.units import Unit, last_day
from pipelines.statute.law import Statute
from schemas.money import share_of
from schemas.vocabulary import BaseKind, Regime

_PERCENT = Decimal(100)


@dataclass(frozen=True)
class Due:
    """What a unit owes; ``rate`` is a fraction, None with a fixed sum; ``amount_tiyn`` is None if unknown."""

    rate: Decimal | None
    amount_tiyn: int | None
    is_fixed: bool


def first_obliged_year(unit: Unit, regime: Regime, statute: Statute) -> int | None:
    """Return the first year the unit is obliged; None if never, or if the date it depends on is unknown."""
    rule = statute.first_obliged_year.of(regime)
    if rule is None:
        return None
    start = unit.unit_date if rule.counted_from == "unit_date" else unit.production_start
    if start is None:
        return None
    if unit.resigned and rule.years_after_if_resigned is not None:
        return start.year + rule.years_after_if_resigned
    return start.year + rule.years_after


def base_fits(base_kind: BaseKind | None, regime: Regime, statute: Statute) -> bool:
    """Tell whether the base on the form is the one the regime asks for."""
    rule = statute.base_kind.of(regime)
    return rule is not None and base_kind == rule.base_kind


def rate_of(unit: Unit, year: int, statute: Statute) -> Decimal:
    """Return the share of the base that is due, as a fraction."""
    if unit.rate_override is not None:
        return unit.rate_override / _PERCENT
    return statute.rate.on(last_day(year)).value


def due_of(unit: Unit, year: int, base_tiyn: int | None, statute: Statute) -> Due:
    """Return the due of an obliged unit: the fixed sum, else rate x base rounded half up to a tiyn.

    ``base_tiyn`` is the usable base of the previous year, None when there is none.
    """
    if unit.fixed_due_tiyn is not None:
        return Due(None, unit.fixed_due_tiyn, is_fixed=True)
    rate = rate_of(unit, year, statute)
    return Due(rate, None if base_tiyn is None else share_of(base_tiyn, rate), is_fixed=False)
