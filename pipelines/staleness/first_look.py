"""First look: the years whose workbooks are worth reading before anything else is known.

Here: a guess from names and sizes alone, in milliseconds and without a library, so that reading can begin while the
program starts. Not here: whether a year is behind (``pipelines.staleness.reasons``), which is never decided by this.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from pipelines.intake.inbox.inbox import Inbox
from pipelines.settings import Settings


def years_likely_behind(settings: Settings, years: Sequence[int] | None) -> list[int]:
    """Return those of ``years`` (None: all of the inbox) whose files are not just those stored, by name and size.

    Where the warehouse cannot be asked like this, every year is: reading in vain costs time and nothing else.
    """
    inbox = Inbox(settings.inbox_url)
    wanted = inbox.years() if years is None else sorted(set(years))
    stored = _stored(settings) if inbox.is_local else {}
    return [year for year in wanted if {(file.name, file.size) for file in inbox.filings(year)} != stored.get(year)]


def _stored(settings: Settings) -> dict[int, set[tuple[str, int]]]:
    path = settings.embedded_database
    if settings.database_url or not path.is_file():
        return {}
    found: dict[int, set[tuple[str, int]]] = {}
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            for year, name, size in connection.execute("SELECT report_year, file_name, size_bytes FROM filings"):
                found.setdefault(year, set()).add((name, size))
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return {}
    return found
