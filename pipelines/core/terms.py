"""Terms: the argument for a verdict, from the base to the shortfall, as a person would make it.

Here: the order of terms, their articles and sources. Not here: computing any amount, their wording for readers
(``pipelines.wording.terms``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.core.budget import channel_of
from pipelines.core.doubt import TwoUnits
from pipelines.core.ledger import Ledger
from pipelines.core.obligation import Due
from pipelines.core.recognition.totals import LineTotals
from pipelines.core.regime import RegimeVerdict
from pipelines.core.units import Unit
from pipelines.statute.dated import Reference
from pipelines.statute.law import Law
from schemas.vocabulary import BaseKind, Bucket, Status

BASE_CONFIRMED = "base_confirmed"


@dataclass(frozen=True)
class Term:
    """One step of the argument.

    ``term`` is a key of ``wording/terms.yaml``, after a colon its detail (a year, a code, a rate). ``amount_tiyn`` is
    None for what is not an amount; ``reference`` is the article, ``source`` the file and cell, receipt or register row.
    """

    seq: int
    term: str
    amount_tiyn: int | None
    reference: str | None
    source: str | None


@dataclass(frozen=True)
class Argument:
    """What the terms are made of."""

    law: Law
    regime: RegimeVerdict
    first_year: int | None
    status: Status
    base_tiyn: int | None
    base_source: str
    apart: TwoUnits | None
    base_confirmed: str
    declared_due_source: str
    due: Due
    unit: Unit
    ledger: Ledger
    opening_source: str
    lines: LineTotals
    deadline: date
    filed_base_kind: BaseKind | None
    budget_tiyn: int
    budget_source: str
    financing_tiyn: int
    forfeit_tiyn: int | None
    forfeit_reference: Reference | None

    @property
    def duty(self) -> Reference:
        """The article that lays the duty on the unit, or that frees it."""
        rule = self.law.base_kind.find(self.regime.regime, self.unit.sector)
        return rule.reference if rule else self.regime.reference

    @property
    def credit_rule(self) -> Reference:
        """The article on financing above the obligation."""
        return self.law.credit_mode.of(self.regime.regime, self.unit.sector).reference

    @property
    def budget_rule(self) -> Reference:
        """The article by which the unit's money goes to the budget."""
        return channel_of(self.regime.regime, self.unit.sector, self.law.last_day, self.law).reference

    @property
    def deadline_rule(self) -> Reference:
        """The article on filing."""
        return self.law.filing_deadline.of(self.regime.regime, self.unit.sector).reference


_Row = tuple[str, int | None, Reference | None, str]


def argue(case: Argument) -> tuple[Term, ...]:
    """Return the terms of a verdict, numbered from 1."""
    rows = [*_duty(case), *_credits(case), *_money(case), *_outcome(case)]
    return tuple(
        Term(seq, term, amount, str(reference) if reference else None, source or None)
        for seq, (term, amount, reference, source) in enumerate(rows, start=1)
    )


def _duty(case: Argument) -> Iterator[_Row]:
    register = case.unit.source
    yield f"regime:{case.regime.regime}", None, case.regime.reference, register
    rule = case.law.first_obliged_year.find(case.regime.regime, case.unit.sector)
    if rule is not None:
        yield f"first_obliged_year:{case.first_year or '-'}", None, rule.reference, register
    if case.due.is_fixed:
        yield "fixed_due", case.due.amount_tiyn, case.duty, register
        return
    if case.base_tiyn is not None:
        yield "base", case.base_tiyn, case.duty, case.base_source
    if case.due.rate is not None:
        from_register = case.unit.rate_override is not None
        yield f"rate:{case.due.rate:f}", None, case.duty, register if from_register else ""
    yield from _base_in_doubt(case)
    if case.due.amount_tiyn is not None:
        yield "due", case.due.amount_tiyn, case.duty, ""


