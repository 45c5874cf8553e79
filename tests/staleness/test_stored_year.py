"""Current: whether a year is behind, told alike by both databases; and what is outstanding in it."""

import pytest

from pipelines.alerts.rejected_filings import outstanding
from pipelines.intake.digests import reading_digests
from pipelines.intake.inbox.inbox import Inbox
from pipelines.staleness import inbox_snapshot
from pipelines.staleness.inbox_snapshot import Allowance
from pipelines.staleness.stored_year import StoredYear, stored_files, stored_years, written_last
from pipelines.statute.law import load_statute
from tests.homes import User, a_home
from tests.reading_rules import other_layouts, other_limits


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    with a_home(tmp_path_factory.mktemp("home"), database=database) as made:
        made.register("units", [User(1).record()])
        for year in (2024, 2025):
            made.hand_in("1.xlsx", User(1, year).filing(), year)
        made.hand_in("bad.xlsx", b"no workbook")
        made.run(2024, 2025, marts=True)
        yield made


def reasons(home, year):
    """Return why a year is behind what lies in the inbox."""
    inbox, allowance = Inbox(str(home.inbox)), Allowance(100, 1 << 30)
    found = inbox_snapshot.digests(inbox, inbox_snapshot.folder_of(inbox, year), allowance)
    registers = inbox_snapshot.digests(inbox, inbox_snapshot.folder_of_registers(inbox), allowance)
    assert found is not None
    assert registers is not None
    made_of = inbox_snapshot.as_registers(registers) | {"statute": load_statute().digest}
    made_of |= reading_digests()
    with home.warehouse.reading() as connection:
        own = stored_years(connection).get(year, StoredYear(year))
        return own.reasons(stored_files(connection, year), found, made_of)


def test_a_year_is_behind_what_it_was_not_made_from(home):
    assert (reasons(home, 2024), reasons(home, 2025)) == ([], [])
    assert reasons(home, 2023) == ["never computed"]
    home.hand_in("1.xlsx", User(1, 2024).filing(lines=[User(1, 2024).line(1, amount=500_000)]), 2024)
    assert reasons(home, 2024) == ["1 changed"]
    home.run(2024)
    # As when a run ends between verdicts and roll-ups.
    assert reasons(home, 2024) == ["a run ended half way"]
    assert reasons(home, 2025) == ["2024 was computed anew"]
    home.run(2024, 2025, marts=True)
    assert (reasons(home, 2024), reasons(home, 2025)) == ([], [])
    home.register("units", [User(1).record(), User(2).record()])
    home.register("performers", [])
    assert reasons(home, 2025) == ["performers.xlsx changed", "units.xlsx changed"]


def test_a_year_is_behind_a_form_or_limits_it_was_not_read_by(home, tmp_path):
    home.run(2024, 2025, marts=True)
    for cause, change in (("form", other_layouts), ("limits", other_limits)):
        with change(tmp_path / cause):
            assert reasons(home, 2024) == [f"{cause} changed"]


def test_rejected_filings_are_outstanding_on_both_databases(home):
    with home.warehouse.reading() as connection:
        [rejected] = outstanding(connection)
        assert (rejected.file_name, rejected.codes, rejected.since.tzinfo is not None) == ("bad.xlsx", ("F001",), True)
        written = written_last(connection)
        assert written is not None
        assert rejected.since <= written
