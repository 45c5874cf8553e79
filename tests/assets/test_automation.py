"""Automation: one run for a changed content, none for the same; the nightly runs."""

import datetime as dt
from typing import Any

import dagster as dg
import pytest

from assets.automation import inbox, nightly
from assets.definitions import defs
from tests.homes import Home, User

USER = User(1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    return made


class Sensor:
    """The sensor as the daemon calls it: the cursor of one tick is given to the next."""

    def __init__(self):
        self.cursor = None
        self.keys = []

    def tick(self):
        """Return the years requested."""
        with dg.build_sensor_context(cursor=self.cursor, definitions=defs()) as context:
            result = inbox.evaluate_tick(context)
        self.cursor = result.cursor
        # Dagster runs a key once, ever.
        fresh = [request for request in result.run_requests or () if request.run_key not in self.keys]
        self.keys += [request.run_key for request in fresh]
        return [request.partition_key for request in fresh]


def test_an_inbox_without_years_asks_for_nothing(home):
    assert Sensor().tick() == []


def test_a_content_is_run_once(home):
    sensor = Sensor()
    home.hand_in("1.xlsx", USER.filing())
    assert sensor.tick() == ["2025"]
    home.hand_in("1.xlsx", (home.inbox / "filings/2025/1.xlsx").read_bytes())
    assert sensor.tick() == []
    assert sensor.tick() == []


def test_a_new_a_changed_and_a_removed_file_each_ask_for_a_run(home):
    sensor = Sensor()
    home.hand_in("1.xlsx", b"one")
    assert sensor.tick() == ["2025"]
    path = home.hand_in("2.xlsx", b"two")
    assert sensor.tick() == ["2025"]
    path.write_bytes(b"three")
    assert sensor.tick() == ["2025"]
    path.unlink()
    # The content is that of the first tick again: a verdict from it must come back too.
    assert sensor.tick() == ["2025"]
    assert sensor.tick() == []


def test_a_changed_year_asks_for_the_years_that_start_from_it_in_order(home):
    sensor = Sensor()
    for year in (2025, 2023, 2024):
        home.hand_in("1.xlsx", b"one", year)
    assert sensor.tick() == ["2023", "2024", "2025"]
    home.hand_in("2.xlsx", b"two", 2024)
    assert sensor.tick() == ["2024", "2025"]


def test_a_changed_register_asks_for_every_year(home):
    sensor = Sensor()
    for year in (2024, 2025):
        home.hand_in("1.xlsx", b"one", year)
    sensor.tick()
    home.register("units", [USER.record(), User(2).record()])
    assert sensor.tick() == ["2024", "2025"]


def test_a_folder_that_is_no_reporting_year_is_left_alone(home):
    for year in (1999, 2999):
        home.hand_in("1.xlsx", b"one", year)
    assert Sensor().tick() == []


def test_a_tick_repeated_after_a_crash_has_the_same_keys(home):
    home.hand_in("1.xlsx", b"one")
    one, other = Sensor(), Sensor()
    one.tick()
    other.tick()
    assert one.keys == other.keys != []


def test_every_night_the_year_whose_deadlines_pass_and_the_running_one_are_computed():
    at = dt.datetime(2026, 5, 1, 3, 0, tzinfo=dt.UTC)
    requests: Any = nightly(dg.build_schedule_context(scheduled_execution_time=at))
    assert [(each.partition_key, each.run_key) for each in requests] == [
        ("2025", "nightly:2026-05-01:2025"),
        ("2026", "nightly:2026-05-01:2026"),
    ]
    assert nightly.cron_schedule == "0 3 * * *"
    assert nightly.execution_timezone == "Asia/Almaty"
