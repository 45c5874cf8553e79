"""Cases: each filing as people and programs make them has its right outcome, and none ends a year."""

import os

import pytest
from typer.testing import CliRunner

from assets.cli.app import app
from tests.forms.cases import FOLDER, YEAR, beside_others, cases, outcomes, parameters, with_registers
from tests.homes import a_home

TOGETHER, ALONE = cases(alone=False), cases(alone=True)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    with a_home(tmp_path_factory.mktemp("home")) as home:
        with_registers(home)
        for case in TOGETHER:
            home.hand_in(case.name, case.data, YEAR)
        home.run(YEAR)
        yield outcomes(home)


@pytest.mark.parametrize("case", parameters(TOGETHER))
def test_a_workbook_has_its_right_outcome(case, year):
    assert year[case.name] == case.outcome


@pytest.mark.parametrize("case", parameters(ALONE))
def test_no_amount_ends_a_year(case, tmp_path):
    plain = TOGETHER[0]
    with a_home(tmp_path) as home:
        with_registers(home)
        home.hand_in(plain.name, plain.data, YEAR)
        home.hand_in(case.name, case.data, YEAR)
        home.run(YEAR)
        found = outcomes(home)
    assert found == {plain.name: plain.outcome, case.name: case.outcome}


def test_every_workbook_has_a_case():
    assert sorted(path.name for path in (FOLDER / "workbooks").iterdir()) == sorted(
        case.name for case in [*TOGETHER, *ALONE]
    )


def test_a_year_of_all_of_them_is_computed(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_AS_OF", "2025-09-01")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    with a_home(tmp_path) as home:
        with_registers(home)
        for case in [*TOGETHER, *ALONE]:
            home.hand_in(case.name, case.data, YEAR)
        done = CliRunner().invoke(app, ["run", "--years", str(YEAR)])
        assert done.exit_code == 0, done.output
        handed_in = {case.name for case in [*TOGETHER, *ALONE]}
        assert {name for (name,) in home.rows("filings", "file_name", report_year=YEAR)} == handed_in


def verdicts(folder, users, handed_in):
    """Return the verdicts of others, in a year in which these cases are handed in, too."""
    with a_home(folder) as home:
        others = beside_others(home, users)
        for case in handed_in:
            home.hand_in(case.name, case.data, YEAR)
        home.run(YEAR)
        return {row["unit_no"]: row for row in home.records("compliance_by_unit") if row["unit_no"] in others}


def test_the_verdicts_of_everybody_else_are_the_same_without_them_to_the_tiyn(tmp_path):
    users = int(os.environ.get("FORMS_USERS", "15"))
    alone = verdicts(tmp_path / "alone", users, ())
    assert len(alone) > users
    assert verdicts(tmp_path / "together", users, [*TOGETHER, *ALONE]) == alone
