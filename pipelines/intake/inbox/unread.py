"""Unread: files of the inbox that nobody reads, why, and which register one was likely meant to be.

Here: what stands beside the year folders, what programs leave behind, what is no register. Not here: what is read
(``inbox``), files of a year that are no workbooks (they are rejected by F001).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipelines.intake.inbox.inbox import (
    FILINGS,
    REGISTERS,
    Inbox,
    InboxFile,
    is_leftover,
    is_lock,
    is_register_file,
    is_unfinished,
)
from pipelines.layouts.habits import habits
from pipelines.wording import phrases

_WORDS = re.compile(r"[^\W\d_]+")


# The mark Excel and LibreOffice leave while a workbook is open: a name in 165 bytes. More than that is somebody's work.
LOCK_BYTES = 165


class Unreadness(StrEnum):
    """Why nobody reads a file."""

    BESIDE = "beside"
    LEFTOVER = "leftover"
    LOCK = "lock"
    UNFINISHED = "unfinished"
    NO_REGISTER = "no_register"


@dataclass(frozen=True)
class Unread:
    """A file of the inbox: its path below the inbox, why it is unread, and the missing register it likely is."""

    name: str
    why: Unreadness
    likely: str | None = None

    def told(self, language: str) -> str:
        """Return in words, in ru, kk or en, why it is not read and what to do."""
        said = phrases.say("unread", str(self.why), language, name=self.name)
        return said + (phrases.say("unread", "likely", language, likely=self.likely) if self.likely else "")


def unread_files(inbox: Inbox, years: Iterable[int], registers: Iterable[str]) -> list[Unread]:
    """Return the files nobody reads: of these years, of the registers, and beside both, in order of name."""
    names = tuple(registers)
    found = [Unread(name, Unreadness.BESIDE) for name in inbox.beside()]
    for year in years:
        found += _left(f"{FILINGS}/{year}", inbox.everything(f"{FILINGS}/{year}"))
    held = {name: file.path for name, file in inbox.registers().items() if name in names}
    missing = [name for name in names if name not in held]
    others = [file for file in inbox.everything(REGISTERS) if file.path not in held.values()]
    found += (_register(file, missing) for file in others if not _is_no_file(file))
    return sorted(found, key=lambda file: file.name)


def likely_register(name: str, registers: Iterable[str]) -> str | None:
    """Return the register a file was likely meant to be: ``Units.XLSX``, ``units (1).xlsx``, ``old/units.xlsx``."""
    stem, _, ending = name.rsplit("/", 1)[-1].lower().partition(".")
    words = [word for word in _WORDS.findall(stem) if word not in habits().copy_words]
    if not is_register_file(f".{ending}"):
        return None
    return next((register for register in registers if words == _WORDS.findall(register)), None)


def _left(folder: str, files: Iterable[InboxFile]) -> Iterator[Unread]:
    for file in files:
        if _is_no_file(file):
            continue
        why = _why(file)
        if why is not None:
            yield Unread(f"{folder}/{file.name}", why)


def _register(file: InboxFile, missing: Iterable[str]) -> Unread:
    why = _why(file) or Unreadness.NO_REGISTER
    likely = likely_register(file.name, missing) if why is Unreadness.NO_REGISTER else None
    return Unread(f"{REGISTERS}/{file.name}", why, likely)


def _why(file: InboxFile) -> Unreadness | None:
    if is_lock(file.name):
        return Unreadness.LOCK
    if is_leftover(file.name):
        return Unreadness.LEFTOVER
    return Unreadness.UNFINISHED if is_unfinished(file.name) else None


def _is_no_file(file: InboxFile) -> bool:
    """Tell whether a spreadsheet program's mark that somebody has a workbook open is nothing more than that."""
    return is_lock(file.name) and file.size <= LOCK_BYTES
