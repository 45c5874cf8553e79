"""The daemon with shorter pauses: it looks for work every second or two instead of every 5 to 30.

Belongs here: the pauses and nothing else, so that tests wait less for the same behaviour.
Does not: anything the daemon does.
"""

from typing import Any

from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator
from dagster._daemon import asset_daemon, controller, sensor
from dagster._daemon.cli import main

_SECONDS = 1

if __name__ == "__main__":
    hurried: Any = controller
    hurried.DEFAULT_DAEMON_INTERVAL_SECONDS = _SECONDS  # backfills
    hurried = asset_daemon
    hurried.MIN_INTERVAL_LOOP_SECONDS = _SECONDS
    hurried = sensor
    hurried.MIN_INTERVAL_LOOP_TIME = _SECONDS
    hurried = QueuedRunCoordinator
    hurried.dequeue_interval_seconds = property(lambda _self: _SECONDS)
    main()
