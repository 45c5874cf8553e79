"""Reasons: a year that was computed has none, and any one change of what it is made from gives it exactly one.

Here: every kind of change on both databases, and each part of a year. Not here: what is done about it
(``test_catch_up``, ``test_next_year``).
"""

from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

import pytest

from pipelines.alerts.rejected_filings import outstanding
from pipelines.intake.inbox.inbox import Inbox
from pipelines.staleness.inbox_snapshot import Allowance
from pipelines.staleness.inputs import KINDS, Kind, kind_of
from pipelines.staleness.observation import Observation, UnreadError
from pipelines.staleness.reasons import FileChanges, Part, Reason, in_words, reasons
from pipelines.staleness.stored_year import StoredYear, written_last
from pipelines.steps import intake
from pipelines.steps.compliance import load_compliance
from pipelines.steps.intake import load_filings
from pipelines.steps.registers import load_registers
from tests.homes import User, a_home, read_here
from tests.reading_rules import other_findings, other_layouts, other_limits

YEARS = (2024, 2025)
USER, OTHER = User(1), User(2)


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    with a_home(tmp_path_factory.mktemp("home"), database=database) as made:
        made.register("units", [USER.record()])
        for year in YEARS:
            made.hand_in("1.xlsx", User(1, year).filing(), year)
        made.hand_in("bad.xlsx", b"no workbook")
        made.run(*YEARS, marts=True)
        yield made


def found(home, year=2025, part=Part.ROLL_UPS):
    """Return why a year is behind."""
    with home.warehouse.reading() as connection:
        return Observation.of(home.warehouse, connection).reasons(year, part)


def paid(home, amount, year=2025):
    user = User(1, year)
    home.hand_in("1.xlsx", user.filing(lines=[user.line(1, amount=amount), user.line(2)]), year)


def filed(home):
    return home.inbox / "filings" / "2025"


@contextmanager
def a_new_file(home):
    home.hand_in("2.xlsx", OTHER.filing())
    yield


@contextmanager
def a_new_file_that_is_rejected(home):
    home.hand_in("worse.xlsx", b"no workbook either")
    yield


@contextmanager
def a_changed_file(home):
    paid(home, 61_000)
    yield


@contextmanager
def a_removed_file(home):
    home.hand_in("3.xlsx", b"one more")
    home.run(2025, marts=True)
    (filed(home) / "3.xlsx").unlink()
    yield


@contextmanager
def a_renamed_file(home):
    (filed(home) / "1.xlsx").rename(filed(home) / "one.xlsx")
    yield
    (filed(home) / "one.xlsx").rename(filed(home) / "1.xlsx")


@contextmanager
def a_changed_register(home):
    home.register("units", [USER.record(), OTHER.record(), User(3).record()])
    yield


@contextmanager
def a_register_that_came(home):
    home.register("performers", [])
    yield


@contextmanager
def two_registers(home):
    home.register("affiliates", [])
    home.register("units", [USER.record(), OTHER.record()])
    yield


@contextmanager
def another_law(home):
    now = home.warehouse
    home.warehouse = replace(now, statute=replace(now.statute, digest="of tomorrow"))
    yield
    home.run(*YEARS, marts=True)
    assert found(home) == ()
    home.warehouse = now


@contextmanager
def another_form(home):
    with other_layouts(home.folder / "form"):
        yield
        home.run(*YEARS, marts=True)
        assert found(home) == ()


@contextmanager
def other_limits_of_reading(home):
    with other_limits(home.folder / "limits"):
        yield
        home.run(*YEARS, marts=True)
        assert found(home) == ()


@contextmanager
def another_severity(home):
    with other_findings(
        home.folder / "findings", old="code: W001\n    severity: warn", new="code: W001\n    severity: note"
    ):
        yield
        home.run(*YEARS, marts=True)
        assert found(home) == ()


@contextmanager
def another_year_before(home):
    paid(home, 62_000, 2024)
    assert found(home) == ()
    home.run(2024, marts=True)
    yield


@contextmanager
def lines_without_their_verdicts(home):
    paid(home, 63_000)
    load_registers(home.warehouse, "half way")
    with mock.patch.object(intake, "read_filings", read_here):
        load_filings(home.warehouse, "half way", 2025)
    yield


@contextmanager
def verdicts_without_their_roll_ups(home):
    paid(home, 64_000)
    home.run(2025)
    yield


CHANGES = [
    (a_new_file, Kind.FILE, ("2.xlsx",), "1 new"),
    (a_new_file_that_is_rejected, Kind.FILE, ("worse.xlsx",), "1 new"),
    (a_changed_file, Kind.FILE, ("1.xlsx",), "1 changed"),
    (a_removed_file, Kind.FILE, ("3.xlsx",), "1 removed"),
    (a_renamed_file, Kind.FILE, ("1.xlsx", "one.xlsx"), "1 new; 1 removed"),
    (a_changed_register, Kind.REGISTER, ("units.xlsx",), "units.xlsx changed"),
    (a_register_that_came, Kind.REGISTER, ("performers.xlsx",), "performers.xlsx changed"),
    (two_registers, Kind.REGISTER, ("affiliates.xlsx", "units.xlsx"), "affiliates.xlsx, units.xlsx changed"),
    (another_law, Kind.LAW, ("statute",), "statute changed"),
    (another_form, Kind.FORM, ("form",), "form changed"),
    (other_limits_of_reading, Kind.LIMITS, ("limits",), "limits changed"),
    (another_severity, Kind.FINDINGS, ("findings",), "findings changed"),
    (another_year_before, Kind.EARLIER_YEAR, ("2024",), "2024 was computed anew"),
    (lines_without_their_verdicts, Kind.INTERRUPTED, (), "a run ended half way"),
    (verdicts_without_their_roll_ups, Kind.INTERRUPTED, (), "a run ended half way"),
]


