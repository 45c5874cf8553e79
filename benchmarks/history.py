"""What history costs: a year with it and without, both as whole processes.

Belongs here: the comparison, and the run without history, which exists for this measurement only.
Does not: how a process is measured (``measure``), the workbooks (``home``).
History is the versions of verdicts with their arguments, and the hash of every row that a load's manifest keeps.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.home import Size, add_size, cached_home, default_cache, fresh_copy
from benchmarks.measure import Usage, measure

PAIRS = 3
MOST_PERCENT = 25.0


@contextmanager
def without_history() -> Iterator[None]:
    """Run with no version written and no row hashed; such a warehouse proves nothing."""

    def no_hashes(_table: Any, columns: Sequence[Sequence[Any]]) -> list[bytes]:
        return [b"\0" * 16] * len(columns[0])

    with (
        patch("pipelines.warehouse.canonical.row_hashes", no_hashes),
        patch("pipelines.steps.compliance.record_versions"),
        patch("pipelines.steps.compliance.arguments"),
    ):
        yield


def compare(size: Size, cache: Path, pairs: int) -> tuple[list[Usage], list[Usage]]:
    """Return what runs took with history and without, taken in turn."""
    run = ["run", "--years", str(size.year)]
    commands = ([sys.executable, "-m", "assets.cli.app", *run], [sys.executable, "-m", "benchmarks.history", "--bare"])
    kept = cached_home(cache, size)
    taken: tuple[list[Usage], list[Usage]] = ([], [])
    for _ in range(pairs):
        for command, into in zip(commands, taken, strict=True):
            home = fresh_copy(kept, cache / "run-nedra")
            usage = measure([*command, "--year", str(size.year)] if "--bare" in command else command, _home(home))
            if usage.exit_code:
                raise SystemExit(usage.tail)
            into.append(usage)
    return taken


def _home(home: Path) -> dict[str, str]:
    return {"NEDRA_HOME": str(home.resolve())}


def main() -> None:
    """Print what history costs; with ``--bare`` be the run without it."""
    parser = argparse.ArgumentParser(prog="benchmarks.history", description=__doc__)
    add_size(parser)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = Size(options.workbooks, options.lines, options.year)
    if options.bare:
        from assets.cli import app

        with without_history():
            sys.argv = [sys.argv[0], "run", "--years", str(size.year)]
            app.main()
        return
    full, bare = compare(size, options.cache, options.pairs)
    print(f"{os.cpu_count()} processors, {options.pairs} pairs{'':9}{'wall s':>9}{'cpu s':>9}")
    wall, cpu = [], []
    for name, used in (("with history", full), ("without", bare)):
        wall.append(statistics.median(each.wall_s for each in used))
        cpu.append(statistics.median(each.cpu_s for each in used))
        print(f"{name + ', median':33}{wall[-1]:>9.1f}{cpu[-1]:>9.1f}")
    print(
        f"history costs {_percent(wall)} of the time and {_percent(cpu)} of the processor; the goal is {MOST_PERCENT}%"
    )


def _percent(pair: list[float]) -> str:
    return f"{100 * (pair[0] / pair[1] - 1):.0f}%"


if __name__ == "__main__":
    main()
