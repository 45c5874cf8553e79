"""Inbox: what lies there to be read.

Belongs here: listing years, filings and registers, locally or through fsspec; telling contents by digest.
Does not: reading workbooks.
"""

import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

FILINGS, REGISTERS = "filings", "registers"
_YEAR_DIGITS = 4
_CHUNK = 1 << 20
# What spreadsheet programs and file systems leave beside a workbook; never a filing.
_LOCKS = ("~$", ".~lock.")
_LEFTOVERS = (*_LOCKS, ".")
_WORKBOOKS = (".xlsx", ".xlsm")
# What programs that copy and download call a file until it is whole; it is a filing once it has its own name.
_UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp")
# What a store tells a file's versions by; whatever of it is there is enough to see that a file is another one.
_VERSION = ("ino", "mtime", "created", "ETag", "etag", "LastModified", "last_modified", "modified", "updated")


@dataclass(frozen=True)
class InboxFile:
    """One file of the inbox: ``name`` is its path below its folder, with forward slashes, as text.

    ``version`` is another one whenever the file is: it saves reading a file again, it is no digest. ``changed_at`` is
    when its bytes, name or rights last changed (nobody can set that), 0 where the store does not say.
    """

    name: str
    path: str
    size: int
    modified_at: float
    version: str = ""
    changed_at: float = 0.0


class Inbox:
    """The inbox under a folder or an fsspec URL."""

    def __init__(self, url: str) -> None:
        """Open the inbox; nothing is read yet."""
        self._fs, self._root = fsspec.core.url_to_fs(url)
        # A remote store keeps its listings as long as the process lives: a sensor would never see a new file.
        self._fs.invalidate_cache()

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
        return self.listing(year)[0]

    def listing(self, year: int) -> tuple[list[InboxFile], list[InboxFile]]:
        """Return the files handed in for a year, and those a program is still writing, by the ending it gives them."""
        files = self._files(f"{self._root}/{FILINGS}/{year}")
        copying = [file for file in files if is_unfinished(file.name)]
        return [file for file in files if file not in copying] if copying else files, copying

    def everything(self, folder: str) -> list[InboxFile]:
        """Return every file below a folder of the inbox, whoever left it there, in order of name."""
        return self._everything(f"{self._root}/{folder}")

    def beside(self) -> list[str]:
        """Return what stands in the inbox beside its folders, and beside the year folders, as paths below the inbox.

        A folder is named once, with a slash behind it.
        """
        years = {str(year) for year in self.years()}
        found = [name for name in self._names("") if name.rstrip("/") not in (FILINGS, REGISTERS)]
        found += [f"{FILINGS}/{name}" for name in self._names(FILINGS) if name.rstrip("/") not in years]
        return sorted(found)

    def has_filings(self) -> bool:
        """Tell whether there is a folder of filings at all: a share that is not mounted has none."""
        return bool(self._fs.isdir(f"{self._root}/{FILINGS}"))

    def registers(self) -> dict[str, InboxFile]:
        """Return the register files by name without extension."""
        found = self._files(f"{self._root}/{REGISTERS}")
        return {file.name.rsplit(".", 1)[0]: file for file in found if is_register_file(file.name)}

    def read(self, file: InboxFile) -> bytes:
        """Return a file's bytes."""
        with self._fs.open(file.path, "rb") as stream:
            data: bytes = stream.read()
        return data

    def digest(self, file: InboxFile) -> str:
        """Return the SHA-256 of a file's bytes, however large it is; raise OSError."""
        if not self.is_local:
            with self._fs.open(file.path, "rb") as stream:
                return _digest_of(stream)
        path = Path(file.path)
        if not path.is_file():
            raise OSError(errno.EINVAL, "not a file")  # opening a pipe would wait for ever
        with path.open("rb") as stream:
            return _digest_of(stream)

    def register_path(self, name: str) -> str:
        """Return where a register is expected, for messages."""
        return f"inbox/{REGISTERS}/{name}.xlsx"

    def _files(self, folder: str) -> list[InboxFile]:
        return [file for file in self._everything(folder) if not is_leftover(file.name)]

    def _everything(self, folder: str) -> list[InboxFile]:
        if not self._fs.isdir(folder):
            return []
        found: dict[str, dict[str, Any]] = self._fs.find(folder, detail=True)
        return sorted((_file(folder, path, info) for path, info in found.items()), key=lambda file: file.name)

    def _names(self, folder: str) -> list[str]:
        """Return what stands in a folder, a folder with a slash behind it."""
        place = f"{self._root}/{folder}".rstrip("/")
        if not self._fs.isdir(place):
            return []
        entries = [(str(each["name"]).rstrip("/"), each["type"]) for each in self._fs.ls(place, detail=True)]
        return [_printable(name.rsplit("/", 1)[-1]) + ("/" if kind == "directory" else "") for name, kind in entries]


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _digest_of(stream: BinaryIO) -> str:
    total = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        total.update(chunk)
    return total.hexdigest()


def _file(folder: str, path: str, info: dict[str, Any]) -> InboxFile:
    modified = info.get("mtime", info.get("LastModified", info.get("modified", 0)))
    stamp = modified.timestamp() if hasattr(modified, "timestamp") else float(modified or 0)
    size = int(info.get("size") or 0)
    version = "/".join(f"{key}={info[key]}" for key in _VERSION if key in info)
    # Only local files have it: status change time on every system but Windows, where it is the time of creation.
    changed = info["created"] if "ino" in info else 0.0
    return InboxFile(_printable(path[len(folder) :].lstrip("/")), path, size, stamp, version, float(changed))


def _printable(name: str) -> str:
    r"""Return a name with bytes that are no UTF-8 written as ``\xff``: no database keeps them as they are."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_leftover(name: str) -> bool:
    """Tell whether a file is what spreadsheet programs and file systems leave beside a workbook."""
    return name.rsplit("/", 1)[-1].startswith(_LEFTOVERS)


def is_lock(name: str) -> bool:
    """Tell whether a file is named as the mark that somebody has a workbook open."""
    return name.rsplit("/", 1)[-1].startswith(_LOCKS)


def is_register_file(name: str) -> bool:
    """Tell whether a file may be a register, by its ending."""
    return name.lower().endswith(_WORKBOOKS)


def is_unfinished(name: str) -> bool:
    """Tell whether a file is still being copied, by the ending a program gives it."""
    return name.lower().endswith(_UNFINISHED)
