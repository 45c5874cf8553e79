"""Decisions of the authority: where they act, what overrules them, and when they lapse and are listed."""

import datetime as dt

import pytest

from tests.homes import User, a_home

YEAR = 2025
THOUSAND = 1000 * 100
USER = User(1)
DAY = dt.date(2026, 6, 1)
UNDECIDED = {"base_amount": 100_000, "declared_due": None}


@pytest.fixture
def home(tmp_path, database):
    with a_home(tmp_path, database=database) as made:
        made.register("units", [USER.record()])
        yield made


def filed(*lines, submission_no=1):
    return USER.filing(cover={"submission_no": submission_no}, units=[USER.unit(**UNDECIDED)], lines=list(lines))


def on_payment(kind, number, day=DAY, payment=1, **more):
    return USER.decision(kind, decision_no=number, decided_on=day, payment_doc_no=f"ПП-1-{payment}", **more)


def effects(home, *more):
    return home.rows("decision_effects", "decision_no", "effect", "lines", "amount_tiyn", *more)


def bucket(home, line_no=1):
    return home.rows("financing_lines", "bucket", "decision_no", line_no=line_no, filing_id=effective(home))[0]


def effective(home):
    return home.value("filings", "filing_id", status="accepted")


def test_a_decision_is_listed_with_what_it_decided_and_who_signed_it(home):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70, work_kind="Цифровизация", payment_date=dt.date(2025, 5, 5))))
    home.register("units", [USER.record(sector="ТПИ")])
    home.register("decisions", [on_payment("принять", "Р-7", reason="отчёт представлен", unit_no="кт - 1")])
    home.run(YEAR)
    assert bucket(home) == ("recognised", "Р-7")
    assert home.records("decision_effects") == [
        {
            "source_row": 2, "decision_no": "Р-7", "decided_on": DAY, "kind": "принять", "report_year": YEAR,
            "user_bin": USER.bin, "unit_no": USER.unit_no, "payment_doc_no": "ПП-1-1", "until": None,
            "effect": "applied", "lines": 1, "amount_tiyn": 70 * THOUSAND,
            "reason": "отчёт представлен", "signed_by": "Б. Бекова",
        }
    ]  # fmt: skip


def test_the_term_it_acts_on_cites_number_date_signatory_and_reason(home):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70), USER.line(2, amount=30)))
    home.register("decisions", [on_payment("отклонить", "Р-7", reason="нет отчёта")])
    home.run(YEAR)
    digest = effective(home)[:12]
    cited = "decisions.xlsx row 2 (decision Р-7 of 2026-06-01, signed by Б. Бекова: нет отчёта)"
    assert home.value("compliance_terms", "source", term="disallowed:R07") == f"1.xlsx [{digest}] НИОКР!U2, {cited}"
    assert home.value("compliance_terms", "source", term="recognised") == f"1.xlsx [{digest}] НИОКР!U3"


def test_a_later_decision_on_the_same_payment_overrules_the_earlier_one(home):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70)))
    home.register("decisions", [on_payment("принять", "Р-2", DAY + dt.timedelta(9)), on_payment("отклонить", "Р-1")])
    home.run(YEAR)
    assert bucket(home) == ("recognised", "Р-2")
    assert effects(home) == [("Р-2", "applied", 1, 70 * THOUSAND), ("Р-1", "overruled", 0, None)]


def test_a_decision_lapses_when_a_correction_drops_the_line_and_acts_again_when_the_line_returns(home):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70)))
    home.register("decisions", [on_payment("отклонить", "Р-1")])
    home.run(YEAR)
    assert effects(home) == [("Р-1", "applied", 1, 70 * THOUSAND)]
    corrected = home.hand_in("2.xlsx", filed(USER.line(2, amount=70), submission_no=2))
    home.run(YEAR)
    assert effects(home) == [("Р-1", "lapsed", 0, None)]
    assert bucket(home, 2) == ("recognised", None)
    corrected.unlink()
    home.run(YEAR)
    assert effects(home) == [("Р-1", "applied", 1, 70 * THOUSAND)]


