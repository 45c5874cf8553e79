"""Arrears: a shortfall from the notice to the payment that closes it, through filings of several years."""

import datetime as dt

import pytest

from tests.homes import User, a_home

THOUSAND = 1000 * 100
USER = User(1)
NOTICE = dt.date(2025, 6, 30)


@pytest.fixture
def home(tmp_path, database):
    with a_home(tmp_path, database=database) as made:
        made.register("units", [USER.record()])
        yield made


def filed(home, year, *lines, submission_no=1):
    """Hand in a filing with a due of a thousand (thousand tenge)."""
    user = User(1, year)
    row = user.unit(base_amount=100_000, declared_due=None)
    cover = {"submission_no": submission_no}
    home.hand_in(f"{submission_no}.xlsx", user.filing(cover=cover, units=[row], lines=list(lines)), year)


def paid(day, amount, number=1, **more):
    return User(1, day.year).paid(day, number, amount=amount, **more)


def cure(day, amount, number=2, **more):
    return paid(day, amount, number, for_year=2024, **more)


def decided(home, *rows):
    home.register("decisions", [USER.decision(kind, report_year=2024, **more) for kind, more in rows])


def arrears(home, year=2024):
    [row] = home.rows("arrears", "open_tiyn", "notice_on", "cure_until", "cured_on", report_year=year)
    return (row[0] // THOUSAND, *row[1:])


@pytest.mark.parametrize(
    ("financed", "sector", "until"),
    [
        (299, "Углеводороды", dt.date(2025, 9, 30)),
        (300, "Углеводороды", dt.date(2025, 7, 30)),
        # Below 30% is the ground of three months in hydrocarbons and uranium only.
        (299, "ТПИ", dt.date(2025, 7, 30)),
    ],
)
def test_below_30_percent_of_oil_has_three_months_anything_else_one(home, financed, sector, until):
    kind = "контракт" if sector == "Углеводороды" else "лицензия"
    home.register("units", [USER.record(sector=sector, unit_kind=kind)])
    filed(home, 2024, paid(dt.date(2024, 5, 6), financed))
    decided(home, ("уведомление", {"decided_on": NOTICE}))
    home.run(2024)
    assert arrears(home) == (1_000 - financed, NOTICE, until, None)


def test_an_extension_sets_the_term_whatever_the_law_gives(home):
    filed(home, 2024)
    until = dt.date(2026, 2, 1)
    decided(
        home,
        ("уведомление", {"decision_no": "У-1", "decided_on": NOTICE}),
        ("отсрочка", {"decision_no": "О-1", "decided_on": NOTICE, "until": until}),
    )
    home.run(2024)
    assert arrears(home) == (1_000, NOTICE, until, None)


def test_payments_of_two_later_years_close_it_on_the_day_of_the_last(home):
    filed(home, 2024, paid(dt.date(2024, 5, 6), 100))
    filed(home, 2025, paid(dt.date(2025, 5, 6), 1_000), cure(dt.date(2025, 8, 1), 400))
    closing = dt.date(2026, 1, 15)
    filed(home, 2026, cure(closing, 500))
    home.run(2024)
    assert arrears(home) == (900, None, None, None)
    home.run(2025)
    assert arrears(home) == (500, None, None, None)
    home.run(2026)
    assert arrears(home) == (0, None, None, closing)
    assert home.rows("arrears", "report_year", "shortfall_tiyn", "cured_tiyn")[0] == (
        2024,
        900 * THOUSAND,
        900 * THOUSAND,
    )


def test_what_cures_one_year_finances_no_other(home):
    filed(home, 2024)
    filed(home, 2025, cure(dt.date(2025, 8, 1), 1_000))
    home.run(2024, 2025)
    assert arrears(home)[0] == 0
    assert arrears(home, 2025)[0] == 1_000


def test_a_cure_that_a_correction_takes_back_opens_the_arrears_again(home):
    filed(home, 2024)
    filed(home, 2025, cure(dt.date(2025, 8, 1), 1_000))
    home.run(2024, 2025)
    assert arrears(home) == (0, None, None, dt.date(2025, 8, 1))
    filed(home, 2025, cure(dt.date(2025, 8, 1), 300), submission_no=2)
    home.run(2025)
    assert arrears(home) == (700, None, None, None)


@pytest.mark.parametrize(
    "spoilt",
    [{"payment_doc_no": None}, {"work_kind": "Прочее"}, {"payment_date": dt.date(2024, 8, 1)}],
    ids=["not paid", "set aside", "paid in another year"],
)
def test_a_line_that_does_not_count_cures_nothing(home, spoilt):
    filed(home, 2024)
    filed(home, 2025, cure(dt.date(2025, 8, 1), 1_000, **spoilt))
    home.run(2024, 2025)
    assert arrears(home)[0] == 1_000


def test_a_rejected_cure_cures_nothing_and_an_accepted_one_does(home):
    filed(home, 2024)
    filed(home, 2025, cure(dt.date(2025, 8, 1), 600), cure(dt.date(2025, 9, 1), 400, 3, payment_date=None))
    rejected = USER.decision("отклонить", report_year=2025, payment_doc_no="ПП-1-2", decision_no="Р-1")
    accepted = USER.decision("принять", report_year=2025, payment_doc_no="ПП-1-3", decision_no="Р-2")
    home.register("decisions", [rejected, accepted])
    home.run(2024, 2025)
    assert arrears(home) == (600, None, None, None)


def test_a_correction_that_ends_the_shortfall_ends_the_arrears(home):
    filed(home, 2024, paid(dt.date(2024, 5, 6), 999))
    home.run(2024)
    assert arrears(home)[0] == 1
    filed(home, 2024, paid(dt.date(2024, 5, 6), 1_000), submission_no=2)
    home.run(2024)
    assert home.rows("arrears") == []
