"""History: a late correction of an early year flows through the later ones, and every version says why."""

import datetime as dt

import pytest

from pipelines.steps.marts import load_models
from tests.homes import User, a_home
from tests.reading_rules import other_layouts, other_limits

THOUSAND = 1000 * 100
YEARS = (2022, 2023, 2024, 2025)
# Contracts before the Code keep a credit for any following year; the Code's own for the next year only.
OLD, NEW = User(1), User(2)
CORRECTED = {OLD: f"filing:{OLD.bin}", NEW: f"filing:{NEW.bin}"}


def filed(user, year, amount, *, submission_no=1):
    """A filing with a due of a thousand and one payment, in thousand tenge."""
    user = User(user.number, year)
    kind = "СГД" if user.number == OLD.number else "Затраты на добычу"
    row = user.unit(base_amount=100_000, declared_due=None, base_kind=kind)
    lines = [user.line(1, amount=amount)] if amount else []
    return user.filing(cover={"submission_no": submission_no}, units=[row], lines=lines)


@pytest.fixture
def home(tmp_path, database):
    old = OLD.record(unit_date=dt.date(2010, 1, 1), sector="ТПИ")
    new = NEW.record(unit_date=dt.date(2019, 1, 1), production_start=dt.date(2020, 1, 1))
    with a_home(tmp_path, database=database) as made:
        made.register("units", [old, new])
        for year in YEARS:
            for user in (OLD, NEW):
                made.hand_in(f"{user.number}.xlsx", filed(user, year, 3_500 if year == YEARS[0] else 0), year)
        made.run(*YEARS)
        yield made


