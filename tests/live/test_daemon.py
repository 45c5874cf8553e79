"""A real daemon, and nobody at the keyboard: a correction of an old year, a register that breaks and is mended."""

import json
import subprocess
from collections import Counter

import dagster as dg
import pytest

from assets.automation.observed_years import PARTITION, WANTED
from assets.instance.embedded import EMBEDDED
from dbt_like_sql.project import models
from tests.homes import Home, User
from tests.live.processes import BIN, ROOT, Installation, an_installation

YEARS = (2022, 2023, 2024, 2025)
# What a fresh computation cannot have: the versions that came before.
_OF_THE_PAST = {"restatements"}
_TABLES = ("obligations", "compliance_by_unit", "credits", "compliance_terms", "arrears", "decision_effects")
# Four runs, each a process: half a minute on a machine with nothing else to do.
_SECONDS_A_CHAIN = 480
_SECONDS_A_RUN = 150


def hand_in(home, year, amount=75_000.5):
    user = User(1, year)
    home.hand_in("1.xlsx", user.filing(lines=[user.line(1, amount=amount), user.line(2)]), year)


def nedra(installation, *command):
    """Run the command line in the installation and return its exit code and what it printed."""
    done = subprocess.run(
        [BIN / "nedra", *command], cwd=ROOT, env=installation.variables, capture_output=True, text=True, timeout=180
    )
    return done.returncode, done.stdout + done.stderr


class Watched:
    """An installation with a daemon, seen through its own records."""

    def __init__(self, installation: Installation, home: Home):
        self.installation, self.home = installation, home
        self.instance = dg.DagsterInstance.from_config(str(installation.dagster_home))

    def runs(self):
        """Return the runs the inbox sensor asked for, in order: year and status.

        A run that an overloaded machine could not launch is left out: the sensor asks for it once more.
        """
        runs = [record.dagster_run for record in reversed(self.instance.get_run_records())]
        lost = {run.run_id for run in runs if run.is_failure_or_canceled and not self._steps_failed(run)}
        asked = [run for run in runs if WANTED in run.tags and run.run_id not in lost]
        return [(int(run.tags[PARTITION]), run.status.value) for run in asked]

    def _steps_failed(self, run):
        return self.instance.get_run_stats(run.run_id).steps_failed

    def said(self):
        """Return what the last tick of the inbox sensor said when it asked for nothing."""
        for state in self.instance.all_instigator_state():
            if state.instigator_name == "inbox":
                ticks = self.instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
                return ticks[0].skip_reason if ticks else None
        return None

    def rests(self, *, after: int = 0):
        """Tell whether so many runs were asked for and the sensor finds nothing more to do."""
        return len(self.runs()) >= after and (self.said() or "").startswith("All ")

    def alerts(self):
        """Return what was told, by title."""
        path = self.installation.folder / "alerts.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return {each["title"]: each for each in map(json.loads, lines)}

    def wait_for(self, condition, seconds, what):
        """Wait, and name the runs when it was in vain."""
        try:
            self.installation.wait_for(condition, seconds, what)
        except AssertionError as error:
            error.add_note(f"runs: {self.runs()}; the sensor said: {self.said()}")
            raise


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Four years computed by `nedra run`, then a daemon that looks every other second."""
    folder = tmp_path_factory.mktemp("home")
    settings = {
        "NEDRA_AUTOMATION": "true",
        "NEDRA_WATCH_SECONDS": "2",
        "NEDRA_SETTLE_SECONDS": "1",
        "NEDRA_ALERT_FILE": str(folder / "alerts.jsonl"),
    }
    # The order of years is not the queue's: several runs may go at once.
    dagster_yaml = EMBEDDED.read_text("utf-8").replace("max_concurrent_runs: 1", "max_concurrent_runs: 4")
    assert "max_concurrent_runs: 4" in dagster_yaml
    with an_installation(folder, environment=settings, dagster_yaml=dagster_yaml) as installation:
        home = Home(folder)
        home.register("units", [User(1).record()])
        for year in YEARS:
            hand_in(home, year)
        home.hand_in("bad.xlsx", b"no workbook", 2025)
        code, printed = nedra(installation, "run")
        assert code == 0, printed
        installation.code_server()
        installation.daemon()
        made = Watched(installation, home)
        made.wait_for(made.rests, _SECONDS_A_RUN, "the sensor to look for the first time")
        yield made
        home.close()


def test_what_nedra_run_computed_is_not_computed_again(watched):
    assert watched.runs() == []


def test_a_corrected_workbook_of_2022_makes_every_year_current_in_order_and_once(watched, tmp_path):
    before = watched.home.rows("compliance_by_unit")
    hand_in(watched.home, 2022, amount=400_000)
    watched.wait_for(lambda: watched.rests(after=len(YEARS)), _SECONDS_A_CHAIN, "2025 to be computed anew")
    assert watched.runs() == [(year, "SUCCESS") for year in YEARS]
    after = watched.home.rows("compliance_by_unit")
    assert [old == new for old, new in zip(before, after, strict=True)] == [False] * len(YEARS)

    fresh = Home(tmp_path)
    (tmp_path / "inbox").symlink_to(watched.home.inbox)
    fresh.run(*YEARS, marts=True)
    for table in (*_TABLES, *models().keys() - _OF_THE_PAST):
        assert watched.home.rows(table) == fresh.rows(table), table
    fresh.close()
    code, printed = nedra(watched.installation, "verify")
    assert (code, printed.startswith("Intact")) == (0, True), printed


def test_a_rejected_filing_is_told_of(watched):
    title = "Nedra: 1 rejected filing(s) wait for a correction, 1 in all"
    watched.wait_for(lambda: title in watched.alerts(), _SECONDS_A_RUN, "the alert of a rejection")
    [filing] = watched.alerts()[title]["facts"]["filings"]
    assert filing["file_name"] == "bad.xlsx"


def test_a_broken_register_fails_one_year_is_told_of_and_its_repair_goes_on_by_itself(watched):
    path, title = watched.home.inbox / "registers" / "units.xlsx", "Nedra: year of 2022 failed"
    good, count = path.read_bytes(), len(watched.runs())
    path.write_bytes(b"broken")
    watched.wait_for(lambda: title in watched.alerts(), _SECONDS_A_RUN, "the alert of a failed run")
    assert "units.xlsx" in watched.alerts()[title]["text"]
    assert "What to do: " in watched.alerts()[title]["text"]
    assert watched.runs()[count:] == [(2022, "FAILURE")]
    path.write_bytes(good)
    watched.wait_for(lambda: watched.rests(after=count + 2), _SECONDS_A_RUN, "2022 to be green again")
    assert watched.runs()[count:] == [(2022, "FAILURE"), (2022, "SUCCESS")]
    assert Counter(year for year, _ in watched.runs()) == {2022: 3, 2023: 1, 2024: 1, 2025: 1}
