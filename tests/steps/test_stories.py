"""Stories: what becomes of a home as files arrive, change and go.

Belongs here: corrections, duplicates, holders, ledgers, registers, second runs. Does not: single codes
(``test_findings``, ``test_recognition``).
"""

import datetime as dt

import pytest
import sqlalchemy as sa

from pipelines.intake.year.registers import RegisterError
from pipelines.steps.registers import load_registers
from pipelines.stored.year_before import YearOrderError
from schemas.trail import loads
from tests.homes import User, a_home

YEAR = 2025
THOUSAND = 1000 * 100
USER, OTHER = User(1), User(2)


@pytest.fixture
def home(tmp_path, database):
    with a_home(tmp_path, database=database) as made:
        made.register("units", [USER.record()])
        yield made


def paid(amount, user=USER, *, submission_no=1, base=100_000, year=YEAR, **unit):
    """A filing with one payment, in thousand tenge; the due is one percent of the base."""
    user = User(user.number, year)
    lines = [user.line(1, amount=amount)] if amount else []
    row = user.unit(base_amount=base, declared_due=None, **unit)
    return user.filing(cover={"submission_no": submission_no}, units=[row], lines=lines)


def recognised(home, year=YEAR):
    return home.value("compliance_by_unit", "recognised_tiyn", report_year=year) // THOUSAND


def statuses(home, **where):
    return dict(home.rows("filings", "file_name", "status", **where))


# corrections


def test_the_highest_submission_number_is_effective_whatever_the_order_of_receipt(home):
    for number in (2, 3, 1):
        home.hand_in(f"{number}.xlsx", paid(100 * number, submission_no=number))
    home.run(YEAR)
    assert statuses(home) == {"1.xlsx": "superseded", "2.xlsx": "superseded", "3.xlsx": "accepted"}
    assert recognised(home) == 300
    assert sorted(home.rows("financing_lines", "amount_tiyn")) == [(100 * n * THOUSAND,) for n in (1, 2, 3)]


def test_a_rejected_correction_never_displaces_the_accepted_filing(home):
    home.hand_in("1.xlsx", paid(100))
    home.run(YEAR)
    home.hand_in("2.xlsx", paid(900, submission_no=2).replace(b"PK", b"KP"))
    home.run(YEAR)
    assert statuses(home) == {"1.xlsx": "accepted", "2.xlsx": "rejected"}
    assert recognised(home) == 100


def test_what_was_received_first_under_a_number_stays_even_when_the_other_has_an_earlier_name(home):
    home.hand_in("b.xlsx", paid(100))
    home.run(YEAR)
    home.hand_in("a.xlsx", paid(900))
    home.run(YEAR)
    assert statuses(home) == {"a.xlsx": "rejected", "b.xlsx": "accepted"}
    assert recognised(home) == 100


def test_a_filing_taken_out_of_the_inbox_no_longer_counts_and_the_one_before_does(home):
    home.hand_in("1.xlsx", paid(100))
    path = home.hand_in("2.xlsx", paid(900, submission_no=2))
    home.run(YEAR)
    path.unlink()
    home.run(YEAR)
    assert statuses(home) == {"1.xlsx": "accepted"}
    assert recognised(home) == 100
    assert len(list((home.folder / "archive").rglob("*.xlsx"))) == 2


def test_a_renamed_copy_is_counted_once_and_keeps_the_moment_of_receipt(home):
    path = home.hand_in("1.xlsx", paid(100))
    home.run(YEAR)
    before = home.value("filings", "received_at")
    path.rename(path.with_name("renamed.xlsx"))
    home.run(YEAR)
    assert home.rows("filings", "file_name", "received_at") == [("renamed.xlsx", before)]
    assert recognised(home) == 100


