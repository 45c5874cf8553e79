"""``python -m benchmarks.capacity``: what a year takes at several sizes, for the arithmetic of docs/capacity.md.

Belongs here: memory of the process that computes, how long each step holds the write lock, what is stored per line.
Does not: comparing with anything (``compare``), what follows from the figures (``docs/capacity.md``).
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks.home import LINES, YEAR, Size, cached_home, default_cache, fresh_copy
from benchmarks.measure import MEBIBYTE
from pipelines.warehouse.engine import open_engine
from schemas.received import financing_lines
from schemas.trail import loads
from tests.databases import a_server

_KIBIBYTE = 1024
# The last table each step writes; all tables of a step are written by one transaction, which began at one moment.
_STEPS = {
    "registers": "register_findings",
    "intake": "findings",
    "compliance": "compliance_by_unit",
    "models": "disclosure",
}


@dataclass(frozen=True)
class Year:
    """What one size took: seconds of the process tree, MiB of its largest process, lock by step, bytes stored."""

    workbooks: int
    lines: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    locked_s: dict[str, float]
    database_bytes: int
    archive_bytes: int


def measured(kept: Path, target: Path, url: str | None) -> Year:
    """Run the year once in a fresh home and return the figures."""
    home = fresh_copy(kept, target).resolve()
    environment = {**os.environ, "NEDRA_HOME": str(home)} | ({} if url is None else {"NEDRA_DATABASE_URL": url})
    environment.pop("DAGSTER_HOME", None)
    started = time.perf_counter()
    command = [sys.executable, "-m", "assets.cli.app", "run", "--years", str(YEAR)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(process.returncode)
    engine = open_engine(url or f"sqlite:///{home}/warehouse.db")
    with engine.connect() as connection:
        lines = connection.scalar(sa.select(sa.func.count()).select_from(financing_lines)) or 0
        locked = dict(_locked(connection))
        size = _size(connection, home)
    engine.dispose()
    archived = [path.stat().st_size for path in (home / "archive").rglob("*") if path.is_file()]
    return Year(
        workbooks=sum(1 for _ in (home / "inbox" / "filings").rglob("*.xlsx")),
        lines=lines,
        wall_s=wall,
        cpu_s=used.ru_utime + used.ru_stime,
        peak_mib=used.ru_maxrss * _KIBIBYTE / MEBIBYTE,
        locked_s=locked,
        database_bytes=size,
        archive_bytes=sum(archived),
    )


def _locked(connection: sa.Connection) -> Iterator[tuple[str, float]]:
    for step, asset in _STEPS.items():
        began = connection.scalar(sa.select(loads.c.started_at).where(loads.c.asset == asset))
        ended = connection.scalar(sa.select(sa.func.max(loads.c.finished_at)).where(loads.c.started_at == began))
        if began is not None and ended is not None:
            yield step, (ended - began).total_seconds()


def _size(connection: sa.Connection, home: Path) -> int:
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
    return sum(path.stat().st_size for path in home.glob("warehouse.db*"))


@contextmanager
def _databases(*, postgresql: bool) -> Iterator[Iterator[str | None]]:
    """Yield URLs of new databases without end; None stands for the SQLite file of the home."""
    if not postgresql:
        yield iter(lambda: None, object())
        return
    with a_server(in_haste=False) as server:
        yield iter(server.empty, object())


def main() -> None:
    """Measure the sizes that are asked for and print a line for each."""
    parser = argparse.ArgumentParser(description="What a year takes at several sizes.")
    parser.add_argument("--workbooks", type=int, nargs="+", default=[500, 1000, 2000])
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--postgresql", action="store_true", help="the warehouse on a server of its own")
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args()
    print(
        "| workbooks | lines | wall s | processor s | peak MiB | lock held s | database B/line | archive B/workbook |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with _databases(postgresql=options.postgresql) as urls:
        for workbooks in options.workbooks:
            kept = cached_home(options.cache, Size(workbooks, options.lines))
            target = options.cache / "run-capacity"
            found = measured(kept, target, next(urls))
            shutil.rmtree(target)
            lock = ", ".join(f"{step} {seconds:.1f}" for step, seconds in found.locked_s.items())
            print(
                f"| {found.workbooks} | {found.lines} | {found.wall_s:.1f} | {found.cpu_s:.1f} | {found.peak_mib:.0f} "
                f"| {lock} | {found.database_bytes / found.lines:.0f} | {found.archive_bytes / found.workbooks:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
