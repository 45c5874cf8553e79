"""Regime: which set of rules a unit is under .

Here: matching a unit with the ordered rules of ``statute/regimes.yaml``. Not here: what a regime entails.
"""

from dataclasses import dataclass

from pipelines.core.units import Unit
from pipelines.statute.dated import Reference
from pipelines.statute.law import Law
from pipelines.statute.model import RegimeRule
from schemas.vocabulary import Regime


@dataclass(frozen=True)
class RegimeVerdict:
    """A regime and what decided it."""

    regime: Regime
    reference: Reference
    by_register: bool = False


def regime_of(unit: Unit, law: Law) -> Regime:
    """Return the regime of a unit."""
    return decide_regime(unit, law).regime


def decide_regime(unit: Unit, law: Law) -> RegimeVerdict:
    """Return the regime of a unit with the article that decides it.

    Raises:
        LookupError: no rule of this year fits; the last rule of the statute fits every unit.
    """
    for rule in law.regimes:
        regime = unit.regime_override if rule.as_registered else rule.regime
        if regime is not None and _fits(rule, unit, law):
            return RegimeVerdict(regime, rule.reference, by_register=rule.as_registered)
    message = f"no rule on regimes of {law.year} fits the unit {unit.unit_no}"
    raise LookupError(message)


def _fits(rule: RegimeRule, unit: Unit, law: Law) -> bool:
    return (
        (rule.sectors is None or unit.sector in rule.sectors)
        and (rule.operations is None or unit.operation in rule.operations)
        and (rule.unit_kinds is None or unit.unit_kind in rule.unit_kinds)
        and (not rule.dated_before_code or unit.unit_date < law.code_start.day)
    )