def test_a_correction_of_an_old_year_reaches_the_next_year_when_it_is_run_again(home):
    home.hand_in("1.xlsx", paid(3_000, year=2024), 2024)
    home.hand_in("1.xlsx", paid(0, year=2025), 2025)
    home.run(2024, 2025)
    before = home.rows("compliance_by_unit", "credit_used_tiyn", "status", report_year=2025)
    assert before == [(1_000 * THOUSAND, "MET")]
    home.hand_in("2.xlsx", paid(1_500, year=2024, submission_no=2), 2024)
    home.run(2024, 2025)
    after = home.rows("compliance_by_unit", "credit_used_tiyn", "shortfall_tiyn", "status", report_year=2025)
    assert after == [(500 * THOUSAND, 500 * THOUSAND, "PARTIAL")]
    versions = home.records("compliance_history", "report_year", "version_no", "status", "cause", "superseded_at")
    told = [(row["report_year"], row["version_no"], row["status"], row["cause"]) for row in versions]
    assert told == [
        (2024, 1, "MET", "first computed"),
        (2024, 2, "MET", f"filing:{USER.bin}"),
        (2025, 1, "MET", "first computed"),
        (2025, 2, "PARTIAL", "compliance_by_unit:2024"),
    ]
    assert [row["superseded_at"] is None for row in versions] == [False, True, False, True]


# the order of years and second runs


def test_a_year_whose_predecessor_has_filings_but_no_result_says_which_year_to_run(home):
    home.hand_in("1.xlsx", paid(100, year=2024), 2024)
    home.hand_in("1.xlsx", paid(100))
    with pytest.raises(YearOrderError, match=r"2024 .*nedra run --years 2024-2025"):
        home.run(2025)
    assert home.rows("compliance_by_unit") == []
    home.run(2024, 2025)
    assert home.rows("compliance_by_unit", "report_year") == [(2024,), (2025,)]


def test_a_second_run_changes_nothing_but_the_log(home):
    home.register("units", [USER.record(), OTHER.record()])
    home.hand_in("1.xlsx", paid(100, declared_credit=5))
    home.hand_in("2.xlsx", paid(100, OTHER, base="много"))
    home.hand_in("3.xlsx", b"no workbook")
    home.register("treasury", [USER.receipt(5, dt.date(2026, 3, 1))])
    home.run(YEAR, marts=True)
    before = home.everything()
    with home.warehouse.reading() as connection:
        first = connection.scalar(sa.select(sa.func.max(loads.c.load_id)))
    home.run(YEAR, marts=True)
    assert home.everything() == before
    with home.warehouse.reading() as connection:
        made = connection.execute(sa.select(loads).order_by(loads.c.load_id)).all()
    repeated = [row for row in made if row.load_id > first]
    assert {row.outcome for row in repeated} == {"unchanged"}
    # A version is recorded only when a verdict changes; compliance writes `filings` again, with all findings counted.
    last = {row.asset: row.output_digest for row in made if row.load_id <= first and row.asset != "compliance_history"}
    assert {row.asset: row.output_digest for row in repeated} == last


# holders


def test_the_holder_on_31_december_is_obliged_and_what_the_earlier_holder_paid_reaches_no_verdict(home):
    change = dt.date(2025, 7, 1)
    unit = {"unit_no": "ОБЩИЙ-1"}
    home.register(
        "units",
        [
            USER.record(**unit, holder_to=change - dt.timedelta(1)),
            OTHER.record(**unit, holder_from=change),
        ],
    )
    for user, amount in ((USER, 400), (OTHER, 700)):
        row = user.unit(**unit, base_amount=100_000, declared_due=None)
        home.hand_in(f"{user.number}.xlsx", user.filing(units=[row], lines=[user.line(1, **unit, amount=amount)]))
    home.run(2024, 2025)
    names = ("report_year", "user_bin", "recognised_tiyn", "shortfall_tiyn", "status")
    assert home.rows("compliance_by_unit", *names) == [
        (2024, USER.bin, 0, None, "NOT_REPORTED"),
        (2025, OTHER.bin, 700 * THOUSAND, 300 * THOUSAND, "PARTIAL"),
    ]
    assert home.rows("findings") == []
    lines = home.rows("financing_lines", "user_bin", "bucket", "amount_tiyn")
    assert set(lines) == {(USER.bin, "recognised", 400 * THOUSAND), (OTHER.bin, "recognised", 700 * THOUSAND)}


