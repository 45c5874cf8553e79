"""Workers: a backfill of eight years over two workers, one of which is killed in the middle of a year.

Belongs here: what only a real broker, real workers and their loss can show. Does not: a step begun twice
(``tests/warehouse/test_resumption.py``), who waits for whom (``tests/assets/test_year_gate.py``).
"""

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy as sa
import yaml

from pipelines.demo.home import write_demo
from pipelines.verification.verify import verify
from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.locks import turn
from schemas.columns import LOAD_ID, Instant
from schemas.tables import metadata
from schemas.trail import loads
from tests.databases import Server
from tests.live.asking import PLACE, Operator
from tests.live.conftest import the_tool
from tests.live.processes import LOOPBACK, ROOT, Installation, Running, an_installation, free_port, listens

YEARS = range(2018, 2026)
LOST = 2020
USERS = 3
_SEED = 11
_SECONDS_TO_START = 120
_SECONDS_TO_COMPUTE = 150
_BACKFILL = """mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
_OF_INTAKE = ("filings", "unit_lines", "financing_lines", "budget_lines", "findings")
_TERMINATE = "mutation ($id: String!) { terminateRun(runId: $id) { __typename } }"
_TASK = "dagster-celery/task_id"
_YEAR = "dagster/partition"


@dataclass
class Cluster:
    """An installation whose runs are computed by two workers, and the broker and database between them."""

    installation: Installation
    workers: list[Running]
    broker: redis.Redis
    engine: sa.Engine

    @property
    def operator(self) -> Operator:
        """Somebody in front of its UI."""
        return Operator(self.installation)

    def backfill(self) -> str:
        """Press "Launch backfill" on the page of the job: a run a year, all at once."""
        selector = {
            "partitionSetName": "year_partition_set",
            "repositorySelector": PLACE,
        }
        params = {"selector": selector, "partitionNames": [str(year) for year in YEARS]}
        answer = self.installation.graphql(_BACKFILL, params=params)["launchPartitionBackfill"]
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return str(answer["backfillId"])

    def runs(self, backfill_id: str) -> dict[int, list[dict[str, Any]]]:
        """Return the runs of a backfill by year, with their tags as a dictionary."""
        found: dict[int, list[dict[str, Any]]] = {}
        for run in self.operator.runs_of(backfill_id):
            tags = {tag["key"]: tag["value"] for tag in run["tags"]}
            found.setdefault(int(tags[_YEAR]), []).append(run | {"tags": tags})
        return found

    def worker_of(self, run: dict[str, Any]) -> Running | None:
        """Return the worker that began the task of a run."""
        task = str(run["tags"].get(_TASK)).encode()
        return next((each for each in self.workers if task in each.log.read_bytes()), None)


def rows(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but the trail, without the numbers of loads and the moments of writing."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                map(tuple, connection.execute(sa.select(*(c for c in table.columns if _is_content(c))))), key=repr
            )
            for table in metadata.sorted_tables
            if not table.name.startswith("load")
        }


def computed(engine: sa.Engine) -> Counter[tuple[Any, ...]]:
    """Return how often each asset's year was computed, by the record of loads."""
    with engine.connect() as connection:
        return Counter(map(tuple, connection.execute(sa.select(loads.c.asset, loads.c.table_name, loads.c.partition))))


def _is_content(column: "sa.Column[Any]") -> bool:
    return column.name != LOAD_ID and not isinstance(column.type, Instant)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write_demo(folder, users=USERS, years=list(YEARS), seed=_SEED)
    return folder


