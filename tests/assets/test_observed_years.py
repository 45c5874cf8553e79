"""Observed years: what a look of the inbox sensor says of each year and of its last run."""

import time

import dagster as dg
import pytest

from assets.automation.observed_years import PARTITION, WANTED, WILL_RETRY, Look
from pipelines.staleness.inbox_snapshot import Allowance
from pipelines.staleness.inputs import Kind
from pipelines.staleness.observation import Hints, UnreadError
from tests.assets.ticks import Daemon
from tests.homes import Home, User

FAILURE, CANCELED = dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    made.register("units", [User(1).record()])
    for year in (2024, 2025):
        made.hand_in("1.xlsx", User(1, year).filing(), year)
    yield made
    made.close()


@pytest.fixture
def daemon(home):
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(home, instance)


def look(daemon, *, hints=None, files=100):
    allowance = Allowance(files, 1 << 30)
    return Look(daemon.home.settings, daemon.instance, time.time(), hints or Hints(), allowance)


def seen(daemon, **more):
    return {each.year: each for each in look(daemon, **more).years()}


def kinds(year):
    return [reason.kind for reason in year.reasons]


def test_without_a_warehouse_every_year_of_the_inbox_was_never_computed_and_none_is_made(home, daemon):
    years = seen(daemon)
    assert {year: kinds(each) for year, each in years.items()} == {
        2024: [Kind.NEVER_COMPUTED],
        2025: [Kind.NEVER_COMPUTED],
    }
    assert not (home.folder / "warehouse.db").exists()


def test_a_computed_year_has_no_reason_and_what_it_was_made_from_is_wanted_again_only_when_it_changes(home, daemon):
    home.run(2024, 2025, marts=True)
    before = seen(daemon)
    assert [kinds(each) for each in before.values()] == [[], []]
    home.hand_in("2.xlsx", b"two")
    after = seen(daemon)
    assert (kinds(after[2024]), kinds(after[2025])) == ([], [Kind.FILE])
    assert after[2024].wanted == before[2024].wanted
    assert after[2025].wanted != before[2025].wanted


def test_a_folder_that_is_no_partition_is_left_out(home, daemon):
    home.hand_in("1.xlsx", b"one", 1999)
    assert set(seen(daemon)) == {2024, 2025}


def test_files_that_changed_just_now_are_named_as_unsettled(home, daemon):
    [file] = seen(daemon)[2025].unsettled[:1]
    assert file == "1.xlsx"
    assert not seen(daemon)[2025].is_overdue


def test_a_look_that_may_not_read_enough_says_so_and_one_with_hints_reads_nothing(home, daemon):
    home.hand_in("2.xlsx", b"two")
    home.hand_in("3.xlsx", b"three")
    hints = Hints()
    with pytest.raises(UnreadError):
        seen(daemon, files=1, hints=hints)
    whole = seen(daemon, hints=hints)
    assert seen(daemon, files=0, hints=Hints.of(hints.as_cursor())) == whole


def test_the_last_run_of_a_year_is_told_with_how_it_ended(daemon):
    assert seen(daemon)[2025].last is None
    run = daemon.add(dg.DagsterRunStatus.STARTED, **{PARTITION: "2025", WANTED: "content", WILL_RETRY: "true"})
    daemon.fail(run)
    last = seen(daemon)[2025].last
    assert (last.run_id, last.wanted, last.has_failed, last.will_retry) == (run.run_id, "content", True, True)
    assert last.next_try is not None
    assert not last.is_stored
    cancelled = daemon.add(dg.DagsterRunStatus.STARTED, **{PARTITION: "2025"})
    daemon.end(cancelled, CANCELED)
    assert seen(daemon)[2025].last.was_cancelled
    daemon.by_hand(2024)
    daemon.by_hand(2025)
    assert seen(daemon)[2025].last.is_stored


def test_runs_that_have_not_ended_are_the_years_at_work_and_reports_are_not(daemon):
    daemon.add(dg.DagsterRunStatus.STARTED, **{PARTITION: "2024"})
    report = dg.DagsterRun("return_notices", status=dg.DagsterRunStatus.STARTED, tags={PARTITION: "2025"})
    daemon.instance.add_run(report)
    assert look(daemon).working() == {2024}
