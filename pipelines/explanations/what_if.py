"""What if: a verdict under another regime, rate or base, by the same rules, next to the stored one.

Belongs here: supposing, computing with the core, comparing. Does not: storing (nothing ever), printing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.core.assess import assess
from pipelines.core.regime import regime_of
from pipelines.core.verdict import Assessment, FiledUnit, UnitYear
from pipelines.explanations import shapes
from pipelines.explanations.read import NoVerdictError, Reader, status_in_words, worded
from pipelines.explanations.rejudging import rejudged_totals
from pipelines.statute.law import Law
from pipelines.stored.cases import cited, year_cases
from pipelines.stored.decisions import decision_sources
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import load_of
from pipelines.wording import phrases
from schemas.vocabulary import Regime

# In the order of the argument; those of `compliance_by_unit` that a supposition can move.
_FIGURES = (
    "regime", "base_tiyn", "rate", "due_tiyn", "credit_available_tiyn", "credit_used_tiyn", "recognised_tiyn",
    "cure_tiyn", "disallowed_tiyn", "set_aside_tiyn", "budget_tiyn", "financing_tiyn", "shortfall_tiyn",
    "surplus_tiyn", "credit_lapsed_tiyn", "credit_out_tiyn", "fulfilment_bp", "forfeit_tiyn", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Supposition:
    """What is supposed; None leaves things as they are. The rate is in percent, the base in tiyn."""

    regime: Regime | None = None
    rate_percent: Decimal | None = None
    base_tiyn: int | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is supposed at all."""
        return any(value is not None for value in (self.regime, self.rate_percent, self.base_tiyn))


def suppose(
    warehouse: Warehouse,
    connection: sa.Connection,
    verdict: Mapping[str, Any],
    supposition: Supposition,
    reader: Reader,
) -> shapes.WhatIf:
    """Return what the verdict would be; only reads. ``verdict`` is the stored row.

    The day of the run is that of the stored verdict, so that nothing but the supposition makes a difference.

    Raises:
        NoVerdictError: the unit is no longer in the register.
        pipelines.stored.year_before.YearOrderError: the year before has filings now, but was never computed.
    """
    year, unit_no = verdict["report_year"], verdict["unit_no"]
    as_of = load_of(connection, verdict["load_id"]).as_of
    gathered = year_cases(warehouse, connection, year, as_of)
    case = next((case for case in gathered.cases if case.unit.unit_no == unit_no), None)
    if case is None:  # the register no longer has the unit, and the year was not run since
        raise NoVerdictError(phrases.say("errors", "no_verdict", reader.language, unit=unit_no, year=year))
    law = warehouse.statute.at(year)
    supposed = _supposed(case, supposition, law)
    if supposition.regime is not None:
        regimes = {unit_no: supposition.regime}
        totals = rejudged_totals(connection, year, unit_no, regimes, warehouse.statute)
        decided = decision_sources(connection, year).get(unit_no, {})
        supposed = replace(supposed, lines=cited(totals, decided))
    result = assess(supposed, law)
    terms = worded(_supposed_terms(result, supposition, reader), reader)
    return shapes.WhatIf(
        suppositions=dict(_told(supposition)),
        assumptions=tuple(_assumptions(case, supposed, supposition, reader)),
        status_in_words=status_in_words({**vars(result), "sector": case.unit.sector}, terms, reader),
        figures=tuple(_figure(name, verdict[name], getattr(result, name)) for name in _FIGURES),
        terms=terms,
    )


def _supposed_terms(result: Assessment, supposition: Supposition, reader: Reader) -> Iterator[dict[str, Any]]:
    """Yield the terms; what is only supposed comes from no register and no cell."""
    names = {
        "regime": supposition.regime,
        "rate": supposition.rate_percent,
        "base": supposition.base_tiyn,
    }
    for term in result.terms:
        is_supposed = names.get(term.term.partition(":")[0]) is not None
        yield vars(term) | ({"source": phrases.phrase("what_if", reader.language)} if is_supposed else {})


def _supposed(case: UnitYear, supposition: Supposition, law: Law) -> UnitYear:
    unit = case.unit
    if supposition.regime is not None:
        unit = replace(unit, regime_override=supposition.regime)
    if supposition.rate_percent is not None:
        unit = replace(unit, rate_override=supposition.rate_percent)
    if supposition.rate_percent is not None or supposition.base_tiyn is not None:
        unit = replace(unit, fixed_due_tiyn=None)
    return replace(case, unit=unit, filing=_filing(case, regime_of(unit, law), supposition, law))


def _filing(case: UnitYear, regime: Regime, supposition: Supposition, law: Law) -> FiledUnit | None:
    """Return the unit's row as it would have been filed: with the supposed base, of the kind the regime asks for."""
    filing, rule = case.filing, law.base_kind.find(regime, case.unit.sector)
    if supposition.base_tiyn is not None:
        if filing is None:
            filing = FiledUnit(filing_id="", user_bin=case.unit.user_bin)
        filing = replace(filing, base_tiyn=supposition.base_tiyn, is_set_aside=False, sources={})
    changes_kind = supposition.regime is not None or supposition.base_tiyn is not None
    return replace(filing, base_kind=rule.base_kind) if filing and rule and changes_kind else filing


def _assumptions(case: UnitYear, supposed: UnitYear, supposition: Supposition, reader: Reader) -> Iterator[str]:
    language = reader.language
    before, after = case.filing, supposed.filing
    if before is None and after is not None:
        yield phrases.say("assumptions", "no_filing", language)
    if before and after and before.base_kind != after.base_kind and supposition.base_tiyn is None:
        kinds = [phrases.label("base_kind", filing.base_kind, language) for filing in (before, after)]
        yield phrases.say("assumptions", "base_kind", language, base_kind=kinds[0], expected=kinds[1])
    if case.unit.fixed_due_tiyn is not None and supposed.unit.fixed_due_tiyn is None:
        yield phrases.say("assumptions", "fixed_due", language)
    if case.carried:
        yield phrases.say("assumptions", "credits", language)


def _told(supposition: Supposition) -> Iterator[tuple[str, str]]:
    if supposition.regime is not None:
        yield "regime", str(supposition.regime)
    if supposition.rate_percent is not None:
        yield "rate_percent", f"{supposition.rate_percent:f}"
    if supposition.base_tiyn is not None:
        yield "base_tiyn", str(supposition.base_tiyn)


def _figure(name: str, stored: Any, supposed: Any) -> shapes.Figure:
    is_amount = name.endswith(("_tiyn", "_bp")) and stored is not None and supposed is not None
    return shapes.Figure(name, _value(stored), _value(supposed), supposed - stored if is_amount else None)


def _value(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value