@pytest.fixture(scope="module")
def alone(country: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], sa.Engine]]:
    """What one process makes of the same inbox: `nedra run`, on SQLite, beside the start of the cluster."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copytree(country / "inbox", folder / "inbox")
    engine = open_engine(f"sqlite:///{folder}/warehouse.db")
    with an_installation(folder) as installation:
        run = installation.start("run", "nedra", "run")

        def result() -> sa.Engine:
            assert run.process.wait(_SECONDS_TO_COMPUTE) == 0, run.tail()
            return engine

        yield result
    engine.dispose()


@pytest.fixture(scope="module")
def cluster(country: Path, tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> Iterator[Cluster]:
    tmp_path = tmp_path_factory.mktemp("cluster")
    shutil.copytree(country / "inbox", tmp_path / "inbox")
    warehouse, dagster = postgresql.migrated(), postgresql.empty()
    port = free_port()
    environment = {
        "NEDRA_BROKER_URL": f"redis://{LOOPBACK}:{port}/0",
        "NEDRA_DATABASE_URL": warehouse,
        "DAGSTER_POSTGRES_URL": dagster.replace("+psycopg:", "+psycopg2:"),
        "NEDRA_WAIT_PATIENCE_SECONDS": "4",
    }
    configuration = yaml.safe_load((ROOT / "deploy/celery/dagster.yaml").read_text("utf-8"))
    configuration["run_monitoring"]["poll_interval_seconds"] = 2  # nothing else differs from an installation's
    engine = open_engine(warehouse)
    with an_installation(tmp_path, environment=environment, dagster_yaml=yaml.safe_dump(configuration)) as installation:
        installation.start(
            "redis", the_tool("redis-server", "redis-server"), "--port", str(port), "--bind", LOOPBACK,
            "--save", "", "--appendonly", "no", "--dir", tmp_path,
        )  # fmt: skip
        installation.wait_for(lambda: listens(port), _SECONDS_TO_START, f"Redis to listen on {port}")
        installation.code_server()
        workers = [_a_worker(installation, name) for name in ("first", "second")]
        installation.webserver()
        installation.daemon()
        for worker in workers:
            installation.wait_for(partial(_is_ready, worker), _SECONDS_TO_START, f"{worker.name} to be ready")
        with redis.Redis(LOOPBACK, port) as broker:
            yield Cluster(installation, workers, broker, engine)
    engine.dispose()


def _a_worker(installation: Installation, name: str) -> Running:
    return installation.start(
        f"worker-{name}", "celery", "-A", "assets.instance.celery.app", "worker",
        "--hostname", f"{name}@%h", "--concurrency", "1", "--loglevel", "INFO",
    )  # fmt: skip


def _is_ready(worker: Running) -> bool:
    return b" ready." in worker.log.read_bytes()


def kill_the_worker_of(cluster: Cluster, backfill_id: str) -> tuple[Running, str]:
    """Kill a worker and all its children while it computes a year from ``LOST`` on; return it and the run it lost."""

    def under_way() -> tuple[Running, str] | None:
        for year, runs in sorted(cluster.runs(backfill_id).items()):
            worker = cluster.worker_of(runs[0])
            if year < LOST or runs[0]["status"] != "STARTED" or worker is None:
                continue
            # Stopped first: what it has not done by now it will not have done when it is killed.
            os.killpg(worker.process.pid, signal.SIGSTOP)
            if cluster.operator.run(runs[0]["runId"])["status"] == "STARTED":
                return worker, str(runs[0]["runId"])
            os.killpg(worker.process.pid, signal.SIGCONT)
        return None

    worker, run_id = cluster.installation.wait_for(under_way, _SECONDS_TO_COMPUTE, f"a run of {LOST} or later")
    worker.end(signal.SIGKILL)
    return worker, run_id


def deliver_again(broker: redis.Redis) -> int:
    """Put back what was never acknowledged, as the broker does when its visibility timeout is over."""
    held = broker.hgetall("unacked")
    for tag, message in held.items():
        body, _exchange, _key = json.loads(message)
        broker.hdel("unacked", tag)
        broker.zrem("unacked_index", tag)
        broker.lpush("dagster", json.dumps(body))
    return len(held)


def test_a_backfill_ends_right_and_computes_no_year_twice_when_a_worker_is_killed(
    alone: Callable[[], sa.Engine], cluster: Cluster
):
    backfill_id = cluster.backfill()
    killed, lost_run = kill_the_worker_of(cluster, backfill_id)
    assert cluster.operator.backfill_ended(backfill_id, _SECONDS_TO_COMPUTE) == "COMPLETED_SUCCESS"
    assert {year: [run["status"] for run in runs] for year, runs in cluster.runs(backfill_id).items()} == {
        year: ["SUCCESS"] for year in YEARS
    }
    told = [event.get("message", "") for event in cluster.operator.run(lost_run)["eventConnection"]["events"]]
    assert any("is gone" in message and "Resuming run" in message for message in told), told
    once = computed(alone())
    assert rows(cluster.engine) == rows(alone())
    assert computed(cluster.engine) == once

    survivor = next(worker for worker in cluster.workers if worker is not killed)
    taken = survivor.log.read_bytes().count(b"succeeded in")
    assert deliver_again(cluster.broker) == 1
    cluster.installation.wait_for(
        lambda: survivor.log.read_bytes().count(b"succeeded in") == taken + 1, 30, "the lost task to be taken again"
    )
    assert computed(cluster.engine) == once
    with cluster.engine.connect() as connection:
        assert verify(connection).breaks == ()


def test_a_run_that_is_cancelled_ends_and_frees_its_worker(cluster: Cluster):
    with turn(cluster.engine, "2025"):  # the run waits for it in the middle of its step
        run_id = cluster.operator.materialise(
            2025, "filings", "unit_lines", "financing_lines", "budget_lines", "findings"
        )

        def is_under_way() -> bool:
            return "intake" in cluster.operator.steps(run_id)

        cluster.installation.wait_for(is_under_way, _SECONDS_TO_START, "the run to begin its step")
        ended = cluster.installation.graphql(_TERMINATE, id=run_id)["terminateRun"]["__typename"]
        assert ended == "TerminateRunSuccess"
        assert cluster.operator.ended(run_id, 30) == "CANCELED"
    again = cluster.operator.materialise(2025, "disclosure")
    assert cluster.operator.ended(again, _SECONDS_TO_START) == "SUCCESS"
