"""Processes: one installation whose web server, daemon and code server truly run, on loopback and free ports.

Belongs here: starting, waiting, asking by GraphQL, and ending every process by its own group.
Does not: what is asked (``tests.live.asking``), what the inbox holds (``tests.homes``), expectations.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from assets.instance.embedded import EMBEDDED

Found = TypeVar("Found")

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
LOOPBACK = "127.0.0.1"
# A loaded machine with two cores takes this long to import Dagster three times at once; a good one takes a fifth.
_SECONDS_TO_START = 120
_SECONDS_TO_END = 10
_TAIL = 40


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


@dataclass
class Running:
    """A started process with its group and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    is_ended: bool = False

    def tail(self) -> str:
        """Return its state and the last lines it wrote."""
        code = self.process.poll()
        state = "running" if code is None else f"ended with code {code}"
        lines = self.log.read_text("utf-8", "replace").splitlines()[-_TAIL:]
        return "\n".join([f"--- {self.name} ({state}), the end of {self.log}", *lines])

    def end(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End the process and all it started; what does not listen is killed after ten seconds."""
        self.is_ended = True
        self.tell(with_signal)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_SECONDS_TO_END)
        # Also when the leader ended in time: its children are in its group still.
        self.tell(signal.SIGKILL)
        self.process.wait(_SECONDS_TO_END)

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the process and all it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@dataclass
class Installation:
    """A folder that is NEDRA_HOME with DAGSTER_HOME in it (``folder/dagster``), and the processes that work on it.

    ``environment`` is given to every process on top of a clean one; ``dagster_yaml`` replaces the configuration that
    Nedra writes for one machine; ``workspace`` replaces the project's own workspace.yaml (``use_code_server`` sets it).
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    dagster_yaml: str | None = None
    workspace: Path = ROOT / "workspace.yaml"
    url: str | None = None
    processes: list[Running] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write the configuration."""
        self.dagster_home.mkdir(parents=True, exist_ok=True)
        text = self.dagster_yaml if self.dagster_yaml is not None else EMBEDDED.read_text("utf-8")
        (self.dagster_home / "dagster.yaml").write_text(text, "utf-8")

    @property
    def dagster_home(self) -> Path:
        """Dagster's own records."""
        return self.folder / "dagster"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of every process: nothing of whoever runs the tests, no telemetry, one reading process."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("NEDRA_", "DAGSTER_"))}
        own = {
            "NEDRA_HOME": str(self.folder),
            "NEDRA_AS_OF": "2026-09-01",
            "NEDRA_WORKERS": "1",
            # What runs by itself has tests of its own; elsewhere it would come between.
            "NEDRA_AUTOMATION": "false",
            "DAGSTER_HOME": str(self.dagster_home),
            "DAGSTER_DISABLE_TELEMETRY": "yes",
            "PYTHONUNBUFFERED": "1",
        }
        return inherited | own | dict(self.environment)

    def start(self, name: str, *command: str | Path, env: Mapping[str, str] | None = None) -> Running:
        """Start a command of the virtual environment (or of the machine) in a process group of its own."""
        program = BIN / command[0] if (BIN / command[0]).exists() else Path(command[0])
        log = self.folder / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as out:
            process = subprocess.Popen(
                [program, *command[1:]],
                cwd=ROOT,
                env=self.variables | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = Running(name, process, log)
        self.processes.append(running)
        return running

    def finish(self, name: str, *command: str | Path, seconds: float = 240) -> None:
        """Run a command to its end; another exit code than 0 fails the test."""
        running = self.start(name, *command)
        running.is_ended = True  # its end is no accident
        code = self.wait_for(
            lambda: (running.process.poll(),) if running.process.poll() is not None else None, seconds, f"{name} to end"
        )
        assert code == (0,), running.tail()

    def webserver(self, *options: str, env: Mapping[str, str] | None = None) -> str:
        """Start a web server, wait until it answers, and return its address; ``graphql`` asks the first one started."""
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        number = sum(each.name.startswith("webserver") for each in self.processes)
        name = f"webserver{number or ''}"
        command = ("dagster-webserver", "-h", LOOPBACK, "-p", str(port), "-w", str(self.workspace), *options)
        self.start(name, *command, env=env)
        self.wait_for(lambda: _answers(f"{url}/server_info"), _SECONDS_TO_START, f"the web server to answer at {url}")
        self.url = self.url or url
        return url

    def daemon(self, *, env: Mapping[str, str] | None = None, hurried: bool = True) -> Running:
        """Start the daemon, with the pauses of a test or its own, and wait until it says which daemons it runs."""
        command = ("python", "-m", "tests.live.hurried_daemon") if hurried else ("dagster-daemon",)
        running = self.start("daemon", *command, "run", "-w", str(self.workspace), env=env)
        self.wait_for(
            lambda: b"following daemons" in running.log.read_bytes(), _SECONDS_TO_START, "the daemon to start"
        )
        return running

    def code_server(self, *, env: Mapping[str, str] | None = None) -> int:
        """Start one code server and return its port; web server and daemon started later share it, which is faster."""
        port = free_port()
        location = ("-m", "assets.definitions", "--location-name", "nedra")
        self.start("code-server", "dagster", "api", "grpc", "-h", LOOPBACK, "-p", str(port), *location, env=env)
        self.wait_for(lambda: listens(port), _SECONDS_TO_START, f"the code server to listen on {port}")
        self.use_code_server(port)
        return port

    def use_code_server(self, port: int) -> None:
        """Let web server and daemon started later ask the code server on this port."""
        server = {"grpc_server": {"host": LOOPBACK, "port": port, "location_name": "nedra"}}
        self.workspace = self.folder / "workspace.yaml"
        self.workspace.write_text(yaml.safe_dump({"load_from": [server]}), "utf-8")

    def graphql(self, query: str, **variables: object) -> dict[str, Any]:
        """Ask the web server and return ``data``; an error of GraphQL itself fails the test."""
        assert self.url is not None, "no web server was started"
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(  # noqa: S310 - our own loopback address
            f"{self.url}/graphql", body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - as above
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            answer = {"errors": error.read().decode("utf-8", "replace")}
        assert not answer.get("errors"), f"{answer['errors']}\n{self.tails()}"
        data: dict[str, Any] = answer["data"]
        return data

    def wait_for(self, condition: Callable[[], Found | None], seconds: float, what: str) -> Found:
        """Return the first true answer of ``condition``; fail with the ends of the logs when there is none in time."""
        deadline = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            gone = [each for each in self.processes if not each.is_ended and each.process.poll() is not None]
            late = time.monotonic() > deadline
            if gone or late:
                why = f"waited {seconds:.0f} s" if late else f"{gone[0].name} ended by itself"
                message = f"{why} for {what}\n{self.tails()}"
                raise AssertionError(message)
            time.sleep(0.25)

    def tails(self) -> str:
        """Return the ends of all logs."""
        return "\n".join(each.tail() for each in self.processes)

    def end(self) -> None:
        """End every process; all are told before the first is waited for."""
        left = [each for each in self.processes if not each.is_ended or each.process.poll() is None]
        for running in left:
            running.tell(signal.SIGTERM)
        for running in left:
            running.end()


@contextmanager
def an_installation(folder: Path, **more: Any) -> Iterator[Installation]:
    """Set up an installation and end its processes whatever happens."""
    made = Installation(folder, **more)
    try:
        yield made
    finally:
        made.end()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own loopback address
            return True
    except OSError:
        return False
