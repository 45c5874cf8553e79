"""Inbox: what lies there to be read.

Belongs here: listing years, filings and registers, locally or through fsspec; telling contents by digest.
Does not: reading workbooks.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

FILINGS, REGISTERS = "filings", "registers"
_YEAR_DIGITS = 4
# What spreadsheet programs and file systems leave beside a workbook; never a filing.
_LEFTOVERS = ("~$", ".~", "._", ".")


@dataclass(frozen=True)
class InboxFile:
    """One file of the inbox: ``name`` is its path below its folder, with forward slashes, as text."""

    name: str
    path: str
    size: int
    modified_at: float


class Inbox:
    """The inbox under a folder or an fsspec URL."""

    def __init__(self, url: str) -> None:
        """Open the inbox; nothing is read yet."""
        self._fs, self._root = fsspec.core.url_to_fs(url)

    @property
    def is_local(self) -> bool:
        """Whether files can be opened by path."""
        return isinstance(self._fs, LocalFileSystem)

    def years(self) -> list[int]:
        """Return the reporting years that have a folder of filings, ascending."""
        folder = f"{self._root}/{FILINGS}"
        if not self._fs.isdir(folder):
            return []
        names = [str(entry["name"]).rstrip("/").rsplit("/", 1)[-1] for entry in self._fs.ls(folder, detail=True)]
        return sorted(int(name) for name in names if len(name) == _YEAR_DIGITS and name.isascii() and name.isdigit())

    def filings(self, year: int) -> list[InboxFile]:
        """Return every file handed in for a year, at any depth, in order of name.

        Every file counts, whatever its extension: one that is no workbook must be told so, not overlooked.
        """
        return self._files(f"{self._root}/{FILINGS}/{year}")

    def registers(self) -> dict[str, InboxFile]:
        """Return the register files by name without extension."""
        found = self._files(f"{self._root}/{REGISTERS}")
        return {file.name.rsplit(".", 1)[0]: file for file in found if file.name.lower().endswith((".xlsx", ".xlsm"))}

    def read(self, file: InboxFile) -> bytes:
        """Return a file's bytes."""
        with self._fs.open(file.path, "rb") as stream:
            data: bytes = stream.read()
        return data

    def register_path(self, name: str) -> str:
        """Return where a register is expected, for messages."""
        return f"inbox/{REGISTERS}/{name}.xlsx"

    def _files(self, folder: str) -> list[InboxFile]:
        if not self._fs.isdir(folder):
            return []
        found: dict[str, dict[str, Any]] = self._fs.find(folder, detail=True)
        files = [_file(folder, path, info) for path, info in found.items()]
        return sorted((file for file in files if not _is_leftover(file.name)), key=lambda file: file.name)


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _file(folder: str, path: str, info: dict[str, Any]) -> InboxFile:
    modified = info.get("mtime", info.get("LastModified", info.get("modified", 0)))
    stamp = modified.timestamp() if hasattr(modified, "timestamp") else float(modified or 0)
    return InboxFile(_printable(path[len(folder) :].lstrip("/")), path, int(info.get("size") or 0), stamp)


def _printable(name: str) -> str:
    r"""Return a name with bytes that are no UTF-8 written as ``\xff``: no database keeps them as they are."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_leftover(name: str) -> bool:
    return name.rsplit("/", 1)[-1].startswith(_LEFTOVERS)
