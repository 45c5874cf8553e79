"""A step that begins in the middle of a year: what it does for the steps its run left out."""

import pytest

from pipelines.intake.year.registers import RegisterError
from pipelines.staleness.catch_up import before_compliance, before_intake, before_models, models_read
from pipelines.steps.compliance import load_compliance
from pipelines.steps.intake import load_filings
from pipelines.steps.registers import load_registers
from pipelines.stored.year_before import YearOrderError
from tests.homes import User, a_home
from tests.reading_rules import other_layouts, other_limits

USER, OTHER = User(1), User(2)
COMPLIANCE = {"compliance_by_unit", "obligations", "credits", "arrears"}


@pytest.fixture
def home(tmp_path):
    with a_home(tmp_path) as made:
        made.register("units", [USER.record()])
        made.hand_in("1.xlsx", USER.filing())
        yield made


def tables(loads):
    return {load.asset for load in loads}


def test_nothing_is_caught_up_in_the_run_that_did_it_all(home):
    home.run(2025, marts=True)
    assert before_models(home.warehouse, "run-1", 2025, {"sector_summary"}) == []


def test_nothing_is_caught_up_when_nothing_changed(home):
    home.run(2025, marts=True)
    assert before_models(home.warehouse, "another", 2025, {"sector_summary", "findings_by_code"}) == []


def test_without_any_run_everything_before_is_done(home):
    assert {"units", "register_findings"} <= tables(before_intake(home.warehouse, "a", 2025))
    assert {"filings", "financing_lines"} <= tables(before_compliance(home.warehouse, "b", 2025))
    assert tables(before_models(home.warehouse, "c", 2025, {"sector_summary"})) >= COMPLIANCE


def test_a_register_repaired_after_it_was_read_is_read_again_and_the_lines_judged_again(home):
    home.hand_in("2.xlsx", OTHER.filing())
    home.run(2025)
    home.register("units", [USER.record(), OTHER.record()])
    made = before_compliance(home.warehouse, "another", 2025)
    assert {"units", "filings", "findings"} <= tables(made)
    load_compliance(home.warehouse, "another", 2025)
    assert home.rows("compliance_by_unit", "unit_no", "status") == [(USER.unit_no, "MET"), (OTHER.unit_no, "MET")]


def test_lines_judged_by_registers_that_another_year_has_read_anew_since_are_judged_again(home):
    home.hand_in("2.xlsx", OTHER.filing())
    home.run(2025)
    home.register("units", [USER.record(), OTHER.record()])
    load_registers(home.warehouse, "of another year")
    assert before_intake(home.warehouse, "another", 2025) == []
    assert "filings" in tables(before_compliance(home.warehouse, "another", 2025))


def test_a_filing_that_came_changed_or_left_is_seen(home):
    home.run(2025)
    changes = {
        "came": lambda: home.hand_in("2.xlsx", OTHER.filing()),
        "changed": lambda: home.hand_in("2.xlsx", OTHER.filing(cover={"submission_no": 2})),
        "left": lambda: (home.inbox / "filings" / "2025" / "2.xlsx").unlink(),
    }
    for run_id, change in changes.items():
        change()
        assert "filings" in tables(before_compliance(home.warehouse, run_id, 2025))
        assert before_compliance(home.warehouse, f"after {run_id}", 2025) == []


def test_a_register_that_became_unusable_stops_whoever_begins_later(home):
    home.run(2025)
    (home.inbox / "registers" / "units.xlsx").write_bytes(b"no workbook")
    for begin in (
        lambda: before_intake(home.warehouse, "another", 2025),
        lambda: before_compliance(home.warehouse, "another", 2025),
        lambda: before_models(home.warehouse, "another", 2025, {"unmatched_receipts"}),
    ):
        with pytest.raises(RegisterError):
            begin()


def test_verdicts_that_started_from_another_result_of_the_year_before_are_decided_again(home):
    home.hand_in("1.xlsx", USER.filing(), 2025)
    home.run(2025)
    home.hand_in("0.xlsx", User(1, 2024).filing(), 2024)
    load_filings(home.warehouse, "run-0", 2024)
    load_compliance(home.warehouse, "run-0", 2024)
    assert tables(before_models(home.warehouse, "another", 2025, {"sector_summary"})) >= COMPLIANCE
    assert before_models(home.warehouse, "yet another", 2025, {"sector_summary"}) == []


def test_a_model_that_reads_no_verdict_does_not_wait_for_the_year_before(home):
    home.hand_in("0.xlsx", User(1, 2024).filing(), 2024)
    made = tables(before_models(home.warehouse, "another", 2025, {"performer_flows"}))
    assert "filings" in made
    assert not made & COMPLIANCE
    with pytest.raises(YearOrderError):
        before_models(home.warehouse, "another", 2025, {"disclosure"})


def test_a_model_comes_with_those_it_reads():
    assert models_read({"disclosure", "sector_summary"}) == {"disclosure", "compliance_by_user", "sector_summary"}


def test_registers_and_lines_read_by_other_layouts_or_limits_are_read_again(home):
    home.run(2025, marts=True)
    for cause, change in (("form", other_layouts), ("limits", other_limits)):
        with change(home.folder / cause):
            assert "units" in tables(before_intake(home.warehouse, f"registers by {cause}", 2025))
            assert "filings" in tables(before_compliance(home.warehouse, f"lines by {cause}", 2025))
            assert tables(before_models(home.warehouse, f"verdicts by {cause}", 2025, {"sector_summary"})) >= COMPLIANCE
            assert before_models(home.warehouse, f"after {cause}", 2025, {"sector_summary"}) == []
