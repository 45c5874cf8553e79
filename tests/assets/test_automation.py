"""Automation: what is run when something changed, in which order, and that it is run once."""

import datetime as dt
import os
import shutil
import sqlite3
import time
from contextlib import closing
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from assets.automation import inbox_sensor
from assets.automation.inbox_sensor import NIGHT, schedules
from assets.automation.observed_years import PARTITION
from pipelines.intake.inbox.inbox import Inbox
from pipelines.settings import TIME_ZONE, Settings
from pipelines.staleness.observation import Hints
from schemas.trail import loads
from tests.assets.ticks import DEFS, INBOX, Daemon
from tests.homes import Home, User

USER = User(1)
SUCCESS, FAILURE, CANCELED = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_SETTLE_SECONDS", "0")
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    yield made
    made.close()


@pytest.fixture
def daemon(home):
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(home, instance)


def hand_in(home, year, *, amount=75_000.5, name="1.xlsx"):
    user = User(1, year)
    return home.hand_in(name, user.filing(lines=[user.line(1, amount=amount), user.line(2)]), year)


@pytest.fixture(scope="module")
def computed_once(tmp_path_factory):
    """A folder with four computed years, and the runs that computed them."""
    with pytest.MonkeyPatch.context() as environment, dg.DagsterInstance.ephemeral() as instance:
        folder = tmp_path_factory.mktemp("computed")
        environment.setenv("NEDRA_HOME", str(folder))
        environment.setenv("NEDRA_SETTLE_SECONDS", "0")
        made = Home(folder)
        made.register("units", [USER.record()])
        for year in (2022, 2023, 2024, 2025):
            hand_in(made, year)
        assert Daemon(made, instance).settle() == [2022, 2023, 2024, 2025]
        made.close()
        yield folder, [record.dagster_run for record in reversed(instance.get_run_records())]


@pytest.fixture
def computed(computed_once, home, daemon):
    """Four years, computed and current."""
    folder, runs = computed_once
    shutil.copytree(folder, home.folder, dirs_exist_ok=True)
    home.received = len(runs)
    for run in runs:
        daemon.instance.add_run(run)
    assert daemon.settle() == []
    return daemon


def test_without_an_inbox_nothing_happens(daemon):
    assert daemon.tick() is None
    assert daemon.said.endswith("is the inbox mounted?")


def test_an_inbox_without_years_asks_for_nothing(home, daemon):
    (home.inbox / "filings").mkdir()
    assert daemon.tick() is None
    assert daemon.said == "There is no folder of a reporting year and none was ever computed."


def test_a_folder_that_is_no_reporting_year_is_left_alone(home, daemon):
    for year in (1999, 2999):
        home.hand_in("1.xlsx", b"one", year)
    assert daemon.tick() is None


def test_years_are_asked_for_one_at_a_time_the_earliest_first(home, daemon):
    for year in (2025, 2023, 2024):
        hand_in(home, year)
    request = daemon.tick()
    assert request.partition_key == "2023"
    run = daemon.queue(request)
    assert daemon.tick() is None
    assert daemon.said == "2023 is being computed; later years wait for it."
    daemon.execute(run)
    assert daemon.settle() == [2024, 2025]
    assert daemon.said == "All 3 years are what the inbox gives."


def test_a_content_is_run_once_however_often_it_is_copied(home, daemon):
    path = hand_in(home, 2025)
    assert daemon.settle() == [2025]
    os.utime(path, (1, 1))
    home.hand_in("1.xlsx", path.read_bytes())
    assert daemon.settle() == []


def test_a_new_a_changed_and_a_removed_file_each_ask_for_a_run_and_so_does_a_content_that_comes_back(home, daemon):
    hand_in(home, 2025)
    assert daemon.settle() == [2025]
    path = home.hand_in("2.xlsx", b"two")
    assert daemon.because() == "1 new"
    assert daemon.settle() == [2025]
    path.write_bytes(b"three")
    assert daemon.settle() == [2025]
    path.unlink()
    assert daemon.settle() == [2025]
    home.hand_in("2.xlsx", b"two")
    assert daemon.settle() == [2025]


