"""Obligation: from which year a unit is obliged, and what it owes for a year.

Here: the first obliged year, the base that fits, the rate, the due. Not here: how the due is met
(``pipelines.core.ledger``), the rates and years themselves (``pipelines.statute``).
"""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.core.units import Unit
from pipelines.statute.law import Law
from schemas.money import share_of
from schemas.vocabulary import BaseKind, Regime, Sector

_PERCENT = Decimal(100)


@dataclass(frozen=True)
class Due:
    """What a unit owes; ``rate`` is a fraction, None with a fixed sum; ``amount_tiyn`` is None if unknown."""

    rate: Decimal | None
    amount_tiyn: int | None
    is_fixed: bool


def first_obliged_year(unit: Unit, regime: Regime, law: Law) -> int | None:
    """Return the first year the unit is obliged; None if never, or if the date it depends on is unknown."""
    rule = law.first_obliged_year.find(regime, unit.sector)
    if rule is None:
        return None
    start = unit.unit_date if rule.counted_from == "unit_date" else unit.production_start
    if start is None:
        return None
    if unit.resigned and rule.years_after_if_resigned is not None:
        return start.year + rule.years_after_if_resigned
    return start.year + rule.years_after


def base_fits(base_kind: BaseKind | None, regime: Regime, sector: Sector, law: Law) -> bool:
    """Tell whether the base on the form is the one the regime asks for."""
    rule = law.base_kind.find(regime, sector)
    return rule is not None and base_kind == rule.base_kind


def rate_of(unit: Unit, regime: Regime, law: Law) -> Decimal:
    """Return the share of the base that is due, as a fraction."""
    if unit.rate_override is not None:
        return unit.rate_override / _PERCENT
    return law.rate.of(regime, unit.sector).value


def due_of(unit: Unit, regime: Regime, base_tiyn: int | None, law: Law) -> Due:
    """Return the due of an obliged unit: the fixed sum, else rate x base rounded half up to a tiyn.

    ``base_tiyn`` is the usable base of the previous year, None when there is none.
    """
    if unit.fixed_due_tiyn is not None:
        return Due(None, unit.fixed_due_tiyn, is_fixed=True)
    rate = rate_of(unit, regime, law)
    return Due(rate, None if base_tiyn is None else share_of(base_tiyn, rate), is_fixed=False)
