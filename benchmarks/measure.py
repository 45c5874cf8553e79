"""Measuring a whole process and its children: wall time, processor time, peak memory.

Belongs here: the measurement. Does not: what is run (``compare``).
"""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

# Looking at a tree walks every process of the machine: more often would take time from what is measured.
EVERY_SECONDS = 0.5
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Usage:
    """What a command took. ``peak_rss_mib`` sums the resident memory of all its processes; shared pages count twice."""

    exit_code: int
    wall_s: float
    cpu_s: float
    peak_rss_mib: float
    processes: int
    tail: str


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Usage:
    """Run ``command`` to its end and return what it took."""
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - the project's own commands
        list(command), env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        watch = _Watch(process.pid)
        output = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        watch.stop()
    cpu = used.ru_utime + used.ru_stime
    return Usage(process.returncode, wall, cpu, watch.peak / MEBIBYTE, watch.most, output[-2000:])


class _Watch(threading.Thread):
    """Looks at the tree of processes some times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._done = threading.Event()
        self.peak = 0
        self.most = 0
        self.start()

    def run(self) -> None:
        while not self._done.wait(EVERY_SECONDS):
            sizes = list(self._sizes())
            self.peak = max(self.peak, sum(sizes))
            self.most = max(self.most, len(sizes))

    def stop(self) -> None:
        self._done.set()
        self.join()

    def _sizes(self) -> list[int]:
        try:
            root = psutil.Process(self._pid)
            tree = [root, *root.children(recursive=True)]
        except psutil.Error:
            return []
        sizes = []
        for process in tree:
            try:
                sizes.append(process.memory_info().rss)
            except psutil.Error:
                continue
        return sizes
