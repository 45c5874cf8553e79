"""Doubt about a base, through all steps: where it is marked, what it leaves open, and who ends it."""

import datetime as dt

import pytest

from tests.books import UNITS_SHEET
from tests.homes import User, a_home

YEAR = 2025
THOUSAND = 1000 * 100
USER = User(1)
OTHER = User(2)
DAY = dt.date(2026, 6, 1)
RIGHT = {"base_amount": 12_400_000, "declared_due": 124_000, "declared_credit": None}
APART = RIGHT | {"base_amount": 12_400}


@pytest.fixture
def home(tmp_path, database):
    with a_home(tmp_path, database=database) as made:
        made.register("units", [USER.record(), OTHER.record()])
        made.hand_in("other.xlsx", OTHER.filing(units=[OTHER.unit(**RIGHT)], lines=[OTHER.line(1, amount=24_000)]))
        yield made


def filed(submission_no=1, edit=None, **unit):
    lines = [USER.line(1, amount=24_000)]
    cover = {"submission_no": submission_no}
    return USER.filing(cover=cover, units=[USER.unit(**unit)], lines=lines, edit=edit)


def verdict(home, *names):
    return home.rows("compliance_by_unit", *(names or ("status", "due_tiyn", "doubt")), unit_no=USER.unit_no)[0]


def decided(kind="принять", number="Р-1", day=DAY):
    return USER.decision(kind, decision_no=number, decided_on=day)


def test_two_units_of_account_leave_the_year_open_and_reach_no_total_without_doubtful_and_unknown(home):
    home.hand_in("1.xlsx", filed(**APART))
    home.run(YEAR, marts=True)
    assert verdict(home) == ("UNDETERMINED", None, "W013")
    assert home.value("obligations", "due_tiyn", unit_no=USER.unit_no) is None
    certain = ("doubtful_units", "doubt", "due_certain_tiyn", "financing_certain_tiyn", "shortfall_certain_tiyn")
    (sector,) = home.rows("sector_summary", *certain)
    assert sector == (1, "W013", 124_000 * THOUSAND, 24_000 * THOUSAND, 100_000 * THOUSAND)
    assert home.rows("compliance_by_user", *certain, user_bin=USER.bin) == [(1, "W013", None, None, None)]
    assert home.rows("disclosure", *certain, user_bin=USER.bin) == [(1, "W013", None, None, None)]
    assert home.rows("direction_summary", "doubtful_units", "doubt") == [(1, "W013")]


def test_the_message_names_both_figures_and_the_likely_unit_in_three_languages(home):
    home.hand_in("1.xlsx", filed(**APART))
    home.run(YEAR)
    (told,) = home.rows("findings", "field", "cell", "message_ru", "message_kk", "message_en", code="W013")
    assert told[:2] == ("base_amount", "C2")
    for message, unit in zip(told[2:], ("млн тенге", "млн теңге", "million tenge"), strict=True):
        assert unit in message
        assert "124" in message


def test_a_correction_ends_the_doubt(home):
    home.hand_in("1.xlsx", filed(**APART))
    home.run(YEAR)
    home.hand_in("2.xlsx", filed(submission_no=2, **RIGHT))
    home.run(YEAR, marts=True)
    assert verdict(home) == ("BREACH", 124_000 * THOUSAND, "")
    told = home.rows("restatements", "status_before", "status_after", "doubt_before", "doubt_after")
    assert told == [("UNDETERMINED", "BREACH", "W013", "")]


def test_a_decision_on_the_year_confirms_the_base_and_a_later_one_takes_it_back(home):
    home.hand_in("1.xlsx", filed(**APART))
    home.register("decisions", [decided()])
    home.run(YEAR)
    assert verdict(home) == ("MET", 124 * THOUSAND, "")
    source = home.value("compliance_terms", "source", term="base_confirmed")
    assert source == "decisions.xlsx row 2 (decision Р-1 of 2026-06-01, signed by Б. Бекова: проверка)"
    assert home.rows("decision_effects", "decision_no", "effect") == [("Р-1", "applied")]
    home.register("decisions", [decided(), decided("отклонить", "Р-2", DAY + dt.timedelta(1))])
    home.run(YEAR)
    assert verdict(home) == ("UNDETERMINED", None, "W013")
    assert home.rows("decision_effects", "decision_no", "effect") == [("Р-1", "overruled"), ("Р-2", "applied")]


def test_a_decision_that_came_since_waits_until_the_year_is_run_again(home):
    home.hand_in("1.xlsx", filed(**APART))
    home.run(YEAR)
    home.register("decisions", [decided()])
    home.run(YEAR + 1)
    assert home.rows("decision_effects", "decision_no", "effect") == [("Р-1", "waiting")]


def test_a_base_in_two_units_is_no_measure_for_the_next_year(home):
    home.hand_in("1.xlsx", filed(**APART))
    later = User(1, YEAR + 1)
    home.hand_in("3.xlsx", later.filing(units=[later.unit(**RIGHT)], lines=[]), YEAR + 1)
    home.run(YEAR, YEAR + 1)
    assert home.rows("findings", "code", report_year=YEAR + 1, code="W005") == []


@pytest.mark.parametrize(
    ("cell", "number_format", "doubt"), [("C2", "#,##0,", "W008"), ("D2", "#,##0,", "")], ids=["base", "due"]
)
def test_a_base_that_looks_otherwise_is_in_doubt_and_another_figure_is_not(home, cell, number_format, doubt):
    def edit(book):
        book[UNITS_SHEET][cell].number_format = number_format

    home.hand_in("1.xlsx", filed(edit=edit, **RIGHT))
    home.run(YEAR)
    assert home.rows("findings", "code", code="W008") == [("W008",)]
    assert verdict(home) == ("BREACH", 124_000 * THOUSAND, doubt)
    assert home.value("compliance_by_unit", "doubt", unit_no=OTHER.unit_no) == ""


def test_words_above_the_bases_put_every_base_of_the_sheet_in_doubt(home):
    def edit(book):
        book[UNITS_SHEET]["C1"] = "База за предыдущий год, млн тенге"

    home.hand_in("1.xlsx", filed(edit=edit, **RIGHT))
    home.run(YEAR)
    assert home.rows("findings", "code", "cell", code="W008") == [("W008", "C1")]
    assert verdict(home, "doubt") == ("W008",)