def _base_in_doubt(case: Argument) -> Iterator[_Row]:
    """Two obligations a unit of account apart, and which figure is likely in which other unit; or who confirms it."""
    doubt, apart = case.law.base_doubt.reference, case.apart
    if apart is not None:
        sources = {"base": case.base_source, "declared_due": case.declared_due_source}
        yield "computed_due", apart.computed_due_tiyn, case.duty, case.base_source
        yield "declared_due", apart.declared_due_tiyn, case.deadline_rule, case.declared_due_source
        yield f"likely_unit_of_{apart.likely}:{apart.likely_unit}", None, doubt, sources[apart.likely]
    if case.base_confirmed:
        yield BASE_CONFIRMED, None, doubt, case.base_confirmed


def _credits(case: Argument) -> Iterator[_Row]:
    ledger = case.ledger
    if ledger.credit_in_tiyn:
        yield "credit_in", ledger.credit_in_tiyn, case.credit_rule, ""
    if ledger.opening_tiyn:
        yield "opening_credit", ledger.opening_tiyn, case.credit_rule, case.opening_source
    for credit in ledger.used:
        yield f"credit_used:{credit.origin_year}", credit.amount_tiyn, case.credit_rule, ""
    if case.due.amount_tiyn is not None and ledger.used_tiyn is not None:
        yield "need", case.due.amount_tiyn - ledger.used_tiyn, case.credit_rule if ledger.used else case.duty, ""


def _money(case: Argument) -> Iterator[_Row]:
    lines, sources = case.lines, case.lines.sources
    yield "declared", lines.declared, case.law.set_aside.reference, ""
    for rule in case.law.recognition:
        if rule.code in lines.disallowed:
            yield f"disallowed:{rule.code}", lines.disallowed[rule.code], rule.reference, sources.get(rule.code, "")
    for bucket, amount, reference in (
        (Bucket.CURE.value, lines.cure, case.law.cure.on(case.law.last_day).reference),
        (Bucket.SET_ASIDE.value, lines.set_aside, case.law.set_aside.reference),
    ):
        if amount or bucket in sources:
            yield bucket, amount, reference, sources.get(bucket, "")
    yield Bucket.RECOGNISED.value, lines.recognised, case.duty, sources.get(Bucket.RECOGNISED.value, "")
    if case.budget_tiyn or case.budget_source:
        yield "budget", case.budget_tiyn, case.budget_rule, case.budget_source
    yield "financing", case.financing_tiyn, case.duty, ""


def _outcome(case: Argument) -> Iterator[_Row]:
    ledger = case.ledger
    if ledger.dust_tiyn:
        yield "dust", ledger.dust_tiyn, case.law.dust.reference, ""
    if ledger.shortfall_tiyn is not None:
        yield "shortfall", ledger.shortfall_tiyn, case.duty, ""
    if ledger.surplus_tiyn:
        yield "surplus", ledger.surplus_tiyn, case.credit_rule, ""
    if ledger.fulfilment_bp is not None:
        yield f"fulfilment:{ledger.fulfilment_bp}", None, case.law.status.reference_in(case.unit.sector), ""
    if ledger.lapsed_tiyn:
        yield "credit_lapsed", ledger.lapsed_tiyn, case.credit_rule, ""
    for credit in ledger.out:
        yield f"credit_out:{credit.origin_year}", credit.amount_tiyn, case.credit_rule, ""
    if case.forfeit_tiyn is not None:
        yield "forfeit", case.forfeit_tiyn, case.forfeit_reference, ""
    if case.status in (Status.PENDING, Status.NOT_REPORTED):
        yield f"deadline:{case.deadline}", None, case.deadline_rule, ""
    if case.status == Status.UNDETERMINED and case.apart is None:
        yield f"filed_base_kind:{case.filed_base_kind or '-'}", None, case.duty, case.base_source
    yield f"status:{case.status}", None, _status_rule(case), ""


def _status_rule(case: Argument) -> Reference:
    """Return the article a status rests on: what was compared with what."""
    first_year = case.law.first_obliged_year.find(case.regime.regime, case.unit.sector)
    rules = {
        Status.EXEMPT: case.regime.reference,
        Status.NOT_YET_OBLIGED: first_year.reference if first_year else case.duty,
        Status.PENDING: case.deadline_rule,
        Status.NOT_REPORTED: case.deadline_rule,
        Status.UNDETERMINED: case.law.base_doubt.reference if case.apart else case.duty,
        Status.MET: case.duty,
    }
    return rules.get(case.status, case.law.status.reference_in(case.unit.sector))
