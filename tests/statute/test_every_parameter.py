"""Every parameter is dated: a value from 2027 leaves the years before as they were, and the rules use it in 2027.

Here: for each parameter a value to come, and a rule that must notice it. A parameter without an entry fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from pipelines.core.arrears import Notice, arrears_of
from pipelines.core.assess import assess
from pipelines.core.declared import base_jumped
from pipelines.core.doubt import Evidence, two_units
from pipelines.core.ledger import Credit
from pipelines.core.rates import RateBook
from pipelines.core.recognition.totals import LineTotals
from pipelines.core.regime import regime_of
from pipelines.core.verdict import Assessment, FiledUnit, UnitYear
from pipelines.statute.law import SHAPES, Law
from pipelines.steps.invariants import binds_of
from schemas.vocabulary import BaseKind, DecisionKind
from tests.core.builders import INSTITUTE, OIL, PERFORMERS, USER, affiliates, judge, line
from tests.statute.changing import NEXT, statute_with

STATUTE = statute_with({})
FROM = {"from": NEXT}
SOLID: dict[str, Any] = {"regime": "COST_TPI", "sector": "ТПИ"}
FOREIGN: dict[str, Any] = {"performer_country": "DE", "performer_bin": None, "performer_key": "de/institut"}


def _verdict(law: Law, **changes: Any) -> Assessment:
    filed = FiledUnit("f", USER, BaseKind.PRODUCTION_COSTS, 10_000)
    given: dict[str, Any] = {"year": law.year, "unit": OIL, "as_of": date(2030, 1, 1), "filing": filed}
    return assess(UnitYear(**(given | {"lines": _paid(40)} | changes)), law)


def _paid(amount: int, **changes: int) -> LineTotals:
    sums: dict[str, Any] = {"declared": amount, "recognised": amount, "clean": amount}
    return LineTotals(**(sums | changes))


def _codes(law: Law, register: Mapping[str, Any] | None = None, **changes: Any) -> str:
    paid = {"payment_date": date(law.year, 6, 15), "act_date": date(law.year, 6, 15), "for_year": law.year}
    judged = judge(line(**(paid | changes)), year=law.year, law=law, **(register or {}))
    return f"{judged['bucket'].iloc[0]}: {judged['codes'].iloc[0]}"


def _cured_until(law: Law) -> date | None:
    notices = [Notice("У-1", date(law.year, 5, 20), DecisionKind.NOTICE)]
    return arrears_of(100, below_30=True, notices=notices, cures=(), law=law).cure_until


def _set_aside_by(law: Law) -> str | None:
    terms = _verdict(law, lines=_paid(40, set_aside=5)).terms
    return next(term.reference for term in terms if term.term == "set_aside")


def _rate_of_a_month_ago(law: Law) -> Decimal | None:
    return RateBook([("USD", date(law.year, 6, 1), Decimal(500))], law.exchange_rate).rate("USD", date(law.year, 7, 1))


def _binds(law: Law) -> dict[str, Any]:
    return binds_of(law, as_of=date(2030, 1, 1))


def _without_number() -> pd.DataFrame:
    return PERFORMERS.assign(accreditation_no=None)


@dataclass(frozen=True)
class Change:
    """A value to come, and what a rule makes of it."""

    value: dict[str, Any]
    seen: Callable[[Law], Any]


CHANGES = {
    "code_start": Change({"day": "2020-01-01"}, lambda law: regime_of(OIL, law)),
    "regimes": Change(
        {"row": "hydrocarbons", "regime": "INCOME", "sectors": ["Углеводороды"]}, lambda law: regime_of(OIL, law)
    ),
    "rate": Change({"regimes": ["COST_HC"], "value": "0.015"}, lambda law: _verdict(law).due_tiyn),
    "base_kind": Change({"regimes": ["COST_HC"], "base_kind": "СГД"}, lambda law: _verdict(law).status),
    "first_obliged_year": Change(
        {"regimes": ["COST_HC"], "counted_from": "production_start", "years_after": 3},
        lambda law: _verdict(law).first_obliged_year,
    ),
    "credit_mode": Change(
        {"regimes": ["COST_HC"], "mode": "following_years"},
        lambda law: _verdict(law, carried=(Credit(law.year - 2, 7),)).credit_available_tiyn,
    ),
    "recognition": Change({"row": "R23", "effect": "disallow"}, lambda law: _codes(law, act_no=None, **SOLID)),
    "budget_channel": Change(
        {"regimes": ["COST_TPI"], "paid_to": "budget", "kbk": "401104"}, lambda law: _codes(law, **SOLID)
    ),
    "digitalisation": Change({"counts": True}, lambda law: _codes(law, work_kind="Цифровизация", **SOLID)),
    "ntc": Change({"required": False}, lambda law: _codes(law, ntc_no=None, **SOLID)),
    "foreign_performer": Change(
        {"home_country": "KZ", "permission_regimes": ["COST_TPI"], "warning_regimes": []},
        lambda law: _codes(law, **FOREIGN, **SOLID),
    ),
    "accreditation": Change(
        {"kinds_without_number": ["НИИ"]}, lambda law: _codes(law, {"performers": _without_number()}, **SOLID)
    ),
    "affiliation": Change(
        {"symmetric": False}, lambda law: _codes(law, {"affiliates": affiliates(INSTITUTE, USER)}, **SOLID)
    ),
    "excluded_kinds": Change(
        {"row": "marketing", "stems": ["исследован"]}, lambda law: _codes(law, project_title="Исследование", **SOLID)
    ),
    "set_aside": Change({}, _set_aside_by),
    "status": Change(
        {"partial_from_bp": 5000, "notice_sectors": [], "elsewhere": {"source": "WORKING_RULE", "article": "2027"}},
        lambda law: _verdict(law).status,
    ),
    "dust": Change(
        {"less_than_tenge": 1, "from_bp": 9_900},
        lambda law: (_verdict(law, lines=_paid(99)).status, _binds(law)["dust_from_bp"]),
    ),
    "user_status": Change(
        {
            "worst_first": ["BREACH", "NOT_REPORTED", "UNDETERMINED", "PARTIAL", "PENDING", "MET"],
            "without_obligation": ["NOT_YET_OBLIGED", "EXEMPT"],
        },
        lambda law: _binds(law)["status_1"],
    ),
    "filing_deadline": Change({"month_day": "03-31"}, lambda law: _verdict(law).deadline.timetuple()[1:3]),
    "cure": Change({"months_if_below_30": 2, "months_otherwise": 1}, _cured_until),
    "forfeit": Change({"share": "whole"}, lambda law: _verdict(law).forfeit_tiyn),
    "reconciliation": Change(
        {"margin_percent": "2", "floor_tenge": 5},
        lambda law: (_binds(law)["margin_bp"], _binds(law)["floor_tiyn"]),
    ),
    "exchange_rate": Change({"max_age_days": 40}, _rate_of_a_month_ago),
    "base_doubt": Change(
        {"codes": ["W013"], "factors": [100], "within_bp": 0},
        lambda law: two_units(100, 1, 100, Evidence(unit_of_account=1_000), law) is None,
    ),
    "base_jump": Change({"factor": 10}, lambda law: base_jumped(100, 1_000, law)),
    "directions": Change(
        {"row": "POWER", "priority": "GREENTECH"}, lambda law: _binds(law)["priorities"]["Электроэнергетика"]
    ),
}


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_value_from_2027_leaves_the_years_before_as_they_were_and_is_used_in_2027(name):
    change = CHANGES[name]
    changed = statute_with({name: [FROM | change.value]})
    for year in range(2021, 2027):
        assert change.seen(changed.at(year)) == change.seen(STATUTE.at(year))
    assert change.seen(changed.at(2027)) != change.seen(STATUTE.at(2027))


def test_no_parameter_is_forgotten():
    assert set(CHANGES) == set(SHAPES)