@pytest.mark.parametrize(("change", "kind", "names", "said"), CHANGES, ids=[change.__name__ for change, *_ in CHANGES])
def test_a_computed_year_has_no_reason_and_after_one_change_exactly_one(home, change, kind, names, said):
    assert found(home) == ()
    with change(home):
        [reason] = found(home)
        assert (reason.kind, reason.names, str(reason)) == (kind, names, said)
    home.run(*YEARS, marts=True)
    assert [found(home, year) for year in YEARS] == [(), ()]


def test_every_kind_of_reason_is_among_them():
    assert {kind for _, kind, *_ in CHANGES} == set(Kind) - {Kind.NEVER_COMPUTED}
    assert set(KINDS.values()) < set(Kind)


def test_a_year_that_was_never_computed_has_that_reason_and_no_file_of_it_is_read(home):
    home.hand_in("1.xlsx", User(1, 2023).filing(), 2023)
    with home.warehouse.reading() as connection:
        look = Observation.of(home.warehouse, connection)
        with mock.patch.object(look.inbox, "digest", side_effect=AssertionError):
            assert look.years() == [2023, 2024, 2025]
            assert look.reasons(2023) == (Reason(Kind.NEVER_COMPUTED),)
            assert look.reasons(2023, Part.LINES) == (Reason(Kind.NEVER_COMPUTED),)
    (home.inbox / "filings" / "2023" / "1.xlsx").unlink()
    assert found(home, 2023, Part.REGISTERS) == ()


def test_without_a_warehouse_every_year_was_never_computed(tmp_path):
    look = Observation(Inbox(str(tmp_path)), None, "law")
    assert look.years() == []
    assert in_words(look.reasons(2025)) == "never computed"


def test_each_part_of_a_year_has_the_reasons_of_what_it_is_made_from(home):
    def kinds():
        return [[reason.kind for reason in found(home, 2025, part)] for part in Part]

    assert kinds() == [[], [], [], []]
    paid(home, 70_000)
    assert kinds() == [[], [Kind.FILE], [Kind.FILE], [Kind.FILE]]
    home.register("units", [USER.record(), User(4).record()])
    assert kinds() == [[Kind.REGISTER], *[[Kind.FILE, Kind.REGISTER]] * 3]
    load_registers(home.warehouse, "registers")
    assert kinds() == [[], *[[Kind.FILE, Kind.REGISTER]] * 3]
    with mock.patch.object(intake, "read_filings", read_here):
        load_filings(home.warehouse, "lines", 2025)
    # The verdicts name the register they were made from, and came before the lines.
    assert kinds() == [[], [], *[[Kind.REGISTER, Kind.INTERRUPTED]] * 2]
    load_compliance(home.warehouse, "verdicts", 2025)
    assert kinds() == [[], [], [], [Kind.INTERRUPTED]]
    home.run(*YEARS, marts=True)
    assert kinds() == [[], [], [], []]


def test_a_rejection_that_was_stored_and_not_judged_leaves_verdicts_behind_but_counting_findings_does_not(home):
    assert found(home) == ()
    home.hand_in("worst.xlsx", b"no workbook at all")
    with mock.patch.object(intake, "read_filings", read_here):
        load_filings(home.warehouse, "rejection", 2025)
    assert [reason.kind for reason in found(home, 2025, Part.VERDICTS)] == [Kind.INTERRUPTED]
    load_compliance(home.warehouse, "rejection", 2025)
    assert found(home, 2025, Part.VERDICTS) == ()
    home.run(2025, marts=True)


def test_a_look_with_an_allowance_says_how_far_it_is(home):
    home.hand_in("5.xlsx", b"five")
    home.hand_in("6.xlsx", b"six")
    with home.warehouse.reading() as connection:
        first, second = (replace(Observation.of(home.warehouse, connection), allowance=Allowance(1, 1)) for _ in "12")
        with pytest.raises(UnreadError, match="1 new or changed files were read; 1 or more are left"):
            first.reasons(2025)
        assert second.reasons(2025)[0].names == ("5.xlsx", "6.xlsx")
    for name in ("5.xlsx", "6.xlsx"):
        (filed(home) / name).unlink()
    assert found(home) == ()


def test_more_names_than_are_shown_are_counted():
    stored = StoredYear(2025, lines=1, verdicts=2)
    [reason] = reasons(stored, FileChanges(), {f"register:{name}": "" for name in "abcde"})
    assert reason.names == ("a", "b", "c", "d", "e")
    assert str(reason) == "a, b, c and 2 more changed"


def test_inputs_that_are_compared_otherwise_have_no_kind_of_their_own():
    assert [kind_of(name) for name in ("filing:205400000018", "compliance_by_unit:2024", "as_of")] == [None] * 3
    assert kind_of("register:units.xlsx") is Kind.REGISTER


def test_rejected_filings_are_outstanding_on_both_databases(home):
    with home.warehouse.reading() as connection:
        rejected = {each.file_name: each for each in outstanding(connection)}["bad.xlsx"]
        assert (rejected.codes, rejected.since.tzinfo is not None) == (("F001",), True)
        written = written_last(connection)
        assert written is not None
        assert rejected.since <= written


def test_a_typo_corrected_in_a_message_is_no_reason(home):
    with other_findings(home.folder / "words", old="Исправьте", new="Поправьте"):
        assert found(home) == ()