def test_a_credit_stays_with_the_unit_when_its_holder_changes(home):
    unit = {"unit_no": "ОБЩИЙ-1"}
    home.register(
        "units",
        [USER.record(**unit, holder_to=dt.date(2024, 12, 31)), OTHER.record(**unit, holder_from=dt.date(2025, 1, 1))],
    )
    for user, year, amount in ((User(1, 2024), 2024, 1_600), (User(2, 2025), 2025, 500)):
        row = user.unit(**unit, base_amount=100_000, declared_due=None)
        home.hand_in("1.xlsx", user.filing(units=[row], lines=[user.line(1, **unit, amount=amount)]), year)
    home.run(2024, 2025)
    assert home.rows("compliance_by_unit", "user_bin", "credit_used_tiyn", "status", report_year=2025) == [
        (OTHER.bin, 600 * THOUSAND, "MET")
    ]


def test_a_unit_number_is_the_same_however_it_is_typed(home):
    row = USER.unit(unit_no="№ кт – 1", base_amount=100_000, declared_due=None)
    home.hand_in("1.xlsx", USER.filing(units=[row], lines=[USER.line(1, unit_no=" KT-1 ", amount=1_000)]))
    home.run(YEAR)
    assert home.rows("compliance_by_unit", "unit_no", "status") == [(USER.unit_no, "MET")]
    assert home.rows("unit_lines", "unit_no") == home.rows("financing_lines", "unit_no") == [(USER.unit_no,)]


# credits, cures, the budget, currencies


def test_an_opening_credit_joins_once_and_expires_by_its_year(home):
    home.register("units", [USER.record(opening_credit=700_000, opening_credit_year=2023)])
    for year in (2024, 2025):
        home.hand_in("1.xlsx", paid(0, year=year), year)
    home.run(2024, 2025)
    names = ("report_year", "credit_opening_tiyn", "credit_used_tiyn", "credit_lapsed_tiyn", "credit_out_tiyn")
    used = 700 * THOUSAND
    assert home.rows("compliance_by_unit", *names) == [(2024, used, used, 0, 0), (2025, 0, 0, 0, 0)]


def test_a_payment_for_an_earlier_year_cures_its_arrears_and_counts_for_nothing_else(home):
    day = dt.date(2025, 6, 2)
    home.hand_in("1.xlsx", paid(250, year=2024), 2024)
    later = day + dt.timedelta(30)
    lines = [USER.paid(day, 1, amount=500, for_year=2024), USER.paid(later, 2, amount=300, for_year=2024)]
    row = USER.unit(base_amount=100_000, declared_due=None)
    home.hand_in("1.xlsx", USER.filing(units=[row], lines=lines), 2025)
    notice = USER.decision("уведомление", report_year=2024, decided_on=dt.date(2025, 5, 31))
    home.register("decisions", [notice])
    home.run(2024, 2025)
    assert home.rows("compliance_by_unit", "recognised_tiyn", "cure_tiyn", "shortfall_tiyn", report_year=2025) == [
        (0, 800 * THOUSAND, 1_000 * THOUSAND)
    ]
    assert home.rows("compliance_by_unit", "status", "below_30", report_year=2024) == [("BREACH", True)]
    assert home.rows("arrears") == [
        (2024, USER.unit_no, 750 * THOUSAND, 750 * THOUSAND, 0, dt.date(2025, 5, 31), dt.date(2025, 8, 31),
         later),
        (2025, USER.unit_no, 1_000 * THOUSAND, 0, 1_000 * THOUSAND, None, None, None),
    ]  # fmt: skip


