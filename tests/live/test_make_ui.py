"""``make ui``: a UI with the demo materialised, ended together with its daemon by Ctrl-C."""

import os
import signal
import socket
import subprocess

import pytest

from pipelines.demo.home import write_demo
from tests.live.asking import Operator
from tests.live.processes import LOOPBACK, ROOT, free_port, listens

YEARS = (2024, 2025)
# The virtual environment is there: the tests run in it.
MAKE = ("make", "--no-print-directory", "-o", "setup", "-C", str(ROOT), "ui")


def nobody_is_left(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def demo(installation):
    """A small demo that nobody has run yet."""
    folder = installation.folder / "demo"
    write_demo(folder, users=6, years=YEARS)
    return folder


def test_the_ui_opens_with_the_years_of_the_demo_materialised_and_ends_with_its_daemon(installation, demo):
    port = free_port()
    ui = installation.start("make-ui", *MAKE, f"PORT={port}", f"DEMO={demo}", env={"NEDRA_AUTOMATION": "true"})
    installation.wait_for(lambda: listens(port), 300, "make ui to run the demo and to listen")
    assert f"http://{LOOPBACK}:{port}" in ui.log.read_text("utf-8")

    installation.url = f"http://{LOOPBACK}:{port}"
    operator = Operator(installation)
    everything = set(operator.assets())
    for year in YEARS:
        assert everything <= operator.green(year)
        assert not operator.red(year)
    installation.wait_for(lambda: "inbox" in switched_on(installation), 60, "the inbox sensor to be on")
    installation.wait_for(lambda: has_healthy_daemons(installation), 120, "the daemon to report")

    ui.is_ended = True
    ui.tell(signal.SIGINT)
    installation.wait_for(lambda: nobody_is_left(ui.process.pid) or ui.process.poll(), 60, "Ctrl-C to end it")
    installation.wait_for(lambda: nobody_is_left(ui.process.pid), 60, "both servers to end")
    assert not listens(port)


def test_a_port_that_is_taken_is_told_in_words_before_anything_starts(demo):
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*MAKE, f"PORT={port}", f"DEMO={demo}"], capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode != 0
    assert f"Port {port} is taken" in done.stdout
    assert "make ui PORT=" in done.stdout
    assert not (demo / "warehouse.db").exists()


def switched_on(installation):
    """Return the names of the sensors and schedules that are on."""
    answer = installation.graphql(
        """query { repositoriesOrError { ... on RepositoryConnection { nodes {
        sensors { name sensorState { status } } schedules { name scheduleState { status } } } } } }"""
    )
    [found] = answer["repositoriesOrError"]["nodes"]
    states = {each["name"]: each["sensorState"]["status"] for each in found["sensors"]}
    states |= {each["name"]: each["scheduleState"]["status"] for each in found["schedules"]}
    return {name for name, status in states.items() if status == "RUNNING"}


def has_healthy_daemons(installation):
    answer = installation.graphql("query { instance { daemonHealth { allDaemonStatuses { required healthy } } } }")
    statuses = answer["instance"]["daemonHealth"]["allDaemonStatuses"]
    return all(each["healthy"] for each in statuses if each["required"])
