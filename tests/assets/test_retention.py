"""Retention of runs: what is forgotten, what stays, and that the state of partitions stays right, on both storages.

Belongs here: runs of assets made for this test. Does not: how a year is computed.
"""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml

from assets.automation import retention
from assets.automation.retention import forget_runs
from assets.definitions import defs
from tests.databases import DATABASES, POSTGRESQL

YEARS = dg.StaticPartitionsDefinition(["2022", "2023", "2024", "2025"])
BROKEN: set[str] = set()


@dg.asset(partitions_def=YEARS, check_specs=[dg.AssetCheckSpec("fine", asset="verdicts")])
def verdicts(context: dg.AssetExecutionContext):
    if context.partition_key in BROKEN:
        raise dg.Failure("broken", allow_retries=False)
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@dg.asset(partitions_def=YEARS, deps=[verdicts])
def summary() -> None:
    pass


JOB = dg.Definitions(assets=[verdicts, summary]).resolve_implicit_global_asset_job_def()


@pytest.fixture(params=DATABASES)
def instance(request, tmp_path):
    config: dict[str, Any] = {"telemetry": {"enabled": False}}
    if request.param == POSTGRESQL:
        url = sa.make_url(request.getfixturevalue("postgresql").empty()).set(drivername="postgresql+psycopg2")
        config["storage"] = {"postgres": {"postgres_url": url.render_as_string(hide_password=False)}}
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(config), "utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as made:
        yield made
    shutil.rmtree(tmp_path)


def run(instance, year, *, keys=None, breaks=False):
    """Run a year and return its identifier."""
    BROKEN.clear()
    if breaks:
        BROKEN.add(year)
    done = JOB.execute_in_process(instance=instance, partition_key=year, asset_selection=keys, raise_on_error=False)
    assert done.success is not breaks
    return done.run_id


def statuses(instance, asset):
    """Return the state of each partition, derived from the events anew."""
    instance.event_log_storage.wipe_asset_cached_status(asset.key)
    found = instance.get_status_by_partition(asset.key, YEARS.get_partition_keys(), YEARS)
    return {year: status.value if status else None for year, status in found.items()}


def now():
    return dt.datetime.now(dt.UTC)


def the_runs(instance):
    return {each.run_id for each in instance.get_runs()}


def test_a_run_that_a_later_one_repeats_is_forgotten_and_the_state_of_every_partition_stays(instance):
    repeated = [run(instance, "2022"), run(instance, "2022"), run(instance, "2025", breaks=True)]
    kept = [run(instance, "2022"), run(instance, "2023"), run(instance, "2024", breaks=True), run(instance, "2025")]
    before = statuses(instance, verdicts), statuses(instance, summary)
    assert before[0] == {"2022": "MATERIALIZED", "2023": "MATERIALIZED", "2024": "FAILED", "2025": "MATERIALIZED"}
    assert set(forget_runs(instance, now())) == set(repeated)
    assert the_runs(instance) == set(kept)
    assert (statuses(instance, verdicts), statuses(instance, summary)) == before
    assert forget_runs(instance, now()) == []


def test_a_young_run_stays(instance):
    old = run(instance, "2022")
    moment = now()
    young = [run(instance, "2022"), run(instance, "2022")]
    assert forget_runs(instance, moment) == [old]
    assert the_runs(instance) == set(young)


def test_a_failure_after_a_success_keeps_both_runs(instance):
    good, _, bad = run(instance, "2022"), run(instance, "2022", breaks=True), run(instance, "2022", breaks=True)
    forget_runs(instance, now())
    assert the_runs(instance) == {good, bad}
    assert statuses(instance, verdicts)["2022"] == "FAILED"


def test_the_last_run_of_each_asset_stays_when_they_ran_apart(instance):
    whole = run(instance, "2022")
    apart = run(instance, "2022", keys=[summary.key])
    assert forget_runs(instance, now()) == []
    assert the_runs(instance) == {whole, apart}


def test_a_forgotten_run_leaves_neither_events_nor_files(instance):
    old = run(instance, "2022")
    run(instance, "2022")
    assert forget_runs(instance, now()) == [old]
    assert list(Path(instance.root_directory).rglob(f"*{old}*")) == []
    # As another process sees it: this one believes that the run's SQLite file is still there.
    with dg.DagsterInstance.from_config(instance.root_directory) as reopened:
        assert reopened.get_run_by_id(old) is None
        assert reopened.all_logs(old) == []


def test_a_run_under_way_stays(instance):
    started = instance.create_run_for_job(JOB)
    run(instance, "2022")
    run(instance, "2022")
    forget_runs(instance, now())
    assert started.run_id in the_runs(instance)


def test_the_job_forgets_what_is_older_than_the_setting(instance, monkeypatch):
    asked: list[dt.datetime] = []

    def forget(_instance, before):
        asked.append(before)
        return ["a run"]

    monkeypatch.setattr(retention, "forget_runs", forget)
    monkeypatch.setenv("NEDRA_KEEP_RUNS_DAYS", "30")
    assert defs().resolve_job_def("tidy").execute_in_process(instance=instance).success
    assert abs(asked[0] - (now() - dt.timedelta(days=30))) < dt.timedelta(minutes=5)