def test_a_year_whose_folder_is_gone_is_computed_without_it(home, daemon):
    path = hand_in(home, 2025)
    daemon.settle()
    path.unlink()
    path.parent.rmdir()
    assert daemon.settle() == [2025]
    assert home.rows("filings") == []
    assert daemon.settle() == []


def test_a_correction_of_2022_makes_every_later_year_current_in_order_and_once(home, computed):
    hand_in(home, 2022, amount=400_000)
    assert computed.settle() == [2022, 2023, 2024, 2025]
    assert computed.settle() == []


def test_a_year_that_comes_out_the_same_hands_nothing_on(home, computed):
    home.hand_in("2.xlsx", b"no workbook", 2022)
    assert computed.settle() == [2022]


def test_several_corrections_at_once_still_run_each_year_once(home, computed):
    hand_in(home, 2024, amount=300_000)
    hand_in(home, 2022, amount=400_000)
    home.register("units", [USER.record(), User(2).record()])
    assert computed.settle() == [2022, 2023, 2024, 2025]


def test_a_correction_that_arrives_during_a_run_is_run_after_it(home, computed):
    hand_in(home, 2025, amount=300_000)
    run = computed.queue(computed.tick())
    hand_in(home, 2022, amount=400_000)
    earlier = computed.queue(computed.tick())
    assert earlier.tags[PARTITION] == "2022"
    computed.execute(run)
    computed.execute(earlier)
    assert computed.settle() == [2023, 2024, 2025]


def test_a_changed_register_runs_every_year_in_order(home, computed):
    home.register("units", [USER.record(), User(2).record()])
    assert computed.because() == "units.xlsx changed"
    assert computed.settle() == [2022, 2023, 2024, 2025]


def test_other_files_beside_the_registers_change_nothing(home, computed):
    (home.inbox / "registers" / "old units.xlsx").write_bytes(b"old")
    assert computed.settle() == []


def test_a_year_computed_by_hand_is_followed_by_the_years_that_start_from_it(home, computed):
    hand_in(home, 2022, amount=400_000)
    computed.by_hand(2022)
    assert computed.because() == "2022 was computed anew"
    assert computed.settle() == [2023, 2024, 2025]


def test_a_run_that_only_reports_on_a_year_is_neither_waited_for_nor_repeated(home, computed):
    notices = dg.DagsterRun("notices", status=dg.DagsterRunStatus.STARTED, tags={PARTITION: "2022"})
    computed.instance.add_run(notices)
    hand_in(home, 2022, amount=400_000)
    run = computed.queue(computed.tick())
    computed.fail(run)
    computed.end(notices, FAILURE)
    assert computed.settle() == []


def test_a_backfill_is_left_to_ask_for_its_own_years(home, computed):
    hand_in(home, 2022, amount=400_000)
    backfill = PartitionBackfill(
        "a", BulkActionStatus.REQUESTED, from_failure=False, tags={}, backfill_timestamp=time.time()
    )
    computed.instance.add_backfill(backfill)
    assert computed.settle() == []
    assert computed.said == "A backfill is under way and asks for its years itself."
    computed.instance.update_backfill(backfill.with_status(BulkActionStatus.COMPLETED_SUCCESS))
    for year in (2022, 2023, 2024, 2025):
        computed.by_hand(year)
    assert computed.settle() == []


@pytest.mark.parametrize("up_to", ["intake", "compliance"])
def test_a_failed_year_stops_the_later_ones_and_its_repair_goes_on_with_them(home, computed, up_to):
    hand_in(home, 2022, amount=400_000)
    failed = computed.queue(computed.tick())
    computed.execute(failed, up_to=up_to)
    assert computed.settle() == []
    assert computed.said.startswith(f"2022 failed on what lies in the inbox now (run {failed.run_id})")
    # Dagster copies the tags of a run to the one that repeats it.
    again = computed.add(dg.DagsterRunStatus.STARTED, **failed.tags)
    assert computed.tick() is None
    computed.execute(again)
    assert computed.settle() == [2023, 2024, 2025]