def verdicts(home, user):
    names = ("report_year", "status", "shortfall_tiyn", "credit_out_tiyn")
    return [
        (year, status, shortfall // THOUSAND, credit // THOUSAND)
        for year, status, shortfall, credit in home.rows("compliance_by_unit", *names, unit_no=user.unit_no)
    ]


def versions(home, user):
    return home.rows("compliance_history", "report_year", "version_no", "cause", unit_no=user.unit_no)


def restated(home):
    """Every restatement with its cause and by how much each figure changed, in thousand tenge."""
    home.runs += 1
    for year in YEARS:
        load_models(home.warehouse, f"marts-{home.runs}", year, {"restatements"})
    changes = ("credit_used_change_tiyn", "financing_change_tiyn", "shortfall_change_tiyn", "credit_out_change_tiyn")
    found = home.rows("restatements", "report_year", "unit_no", "status_before", "status_after", "cause", *changes)
    return [(*row[:5], *(amount // THOUSAND for amount in row[5:])) for row in found]


FIRST = [(year, 1, "first computed") for year in YEARS]


def test_a_correction_of_2022_reaches_2025_through_the_credit_of_every_year_between(home):
    assert verdicts(home, OLD) == [
        (2022, "MET", 0, 2_500), (2023, "MET", 0, 1_500), (2024, "MET", 0, 500), (2025, "PARTIAL", 500, 0),
    ]  # fmt: skip
    home.hand_in("1-2.xlsx", filed(OLD, 2022, 2_500, submission_no=2), 2022)
    home.run(*YEARS)
    assert verdicts(home, OLD) == [
        (2022, "MET", 0, 1_500), (2023, "MET", 0, 500), (2024, "PARTIAL", 500, 0), (2025, "BREACH", 1_000, 0),
    ]  # fmt: skip
    assert versions(home, OLD) == sorted(
        [
            *FIRST,
            (2022, 2, CORRECTED[OLD]),
            (2023, 2, "compliance_by_unit:2022"),
            (2024, 2, "compliance_by_unit:2023"),
            (2025, 2, "compliance_by_unit:2024"),
        ]
    )
    assert versions(home, NEW) == FIRST


def test_a_version_is_added_only_where_a_figure_changed(home):
    assert verdicts(home, NEW) == [
        (2022, "MET", 0, 2_500), (2023, "MET", 0, 0), (2024, "BREACH", 1_000, 0), (2025, "BREACH", 1_000, 0),
    ]  # fmt: skip
    home.hand_in("2-2.xlsx", filed(NEW, 2022, 1_700, submission_no=2), 2022)
    home.run(*YEARS)
    assert verdicts(home, NEW)[:2] == [(2022, "MET", 0, 700), (2023, "PARTIAL", 300, 0)]
    assert versions(home, NEW) == sorted([*FIRST, (2022, 2, CORRECTED[NEW]), (2023, 2, "compliance_by_unit:2022")])
    assert versions(home, OLD) == FIRST


def test_restatements_say_which_input_changed_which_verdict_by_how_much(home):
    assert restated(home) == []
    home.hand_in("1-2.xlsx", filed(OLD, 2022, 2_500, submission_no=2), 2022)
    home.run(*YEARS)
    assert restated(home) == [
        (2022, OLD.unit_no, "MET", "MET", CORRECTED[OLD], 0, -1_000, 0, -1_000),
        (2023, OLD.unit_no, "MET", "MET", "compliance_by_unit:2022", 0, 0, 0, -1_000),
        (2024, OLD.unit_no, "MET", "PARTIAL", "compliance_by_unit:2023", -500, 0, 500, -500),
        (2025, OLD.unit_no, "PARTIAL", "BREACH", "compliance_by_unit:2024", -500, 0, 500, 0),
    ]


def test_a_correction_taken_back_is_a_third_version_like_the_first(home):
    path = home.hand_in("1-2.xlsx", filed(OLD, 2022, 2_500, submission_no=2), 2022)
    home.run(*YEARS)
    path.unlink()
    home.run(*YEARS)
    rows = home.records("compliance_history", unit_no=OLD.unit_no, report_year=2023)
    same = [name for name in rows[0] if name not in ("version_no", "recorded_at", "superseded_at", "cause")]
    assert [rows[0][name] for name in same if name != "argument"] == [
        rows[2][name] for name in same if name != "argument"
    ]
    assert [(row["version_no"], row["superseded_at"] is None) for row in rows] == [(1, False), (2, False), (3, True)]


def test_versions_follow_one_another_without_gap_or_overlap(home):
    home.hand_in("1-2.xlsx", filed(OLD, 2022, 2_500, submission_no=2), 2022)
    home.run(*YEARS)
    rows = home.records("compliance_history", "report_year", "unit_no", "version_no", "recorded_at", "superseded_at")
    starts = {(row["report_year"], row["unit_no"], row["version_no"]): row["recorded_at"] for row in rows}
    ends = {key: starts.get((*key[:2], key[2] + 1)) for key in starts}
    assert {(row["report_year"], row["unit_no"], row["version_no"]): row["superseded_at"] for row in rows} == ends


def test_the_day_of_the_run_is_a_cause_only_for_a_verdict_that_waited_for_it(home):
    late = User(3)
    home.register(
        "units",
        [
            OLD.record(unit_date=dt.date(2010, 1, 1), sector="ТПИ"),
            NEW.record(unit_date=dt.date(2019, 1, 1), production_start=dt.date(2020, 1, 1)),
            late.record(),
        ],
    )
    home.at(dt.date(2026, 4, 30))
    home.run(*YEARS)
    home.hand_in("1-2.xlsx", filed(OLD, 2025, 300, submission_no=2), 2025)
    home.at(dt.date(2026, 5, 1))
    home.run(*YEARS)
    [*_, corrected] = versions(home, OLD)
    [*_, waited] = versions(home, late)
    assert corrected == (2025, 2, CORRECTED[OLD])
    assert waited == (2025, 2, "as_of")


def test_another_users_filing_is_the_cause_when_only_it_moved(home):
    same = {"performer_bin": User(9).bin, "agreement_no": "Д-1", "payment_doc_no": "ПП-1", "amount": 400}
    later = User(NEW.number, 2025)
    row = later.unit(base_amount=100_000, declared_due=None, base_kind="Затраты на добычу")
    home.hand_in("2-2.xlsx", later.filing(cover={"submission_no": 2}, units=[row], lines=[later.line(1, **same)]), 2025)
    home.run(2025)
    earlier = User(OLD.number, 2025)
    row = earlier.unit(base_amount=100_000, declared_due=None, base_kind="СГД")
    filing = earlier.filing(cover={"submission_no": 2}, units=[row], lines=[earlier.line(1, **same)])
    home.hand_in("1-2.xlsx", filing, 2025)
    home.run(2025)
    assert versions(home, NEW)[-1] == (2025, 3, CORRECTED[OLD])
    assert home.value("compliance_by_unit", "disallowed_tiyn", unit_no=NEW.unit_no, report_year=2025) == 400 * THOUSAND


def test_a_verdict_that_changed_by_how_workbooks_are_read_says_so(home, tmp_path):
    line = OLD.paid(dt.date(2022, 7, 1), work_kind="изыскания")
    home.hand_in("1.xlsx", User(1, 2022).filing(lines=[line]), 2022)
    home.run(2022)
    [*_, (*_, cause)] = home.rows("compliance_history", "version_no", "cause", unit_no=OLD.unit_no, report_year=2022)
    assert cause == CORRECTED[OLD]
    with other_layouts(tmp_path / "layouts", old="научно-исследовательская работа", new="изыскания"):
        home.run(2022)
        with other_limits(tmp_path / "limits", old="earliest_year: 1990", new="earliest_year: 2023"):
            home.run(2022)
    found = home.rows("compliance_history", "version_no", "cause", unit_no=OLD.unit_no, report_year=2022)
    assert [cause for _, cause in found[-2:]] == ["form", "limits"]
