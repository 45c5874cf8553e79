"""The demo home: an inbox of registers and filings of an invented country.

Belongs here: putting the parts together and writing files. Does not: what is in them.
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time
from multiprocessing import get_context
from pathlib import Path
from random import Random

from pipelines.demo import registers
from pipelines.demo.drafts import Draft, draft_filings
from pipelines.demo.labels import form_sheet
from pipelines.demo.mistakes.victims import make_mistakes
from pipelines.demo.population import populate
from pipelines.demo.rates import draw_rates
from pipelines.demo.rendering import register, render
from pipelines.demo.story import Teller
from pipelines.demo.world import World

DEFAULT_YEARS = range(2022, 2026)
DEFAULT_SEED = 20250430
RATES_BEFORE = 1  # years of exchange rates before the first and after the last reporting year
POOL_FROM_CELLS = 400_000  # below this many cells starting processes costs more than it saves
CHUNK = 8
_KEPT_IN_A_HOME = ("inbox", "archive", "warehouse.db", "dagster", "reports")


@dataclass(frozen=True)
class DemoSummary:
    """What was written. ``mistakes`` counts by name what was put in, ``sha256`` free: equal seeds give equal files."""

    home: Path
    years: tuple[int, ...]
    users: int
    units: int
    workbooks: int
    lines: int
    mistakes: Mapping[str, int]


def write_demo(
    home: Path,
    *,
    users: int = 30,
    years: Sequence[int] = DEFAULT_YEARS,
    seed: int = DEFAULT_SEED,
    clean: bool = False,
    lines: tuple[int, int] | None = None,
    mistake_factor: float = 1.0,
) -> DemoSummary:
    """Write ``home/inbox`` with registers and filings; the same arguments give the same bytes.

    ``lines`` asks for that many financing lines in every filing (least, most), for benchmarks; ``mistake_factor``
    scales the rates of ``mistakes.yaml``. Raises ValueError for no users or years with gaps, FileExistsError when
    the folder is a file or already holds what Nedra keeps in a home.
    """
    years = tuple(years)
    if users < 1 or not years or years != tuple(range(years[0], years[-1] + 1)):
        raise ValueError(f"a demo needs at least one user and years without gaps, got {users} users and years {years}")
    _refuse_a_used(home)
    inbox = home / "inbox"
    rng = Random(f"nedra/{seed}")  # noqa: S311 - a demo is repeatable, not secret
    people = populate(rng, users, years[0], years[-1])
    rates = draw_rates(rng, years[0] - RATES_BEFORE, years[-1] + RATES_BEFORE)
    tale = Teller(rng, people, rates, lines).tell(years)
    world = World(people, draft_filings(rng, people.users, tale), tale.receipts, tale.decisions)
    made = Counter[str]() if clean else make_mistakes(rng, world, mistake_factor)
    pages = {
        "units": registers.unit_rows(people.units, people.users),
        "performers": registers.performer_rows(people.performers) + world.extra_performers,
        "affiliates": world.affiliates,
        "treasury": world.receipts,
        "decisions": sorted(world.decisions, key=lambda row: str(row["decided_on"])),
        "rates": registers.rate_rows(rates),
    }
    (inbox / "registers").mkdir(parents=True, exist_ok=True)
    for name, rows in pages.items():
        (inbox / "registers" / f"{name}.xlsx").write_bytes(register(name, rows))
    _write_filings(inbox / "filings", world.drafts)
    count = sum(len(draft.lines) for draft in world.drafts)
    return DemoSummary(home, years, users, len(people.units), len(world.drafts), count, dict(sorted(made.items())))


def _refuse_a_used(home: Path) -> None:
    """Raise FileExistsError where a demo would mix with what is there."""
    if any(each.exists() and not each.is_dir() for each in (home, *home.parents)):
        raise FileExistsError(f"{home} is a file or lies in one; choose an empty folder for the demo")
    for name in _KEPT_IN_A_HOME:
        kept = home / name
        if kept.is_file() or (kept.is_dir() and any(kept.iterdir())):
            raise FileExistsError(f"{home} is used already: it holds {name}; choose an empty folder for the demo")


def _write_filings(folder: Path, drafts: Sequence[Draft]) -> None:
    targets = [folder / str(draft.folder) / draft.file_name for draft in drafts]
    for parent in {target.parent for target in targets}:
        parent.mkdir(parents=True, exist_ok=True)
    cells = sum(len(draft.lines) * len(form_sheet(draft.edition, "financing").fields) for draft in drafts)
    if cells < POOL_FROM_CELLS:
        for draft, target in zip(drafts, targets, strict=True):
            _write(draft, target)
        return
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        list(pool.map(_write, drafts, targets, chunksize=CHUNK))


def _write(draft: Draft, target: Path) -> None:
    """Write one workbook; its time of modification is the day it was handed in, so that the order of receipt shows."""
    target.write_bytes(render(draft))
    received = datetime.combine(draft.received_on, time(9), UTC).timestamp()
    os.utime(target, (received, received))