@pytest.mark.parametrize("named", [{"unit_no": "НЕТ"}, {"user_bin": User(2).bin}])
def test_a_decision_on_what_is_not_there_is_listed_as_lapsed(home, named):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70)))
    home.register("decisions", [USER.decision("принять", **({"payment_doc_no": "ПП-1-1"} | named))])
    home.run(YEAR)
    assert effects(home, "unit_no") == [("Р-1", "lapsed", 0, None, named.get("unit_no", USER.unit_no))]


def test_a_decision_on_a_line_with_errors_waits_for_its_correction(home):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70, work_kind="Прочее")))
    home.register("decisions", [on_payment("принять", "Р-1")])
    home.run(YEAR)
    assert effects(home) == [("Р-1", "set_aside", 1, 70 * THOUSAND)]


def test_a_decision_on_a_year_that_was_not_computed_waits(home):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70)))
    home.register("decisions", [on_payment("принять", "Р-1", report_year=2031), on_payment("принять", "Р-2")])
    home.run(YEAR)
    assert effects(home) == [("Р-1", "waiting", 0, None), ("Р-2", "applied", 1, 70 * THOUSAND)]


def test_a_decision_that_came_since_its_year_was_computed_waits_until_the_year_is_run_again(home):
    home.hand_in("1.xlsx", filed(USER.line(1, amount=70)))
    home.run(YEAR)
    home.register("decisions", [on_payment("отклонить", "Р-1")])
    home.run(2026)
    assert effects(home) == [("Р-1", "waiting", 1, 70 * THOUSAND)]
    home.run(YEAR)
    assert effects(home) == [("Р-1", "applied", 1, 70 * THOUSAND)]
    assert home.rows("compliance_history", "version_no", "cause", report_year=YEAR) == [
        (1, "first computed"),
        (2, "register:decisions.xlsx"),
    ]


def test_notices_and_extensions_apply_to_a_shortfall_and_lapse_without_one(home):
    until = dt.date(2026, 11, 30)
    decided = [
        USER.decision("уведомление", decision_no="У-1", decided_on=DAY),
        USER.decision("уведомление", decision_no="У-2", decided_on=DAY + dt.timedelta(3)),
        USER.decision("отсрочка", decision_no="О-1", decided_on=DAY + dt.timedelta(5), until=until),
    ]
    home.register("decisions", decided)
    home.hand_in("1.xlsx", filed(USER.line(1, amount=100)))
    home.run(YEAR)
    missing = 900 * THOUSAND
    assert effects(home) == [
        ("У-1", "applied", 0, missing), ("У-2", "overruled", 0, None), ("О-1", "applied", 0, missing),
    ]  # fmt: skip
    assert home.rows("arrears", "open_tiyn", "notice_on", "cure_until") == [(missing, DAY, until)]
    home.hand_in("2.xlsx", filed(USER.line(1, amount=1_000), submission_no=2))
    home.run(YEAR)
    assert {effect for _, effect, *_ in effects(home)} == {"lapsed"}
    assert home.rows("arrears") == []


def test_a_notice_for_a_year_that_is_not_over_waits(home):
    home.at(dt.date(2026, 4, 30))
    home.register("units", [USER.record(fixed_due=5_000)])
    home.register("decisions", [USER.decision("уведомление", decided_on=dt.date(2026, 4, 1))])
    home.run(YEAR)
    assert home.value("compliance_by_unit", "status") == "PENDING"
    assert effects(home) == [("Р-1", "waiting", 0, None)]


def test_a_register_without_decisions_empties_the_list(home):
    home.register("decisions", [on_payment("принять", "Р-1")])
    home.run(YEAR)
    home.register("decisions", [])
    home.run(YEAR)
    assert effects(home) == []
