"""Conservation: over several years of random filings credit never comes from nothing, and every tenge is somewhere.

Belongs here: sums recomputed here from stored lines and verdicts. Does not: the SQL checks, which guard the same
figures in every run (``tests/sql``).
"""

import datetime as dt
import random
from collections import defaultdict
from typing import Any

import pytest

from tests.homes import User, a_home, issued

BUCKETS = ("recognised", "cure", "disallowed", "set_aside")
YEARS = (2022, 2023, 2024, 2025)
USERS = [User(number) for number in issued(24)]
REGIMES = (
    {"sector": "Углеводороды"},
    {"sector": "Уран"},
    {"sector": "ТПИ", "unit_kind": "лицензия"},
    {"sector": "ТПИ", "unit_kind": "контракт"},
    {"sector": "Углеводороды", "unit_date": dt.date(2005, 3, 1)},
    {"sector": "ОПИ"},
)
NAMES = (
    "unit_no", "report_year", "user_bin", "regime", "status", "due_tiyn", "credit_opening_tiyn",
    "credit_available_tiyn", "credit_used_tiyn", "declared_tiyn", "recognised_tiyn", "clean_tiyn", "cure_tiyn",
    "disallowed_tiyn", "set_aside_tiyn", "budget_tiyn", "financing_tiyn", "shortfall_tiyn", "surplus_tiyn",
    "credit_lapsed_tiyn", "credit_out_tiyn",
)  # fmt: skip


def a_filing(draw, user, record, year):
    """Return a filing of a year, sometimes with rows that are bent, or None: nothing was handed in."""
    user = User(user.number, year)
    if draw.random() < 0.15:
        return None
    old = record["unit_kind"] == "контракт" and (record["sector"] == "ТПИ" or record["unit_date"].year < 2018)
    kind = "СГД" if old else "Затраты на добычу"
    if draw.random() < 0.1:
        kind = "СГД" if kind != "СГД" else "Затраты на добычу"
    lines = []
    for number in range(1, draw.randint(0, 4) + 1):
        bent = draw.choice([{}, {}, {}, {"act_no": None}, {"for_year": year - 1}, {"payment_date": None},
                            {"entry_kind": "возврат"}, {"performer_bin": "1"}, {"amount": "сто"}])  # fmt: skip
        lines.append(user.line(number, **({"amount": draw.randint(1, 900)} | bent)))
    unit = user.unit(base_kind=kind, base_amount=draw.randint(0, 100_000), declared_due=None)
    return user.filing(units=[unit], lines=lines)


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    draw = random.Random(20_260_901)  # noqa: S311 - the same home every time
    with a_home(tmp_path_factory.mktemp("conservation"), database=database, in_process=False) as made:
        records = [
            user.record(
                **REGIMES[place % len(REGIMES)],
                **(
                    {"opening_credit": draw.randint(1, 900_000), "opening_credit_year": draw.choice([2020, 2021, None])}
                    if draw.random() < 0.4
                    else {}
                ),
            )
            for place, user in enumerate(USERS)
        ]
        made.register("units", records)
        for year in YEARS:
            for user, record in zip(USERS, records, strict=True):
                data = a_filing(draw, user, record, year)
                if data is not None:
                    made.hand_in(f"{user.number}.xlsx", data, year)
        made.run(*YEARS, marts=True)
        yield made


@pytest.fixture(scope="module")
def verdicts(home):
    return home.records("compliance_by_unit", *NAMES)


def known(value):
    return 0 if value is None else value


def test_the_home_has_every_regime_and_every_status_a_filing_can_lead_to(verdicts):
    assert {row["regime"] for row in verdicts} == {"INCOME", "COST_HC", "COST_U", "COST_TPI", "NONE"}
    assert {row["status"] for row in verdicts} >= {"EXEMPT", "NOT_REPORTED", "UNDETERMINED", "MET", "PARTIAL", "BREACH"}


def test_credit_never_comes_from_nothing(verdicts):
    by_unit: defaultdict[str, dict[int, Any]] = defaultdict(dict)
    for row in verdicts:
        by_unit[row["unit_no"]][row["report_year"]] = row
    assert any(row["credit_used_tiyn"] for row in verdicts)
    for years in by_unit.values():
        entered = left = 0
        for year in YEARS:
            row = years[year]
            before = years[year - 1]["credit_out_tiyn"] if year - 1 in years else 0
            assert row["credit_available_tiyn"] <= before + row["credit_opening_tiyn"]
            assert known(row["credit_used_tiyn"]) <= min(row["credit_available_tiyn"], known(row["due_tiyn"]))
            entered += row["credit_opening_tiyn"] + known(row["surplus_tiyn"])
            left += known(row["credit_used_tiyn"]) + row["credit_lapsed_tiyn"]
            assert entered == left + row["credit_out_tiyn"]
            if row["regime"] in ("COST_HC", "COST_U", "COST_TPI"):
                assert row["credit_out_tiyn"] == known(row["surplus_tiyn"])


def test_a_due_is_paid_by_credit_and_financing_or_missing(verdicts):
    for row in verdicts:
        follows = [row[name] for name in ("credit_used_tiyn", "shortfall_tiyn", "surplus_tiyn")]
        if row["due_tiyn"] is None:
            assert follows == [None, None, None]
            continue
        used, shortfall, surplus = follows
        assert row["due_tiyn"] == used + row["financing_tiyn"] + shortfall - surplus
        assert 0 in (shortfall, surplus)


def test_every_tenge_of_a_filing_is_in_one_bucket_and_in_one_verdict(home, verdicts):
    lines = home.rows("financing_lines", "report_year", "user_bin", "bucket", "is_clean", "amount_tiyn")
    sums: defaultdict[Any, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for year, user_bin, bucket, is_clean, amount in lines:
        of = sums[year, user_bin]
        of[bucket] += known(amount)
        of["declared"] += known(amount)
        of["clean"] += known(amount) if is_clean else 0
    assert all(
        any(each[bucket] for each in sums.values()) for bucket in ("recognised", "cure", "disallowed", "set_aside")
    )
    for row in verdicts:
        of = sums[row["report_year"], row["user_bin"]]
        for name in ("declared", "clean", *BUCKETS):
            assert row[f"{name}_tiyn"] == of[name], (row["unit_no"], row["report_year"], name)
        assert row["declared_tiyn"] == sum(row[f"{name}_tiyn"] for name in BUCKETS)
        assert row["financing_tiyn"] == row["recognised_tiyn"] + row["budget_tiyn"]


def test_users_and_sectors_add_up_to_the_same_country(home, verdicts):
    units: defaultdict[int, int] = defaultdict(int)
    for row in verdicts:
        units[row["report_year"]] += row["declared_tiyn"]
    for table in ("compliance_by_user", "sector_summary"):
        rolled: defaultdict[int, int] = defaultdict(int)
        for year, declared in home.rows(table, "report_year", "declared_tiyn"):
            rolled[year] += declared
        assert rolled == units
