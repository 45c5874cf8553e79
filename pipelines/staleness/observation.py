"""Observation: one look at inbox and warehouse, and the reasons of every year as it finds them.

Here: gathering what ``pipelines.staleness.reasons`` compares, reading no more of it than is needed; opening a warehouse
only to look. Not here: the definition itself, what Dagster knows of runs (``assets.automation.observed_years``).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa

from pipelines.intake.inbox.inbox import Inbox
from pipelines.settings import Settings
from pipelines.staleness import inbox_snapshot
from pipelines.staleness.inbox_snapshot import Allowance, Folder
from pipelines.staleness.inputs import rules_now
from pipelines.staleness.reasons import FileChanges, Part, Reason, is_missing, reasons
from pipelines.staleness.stored_year import StoredYear, stored_files, stored_year, stored_years
from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.session import Warehouse, read_transaction
from schemas.trail import loads


class UnreadError(Exception):
    """So many files are new that they are read in several looks; the message says how far it is."""


@dataclass
class Hints:
    """What an earlier look knew of each folder: signature, then digest. Losing it costs time, never a decision."""

    folders: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None) -> "Hints":
        """Return what a cursor holds; nothing when it is no such thing."""
        try:
            found = json.loads(cursor or "{}")
            return cls({str(name): (str(one), str(other)) for name, (one, other) in found.items()})
        except (ValueError, TypeError, AttributeError):
            return cls()

    def as_cursor(self) -> str:
        """Return the text for the next look."""
        return json.dumps(self.folders)


@dataclass(frozen=True)
class FiledFolder:
    """The filings of a year in the inbox: the listing, its digest, and how it differs from what is stored."""

    folder: Folder
    content: str
    changes: FileChanges


@dataclass
class Observation:
    """One look. ``connection`` is a read transaction on the warehouse, None when there is none yet.

    Without an allowance everything is read that has to be.
    """

    inbox: Inbox
    connection: sa.Connection | None
    statute: str
    allowance: Allowance | None = None
    hints: Hints = field(default_factory=Hints)
    _filed: dict[int, FiledFolder] = field(default_factory=dict)

    @classmethod
    def of(cls, warehouse: Warehouse, connection: sa.Connection) -> "Observation":
        """Look from an open warehouse."""
        return cls(Inbox(warehouse.settings.inbox_url), connection, warehouse.statute.digest)

    def years(self) -> list[int]:
        """Return every year that has filings or was ever computed, ascending."""
        return sorted({*self.inbox.years(), *self._stored})

    def reasons(self, year: int, part: Part = Part.ROLL_UPS) -> tuple[Reason, ...]:
        """Return why a year, up to a part of it, differs from what computing it now would store.

        Raises:
            UnreadError: more files are new than the allowance reaches.
        """
        stored = self.stored(year)
        if is_missing(stored, part):
            return reasons(stored, FileChanges(), {}, part)
        files = FileChanges() if part is Part.REGISTERS else self.filed(year).changes
        return reasons(stored, files, self.inputs, part)

    def stored(self, year: int) -> StoredYear:
        """Return what the warehouse holds of a year."""
        if year in self._stored:
            return self._stored[year]
        return StoredYear(year) if self.connection is None else stored_year(self.connection, year)

    def filed(self, year: int) -> FiledFolder:
        """Return what was handed in for a year; raise UnreadError."""
        if year not in self._filed:
            self._filed[year] = self._file(year)
        return self._filed[year]

    @cached_property
    def registers(self) -> Folder:
        """The registers in the inbox."""
        return inbox_snapshot.folder_of_registers(self.inbox)

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Digests of registers and rules as they are, named as loads name them; may raise UnreadError."""
        return inbox_snapshot.as_registers(self._digests(self.registers)) | rules_now(self.statute)

    @cached_property
    def _stored(self) -> dict[int, StoredYear]:
        return {} if self.connection is None else stored_years(self.connection)

    def _file(self, year: int) -> FiledFolder:
        folder = inbox_snapshot.folder_of(self.inbox, year)
        # Lines are stored before verdicts: a year that has none was read from nothing as yet.
        has_files = self.connection is not None and self.stored(year).lines
        held = stored_files(self.connection, year) if self.connection is not None and has_files else {}
        content = self._content(folder, year)
        found = held if content == inbox_snapshot.content(held) else self._digests(folder)
        return FiledFolder(folder, content, FileChanges.between(held, found))

    def _content(self, folder: Folder, year: int) -> str:
        signature, known = self.hints.folders.get(str(year), ("", ""))
        if signature != folder.signature:
            known = inbox_snapshot.content(self._digests(folder))
            self.hints.folders[str(year)] = (folder.signature, known)
        return known

    def _digests(self, folder: Folder) -> dict[str, str]:
        found = inbox_snapshot.digests(self.inbox, folder, self.allowance)
        if found is None:
            opened, left = (0, 0) if self.allowance is None else (self.allowance.opened, self.allowance.left_over)
            message = f"{opened} new or changed files were read; {left} or more are left."
            raise UnreadError(message)
        return found


@contextmanager
def looking_into(settings: Settings) -> Iterator[sa.Connection | None]:
    """Open the warehouse as it is, None when there is none yet: looking makes no tables and no file.

    Raises:
        pipelines.warehouse.engine.WarehouseError: the warehouse cannot be read.
    """
    if not settings.has_warehouse:
        yield None
        return
    engine = open_engine(settings.warehouse_url)
    try:
        with read_transaction(engine) as connection:
            yield connection if sa.inspect(connection).has_table(loads.name) else None
    finally:
        engine.dispose()
