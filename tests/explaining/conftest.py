"""One home for the tests that only read: every kind of term, line and decision, every status, three years."""

import datetime as dt

import pytest

from tests.homes import User, a_home

OIL, LICENCE, ABSENT, EXEMPT, WRONG_BASE, NEW, UNREADABLE, SMALL, APART = (User(number) for number in range(1, 10))
EVERYBODY = (OIL, LICENCE, ABSENT, EXEMPT, WRONG_BASE, NEW, UNREADABLE, SMALL, APART)
COSTS, INCOME = "Затраты на добычу", "СГД"
EARLY, LATE = dt.date(2026, 2, 10), dt.date(2026, 3, 1)
YEARS = (2024, 2025, 2026)


def filed(user, year, lines=(), *, base=100_000, kind=COSTS, due=None, **cover):
    """A filing with the year's lines, in thousand tenge; the due is one percent of the base."""
    user = User(user.number, year)
    row = user.unit(base_amount=base, declared_due=due, base_kind=kind)
    return user.filing(cover=cover, units=[row], lines=[user.paid(*line[:2], **line[2]) for line in lines])


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    folder = tmp_path_factory.mktemp("explained")
    with a_home(folder, database=database, as_of=dt.date(2027, 9, 1)) as made:
        made.register(
            "units",
            [
                OIL.record(
                    region_kato="231010000",
                    unit_date=dt.date(2010, 1, 1),
                    forfeit_percent=30,
                    opening_credit=2_300_000,
                    opening_credit_year=2022,
                ),
                LICENCE.record(sector="ТПИ", unit_kind="лицензия"),
                ABSENT.record(),
                EXEMPT.record(sector="ОПИ"),
                WRONG_BASE.record(),
                NEW.record(production_start=None),
                UNREADABLE.record(),
                SMALL.record(),
                APART.record(),
            ],
        )
        hand_in(made)
        made.register("treasury", [User(1, 2026).receipt(250_000, dt.date(2026, 5, 20))])
        made.register("decisions", decisions())
        made.run(*YEARS)
        yield made


def hand_in(home):
    may = dt.date(2024, 5, 6)
    # Two credits of two years enter 2026: what two years left of the register's, and what was paid in 2024.
    home.hand_in("1.xlsx", filed(OIL, 2024, [(may, 1, {"amount": 200})], kind=INCOME), 2024)
    home.hand_in("1.xlsx", filed(OIL, 2025, kind=INCOME), 2025)
    lines = [
        (EARLY, 1, {"amount": 100}),
        (LATE, 2, {"amount": 200}),
        (EARLY, 3, {"amount": 70, "for_year": 2025}),
        (EARLY, 4, {"amount": 50, "work_kind": "Прочее"}),
        (EARLY, 5, {"amount": 33, "payment_date": None, "payment_doc_no": None, "act_no": None}),
        (EARLY, 6, {"amount": 44}),
        (LATE, 7, {"amount": 55}),
        (EARLY, 8, {"amount": 5, "entry_kind": "возврат"}),
        (EARLY, 9, {"amount": 40, "work_kind": "Цифровизация"}),
        (EARLY, 10, {"amount": 20, "performer_bin": OIL.bin}),
    ]
    home.hand_in("1.xlsx", filed(OIL, 2026, lines, base=150_000, kind=INCOME, submitted_on=dt.date(2027, 5, 20)), 2026)
    home.hand_in("2.xlsx", filed(LICENCE, 2024, [(may, 1, {"amount": 250})]), 2024)
    home.hand_in("2.xlsx", filed(LICENCE, 2026, [(dt.date(2026, 5, 5), 1, {"amount": 800, "for_year": 2024})]), 2026)
    home.hand_in("4.xlsx", filed(EXEMPT, 2026, [(EARLY, 1, {"amount": 10})]), 2026)
    home.hand_in("5.xlsx", filed(WRONG_BASE, 2026, kind=INCOME), 2026)
    home.hand_in("6.xlsx", filed(NEW, 2026), 2026)
    home.hand_in("7.xlsx", filed(UNREADABLE, 2026, base="много"), 2026)
    home.hand_in("8.xlsx", filed(SMALL, 2026, [(EARLY, 1, {"amount": 250})]), 2026)
    home.hand_in("9.xlsx", filed(APART, 2025), 2025)
    home.hand_in("9.xlsx", filed(APART, 2026, base=100, due=1_000), 2026)


def decisions():
    oil = User(1, 2026)
    day = dt.date(2027, 6, 1)
    return [
        oil.decision("отклонить", decision_no="МЭ-6", decided_on=day, payment_doc_no="ПП-1-6", reason="нет отчёта"),
        oil.decision("принять", decision_no="МЭ-7", decided_on=day, payment_doc_no="ПП-1-7", reason="оплата аванса"),
        oil.decision("принять", decision_no="МЭ-8", decided_on=day, payment_doc_no="ПП-НЕТ"),
        oil.decision("уведомление", decision_no="У-1", decided_on=day),
        oil.decision("отсрочка", decision_no="О-1", decided_on=day, until=dt.date(2027, 12, 1)),
        User(2, 2024).decision("уведомление", decision_no="У-2", decided_on=dt.date(2026, 5, 1)),
    ]
