"""Assess: status and figures agree, declared figures are compared, and every verdict argues itself."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.assess import NOT_OBLIGED, assess
from pipelines.core.ledger import Credit
from pipelines.core.recognition.totals import LineTotals
from pipelines.core.verdict import Assessment, FiledUnit, UnitYear
from pipelines.wording.terms import describe
from schemas.vocabulary import BaseKind, Regime, Sector, Status
from tests.core.builders import OIL, STATUTE, USER, unit

COSTS = BaseKind.PRODUCTION_COSTS
BEFORE, AFTER = date(2026, 4, 30), date(2026, 5, 1)


def _assess(case: UnitYear) -> Assessment:
    return assess(case, STATUTE.at(case.year))


def _filed(**changes: Any) -> FiledUnit:
    filed: dict[str, Any] = {"filing_id": "f", "user_bin": USER, "base_kind": COSTS, "base_tiyn": 10_000}
    return FiledUnit(**(filed | changes))


def _case(**changes: Any) -> UnitYear:
    given_: dict[str, Any] = {"year": 2025, "unit": OIL, "as_of": AFTER, "filing": _filed(), "lines": _lines(100)}
    return UnitYear(**(given_ | changes))


def _lines(recognised: int, **changes: Any) -> LineTotals:
    sums: dict[str, Any] = {"declared": recognised, "recognised": recognised, "clean": recognised}
    return LineTotals(**(sums | changes))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"unit": unit(sector=Sector.COMMON_MINERALS)}, Status.EXEMPT),
        ({"unit": unit(production_start=date(2025, 1, 1))}, Status.NOT_YET_OBLIGED),
        ({"unit": unit(production_start=None)}, Status.NOT_YET_OBLIGED),
        ({"filing": None, "as_of": BEFORE}, Status.PENDING),
        ({"filing": None}, Status.NOT_REPORTED),
        ({"filing": _filed(is_set_aside=True)}, Status.UNDETERMINED),
        ({"filing": _filed(base_kind=BaseKind.INCOME)}, Status.UNDETERMINED),
        ({"filing": _filed(base_kind=None)}, Status.UNDETERMINED),
        ({"filing": _filed(base_tiyn=None)}, Status.UNDETERMINED),
        ({}, Status.MET),
        ({"lines": _lines(99)}, Status.PARTIAL),
        ({"lines": _lines(30)}, Status.PARTIAL),
        ({"lines": _lines(29)}, Status.BREACH),
        ({"lines": _lines(0), "budget_tiyn": 100}, Status.MET),
        ({"lines": _lines(0), "carried": (Credit(2024, 100),)}, Status.MET),
        ({"lines": _lines(0), "carried": (Credit(2023, 100),)}, Status.BREACH),
    ],
)
def test_each_status_has_its_own_case(changes, status):
    assert _assess(_case(**changes)).status == status


@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize("filing", [None, _filed(is_set_aside=True)], ids=["not filed", "set aside"])
def test_without_a_known_due_the_figures_that_follow_are_unknown_and_the_money_is_not(year, filing):
    verdict = _assess(_case(year=year, filing=filing, carried=(Credit(year - 1, 7),)))
    unknown = ("due_tiyn", "credit_used_tiyn", "shortfall_tiyn", "surplus_tiyn", "fulfilment_bp", "forfeit_tiyn")
    assert {getattr(verdict, name) for name in unknown} == {None}
    assert (verdict.credit_available_tiyn, verdict.credit_out_tiyn, verdict.recognised_tiyn) == (7, 0, 100)


def test_a_fixed_due_of_a_unit_that_is_not_obliged_stays_unknown():
    exempt = unit(fixed_due_tiyn=5, regime_override=Regime.NONE)
    assert _assess(_case(unit=exempt)).due_tiyn is None


@pytest.mark.parametrize(
    ("tolerance", "declared", "codes"),
    [
        ("0", 100, []),
        ("0", 101, ["W003"]),
        ("50000", 50_100, []),
        ("50000", 50_101, ["W003"]),
        ("0.5", 101, ["W003"]),
        ("0", None, []),
    ],
)
def test_a_declared_due_is_compared_to_the_last_decimal_the_filer_wrote(tolerance, declared, codes):
    filing = _filed(
        declared_due_tiyn=declared,
        tolerances={"declared_due": Decimal(tolerance)},
        sources={"declared_due": "Объекты!D7"},
    )
    differences = _assess(_case(filing=filing)).differences
    assert [difference.code for difference in differences] == codes
    assert all(difference.source == "Объекты!D7" for difference in differences)


def test_a_declared_credit_is_compared_with_the_ledger():
    verdict = _assess(_case(filing=_filed(declared_credit_tiyn=40), carried=(Credit(2024, 30),)))
    assert [(found.code, found.difference_tiyn) for found in verdict.differences] == [("W004", 10)]


def test_decimals_written_in_one_declared_figure_say_nothing_about_the_other():
    tolerances = {"declared_due": Decimal("0.5"), "declared_credit": Decimal(50_000)}
    filing = _filed(declared_due_tiyn=101, declared_credit_tiyn=40_000, tolerances=tolerances)
    assert [found.code for found in _assess(_case(filing=filing)).differences] == ["W003"]


def test_a_declared_due_is_not_compared_with_an_unknown_one():
    filing = _filed(declared_due_tiyn=5, base_kind=BaseKind.INCOME)
    assert _assess(_case(filing=filing)).differences == ()


def _apart(**changes: Any) -> UnitYear:
    sources = {"base": "Объекты!C7", "declared_due": "Объекты!D7"}
    filing = _filed(declared_due_tiyn=100_000, unit_of_account=1_000, sources=sources)
    return _case(filing=filing, earlier_base_tiyn=10_000_000, **changes)


def test_two_units_of_account_are_argued_with_both_figures_and_the_likely_unit():
    terms = {term.term: term for term in _assess(_apart()).terms}
    shown = {name: (terms[name].amount_tiyn, terms[name].source) for name in ("base", "computed_due", "declared_due")}
    assert shown == {
        "base": (10_000, "Объекты!C7"),
        "computed_due": (100, "Объекты!C7"),
        "declared_due": (100_000, "Объекты!D7"),
    }
    assert terms["likely_unit_of_base:1000000"].source == "Объекты!C7"
    assert not {"due", "shortfall", f"filed_base_kind:{COSTS}", "base_confirmed"} & set(terms)
    assert describe("likely_unit_of_base:1000000", "ru") == "База, вероятно, указана в другой единице: млн тенге"
    assert describe("likely_unit_of_base:1000000000", "en").endswith("1,000,000,000 tenge")


def test_two_units_of_account_are_one_difference_in_the_cell_that_is_likely_wrong():
    (jump, apart) = sorted(_assess(_apart()).differences, key=lambda found: found.code)
    assert (jump.code, jump.field, jump.source) == ("W005", "base_amount", "Объекты!C7")
    assert (apart.code, apart.field, apart.declared_tiyn, apart.computed_tiyn) == ("W013", "base_amount", 100_000, 100)


def test_a_confirmed_base_is_judged_by_and_the_decision_is_cited():
    verdict = _assess(_apart(base_confirmed="decisions.xlsx row 2", lines=_lines(40)))
    assert (verdict.status, verdict.due_tiyn, verdict.doubt) == (Status.PARTIAL, 100, "")
    assert {found.code for found in verdict.differences} == {"W003", "W005"}
    assert next(term.source for term in verdict.terms if term.term == "base_confirmed") == "decisions.xlsx row 2"


def test_a_base_that_looks_otherwise_is_in_doubt_and_judged_all_the_same():
    verdict = _assess(_case(filing=_filed(is_seen_otherwise=True)))
    assert (verdict.status, verdict.doubt) == (Status.MET, "W008")


def test_a_base_that_cannot_be_used_has_no_doubt_of_its_own():
    filing = _filed(base_kind=BaseKind.INCOME, declared_due_tiyn=100_000, is_seen_otherwise=True)
    verdict = _assess(_case(filing=filing, earlier_base_tiyn=10_000_000))
    assert (verdict.status, verdict.doubt) == (Status.UNDETERMINED, "")


def test_the_argument_runs_from_the_base_to_the_verdict():
    case = _case(
        filing=_filed(sources={"base": "filing.xlsx, Объекты!C7"}),
        lines=LineTotals(
            declared=90,
            recognised=20,
            clean=20,
            cure=10,
            set_aside=15,
            disallowed={"R02": 5, "R01": 40},
            sources={"R01": "S9"},
        ),
        budget_tiyn=30,
        budget_source="receipt 5",
        carried=(Credit(2024, 25),),
    )
    terms = [(term.term, term.amount_tiyn, term.source) for term in _assess(case).terms]
    assert terms == [
        ("regime:COST_HC", None, "units.xlsx!2"),
        ("first_obliged_year:2022", None, "units.xlsx!2"),
        ("base", 10_000, "filing.xlsx, Объекты!C7"),
        ("rate:0.01", None, None),
        ("due", 100, None),
        ("credit_in", 25, None),
        ("credit_used:2024", 25, None),
        ("need", 75, None),
        ("declared", 90, None),
        ("disallowed:R01", 40, "S9"),
        ("disallowed:R02", 5, None),
        ("cure", 10, None),
        ("set_aside", 15, None),
        ("recognised", 20, None),
        ("budget", 30, "receipt 5"),
        ("financing", 50, None),
        ("shortfall", 25, None),
        ("fulfilment:7500", None, None),
        ("status:PARTIAL", None, None),
    ]


CASES = st.builds(
    UnitYear,
    year=st.integers(2020, 2027),
    unit=st.builds(
        unit,
        sector=st.sampled_from(Sector),
        regime_override=st.none() | st.sampled_from(Regime),
        fixed_due_tiyn=st.none() | st.integers(0, 10**12),
        forfeit_percent=st.none() | st.sampled_from([Decimal(30), Decimal("0.1")]),
        opening_credit_tiyn=st.none() | st.integers(0, 10**12),
        opening_credit_year=st.none() | st.integers(2019, 2026),
    ),
    as_of=st.sampled_from([BEFORE, AFTER]),
    filing=st.none()
    | st.builds(
        _filed,
        base_kind=st.none() | st.sampled_from(BaseKind),
        base_tiyn=st.none() | st.integers(0, 10**14),
        is_set_aside=st.booleans(),
    ),
    lines=st.integers(-(10**11), 10**13).map(_lines),
    budget_tiyn=st.integers(0, 10**12),
    carried=st.none()
    | st.lists(st.builds(Credit, st.integers(2018, 2020), st.integers(1, 10**12)), max_size=2).map(tuple),
)


@given(CASES)
def test_the_status_agrees_with_the_figures(case):
    verdict = _assess(case)
    determined = verdict.status in (Status.MET, Status.PARTIAL, Status.BREACH)
    if verdict.status in NOT_OBLIGED or (not determined and case.unit.fixed_due_tiyn is None):
        assert verdict.due_tiyn is verdict.shortfall_tiyn is verdict.fulfilment_bp is verdict.forfeit_tiyn is None
        return
    assert verdict.shortfall_tiyn is not None
    assert verdict.fulfilment_bp is not None
    if determined:
        assert (verdict.status == Status.MET) == (verdict.shortfall_tiyn == 0)
        assert (verdict.status == Status.BREACH) == (verdict.shortfall_tiyn > 0 and verdict.fulfilment_bp < 3000)
    if verdict.shortfall_tiyn == 0:
        assert verdict.fulfilment_bp >= 10_000
    if verdict.status == Status.PENDING:
        assert verdict.forfeit_tiyn is None


@given(CASES)
def test_money_is_conserved_and_every_term_has_words(case):
    verdict = _assess(case)
    assert verdict.financing_tiyn == verdict.recognised_tiyn + verdict.budget_tiyn
    coming = verdict.credit_in_tiyn + verdict.credit_opening_tiyn + (verdict.surplus_tiyn or 0)
    assert coming == (verdict.credit_used_tiyn or 0) + verdict.credit_lapsed_tiyn + verdict.credit_out_tiyn
    assert [term.seq for term in verdict.terms] == list(range(1, len(verdict.terms) + 1))
    for term in verdict.terms:
        assert term.reference
        for language in ("ru", "kk", "en"):
            assert "{}" not in describe(term.term, language)
