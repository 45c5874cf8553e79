"""Prefetch: reading workbooks while the program that will ask for them is still starting.

Belongs here: the workbooks of the years a process is about to run, and the proof that what was read is what lies there
now. Does not: reading (``workers``), what is made of it (``pipelines.steps.intake``).
It must stay quick to import: Dagster and pandas take seconds, in which half of a year can be read.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipelines.intake.inbox.inbox import Inbox, InboxFile
from pipelines.intake.limits import default_limits
from pipelines.intake.processes.pool import FilingTask, Reading
from pipelines.intake.result import FilingRead
from pipelines.settings import Settings


@dataclass(frozen=True)
class _State:
    """A file at a moment: any later writing changes it, also one that sets the time of change back."""

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int


class ReadAhead:
    """The workbooks of some years, being read in the order of the years; each year is taken once."""

    def __init__(self, inbox: Inbox, years: Iterable[int], settings: Settings) -> None:
        # Looked at before the first byte is read: a file that changes meanwhile no longer is what was looked at.
        self._years = {year: [(file.path, _state(file)) for file in inbox.filings(year)] for year in sorted(years)}
        tasks = [FilingTask(path, year) for year, found in self._years.items() for path, _ in found]
        self._reading = Reading(tasks, workers=settings.workers, limits=default_limits(), archive=settings.archive)
        self._results = self._reading.results()

    def take(self, year: int, files: Sequence[InboxFile]) -> dict[str, FilingRead]:
        """Return by path what was read of ``files``, as they lie in the inbox now; changed and new ones are left out.

        Raises:
            ReadingError: reading does not work on this machine.
        """
        while self._years and min(self._years) <= year:
            first = min(self._years)
            states = self._years.pop(first)
            reads = list(islice(self._results, len(states)))
            if first == year:
                now = {_state(file) for file in files}
                pairs = zip(states, reads, strict=True)
                return {path: read for (path, state), read in pairs if state is not None and state in now}
        return {}

    def stop(self) -> None:
        """End the reading processes."""
        self._reading.stop()


_current: ReadAhead | None = None


@contextmanager
def reading_ahead(settings: Settings, years: Sequence[int] | None) -> Iterator[None]:
    """Begin to read the filings of ``years`` (None: all of the inbox); the intake step of this process takes them.

    A remote inbox is not read ahead: nothing there tells whether a file is still the one that was read.
    """
    global _current  # a process reads ahead for itself, whichever of its threads runs the steps
    inbox = Inbox(settings.inbox_url)
    if not inbox.is_local:
        yield
        return
    _current = ReadAhead(inbox, inbox.years() if years is None else set(years), settings)
    try:
        yield
    finally:
        _current.stop()
        _current = None


def read_ahead(year: int, files: Sequence[InboxFile]) -> dict[str, FilingRead]:
    """Return by path what this process has read ahead of a year's files."""
    return {} if _current is None else _current.take(year, files)


def _state(file: InboxFile) -> _State | None:
    """Return None for a file that is gone or cannot be looked at."""
    try:
        found = Path(file.path).stat()
    except OSError:
        return None
    return _State(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
