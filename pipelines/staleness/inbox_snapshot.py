"""Inbox snapshot: what lies in the inbox now, told by content, at the price of a listing.

Here: digests of filings and registers, which of the files are still being copied. Not here: what was computed
(``pipelines.staleness.stored_year``), reading workbooks, launching anything.

Names, sizes and times are listed at every look; a file is opened only when they differ from those at an earlier look of
this process. A look may be allowed to read only so much (``Allowance``); what is left waits for the next.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.intake.inbox.inbox import Inbox, InboxFile
from pipelines.intake.year.registers import ABSENT
from pipelines.layouts.loader import register_layouts

_REMEMBERED = 100_000
_KNOWN: dict[InboxFile, str] = {}
UNREADABLE = ""


@dataclass
class Allowance:
    """How many files and bytes a look may still read. Whatever its size, the first file is read."""

    files: int
    size: int
    opened: int = 0
    left_over: int = 0

    def take(self, file: InboxFile) -> bool:
        """Tell whether the file may be read now, and count it."""
        if self.opened and (self.files < 1 or self.size < file.size):
            self.left_over += 1
            return False
        self.files, self.size, self.opened = self.files - 1, self.size - file.size, self.opened + 1
        return True


@dataclass(frozen=True)
class Folder:
    """A listed folder: the files that count, those that a program is still writing, and what tells it from others."""

    files: tuple[InboxFile, ...]
    copying: tuple[str, ...]
    signature: str

    def unsettled(self, now: float, seconds: float) -> list[str]:
        """Return the names of files being copied or changed less than so many seconds ago."""
        return [*self.copying, *(file.name for file in self.files if not _is_settled(file, now, seconds))]

    def changed_at(self, names: Iterable[str], now: float) -> float:
        """Return when the first of the named files changed; ``now`` when none of them is there."""
        wanted = set(names)
        stamps = (_changed_at(file, now) for file in self.files if file.name in wanted)
        return min((stamp for stamp in stamps if stamp is not None), default=now)


def folder_of(inbox: Inbox, year: int) -> Folder:
    """List what was handed in for a year."""
    files, copying = inbox.listing(year)
    return Folder(tuple(files), tuple(file.name for file in copying), _signature(files))


def folder_of_registers(inbox: Inbox) -> Folder:
    """List the registers; other files beside them do not count."""
    found = inbox.registers()
    files = [found[name] for name in register_layouts() if name in found]
    return Folder(tuple(files), (), _signature(files))


def digests(inbox: Inbox, folder: Folder, allowance: Allowance | None = None) -> dict[str, str] | None:
    """Return the SHA-256 of each file of a folder by name, None when the allowance did not reach.

    Without an allowance every file is read that has to be. A file that cannot be read has the digest ``""``, as the run
    gives it.
    """
    found = {file.name: _digest(inbox, file, allowance) for file in folder.files}
    known = {name: digest for name, digest in found.items() if digest is not None}
    return known if len(known) == len(found) else None


def as_registers(digests: Mapping[str, str]) -> dict[str, str]:
    """Return digests of register files as loads name them: each register by its file, ``absent`` for none."""
    by_name = {file.rsplit(".", 1)[0]: (file, digest) for file, digest in digests.items()}
    named = (by_name.get(name, (layout.file, ABSENT)) for name, layout in register_layouts().items())
    return {f"register:{file}": digest for file, digest in named}


def content(digests: Mapping[str, str]) -> str:
    """Return the SHA-256 over names and contents: the same files have the same, whenever and by whomever copied."""
    total = hashlib.sha256()
    for name, digest in sorted(digests.items()):
        total.update(f"{name}\0{digest}\n".encode())
    return total.hexdigest()


def _signature(files: Iterable[InboxFile]) -> str:
    return content({file.name: f"{file.size}/{file.version}" for file in files})


def _digest(inbox: Inbox, file: InboxFile, allowance: Allowance | None) -> str | None:
    """Return a file's digest, read again only when anything a listing tells is another.

    The memory is this process's own and only saves work: a code server that starts anew reads everything once.
    """
    if file not in _KNOWN:
        if allowance is not None and not allowance.take(file):
            return None
        if len(_KNOWN) >= _REMEMBERED:
            _KNOWN.clear()
        try:
            _KNOWN[file] = inbox.digest(file)
        except OSError:
            return UNREADABLE
    return _KNOWN[file]


def _is_settled(file: InboxFile, now: float, seconds: float) -> bool:
    """Tell whether a file has not changed for so long; one whose clock runs ahead is taken as it is."""
    changed = _changed_at(file, now + seconds)
    return changed is None or now - changed >= seconds


def _changed_at(file: InboxFile, latest: float) -> float | None:
    """Return when a file last changed by the times that can be true, None when none can."""
    return max((stamp for stamp in (file.modified_at, file.changed_at) if stamp <= latest), default=None)
