"""Doubt: whether the figures of a filing can all be in the unit of account of its cover.

Here: two obligations a unit of account apart (W013), which of the two figures is likely in another unit, the codes that
mark a base. Not here: the factors and codes (``statute/base_doubt.yaml``), what follows for the verdict
(``pipelines.core.assess``). Amounts are in tiyn, units of account in tenge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.statute.law import Law
from schemas.money import BASIS_POINTS

TWO_UNITS = "W013"
SEEN_OTHERWISE = "W008"

Figure = Literal["base", "declared_due"]


@dataclass(frozen=True)
class TwoUnits:
    """A declared obligation that is a unit of account away from the computed one.

    ``factor`` is how many times the larger is the smaller. ``likely`` is the figure that likely stands in another unit
    of account than the cover names, ``likely_unit`` that unit in tenge.
    """

    declared_due_tiyn: int
    computed_due_tiyn: int
    factor: int
    likely: Figure
    likely_unit: int


@dataclass(frozen=True)
class Evidence:
    """What tells which figure is the odd one out: the base of a year earlier, else the money declared; None = unknown.

    ``unit_of_account`` is tenge in one of the cover's.
    """

    unit_of_account: int
    earlier_base_tiyn: int | None = None
    declared_money_tiyn: int | None = None


def two_units(
    base_tiyn: int | None,
    computed_due_tiyn: int | None,
    declared_due_tiyn: int | None,
    evidence: Evidence,
    law: Law,
) -> TwoUnits | None:
    """Return how two obligations of one filing are a unit of account apart, None where they are not or one is unknown.

    They are when the larger is one of the factors of the law times the smaller, within its margin.
    """
    if not base_tiyn or not computed_due_tiyn or not declared_due_tiyn or declared_due_tiyn < 0:
        return None
    low, high = sorted((computed_due_tiyn, declared_due_tiyn))
    rule = law.base_doubt
    factor = next((each for each in rule.factors if _is_within(high, low * each, rule.within_bp)), None)
    if factor is None:
        return None
    is_larger = declared_due_tiyn > computed_due_tiyn
    units = {
        "base": _moved(evidence.unit_of_account, factor, up=is_larger),
        "declared_due": _moved(evidence.unit_of_account, factor, up=not is_larger),
    }
    likely = _likely(base_tiyn, computed_due_tiyn, declared_due_tiyn, evidence)
    if units[likely] is None:  # There is no unit of account below a tenge.
        likely = "declared_due" if likely == "base" else "base"
    return TwoUnits(declared_due_tiyn, computed_due_tiyn, factor, likely, units[likely] or evidence.unit_of_account)


def doubt_codes(found: Iterable[str], law: Law) -> str:
    """Return the codes among ``found`` that put a base in doubt: sorted, comma separated, empty for none."""
    return ",".join(sorted(set(found) & set(law.base_doubt.codes)))


def has_code(doubt: str | None, code: str) -> bool:
    """Tell whether a code stands among the stored ones; NULL is a year computed before doubt was kept."""
    return doubt is not None and code in doubt.split(",")


def _is_within(found: int, expected: int, margin_bp: int) -> bool:
    return abs(found - expected) * BASIS_POINTS <= expected * margin_bp


def _moved(unit: int, factor: int, *, up: bool) -> int | None:
    """Return a unit of account so many times larger or smaller, None below one tenge."""
    if up:
        return unit * factor
    whole, rest = divmod(unit, factor)
    return None if rest else whole


def _likely(base: int, computed_due: int, declared_due: int, evidence: Evidence) -> Figure:
    """Return the figure that what is known otherwise speaks against; the base, typed from the books, without any.

    A base that the declared due would stand for is to the base as the declared due is to the computed one.
    """
    if evidence.earlier_base_tiyn and evidence.earlier_base_tiyn > 0:
        as_read, as_declared = base * computed_due, base * declared_due
        known = evidence.earlier_base_tiyn * computed_due
    elif evidence.declared_money_tiyn and evidence.declared_money_tiyn > 0:
        as_read, as_declared, known = computed_due, declared_due, evidence.declared_money_tiyn
    else:
        return "base"
    return "declared_due" if _is_nearer(known, as_read, as_declared) else "base"


def _is_nearer(known: int, one: int, other: int) -> bool:
    """Tell whether ``known`` is fewer times larger or smaller than ``one`` than it is than ``other``."""
    return max(known, one) * min(known, other) < max(known, other) * min(known, one)
