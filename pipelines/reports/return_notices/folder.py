"""Folder: where notices stand, and the index of those that do.

Belongs here: names of files, reading and writing the index, moving withdrawn notices away. Does not: what is in them.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from pipelines.reports.return_notices.notice import SHOWN_ID, Notice
from pipelines.reports.whole_file import write_whole

INDEX = "index.json"
WITHDRAWN = "withdrawn"
_FORMAT = 1
_NAME_CHARACTERS = 60
_UNSAFE = re.compile(r"[^\w.-]+")
# What stands in the folder under such a name is a notice of ours; anything else is left alone.
_OURS = re.compile(rf".+-[0-9a-f]{{{SHOWN_ID}}}\.xlsx")
_PARTS = ".*.part"


@dataclass(frozen=True)
class Entry:
    """One notice that stands: its file and what it is about; ``digest`` covers all that it was made from."""

    file: str
    filing_id: str
    file_names: tuple[str, ...]
    user_bin: str | None
    user_name: str | None
    status: str
    severity: str
    codes: dict[str, int]
    is_marked: bool
    size_bytes: int
    digest: str

    @property
    def places(self) -> int:
        """How many places the findings name."""
        return sum(self.codes.values())


def notices_folder(root: Path, year: int) -> Path:
    """Return where the notices of a year stand, below the folder of all notices."""
    return root / str(year)


def file_name(notice: Notice) -> str:
    """Return the name of a notice's file: the user's BIN, or the name of the workbook, and the start of its SHA-256."""
    first = notice.file_names[0]
    stem = notice.user_bin or PurePosixPath(first).stem
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", stem)).strip("._-")[:_NAME_CHARACTERS] or "filing"
    digest = notice.filing_id or hashlib.sha256(first.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{safe}-{digest[:SHOWN_ID]}.xlsx"


def read_index(folder: Path) -> list[Entry]:
    """Return the notices that stand in a folder, in order of file; none when there is no index or another's."""
    try:
        content = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            return []
        return [Entry(**{**raw, "file_names": tuple(raw["file_names"])}) for raw in content["notices"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def write_index(folder: Path, year: int, entries: Collection[Entry]) -> None:
    """Write the index, whole or not at all; one that says the same already is left as it is."""
    ordered = sorted(entries, key=lambda entry: entry.file)
    content = {"format": _FORMAT, "report_year": year, "notices": [asdict(entry) for entry in ordered]}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_whole(folder / INDEX, text.encode())


def stands(folder: Path, entry: Entry) -> bool:
    """Tell whether the file of an entry is there, whole."""
    path = folder / entry.file
    return path.exists() and path.stat().st_size == entry.size_bytes


def withdraw(folder: Path, standing: Collection[str]) -> list[str]:
    """Move notices that stand no longer to ``withdrawn/<year>`` beside the years; return their names.

    What a broken-off run left half written is removed; files that are no notices are left alone.
    """
    for part in folder.glob(_PARTS):
        part.unlink(missing_ok=True)
    gone = sorted(
        path.name for path in folder.glob("*.xlsx") if _OURS.fullmatch(path.name) and path.name not in standing
    )
    away = folder.parent / WITHDRAWN / folder.name
    for name in gone:
        away.mkdir(parents=True, exist_ok=True)
        (folder / name).replace(away / name)
    for name in standing:
        (away / name).unlink(missing_ok=True)  # it stands again
    return gone