def test_receipts_of_the_budget_count_for_their_unit_and_year_and_the_rest_are_listed(home):
    home.register("units", [USER.record(), OTHER.record(sector="ТПИ", unit_kind="лицензия")])
    after, early = dt.date(2026, 3, 1), dt.date(2026, 2, 22)
    receipts = [
        USER.receipt(300, after, receipt_no="1"),
        USER.receipt(200, dt.date(2027, 1, 10), receipt_no="2", for_year=2026),
        USER.receipt(1, after, receipt_no="3", unit_no="НЕТ"),
        USER.receipt(2, after, receipt_no="4", unit_no=None),
        USER.receipt(3, after, receipt_no="5", kbk="105415"),
        USER.receipt(4, after, receipt_no="6", kbk=None),
        USER.receipt(5, early, receipt_no="7"),
        USER.receipt(6, after, receipt_no="8", payer_bin=OTHER.bin),
        OTHER.receipt(7, after, receipt_no="9"),
    ]
    home.register("treasury", receipts)
    home.run(2026, marts=True)
    assert home.rows("treasury_receipts", "receipt_no", "match", "counted_unit_no", "counted_year") == [
        ("1", "counted", USER.unit_no, 2026),
        ("2", "counted", USER.unit_no, 2026),
        ("3", "unknown_unit", None, None),
        ("4", "unknown_unit", None, None),
        ("5", "other_kbk", None, None),
        ("6", "other_kbk", None, None),
        ("7", "too_early", None, None),
        ("8", "not_holder", None, None),
        ("9", "other_sector", None, None),
    ]
    assert home.value("compliance_by_unit", "budget_tiyn", user_bin=USER.bin) == 500 * 100
    assert sorted(home.rows("unmatched_receipts", "receipt_no")) == [(str(number),) for number in range(3, 10)]


def test_a_foreign_amount_takes_the_latest_rate_not_older_than_a_week(home):
    home.register(
        "rates",
        [
            {"on": dt.date(2025, 7, 4), "currency": "USD", "rate": "520,5"},
            {"on": dt.date(2025, 6, 1), "currency": "USD", "rate": 1},
            {"on": dt.date(2025, 2, 1), "currency": "EUR", "rate": 600},
        ],
    )
    lines = [
        USER.line(1, currency="USD", amount="1,0050"),
        USER.line(2, currency="EUR", amount=2, payment_date=None, payment_doc_no=None),
        USER.line(3, currency="EUR", amount=2),
    ]
    row = USER.unit(base_amount=100_000, declared_due=None)
    home.hand_in("1.xlsx", USER.filing(units=[row], lines=lines))
    home.run(YEAR)
    stored = home.rows("financing_lines", "exchange_rate", "amount_tiyn", "bucket", "codes")
    assert [(None if rate is None else str(rate), *rest) for rate, *rest in stored] == [
        ("520.5", 52_310_250, "recognised", ""),
        ("600", 120_000_000, "disallowed", "R01"),
        (None, None, "set_aside", "L007"),
    ]
    assert home.value("compliance_by_unit", "declared_tiyn") == 52_310_250 + 120_000_000
    assert home.value("compliance_by_unit", "set_aside_tiyn") == 0


def test_what_is_not_known_is_null_and_never_zero(home):
    empty = dict.fromkeys(("direction", "grnti", "ntc_no", "ntc_date", "act_no", "act_date"))
    line = USER.line(1, amount="сто", **empty)
    home.hand_in("1.xlsx", USER.filing(units=[USER.unit(base_amount=None, declared_due=None)], lines=[line]))
    home.run(YEAR)
    unknown = ("amount", "amount_tiyn", "direction", "grnti", "ntc_no", "ntc_date", "act_no", "act_date", "permit_no")
    assert home.rows("financing_lines", *unknown) == [(None,) * len(unknown)]
    assert home.rows("unit_lines", "base_amount", "base_tiyn", "declared_due_tiyn", "declared_credit_tiyn") == [
        (None,) * 4
    ]
    assert home.rows("obligations", "base_tiyn", "due_tiyn") == [(None, None)]


def test_a_declared_payment_to_the_budget_is_kept_and_never_counted(home):
    rows = [USER.budget_row(amount=5), USER.budget_row(unit_no="КТ-ДРУГОЙ"), USER.budget_row(amount=0)]
    row = USER.unit(base_amount=100_000, declared_due=None)
    home.hand_in("1.xlsx", USER.filing(units=[row], lines=[], budget=rows))
    home.run(YEAR)
    assert home.rows("budget_lines", "amount_tiyn", "is_set_aside", "codes") == [
        (5 * THOUSAND, False, ""),
        (1_000 * THOUSAND, True, "L012"),
        (0, True, "L005"),
    ]
    assert home.value("compliance_by_unit", "financing_tiyn") == 0


# registers


def test_a_missing_register_of_units_says_where_it_is_expected_and_stores_nothing(home):
    (home.inbox / "registers" / "units.xlsx").unlink()
    with pytest.raises(RegisterError, match=r"units\.xlsx is missing.*inbox/registers/units\.xlsx.*run the year again"):
        load_registers(home.warehouse, "run")
    with home.warehouse.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(loads)) == 0


