"""Statuses through the steps: one home with a user for each way to a status.

Belongs here: status, due and what follows from it, NULL where it is unknown. Does not: boundaries (``tests/core``).
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.homes import User, a_home, issued

YEAR = 2025
THOUSAND = 1000 * 100
LICENCE = {"unit_kind": "лицензия", "sector": "ТПИ", "production_start": None}
OTHER_BASE = {"base_kind": "СГД"}
FIXED = {"fixed_due": 5_000_000}


@dataclass(frozen=True)
class Case:
    """A unit, what it filed (None = nothing), and (status, due, shortfall, forfeit, below_30) in thousand tenge."""

    name: str
    expected: tuple[str, int | None, int | None, int | None, bool]
    record: dict[str, Any] = field(default_factory=dict)
    paid: int | None = 1_000
    unit: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case("EXEMPT by sector", ("EXEMPT", None, None, None, False), {"sector": "ОПИ"}),
    Case("EXEMPT by operation", ("EXEMPT", None, None, None, False), {"operation": "Разведка"}),
    Case("EXEMPT by the register", ("EXEMPT", None, None, None, False), {"regime_override": "NONE"}),
    Case(
        "NOT_YET_OBLIGED in the year production started",
        ("NOT_YET_OBLIGED", None, None, None, False),
        {"production_start": dt.date(2025, 3, 1)},
    ),
    Case(
        "NOT_YET_OBLIGED while the start of production is unknown",
        ("NOT_YET_OBLIGED", None, None, None, False),
        {"production_start": None},
    ),
    Case(
        "obliged in the year production started when re-signed",
        ("MET", 1_000, 0, None, False),
        {"production_start": dt.date(2025, 3, 1), "resigned": "да"},
    ),
    Case("NOT_REPORTED", ("NOT_REPORTED", None, None, None, False), paid=None),
    Case("NOT_REPORTED with a fixed due", ("NOT_REPORTED", 5_000, 5_000, None, False), FIXED, paid=None),
    Case(
        "UNDETERMINED when the row was set aside",
        ("UNDETERMINED", None, None, None, False),
        unit={"base_amount": "много"},
    ),
    Case("UNDETERMINED when the base is of another kind", ("UNDETERMINED", None, None, None, False), unit=OTHER_BASE),
    Case("UNDETERMINED with a fixed due", ("UNDETERMINED", 5_000, 4_000, None, False), FIXED, unit=OTHER_BASE),
    Case("MET", ("MET", 1_000, 0, None, False)),
    Case("MET with nothing due", ("MET", 0, 0, None, False), unit={"base_amount": 0}, paid=0),
    Case("MET with a fixed due", ("MET", 5_000, 0, None, False), FIXED, paid=5_000),
    Case("MET with a rate of the register", ("MET", 500, 0, None, False), {"rate_override": "0,5"}, paid=500),
    Case("PARTIAL at 30 percent", ("PARTIAL", 1_000, 700, None, False), paid=300),
    Case("BREACH below 30 percent in oil", ("BREACH", 1_000, 701, None, True), paid=299),
    Case("BREACH in oil with a forfeit", ("BREACH", 1_000, 1_000, 10, True), {"forfeit_percent": 1}, paid=0),
    Case("BREACH in uranium", ("BREACH", 1_000, 1_000, None, True), {"sector": "Уран"}, paid=0),
    Case("BREACH elsewhere is no ground for a notice", ("BREACH", 1_000, 1_000, 1_000, False), LICENCE, paid=0),
)  # fmt: skip
USERS = dict(zip([case.name for case in CASES], [User(number) for number in issued(len(CASES))], strict=True))
NAMES = ("status", "due_tiyn", "shortfall_tiyn", "forfeit_tiyn", "below_30")
FOLLOWS = ("credit_used_tiyn", "shortfall_tiyn", "surplus_tiyn", "fulfilment_bp", "forfeit_tiyn")


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    with a_home(tmp_path_factory.mktemp("statuses"), database=database, in_process=False) as made:
        made.register("units", [USERS[case.name].record(**case.record) for case in CASES])
        for case in CASES:
            if case.paid is None:
                continue
            user = USERS[case.name]
            lines = [user.line(1, amount=case.paid)] if case.paid else []
            unit = user.unit(**({"base_amount": 100_000, "declared_due": None} | case.unit))
            made.hand_in(f"{user.number}.xlsx", user.filing(units=[unit], lines=lines))
        made.run(YEAR, marts=True)
        yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_unit_has_its_status(home, case):
    [row] = home.rows("compliance_by_unit", *NAMES, user_bin=USERS[case.name].bin)
    status, due, shortfall, forfeit, below_30 = case.expected
    tiyn = [None if each is None else each * THOUSAND for each in (due, shortfall, forfeit)]
    assert row == (status, *tiyn, below_30)


def test_what_follows_from_an_unknown_due_is_unknown_too_and_never_zero(home):
    rows = home.records("compliance_by_unit", "due_tiyn", *FOLLOWS)
    unknown = [row for row in rows if row.pop("due_tiyn") is None]
    assert len(unknown) == sum(case.expected[1] is None for case in CASES)
    assert all(value is None for row in unknown for value in row.values())


def test_a_user_has_the_status_of_its_one_unit(home):
    units = dict(home.rows("compliance_by_unit", "user_bin", "status"))
    assert dict(home.rows("compliance_by_user", "user_bin", "status")) == units


def test_a_unit_is_pending_until_its_deadline_has_passed(tmp_path, database):
    user, fixed = User(1), User(2)
    with a_home(tmp_path, database=database, as_of=dt.date(2026, 4, 30)) as home:
        home.register("units", [user.record(), fixed.record(**FIXED)])
        home.run(YEAR)
        names = ("status", "due_tiyn", "shortfall_tiyn", "late_days")
        pending = [("PENDING", None, None, None), ("PENDING", 5_000 * THOUSAND, 5_000 * THOUSAND, None)]
        assert home.rows("compliance_by_unit", *names) == pending
        assert home.rows("arrears") == []
        home.at(dt.date(2026, 5, 1))
        home.run(YEAR)
        assert home.rows("compliance_by_unit", "status") == [("NOT_REPORTED",)] * 2
        assert home.rows("arrears", "unit_no", "open_tiyn") == [(fixed.unit_no, 5_000 * THOUSAND)]


def test_late_days_are_those_of_the_first_accepted_submission(tmp_path, database):
    user = User(1)
    with a_home(tmp_path, database=database) as home:
        home.register("units", [user.record()])
        late, later = dt.date(2026, 5, 3), dt.date(2026, 8, 1)
        home.hand_in("1.xlsx", user.filing(cover={"submitted_on": late}))
        home.hand_in("2.xlsx", user.filing(cover={"submitted_on": later, "submission_no": 2}, lines=[user.line(1)]))
        home.run(YEAR)
        assert home.rows("compliance_by_unit", "deadline", "late_days") == [(dt.date(2026, 4, 30), 3)]


def test_a_unit_that_ended_or_has_not_begun_has_no_row(tmp_path, database):
    ended, coming, last_day = User(1), User(2), User(3)
    with a_home(tmp_path, database=database) as home:
        home.register(
            "units",
            [
                ended.record(end_date=dt.date(2024, 12, 31)),
                coming.record(unit_date=dt.date(2026, 1, 1)),
                last_day.record(end_date=dt.date(2025, 1, 1)),
            ],
        )
        home.run(YEAR)
        assert home.rows("compliance_by_unit", "unit_no") == [(last_day.unit_no,)]
