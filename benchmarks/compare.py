"""Nedra against the ordinary way, both as whole processes on the same workbooks.

Belongs here: running both and printing the figures. Does not: how they are measured (``measure``).
The ordinary way may be measured on a sample and scaled; its start-up is then measured apart and not scaled.
"""

import argparse
import json
import os
import platform
import shlex
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.home import Size, add_size, cached_home, default_cache, fresh_copy
from benchmarks.measure import Usage, measure

SAMPLE = 100
RUN = f"{shlex.quote(sys.executable)} -m assets.cli.app run --years {{year}}"
MOST_SECONDS = 20.0
MOST_MEBIBYTES = 800.0
LEAST_RATIO = 6.0


@dataclass(frozen=True)
class Comparison:
    """Both ways side by side; ``ordinary`` loaded ``sample`` of ``files`` workbooks, ``ordinary_s`` is for all."""

    size: Size
    files: int
    processors: int
    python: str
    nedra: Usage
    ordinary: Usage
    sample: int
    ordinary_s: float
    ratio: float


def compare(options: argparse.Namespace) -> Comparison:
    """Run both and return the figures."""
    size = Size(options.workbooks, options.lines, options.year)
    kept = cached_home(options.cache, size)
    files = sum(1 for _ in (kept / "inbox" / "filings" / str(size.year)).rglob("*.xlsx"))
    nedra_home = fresh_copy(kept, options.cache / "run-nedra")
    nedra = _run(shlex.split(options.command.format(year=size.year)), nedra_home)
    home = fresh_copy(kept, options.cache / "run-ordinary")
    sample = files if options.full else min(options.sample, files)
    script = [sys.executable, "-m", "benchmarks.baseline", str(home), "--year", str(size.year)]
    start_up = 0.0 if sample == files else _run([*script, "--limit", "0"], home).wall_s
    ordinary = _run([*script, "--limit", str(sample)], home)
    scaled = start_up + (ordinary.wall_s - start_up) * files / sample
    return Comparison(
        size=size,
        files=files,
        processors=os.cpu_count() or 1,
        python=platform.python_version(),
        nedra=nedra,
        ordinary=ordinary,
        sample=sample,
        ordinary_s=scaled,
        ratio=scaled / nedra.wall_s,
    )


def missed(found: Comparison) -> list[str]:
    """Name the goals that were missed."""
    goals = {
        f"at most {MOST_SECONDS:.0f} s": found.nedra.wall_s <= MOST_SECONDS,
        f"at most {MOST_MEBIBYTES:.0f} MiB": found.nedra.peak_rss_mib <= MOST_MEBIBYTES,
        f"at least {LEAST_RATIO:.0f} times faster": found.ratio >= LEAST_RATIO,
    }
    return [goal for goal, reached in goals.items() if not reached]


def _run(command: list[str], home: Path) -> Usage:
    usage = measure(command, {"NEDRA_HOME": str(home.resolve())})
    if usage.exit_code:
        raise SystemExit(f"{shlex.join(command)} ended with {usage.exit_code}:\n{usage.tail}")
    return usage


def _table(found: Comparison) -> str:
    lines = [
        f"{found.files} workbooks of {found.size.lines} lines, {found.processors} processors, Python {found.python}",
        f"{'':26}{'wall s':>10}{'cpu s':>10}{'peak MiB':>10}{'processes':>11}",
    ]
    for name, used in ((f"nedra ({found.files})", found.nedra), (f"ordinary ({found.sample})", found.ordinary)):
        lines.append(f"{name:26}{used.wall_s:>10.1f}{used.cpu_s:>10.1f}{used.peak_rss_mib:>10.0f}{used.processes:>11}")
    if found.sample != found.files:
        lines.append(f"{f'ordinary, scaled ({found.files})':26}{found.ordinary_s:>10.1f}")
    return "\n".join([*lines, f"nedra is {found.ratio:.1f} times faster"])


def main() -> None:
    """Run both, print the figures, and with ``--assert`` fail when a goal is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    add_size(parser)
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where homes are kept")
    parser.add_argument("--command", default=RUN, help="what runs a year; {year} is put in")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="workbooks the ordinary way is measured on")
    parser.add_argument("--full", action="store_true", help="let the ordinary way load all workbooks")
    parser.add_argument("--json", action="store_true", help="print figures for a program")
    parser.add_argument("--assert", action="store_true", dest="must", help="fail when a goal is missed")
    options = parser.parse_args()
    found = compare(options)
    print(json.dumps(asdict(found), indent=2, ensure_ascii=False) if options.json else _table(found))
    goals = missed(found) if options.must else []
    if goals:
        raise SystemExit("missed: " + ", ".join(goals))


if __name__ == "__main__":
    main()
