"""The home of the benchmark: one year of large filings, made once and kept.

Belongs here: making and caching it, and handing out fresh copies.
Does not: what a filing looks like (``pipelines.demo``).
"""

import argparse
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pipelines.demo
import pipelines.layouts
from pipelines.demo.home import write_demo

YEAR = 2025
WORKBOOKS = 1_000
LINES = 130
MISTAKES = 0.1  # of the rates of the demo: mostly clean
_MADE = "made.json"


@dataclass(frozen=True)
class Size:
    """How large the year is: workbooks (one user each) and financing lines in each."""

    workbooks: int = WORKBOOKS
    lines: int = LINES
    year: int = YEAR


def cached_home(cache: Path, size: Size) -> Path:
    """Return a home of this size in ``cache``; written when it is not there or the demo's code has changed."""
    home = cache / f"home-{size.workbooks}x{size.lines}-{size.year}"
    wanted = {"workbooks": size.workbooks, "lines": size.lines, "year": size.year, "code": _code_digest()}
    marker = home / _MADE
    if marker.exists() and json.loads(marker.read_text(encoding="utf-8")) == wanted:
        return home
    shutil.rmtree(home, ignore_errors=True)
    counts = (size.lines, size.lines)
    write_demo(home, users=size.workbooks, years=(size.year,), lines=counts, mistake_factor=MISTAKES)
    marker.write_text(json.dumps(wanted), encoding="utf-8")
    return home


def fresh_copy(home: Path, target: Path) -> Path:
    """Put the inbox of ``home`` into an empty home: hard links where possible, so that nothing is read beforehand."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(home / "inbox", target / "inbox", copy_function=_link)
    return target


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _code_digest() -> str:
    digest = hashlib.sha256()
    for package in (pipelines.demo, pipelines.layouts):
        for folder in package.__path__:
            for path in sorted(Path(folder).glob("*.[py]*")):
                if path.is_file():
                    digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """Make the home and print where it is."""
    parser = argparse.ArgumentParser(description="Make the home of the benchmark.")
    add_size(parser)
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args()
    print(cached_home(options.cache, Size(options.workbooks, options.lines, options.year)))


def add_size(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how large the year is."""
    parser.add_argument("--workbooks", type=int, default=WORKBOOKS)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--year", type=int, default=YEAR)


def default_cache() -> Path:
    """Where homes are kept between benchmarks, beside this file and out of version control."""
    return Path(__file__).parent / ".cache"


if __name__ == "__main__":
    main()
