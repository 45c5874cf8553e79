"""Regime: which set of rules a unit is under (rules, section 1).

Belongs here: matching a unit with the ordered rules of ``statute/regimes.yaml``. Does not: what a regime entails.
"""

from dataclasses import dataclass

from pipelines.core.units import Unit
from pipelines.statute.law import Statute
from pipelines.statute.model import Reference, RegimeRule
from schemas.vocabulary import Regime


@dataclass(frozen=True)
class RegimeVerdict:
    """A regime and what decided it."""

    regime: Regime
    reference: Reference
    by_register: bool = False


def regime_of(unit: Unit, statute: Statute) -> Regime:
    """Return the regime of a unit; NONE where no rule fits."""
    return decide_regime(unit, statute).regime


def decide_regime(unit: Unit, statute: Statute) -> RegimeVerdict:
    """Return the regime of a unit with the article that decides it."""
    if unit.regime_override is not None:
        return RegimeVerdict(unit.regime_override, statute.regimes.reference, by_register=True)
    for rule in statute.regimes.entries:
        if _fits(rule, unit, statute):
            return RegimeVerdict(rule.regime, rule.reference)
    return RegimeVerdict(Regime.NONE, statute.regimes.reference)


def _fits(rule: RegimeRule, unit: Unit, statute: Statute) -> bool:
    return (
        (rule.sectors is None or unit.sector in rule.sectors)
        and (rule.operations is None or unit.operation in rule.operations)
        and (rule.unit_kinds is None or unit.unit_kind in rule.unit_kinds)
        and (not rule.dated_before_code or unit.unit_date < statute.code_start.day)
    )