@pytest.mark.parametrize("name", ["units", "performers", "affiliates", "treasury", "decisions", "rates"])
def test_an_unreadable_register_fails_and_the_stored_ones_stay(home, name):
    home.run(YEAR)
    before = home.everything()
    (home.inbox / "registers" / f"{name}.xlsx").write_bytes(b"no workbook")
    told = rf"{name}\.xlsx cannot be used \(F001.*Correct inbox/registers/{name}\.xlsx"
    with pytest.raises(RegisterError, match=told):
        load_registers(home.warehouse, "run")
    assert home.everything() == before


def test_a_register_without_a_required_column_fails_and_names_the_column(home):
    home.register("units", [USER.record()], without=["sector"])
    with pytest.raises(RegisterError, match=r"units\.xlsx cannot be used \(F004.*sector.*Сектор"):
        load_registers(home.warehouse, "run")


def test_a_bad_row_of_a_register_is_set_aside_with_a_finding_and_the_others_count(home):
    home.register(
        "units",
        [
            USER.record(),
            OTHER.record(user_bin="020540000009"),
            USER.record(unit_no="КТ-9", unit_date="весной"),
            USER.record(unit_no="КТ-8", sector="Газ"),
            USER.record(unit_no="КТ-7", fixed_due=-1),
            USER.record(user_name="Повтор"),
        ],
    )
    home.run(YEAR)
    assert home.rows("units", "unit_no", "user_name") == [(USER.unit_no, USER.name)]
    found = home.rows("findings", "filing_id", "severity", "code", "sheet", "cell", "field")
    assert sorted(found, key=lambda row: row[4]) == [
        ("units.xlsx", "set_aside", "L013", "units", "A7", "unit_no"),
        ("units.xlsx", "set_aside", "L002", "units", "B4", "unit_date"),
        ("units.xlsx", "set_aside", "L010", "units", "D3", "user_bin"),
        ("units.xlsx", "set_aside", "L011", "units", "F5", "sector"),
        ("units.xlsx", "set_aside", "L005", "units", "Q6", "fixed_due"),
    ]


def test_the_same_problem_in_many_rows_of_a_register_is_one_finding_with_many_cells(home):
    wrong = ["020540000009", "020540000008"]
    home.register("units", [USER.record(), *(OTHER.record(user_bin=each, unit_no=each) for each in wrong)])
    home.run(YEAR)
    assert home.rows("findings", "code", "cell", "value") == [("L010", "D3, D4", "; ".join(wrong))]


def test_optional_registers_may_be_absent_and_come_later(home):
    home.hand_in("1.xlsx", paid(1_000))
    home.run(YEAR)
    assert home.rows("financing_lines", "codes") == [("",)]
    # A register without a row is not no register: it says that nobody is accredited.
    home.register("performers", [])
    home.run(YEAR)
    assert home.rows("financing_lines", "codes") == [("R20",)]
    home.register("performers", [{"bin": OTHER.bin, "name": "Другой", "kind": "НИИ", "accreditation_no": "МК-1"}])
    home.run(YEAR)
    assert home.rows("financing_lines", "codes") == [("R20",)]
    assert home.value("compliance_by_unit", "clean_tiyn") == 0
    causes = [row[0] for row in home.rows("compliance_history", "cause")]
    assert causes == ["first computed", "register:performers.xlsx"]


def test_the_inbox_knows_files_from_what_programs_leave_beside_them(home):
    home.hand_in("1.xlsx", paid(100))
    for name in ("~$1.xlsx", ".~lock.1.xlsx#", "._1.xlsx", ".DS_Store"):
        home.hand_in(name, b"leftover")
    home.hand_in("глубоко/2.docx", b"no workbook")
    home.run(YEAR)
    assert statuses(home) == {"1.xlsx": "accepted", "глубоко/2.docx": "rejected"}


def test_a_year_without_any_filing_can_be_computed(home):
    home.run(YEAR, marts=True)
    assert home.rows("compliance_by_unit", "status") == [("NOT_REPORTED",)]
    assert home.rows("filings") == home.rows("financing_lines") == []
