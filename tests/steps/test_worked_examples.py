"""The worked examples of the rules, from workbooks to whole rows of `compliance_by_unit`.

Belongs here: the six examples. Does not: the same arithmetic without workbooks (``tests/core``). Amounts are written in
thousand tenge, as the rules write them.
"""

import datetime as dt
from decimal import Decimal

import pytest

from tests.books import PERFORMER_BIN
from tests.homes import User, a_home, issued, nth_bin

TIYN = 1000 * 100
YEARS = (2023, 2024, 2025, 2026)
AFFILIATE = nth_bin(8001, "9903400")
HC, LICENCE, INCOME, OPI, HC5, INCOME5, OIL = (User(number) for number in issued(7))

NOTHING = {
    "region_kato": None,
    "base": None,
    "rate": None,
    "due": None,
    "credit_opening": 0,
    "credit_available": 0,
    "credit_used": None,
    "declared": 0,
    "recognised": 0,
    "clean": 0,
    "cure": 0,
    "disallowed": 0,
    "set_aside": 0,
    "budget": 0,
    "financing": 0,
    "shortfall": None,
    "surplus": None,
    "credit_lapsed": 0,
    "credit_out": 0,
    "fulfilment_bp": None,
    "below_30": False,
    "forfeit": None,
    "late_days": None,
    "doubt": "",
}
OBLIGED = NOTHING | {"rate": Decimal("0.01"), "credit_used": 0, "shortfall": 0, "surplus": 0, "late_days": 0}
PLAIN = ("region_kato", "doubt", "rate", "fulfilment_bp", "below_30", "late_days", "status", "regime")


def verdict(home, user, year):
    """Return a whole row in thousand tenge, without what only repeats the register."""
    [row] = home.records("compliance_by_unit", user_bin=user.bin, report_year=year)
    repeated = ("report_year", "unit_no", "unit_date", "unit_kind", "sector", "operation", "user_bin", "user_name")
    assert row.pop("deadline") == dt.date(year + 1, 4, 30)
    filing_ids = home.rows("filings", "filing_id", user_bin=user.bin, report_year=year)
    assert row.pop("filing_id") == (filing_ids[0][0] if filing_ids else None)
    return {
        name.removesuffix("_tiyn"): Decimal(value) / TIYN if name.endswith("_tiyn") and value is not None else value
        for name, value in row.items()
        if name not in repeated
    }


def filed(user, year, *, base=None, kind="Затраты на добычу", paid=(), **unit):
    """Return a filing of a year; ``paid`` are amounts or (amount, changes of the line)."""
    user = User(user.number, year)
    lines = []
    for number, each in enumerate(paid, start=1):
        amount, changes = each if isinstance(each, tuple) else (each, {})
        day = changes.pop("on", dt.date(year, 2, 1))
        lines.append(user.paid(day, number, amount=amount, **changes))
    row = user.unit(base_kind=kind, base_amount=base, declared_due=None, **unit)
    return user.filing(units=[row], lines=lines)


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    with a_home(
        tmp_path_factory.mktemp("examples"), database=database, in_process=False, as_of=dt.date(2027, 9, 1)
    ) as made:
        production = dt.date(2021, 1, 1)
        licence = {"unit_kind": "лицензия", "sector": "ТПИ", "production_start": None}
        old = {"unit_date": dt.date(2005, 3, 1), "production_start": None}
        made.register(
            "units",
            [
                HC.record(production_start=production),
                LICENCE.record(**licence, unit_date=dt.date(2023, 9, 15)),
                INCOME.record(sector="ТПИ", unit_date=dt.date(2024, 5, 1)),
                OPI.record(**licence | {"sector": "ОПИ"}, unit_date=dt.date(2025, 1, 1)),
                HC5.record(production_start=production),
                INCOME5.record(**old),
                OIL.record(**old | {"holder_from": None}),
            ],
        )
        made.register("affiliates", [{"user_bin": INCOME.bin, "affiliate_bin": AFFILIATE}])
        made.register("performers", [{"bin": each, "name": "И", "kind": "АОО"} for each in (PERFORMER_BIN, AFFILIATE)])
        made.register("treasury", [OIL.receipt(60_000_000, dt.date(2026, 5, 20))])
        income = {"kind": "СГД"}
        for user, year, content in (
            (HC, 2023, {"base": 12_400_000, "paid": [150_000]}),
            (HC, 2024, {"base": 13_000_000, "paid": [60_000], "declared_credit": 26_000}),
            (INCOME, 2025, {**income, "base": 8_000_000, "paid": [
                40_000, (30_000, {"performer_bin": AFFILIATE}), (10_000, {"project_title": "Закупка насоса"}),
            ]}),
            (LICENCE, 2024, {"base": 500_000}),
            (OPI, 2025, {"base": 700_000, "paid": [9_000]}),
            (HC5, 2023, {"base": 10_000, "paid": [250]}),
            (HC5, 2024, {"base": 10_000}),
            (INCOME5, 2023, {**income, "base": 10_000, "paid": [250]}),
            (INCOME5, 2024, {**income, "base": 10_000}),
            (OIL, 2026, {**income, "base": 10_000_000, "paid": [
                (40_000, {"on": dt.date(2026, 2, 10)}), (40_000, {"on": dt.date(2026, 3, 1)}),
            ]}),
        ):  # fmt: skip
            made.hand_in(f"{user.number}.xlsx", filed(user, year, **content), year)
        made.run(*YEARS)
        yield made