def test_a_failed_year_is_run_again_by_itself_when_its_content_changes(home, computed):
    hand_in(home, 2022, amount=400_000)
    computed.execute(computed.queue(computed.tick()), up_to="intake")
    hand_in(home, 2022, amount=500_000)
    assert computed.settle() == [2022, 2023, 2024, 2025]


def test_a_broken_register_fails_one_year_and_its_old_content_makes_that_year_green_again(home, computed):
    path = home.inbox / "registers" / "units.xlsx"
    good = path.read_bytes()
    path.write_bytes(b"broken")
    computed.fail(computed.queue(computed.tick()))
    assert computed.settle() == []
    path.write_bytes(good)
    assert computed.settle() == [2022]


def test_a_year_that_dagster_will_try_again_is_waited_for(home, computed):
    hand_in(home, 2022, amount=400_000)
    run = computed.queue(computed.tick())
    computed.instance.add_run_tags(run.run_id, {"dagster/will_retry": "true"})
    computed.end(run, FAILURE)
    assert computed.tick() is None
    assert "is tried again by itself" in computed.said


def test_what_a_step_said_is_asked_again_a_day_later(home, computed):
    hand_in(home, 2022, amount=400_000)
    computed.fail(computed.queue(computed.tick()))
    computed.clock = lambda: time.time() + 23 * 3_600
    assert computed.tick() is None
    assert "It is tried again by itself at 20" in computed.said
    computed.clock = lambda: time.time() + 25 * 3_600
    assert computed.settle() == [2022, 2023, 2024, 2025]


def test_a_run_whose_process_was_lost_is_asked_for_again_after_longer_and_longer_pauses(home, computed):
    hand_in(home, 2022, amount=400_000)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        computed.end(computed.queue(computed.tick()), FAILURE)
        computed.clock = lambda minutes=minutes: time.time() + minutes * 60 - 10
        assert computed.tick() is None
        computed.clock = lambda minutes=minutes: time.time() + minutes * 60 + 1
    assert computed.settle() == [2022, 2023, 2024, 2025]


def test_a_run_somebody_cancelled_is_not_asked_for_again(home, computed):
    hand_in(home, 2022, amount=400_000)
    computed.end(computed.queue(computed.tick()), CANCELED)
    assert computed.settle() == []
    assert "2022 was cancelled" in computed.said


def test_a_run_that_was_never_launched_is_asked_for_again_under_its_own_key(home, computed):
    hand_in(home, 2022, amount=400_000)
    request = computed.tick()
    key, computed.keys = computed.keys.pop(), []
    tags = {**request.tags, PARTITION: "2022", "dagster/run_key": key}
    computed.add(dg.DagsterRunStatus.NOT_STARTED, **tags)
    assert computed.tick() is None
    computed.clock = lambda: time.time() + 3_600
    assert computed.tick().run_key == key


@pytest.mark.parametrize("lost", [None, "", "[]", "no json", '{"2022": 1}', '{"2022": [1, 2, 3]}'])
def test_a_cursor_that_says_nothing_is_none(lost):
    assert Hints.of(lost) == Hints()


@pytest.mark.parametrize("lost", [None, '{"2024": ["0", "0"]}'])
def test_a_lost_or_old_cursor_neither_repeats_nor_misses_a_run(home, computed, lost):
    computed.cursor = lost
    assert computed.settle() == []
    hand_in(home, 2024, amount=300_000)
    computed.cursor = lost
    request = computed.tick()
    computed.cursor = lost
    run = computed.queue(request)
    computed.cursor = lost
    assert computed.tick() is None
    computed.execute(run)
    computed.cursor = lost
    assert computed.settle() == [2025]


