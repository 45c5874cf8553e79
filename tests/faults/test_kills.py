"""Kills: a run ended by SIGKILL at any point leaves a warehouse the next run makes whole.

Belongs here: sudden ends of the process. Does not: a database that fails (``test_databases``).
"""

import os
import signal
import time
from random import Random

import psutil
import pytest

from tests.faults.amount import amount

KILLS = amount(6, 25)  # on each database
_LOADS_OF_A_RUN = 60
_LONGEST = 60


def wait_for_loads(home, wanted, pid):
    """Wait until so many loads are recorded, or the run has ended."""
    end = time.monotonic() + _LONGEST
    while home.loads() < wanted and psutil.pid_exists(pid) and time.monotonic() < end:
        time.sleep(0.002)


def children(pid):
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def test_a_run_killed_again_and_again_ends_as_one_that_was_not(breakable, undisturbed):
    random = Random(breakable.engine.dialect.name)  # noqa: S311 - for repeatable tests, not for secrets
    killed = 0
    for number in range(KILLS):
        pid = breakable.start()
        # Somewhere from before the first table to after the last load, between two transactions or within one.
        start = breakable.loads()
        wait_for_loads(breakable, start + number * _LOADS_OF_A_RUN // KILLS, pid)
        time.sleep(random.uniform(0, 0.3))
        readers = children(pid)
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
        killed += breakable.launcher.wait() == -signal.SIGKILL
        _, alive = psutil.wait_procs(readers, timeout=10)
        assert not alive, "a reading process outlived the run it read for"
        if breakable.loads():
            assert breakable.breaks() == []
    assert killed >= KILLS - 1
    code, printed = breakable.run()
    assert code == 0, printed
    assert breakable.breaks() == []
    assert breakable.rows() == undisturbed


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_the_archive_of_a_killed_run_holds_whole_workbooks_only(breakable):
    from pipelines.intake.inbox.archive import file_digest

    pid = breakable.start()
    wait_for_loads(breakable, 9, pid)
    os.kill(pid, signal.SIGKILL)
    breakable.launcher.wait()
    kept = list((breakable.folder / "archive").rglob("*.xlsx"))
    assert all(file_digest(path) == path.stem for path in kept)
