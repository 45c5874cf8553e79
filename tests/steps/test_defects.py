"""Defects: a mistake of the program itself costs the filings with which it breaks, and nobody else.

Here: rules that raise and rows the database refuses, in a whole year, on both databases. Not here: reading
(``tests/intake/test_workers.py``).
"""

import pytest

from pipelines.intake.year import converting, take_in
from pipelines.intake.year.validating import RuleCrashedError
from tests.homes import User, a_home, issued

YEAR = 2025
GUILTY_TITLE = "работа, на которой программа ломается"
USERS = [User(number) for number in issued(6)]
GUILTY = USERS[3]


def _fill(home):
    home.register("units", [user.record() for user in USERS])
    for user in USERS:
        home.hand_in(f"{user.number}.xlsx", user.filing(), YEAR)


def _outcome(home):
    verdicts = home.rows("compliance_by_unit", "unit_no", "status", "recognised_tiyn", "shortfall_tiyn")
    return verdicts, home.rows("filings", "file_name", "status")


def _is_guilty(lines):
    return lines["project_title"].eq(GUILTY_TITLE)


def _raising(monkeypatch):
    convert = converting.convert_lines

    def broken(lines, *more):
        if _is_guilty(lines).any():
            raise RuleCrashedError("a rule crashed: [{'column': 'amount'}]")
        return convert(lines, *more)

    monkeypatch.setattr(take_in, "convert_lines", broken)
    return "RuleCrashedError: a rule crashed: [{'column': 'amount'}]"


def _unstorable(monkeypatch):
    recognised = take_in._recognised

    def broken(lines, *more):
        judged = recognised(lines, *more)
        return judged.assign(bucket=judged["bucket"].where(~_is_guilty(judged), "nowhere"))

    monkeypatch.setattr(take_in, "_recognised", broken)
    return "IntegrityError"


@pytest.mark.parametrize("defect", [_raising, _unstorable])
def test_a_defect_costs_the_filing_it_breaks_with_and_nobody_else(tmp_path_factory, database, monkeypatch, defect):
    with a_home(tmp_path_factory.mktemp("calm"), database=database) as home:
        _fill(home)
        home.run(YEAR)
        calm = _outcome(home)
    said = defect(monkeypatch)
    with a_home(tmp_path_factory.mktemp("broken"), database=database) as home:
        _fill(home)
        correction = GUILTY.filing(cover={"submission_no": 2}, lines=[GUILTY.line(project_title=GUILTY_TITLE)])
        home.hand_in("correction.xlsx", correction, YEAR)
        home.run(YEAR)
        verdicts, filings = _outcome(home)
        assert (verdicts, filings) == (calm[0], [*calm[1], ("correction.xlsx", "rejected")])
        (told,) = home.records("findings", "file_name", "severity", "value", "message_en", code="F013")
    assert (told["file_name"], told["severity"]) == ("correction.xlsx", "reject")
    assert told["value"].startswith(said)
    assert "This is a defect of Nedra, not yours" in told["message_en"]


def test_what_breaks_without_any_filing_is_raised_as_it_is(tmp_path, monkeypatch):
    def broken(*_):
        raise RuleCrashedError("always")

    monkeypatch.setattr(take_in, "lines_frame", broken)
    with a_home(tmp_path) as home:
        _fill(home)
        with pytest.raises(RuleCrashedError, match="always"):
            home.run(YEAR)