def test_a_tick_repeated_after_a_crash_asks_under_the_same_key(home, daemon):
    hand_in(home, 2025)
    first = daemon.tick()
    daemon.keys.clear()
    daemon.cursor = None
    assert daemon.tick().run_key == first.run_key


def test_records_of_dagster_that_were_lost_bring_no_run(home, computed):
    with dg.DagsterInstance.ephemeral() as empty:
        assert Daemon(home, empty).settle() == []


def test_a_restored_warehouse_is_brought_up_to_date(home, computed):
    backup = home.folder / "backup.db"
    with closing(sqlite3.connect(home.folder / "warehouse.db")) as stored:
        stored.execute("VACUUM INTO ?", [str(backup)])
    hand_in(home, 2024, amount=300_000)
    assert computed.settle() == [2024, 2025]
    home.close()
    for beside in home.folder.glob("warehouse.db*"):
        beside.unlink()
    backup.rename(home.folder / "warehouse.db")
    assert computed.settle() == [2024, 2025]


def test_a_run_that_does_not_store_what_was_wanted_is_not_repeated_for_ever(home, computed, monkeypatch):
    # As when the code server has a newer statute than the workers.
    monkeypatch.setattr("assets.automation.observed_years.load_statute", lambda: type("Newer", (), {"digest": "newer"}))
    assert computed.settle() == [2022, 2023, 2024, 2025]


def test_a_file_that_still_grows_is_waited_for_but_not_for_ever(home, computed, monkeypatch):
    monkeypatch.setenv("NEDRA_SETTLE_SECONDS", "10")
    now = time.time() + 60
    computed.clock = lambda: now
    hand_in(home, 2024, amount=300_000)
    growing = home.inbox / "filings" / "2024" / "2.xlsx"
    growing.write_bytes(b"half")
    os.utime(growing, (now - 1, now - 1))
    assert computed.tick() is None
    assert computed.said == "2024 waits until these files have not changed for a while: 2.xlsx."
    now += 300
    os.utime(growing, (now - 1, now - 1))
    assert computed.tick() is None
    now += 300
    os.utime(growing, (now - 1, now - 1))
    assert computed.tick().partition_key == "2024"


def test_a_name_that_says_it_is_not_whole_is_no_filing_until_it_is_renamed(home, computed):
    path = home.hand_in("2.xlsx.part", b"half", 2024)
    assert computed.settle() == []
    path.rename(path.with_name("2.xlsx"))
    assert computed.settle() == [2024]


def test_a_file_being_copied_is_told_of(home, computed):
    home.hand_in("2.xlsx.part", b"half", 2024)
    computed.tick()
    assert computed.said == "All 4 years are what the inbox gives. Still being copied: 2.xlsx.part."


def test_a_warehouse_that_was_just_written_to_is_left_alone(home, computed, monkeypatch):
    monkeypatch.setenv("NEDRA_SETTLE_SECONDS", "10")
    hand_in(home, 2022, amount=400_000)
    computed.by_hand(2025)
    assert computed.tick() is None
    assert computed.said.startswith("The warehouse was written to ")
    computed.clock = lambda: time.time() + 20
    assert computed.tick().partition_key == "2022"


def test_five_thousand_files_are_opened_once_in_bounded_looks(home, daemon, monkeypatch):
    opened = []
    original = Inbox.digest

    def digest(inbox, file):
        opened.append(file.name)
        return original(inbox, file)

    monkeypatch.setattr(Inbox, "digest", digest)
    folder = home.inbox / "filings" / "2025"
    folder.mkdir(parents=True)
    for number in range(5_000):
        (folder / f"{number}.xlsx").write_bytes(str(number).encode())
    counts = []
    while (request := daemon.tick()) is None:
        counts.append(len(opened))
        assert "are left. The next look goes on." in daemon.said
    assert counts == [2_000, 4_000]
    assert len(opened) == 5_001
    assert request.tags["nedra/because"] == "never computed"
    opened.clear()
    daemon.keys.clear()
    daemon.tick()
    assert opened == []
    (folder / "17.xlsx").write_bytes(b"changed")
    daemon.tick()
    assert opened == ["17.xlsx"]


