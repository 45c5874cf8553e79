"""Production: the processes of deploy/systemd with the configuration of deploy/, everything on PostgreSQL.

Belongs here: starting what is shipped, a year through the queue, who may do what, what is lost and comes back.
Does not: what is computed (``tests/steps``), the login in front (``test_login``), the files alone (``tests/house``).
"""

from __future__ import annotations

import json
import shlex
import signal
import string
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from tests.databases import Server, a_server
from tests.homes import Home, User
from tests.live.asking import PLACE, Operator
from tests.live.processes import BIN, LOOPBACK, Installation, Running, an_installation, free_port, listens
from tests.shipped import CONFIGURED, DEPLOY, INSTALLED, UNITS, unit, variables

USERS = (User(1, 2024), User(1, 2025))
HEADERS = {"Content-Type": "application/json"}
# The daemon looks every second for a lost worker and for what is queued; nothing else differs from what is shipped.
HURRIED = {
    "poll_interval_seconds: 30": "poll_interval_seconds: 1",
    "dequeue_interval_seconds: 5": "dequeue_interval_seconds: 1",
    "missing_seconds: 90": "missing_seconds: 0",
}
_LAUNCH = """mutation ($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
_GROUP = """query ($id: ID!) { runGroupOrError(runId: $id) { ... on RunGroup {
  runs { runId status tags { key value } } } } }"""


@dataclass
class Production:
    """What is started: the installation and its database server."""

    installation: Installation
    server: Server
    home: Home
    ports: dict[str, str]

    def variables_of(self, name: str) -> dict[str, str]:
        """Return the variables of a unit: its files, with the addresses of this test in them."""
        read = variables(name)
        # Only what the test asks for is computed; what starts by itself has tests of its own.
        quiet = {"NEDRA_AUTOMATION": "false"} if "NEDRA_HOME" in read else {}
        return {key: self.ports.get(key, value) for key, value in read.items()} | quiet

    def start(self, name: str) -> Running:
        """Start a unit with its own command and variables, and wait until systemd would call it started."""
        own = self.variables_of(name)
        started = self.installation.start(name, *command(name, "ExecStart", own), env=own)
        if "ExecStartPost" in unit(name):
            post = command(name, "ExecStartPost", own | {"MAINPID": str(started.process.pid)})
            self.to_its_end(self.installation.start(f"{name}-post", *post, env=own))
        return started

    def restart_after_a_crash(self, name: str) -> None:
        """Do as systemd does when a unit has died: what is part of it is stopped, and started after it."""
        part = [each for each in UNITS if f"{name}.service" in unit(each, "Unit").get("PartOf", [""])[0].split()]
        for running in self.installation.processes:
            if running.name in part and not running.is_ended:
                running.end()
        for each in (name, *part):
            self.start(each)

    def to_its_end(self, running: Running) -> None:
        """Wait for a command that ends by itself, well."""
        running.is_ended = True
        try:
            self.installation.wait_for(lambda: running.process.poll() is not None, 120, f"{running.name} to end")
        finally:
            running.end(signal.SIGKILL)
        assert running.process.returncode == 0, running.tail()

    def as_owner(self, *commands: str) -> None:
        """Run commands beside each other as the owner of the warehouse does."""
        owner = self.ports | {"NEDRA_DATABASE_URL": self.server.url("nedra", "nedra_owner")}
        for started in [self.installation.start(each, *each.split(), env=owner) for each in commands]:
            self.to_its_end(started)

    def warehouse(self, statement: str) -> list[Any]:
        """Ask the warehouse."""
        return self.ask("nedra", statement)

    def ask(self, database: str, statement: str) -> list[Any]:
        """Ask a database as superuser."""
        engine = sa.create_engine(self.server.url(database))
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.exec_driver_sql(statement)]
        engine.dispose()
        return found

    @contextmanager
    def held(self, table: str) -> Iterator[None]:
        """Let nobody read or write a table: a run stands still in its middle."""
        engine = sa.create_engine(self.server.url("nedra"))
        with engine.begin() as connection:
            connection.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
        engine.dispose()

    def code_server(self) -> Running:
        """Return the code server that runs now."""
        [code] = [each for each in self.installation.processes if each.name == "nedra-code" and not each.is_ended]
        return code

    def waits(self) -> bool:
        """Tell whether a run waits for the table."""
        asked = "SELECT 1 FROM pg_stat_activity WHERE usename = 'nedra_app' AND wait_event_type = 'Lock'"
        return bool(self.warehouse(asked))

    def launch(self, year: int, port: str, **headers: str) -> dict[str, Any]:
        """Ask a web server for a year."""
        params = {
            "selector": {**PLACE, "pipelineName": "year"},
            "mode": "default",
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": str(year)}]},
        }
        body = json.dumps({"query": _LAUNCH, "variables": {"params": params}}).encode()
        status, answer = post(port, "graphql", body, HEADERS | headers)
        assert status == 200, answer
        launched: dict[str, Any] = json.loads(answer)["data"]["launchPipelineExecution"]
        return launched

    def group(self, run_id: str) -> list[dict[str, Any]]:
        """Return a run and those that repeat it, the oldest first, with tags as a mapping."""
        found = self.installation.graphql(_GROUP, id=run_id)["runGroupOrError"]["runs"]
        runs = [each | {"tags": {tag["key"]: tag["value"] for tag in each["tags"]}} for each in found]
        return sorted(runs, key=lambda each: int(each["tags"].get("dagster/retry_number", 0)))

    def succeeded(self, run_id: str) -> list[dict[str, Any]]:
        """Wait for a run, or one that repeats it, to succeed, and return all of them."""

        def found() -> list[dict[str, Any]]:
            group = self.group(run_id)
            return group if group[-1]["status"] == "SUCCESS" else []

        return self.installation.wait_for(found, 90, f"run {run_id} or one that repeats it to succeed")


def command(name: str, setting: str, given: dict[str, str]) -> list[str]:
    """Return a command of a unit, from this virtual environment and with the workspace of this tree."""
    [line] = unit(name)[setting]
    here = line.replace(INSTALLED, str(BIN)).replace(CONFIGURED, str(DEPLOY))
    return shlex.split(string.Template(here).substitute(given))


def post(port: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Send something to a web server on loopback and return what it answers."""
    request = urllib.request.Request(f"http://{LOOPBACK}:{port}/{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - loopback
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """Everything that runs in production but nginx, started as it is shipped."""
    folder = tmp_path_factory.mktemp("production")
    config = (DEPLOY / "dagster.yaml").read_text("utf-8")
    for pause, shorter in HURRIED.items():
        assert pause in config
        config = config.replace(pause, shorter)
    more = {"DAGSTER_EVENT_LOG_CONSUMER_DAEMON_INTERVAL_SECONDS": "1"}
    with a_server() as server, an_installation(folder, dagster_yaml=config, environment=more) as installation:
        made = Production(installation, server, Home(folder), addresses(server, installation))
        prepare(made)
        yield made
        # All at once, each waits for itself only.
        for running in installation.processes:
            running.process.terminate()


def addresses(server: Server, installation: Installation) -> dict[str, str]:
    """Return what differs between the examples of the environment and this test."""
    records = sa.make_url(server.url("dagster", "dagster")).set(drivername="postgresql+psycopg2")
    ports = ("DAGSTER_GRPC_PORT", "NEDRA_WEB_PORT", "NEDRA_AUDIT_PORT")
    return {
        "DAGSTER_HOME": str(installation.dagster_home),
        "DAGSTER_POSTGRES_URL": records.render_as_string(hide_password=False),
        "NEDRA_HOME": str(installation.folder),
        "NEDRA_DATABASE_URL": server.url("nedra", "nedra_app"),
    } | {name: str(free_port()) for name in ports}


def prepare(production: Production) -> None:
    """Do what docs/deploying.md says, in its order."""
    for user in USERS:
        production.home.register("units", [user.record()])
        production.home.hand_in("1.xlsx", user.filing(), user.year)
    admin = str(production.server.admin.set(drivername="postgresql"))
    passwords = [word for name in ("owner", "app", "dagster") for word in ("-v", f"{name}_password=secret")]
    psql = [str(production.server.program("psql")), "-q", "-d", admin, *passwords, "-f", str(DEPLOY / "databases.sql")]
    made = subprocess.run(psql, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    production.as_owner("nedra migrate", "dagster instance migrate")
    for name in UNITS:
        production.start(name)
    wait, ports = production.installation.wait_for, production.ports
    for name in ("DAGSTER_GRPC_PORT", "NEDRA_WEB_PORT", "NEDRA_AUDIT_PORT"):
        wait(lambda name=name: listens(int(ports[name])), 120, f"{name} to be listened on")  # type: ignore[misc]
    production.installation.url = f"http://{LOOPBACK}:{ports['NEDRA_WEB_PORT']}"


def test_a_year_goes_through_the_queue_and_is_computed_in_the_code_server(production):
    launched = production.launch(2024, production.ports["NEDRA_WEB_PORT"], **{"X-Forwarded-User": "clerk@example.kz"})
    assert launched["__typename"] == "LaunchRunSuccess", launched
    [run] = production.succeeded(launched["run"]["runId"])
    assert run["tags"]["nedra/launched_by"] == "clerk@example.kz"
    assert run["tags"]["dagster/priority"] == "-2024"
    [(where,)] = production.ask("dagster", "SELECT value FROM run_tags WHERE key = '.dagster/grpc_info'")
    assert json.loads(where) == {"host": LOOPBACK, "port": int(production.ports["DAGSTER_GRPC_PORT"])}
    assert production.warehouse("SELECT DISTINCT run_id FROM loads") == [(run["runId"],)]
    assert production.warehouse("SELECT report_year, unit_no, status FROM compliance_by_unit") == [
        (2024, USERS[0].unit_no, "MET")
    ]


def test_the_processes_may_compute_and_nothing_more(production):
    may = "SELECT has_table_privilege('nedra_app', 'loads', '{}'), has_table_privilege('dagster', 'loads', '{}')"
    rights = {what: production.warehouse(may.format(what, what))[0] for what in ("SELECT", "INSERT", "DELETE")}
    assert rights == {"SELECT": (True, False), "INSERT": (True, False), "DELETE": (False, False)}
    [(owner,)] = production.warehouse("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owner == "nedra_owner"
    # Nothing was written beside the configuration: the folder may be read-only.
    assert [path.name for path in production.installation.dagster_home.iterdir()] == ["dagster.yaml"]


def test_an_auditor_sees_everything_and_starts_nothing(production):
    port = production.ports["NEDRA_AUDIT_PORT"]
    query = json.dumps({"query": "{ runsOrError { ... on Runs { results { status } } } }"}).encode()
    status, answer = post(port, "graphql", query, HEADERS)
    assert (status, json.loads(answer)["data"]["runsOrError"]) == (200, {"results": [{"status": "SUCCESS"}]})
    assert production.launch(2024, port)["__typename"] == "UnauthorizedError"
    status, answer = post(port, "report_asset_materialization/filings", b"{}", HEADERS)
    assert (status, "Not authorized" in answer) == (401, True)


def test_a_killed_worker_and_a_lost_code_server_cost_a_year_nothing_but_time(production):
    """The first run loses its process, the one that repeats it its whole code server, as in a power cut."""
    wait = production.installation.wait_for
    code = production.code_server()
    with production.held("units"):
        run_id = production.launch(2025, production.ports["NEDRA_WEB_PORT"])["run"]["runId"]
        wait(production.waits, 60, "the run to stand still")
        [worker] = [each for each in psutil.Process(code.process.pid).children() if "spawn_main" in str(each.cmdline())]
        worker.kill()
        wait(lambda: len(production.group(run_id)) == 2, 60, "the daemon to ask for the run again")
        # The first one's session ends only when it gets the table: it is the second that must be waiting now.
        wait(lambda: production.group(run_id)[1]["status"] == "STARTED", 60, "the second run to start")
        code.end(signal.SIGKILL)
        production.restart_after_a_crash("nedra-code")
        wait(lambda: len(production.group(run_id)) == 3, 60, "the run to be missed in the new code server")
    first, second, third = production.succeeded(run_id)
    assert [each["status"] for each in (first, second, third)] == ["FAILURE", "FAILURE", "SUCCESS"]
    told = {each["runId"]: str(Operator(production.installation).run(each["runId"])) for each in (first, second)}
    assert "was terminated by signal 9 (SIGKILL)" in told[first["runId"]]
    assert "the code server was started anew" in told[second["runId"]]
    of_2025 = "SELECT run_id FROM compliance_by_unit AS c JOIN loads USING (load_id) WHERE c.report_year = 2025"
    assert production.warehouse(of_2025) == [(third["runId"],)]
    statuses = production.warehouse("SELECT report_year, status FROM compliance_by_unit ORDER BY report_year")
    assert statuses == [(2024, "MET"), (2025, "MET")]
    production.as_owner("nedra verify")


def test_a_stop_of_the_code_server_waits_for_the_run_under_way(production):
    code = production.code_server()
    with production.held("units"):
        run_id = production.launch(2024, production.ports["NEDRA_WEB_PORT"])["run"]["runId"]
        production.installation.wait_for(production.waits, 60, "the run to stand still")
        code.is_ended = True  # from here on it may end
        code.process.send_signal(signal.SIGTERM)  # to itself and not to its runs: KillMode=mixed
        with pytest.raises(subprocess.TimeoutExpired):
            code.process.wait(3)
    [run] = production.succeeded(run_id)
    assert run["runId"] == run_id
    assert code.process.wait(60) == 0
