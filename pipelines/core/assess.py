"""Assess: the verdict on one unit in one reporting year, and the argument for it.

Here: the one pure function that puts regime, obligation, financing and ledger together. Not here: how its parts are
computed (``pipelines.core.regime``, ``pipelines.core.obligation``, ``pipelines.core.ledger``), the argument
(``pipelines.core.terms``), roll-ups (``dbt_like_sql``).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pipelines.core import ledger as ledgers
from pipelines.core import terms
from pipelines.core.declared import differences
from pipelines.core.doubt import SEEN_OTHERWISE, Evidence, TwoUnits, doubt_codes, two_units
from pipelines.core.ledger import Ledger
from pipelines.core.obligation import Due, base_fits, due_of, first_obliged_year
from pipelines.core.regime import decide_regime
from pipelines.core.units import Unit
from pipelines.core.verdict import Assessment, Difference, UnitYear
from pipelines.statute.law import Law
from pipelines.statute.model import Forfeit
from schemas.money import share_of
from schemas.vocabulary import Regime, Sector, Status

_PERCENT = Decimal(100)
NOT_OBLIGED = (Status.EXEMPT, Status.NOT_YET_OBLIGED)


def assess(case: UnitYear, law: Law) -> Assessment:
    """Return the verdict on a unit and a year with every term it rests on, by the law of that year."""
    unit, filing, lines = case.unit, case.filing, case.lines
    regime = decide_regime(unit, law)
    first_year = first_obliged_year(unit, regime.regime, law)
    deadline = filing_deadline(regime.regime, unit.sector, law)
    waiting = _status_before_figures(case, regime.regime, first_year, deadline, law)
    usable_base = filing.base_tiyn if filing is not None and waiting is None else None
    due = Due(None, None, is_fixed=False)
    if waiting not in NOT_OBLIGED:
        due = due_of(unit, regime.regime, usable_base, law)
    computed_due, apart = due.amount_tiyn, None
    rests_on_base = usable_base is not None and not due.is_fixed
    if rests_on_base and not case.base_confirmed:
        apart = _apart(case, computed_due, law)
    if apart is not None:
        waiting, due = Status.UNDETERMINED, Due(due.rate, None, is_fixed=False)
    financing = lines.recognised + case.budget_tiyn
    opening = ledgers.opening_credits(case.rows or (unit,), case.year, has_predecessor=case.carried is not None)
    ledger = ledgers.settle(
        case.year,
        due.amount_tiyn,
        financing,
        carried=case.carried or (),
        opening=opening,
        mode=law.credit_mode.of(regime.regime, unit.sector).mode,
        dust=law.dust,
    )
    status = waiting or _status_of(ledger, law)
    forfeit_rule = law.forfeit.of(regime.regime, unit.sector)
    forfeit = None if status == Status.PENDING else _forfeit(unit, ledger.shortfall_tiyn, forfeit_rule)
    told = _differences(case, due, ledger, apart, law)
    argument = terms.argue(
        terms.Argument(
            law=law,
            regime=regime,
            first_year=first_year,
            status=status,
            base_tiyn=usable_base,
            apart=apart,
            base_confirmed=case.base_confirmed if rests_on_base else "",
            base_source=filing.sources.get("base", "") if filing else "",
            declared_due_source=filing.sources.get("declared_due", "") if filing else "",
            due=due,
            unit=unit,
            ledger=ledger,
            opening_source=", ".join(dict.fromkeys(opening.values())),
            lines=lines,
            deadline=deadline,
            filed_base_kind=filing.base_kind if filing and not filing.is_set_aside else None,
            budget_tiyn=case.budget_tiyn,
            budget_source=case.budget_source,
            financing_tiyn=financing,
            forfeit_tiyn=forfeit,
            forfeit_reference=forfeit_rule.reference,
        )
    )
    return Assessment(
        report_year=case.year,
        unit_no=unit.unit_no,
        user_bin=unit.user_bin,
        regime=regime.regime,
        first_obliged_year=first_year,
        base_kind=filing.base_kind if filing else None,
        base_tiyn=filing.base_tiyn if filing and not filing.is_set_aside else None,
        rate=due.rate,
        due_tiyn=due.amount_tiyn,
        credit_in_tiyn=ledger.credit_in_tiyn,
        credit_opening_tiyn=ledger.opening_tiyn,
        credit_available_tiyn=ledger.available_tiyn,
        credit_used_tiyn=ledger.used_tiyn,
        credit_lapsed_tiyn=ledger.lapsed_tiyn,
        declared_tiyn=lines.declared,
        recognised_tiyn=lines.recognised,
        clean_tiyn=lines.clean,
        cure_tiyn=lines.cure,
        disallowed_tiyn=lines.disallowed_tiyn,
        set_aside_tiyn=lines.set_aside,
        budget_tiyn=case.budget_tiyn,
        financing_tiyn=financing,
        shortfall_tiyn=ledger.shortfall_tiyn,
        surplus_tiyn=ledger.surplus_tiyn,
        credit_out_tiyn=ledger.out_tiyn,
        fulfilment_bp=ledger.fulfilment_bp,
        status=status,
        below_30=status == Status.BREACH and unit.sector in law.status.notice_sectors,
        forfeit_tiyn=forfeit,
        deadline=deadline,
        late_days=late_days(case.first_submitted_on, deadline),
        filing_id=filing.filing_id if filing else None,
        doubt=_doubt(case, told, law) if rests_on_base and not case.base_confirmed else "",
        credits_out=ledger.out,
        differences=told,
        terms=argument,
    )


def filing_deadline(regime: Regime, sector: Sector, law: Law) -> date:
    """Return the last day to file for the year of the law."""
    month_day = law.filing_deadline.of(regime, sector).month_day
    return date.fromisoformat(f"{law.year + 1:04d}-{month_day}")


def late_days(submitted_on: date | None, deadline: date) -> int | None:
    """Return by how many days the first accepted submission was late; None when there is none."""
    return None if submitted_on is None else max(0, (submitted_on - deadline).days)


def _status_before_figures(
    case: UnitYear, regime: Regime, first_year: int | None, deadline: date, law: Law
) -> Status | None:
    """Return the status of a year whose figures do not decide it; None for a year that is obliged and determined."""
    if regime == Regime.NONE:
        return Status.EXEMPT
    if first_year is None or case.year < first_year:
        return Status.NOT_YET_OBLIGED
    if case.filing is None:
        return Status.PENDING if case.as_of <= deadline else Status.NOT_REPORTED
    unusable = case.filing.is_set_aside or not base_fits(case.filing.base_kind, regime, case.unit.sector, law)
    no_base = case.filing.base_tiyn is None and case.unit.fixed_due_tiyn is None
    return Status.UNDETERMINED if unusable or no_base else None


def _status_of(ledger: Ledger, law: Law) -> Status:
    if ledger.shortfall_tiyn is None or ledger.fulfilment_bp is None:
        return Status.UNDETERMINED
    if ledger.shortfall_tiyn == 0:
        return Status.MET
    return Status.PARTIAL if ledger.fulfilment_bp >= law.status.partial_from_bp else Status.BREACH


def _forfeit(unit: Unit, shortfall: int | None, rule: Forfeit) -> int | None:
    if rule.share == "unknown" or shortfall is None:
        return None
    if rule.share == "whole":
        return shortfall
    return None if unit.forfeit_percent is None else share_of(shortfall, unit.forfeit_percent / _PERCENT)


def _apart(case: UnitYear, computed_due_tiyn: int | None, law: Law) -> TwoUnits | None:
    """Return how the declared obligation is a unit of account away from the computed one, None if it is not."""
    if case.filing is None:
        return None
    evidence = Evidence(case.filing.unit_of_account, case.earlier_base_tiyn, case.lines.declared)
    return two_units(case.filing.base_tiyn, computed_due_tiyn, case.filing.declared_due_tiyn, evidence, law)


def _differences(case: UnitYear, due: Due, ledger: Ledger, apart: TwoUnits | None, law: Law) -> tuple[Difference, ...]:
    if case.filing is None:
        return ()
    found = differences(
        case.filing,
        due_tiyn=due.amount_tiyn,
        credit_tiyn=ledger.available_tiyn,
        earlier_base_tiyn=case.earlier_base_tiyn,
        apart=apart,
        law=law,
    )
    return tuple(found)


def _doubt(case: UnitYear, told: Iterable[Difference], law: Law) -> str:
    seen = [SEEN_OTHERWISE] if case.filing is not None and case.filing.is_seen_otherwise else []
    return doubt_codes([*(difference.code for difference in told), *seen], law)
