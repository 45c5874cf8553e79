"""Computed: a small country whose years were computed twice, with a correction between, so that verdicts have versions.

Belongs here: building it. Does not: what tests do to it.
"""

import datetime as dt
from pathlib import Path

from pipelines.demo.home import write_demo
from tests.databases import Server
from tests.homes import Home

YEARS = (2023, 2024, 2025)
USERS = 8
_SEED = 7


def computed_home(folder: Path, server: Server | None) -> Home:
    """Return a home with a computed warehouse: a filing of the first year was late, so every year has two readings."""
    home = Home(folder, database=server)
    write_demo(home.folder, users=USERS, years=YEARS, seed=_SEED)
    home.register("rates", [])  # thousands of rows nobody here needs
    filings = home.inbox / "filings" / str(YEARS[0])
    late = sorted(filings.glob("*-1.xlsx"))[-4:]
    for path in late:
        path.rename(folder / path.name)
    home.run(*YEARS)
    for path in late:
        (folder / path.name).rename(path)
    home.at(home.as_of + dt.timedelta(days=30))
    home.run(*YEARS, marts=True)
    return home