def test_1_a_surplus_under_the_code_is_used_the_next_year(home):
    assert verdict(home, HC, 2023) == OBLIGED | {
        "regime": "COST_HC", "status": "MET", "base": 12_400_000, "due": 124_000, "declared": 150_000,
        "recognised": 150_000, "clean": 150_000, "financing": 150_000, "surplus": 26_000, "credit_out": 26_000,
        "fulfilment_bp": 12_097,
    }  # fmt: skip
    assert verdict(home, HC, 2024) == OBLIGED | {
        "regime": "COST_HC", "status": "PARTIAL", "base": 13_000_000, "due": 130_000, "credit_available": 26_000,
        "credit_used": 26_000, "declared": 60_000, "recognised": 60_000, "clean": 60_000, "financing": 60_000,
        "shortfall": 44_000, "fulfilment_bp": 6_615,
    }  # fmt: skip


def test_2_warnings_are_recognised_but_not_clean(home):
    assert verdict(home, INCOME, 2025) == OBLIGED | {
        "regime": "INCOME", "status": "MET", "base": 8_000_000, "due": 80_000, "declared": 80_000,
        "recognised": 80_000, "clean": 40_000, "financing": 80_000, "fulfilment_bp": 10_000,
    }  # fmt: skip


def test_3_a_licence_is_obliged_from_the_year_after_it_and_forfeits_the_whole_shortfall(home):
    assert verdict(home, LICENCE, 2023) == NOTHING | {"regime": "COST_TPI", "status": "NOT_YET_OBLIGED"}
    assert verdict(home, LICENCE, 2024) == OBLIGED | {
        "regime": "COST_TPI", "status": "BREACH", "base": 500_000, "due": 5_000, "shortfall": 5_000,
        "fulfilment_bp": 0, "forfeit": 5_000,
    }  # fmt: skip


def test_4_a_licence_for_common_minerals_is_exempt_whatever_it_declares(home):
    assert verdict(home, OPI, 2025) == NOTHING | {
        "regime": "NONE", "status": "EXEMPT", "base": 700_000, "declared": 9_000, "recognised": 9_000, "clean": 9_000,
        "financing": 9_000, "late_days": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("user", "regime"), [(HC5, "COST_HC"), (INCOME5, "INCOME")])
def test_5_an_unused_credit_expires_under_the_code_and_stays_under_the_old_law(home, user, regime):
    stays = regime == "INCOME"
    common = OBLIGED | {"regime": regime, "status": "MET", "base": 10_000, "due": 100}
    assert verdict(home, user, 2023) == common | {
        "declared": 250, "recognised": 250, "clean": 250, "financing": 250, "surplus": 150, "credit_out": 150,
        "fulfilment_bp": 25_000,
    }  # fmt: skip
    assert verdict(home, user, 2024) == common | {
        "credit_available": 150, "credit_used": 100, "credit_lapsed": 0 if stays else 50,
        "credit_out": 50 if stays else 0, "fulfilment_bp": 10_000,
    }  # fmt: skip
    assert verdict(home, user, 2025) == NOTHING | {
        "regime": regime, "status": "NOT_REPORTED", "rate": Decimal("0.01"), "credit_available": 50 if stays else 0,
        "credit_out": 50 if stays else 0,
    }  # fmt: skip
    left = home.rows("credits", "report_year", "origin_year", "amount_tiyn", unit_no=user.unit_no)
    kept = [(2024, 2023, 50 * TIYN), (2025, 2023, 50 * TIYN), (2026, 2023, 50 * TIYN)] if stays else []
    assert left == [(2023, 2023, 150 * TIYN), *kept]


def test_6_oil_money_goes_to_the_budget_from_the_new_order_on(home):
    assert verdict(home, OIL, 2026) == OBLIGED | {
        "regime": "INCOME", "status": "MET", "base": 10_000_000, "due": 100_000, "declared": 80_000,
        "recognised": 40_000, "clean": 40_000, "disallowed": 40_000, "budget": 60_000, "financing": 100_000,
        "fulfilment_bp": 10_000,
    }  # fmt: skip
    lines = home.rows("financing_lines", "bucket", "codes", user_bin=OIL.bin)
    assert lines == [("recognised", ""), ("disallowed", "R05")]


def test_the_examples_break_no_rule_of_the_form(home):
    assert home.rows("findings", "file_name", "code", "cell", "value") == []