def test_a_pipe_in_the_inbox_stops_nothing(home, computed):
    os.mkfifo(home.inbox / "filings" / "2025" / "pipe")
    assert computed.tick().partition_key == "2025"


def test_every_night_the_year_whose_deadlines_pass_is_computed_and_then_the_running_one(home, computed):
    [nightly] = schedules(Settings())
    at = dt.datetime(2026, 5, 1, 3, 0, tzinfo=TIME_ZONE)
    context = dg.build_schedule_context(scheduled_execution_time=at, repository_def=DEFS.get_repository_def())
    request = next(iter(nightly.evaluate_tick(context).run_requests or ()))
    assert (request.partition_key, request.run_key) == ("2025", "nightly:2026-05-01:2025")
    assert (nightly.cron_schedule, nightly.execution_timezone) == ("0 3 * * *", "Asia/Almaty")
    computed.clock = at.timestamp
    run = computed.queue(request)
    assert computed.tick() is None
    computed.execute(run)
    then = computed.tick()
    assert (then.partition_key, then.run_key) == ("2026", "nightly:2026-05-01:2026")
    assert then.tags[NIGHT] == "2026-05-01"
    computed.execute(computed.queue(then))
    assert computed.settle() == []


def test_a_running_year_that_was_computed_after_the_night_is_not_computed_twice(home, computed):
    computed.clock = dt.datetime.now(TIME_ZONE).timestamp
    night = dt.datetime.now(TIME_ZONE)
    first, second = inbox_sensor._nightly_years(night)
    computed.by_hand(int(second))
    run = computed.add(dg.DagsterRunStatus.STARTED, **{NIGHT: night.date().isoformat(), PARTITION: first})
    computed.execute(run)
    computed.by_hand(int(second))
    assert int(second) not in computed.settle()


def test_a_night_that_fails_leaves_the_running_year_as_it_is_until_it_is_repaired(home, computed):
    night = {NIGHT: "2026-05-01", PARTITION: "2025"}
    computed.clock = dt.datetime(2026, 5, 1, 4, 0, tzinfo=TIME_ZONE).timestamp
    computed.end(computed.add(dg.DagsterRunStatus.STARTED, **night), FAILURE)
    # What failed in the night is tried once more for what lies in the inbox.
    assert computed.settle() == [2025]
    computed.end(computed.add(dg.DagsterRunStatus.STARTED, **night), SUCCESS)
    assert computed.settle() == [2026]


@pytest.mark.parametrize("on", [True, False])
def test_automation_is_on_from_the_start_unless_the_settings_say_otherwise(monkeypatch, on):
    monkeypatch.setenv("NEDRA_AUTOMATION", str(on))
    found: list[Any] = [*schedules(Settings()), *inbox_sensor.sensors(Settings())]
    assert {each.default_status.value for each in found} == {"RUNNING" if on else "STOPPED"}


def test_how_often_the_inbox_is_looked_into_is_a_setting(monkeypatch):
    assert INBOX.minimum_interval_seconds == 30
    monkeypatch.setenv("NEDRA_WATCH_SECONDS", "5")
    assert inbox_sensor.sensors(Settings())[0].minimum_interval_seconds == 5


def test_the_sensor_asks_for_the_job_of_a_year():
    assert INBOX.job_name == DEFS.resolve_job_def("year").name


def test_a_look_writes_nothing(home, computed):
    def newest():
        with home.warehouse.reading() as connection:
            return connection.scalar(sa.select(sa.func.max(loads.c.load_id)))

    before = newest()
    computed.tick()
    assert newest() == before
