"""Notice: everything a return notice says about one filing, before it becomes a workbook.

Belongs here: the shapes, and the digest by which a notice is known to be the same. Does not: finding words for them
(``composing``), cells and colours (``marking``, ``listing``).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

SEVERITIES = ("reject", "set_aside", "disallowed", "warn", "note")
"""The gravest first: those of findings, and payments that a rule of recognition disallows."""
SHOWN_ID = 12


@dataclass(frozen=True)
class Remark:
    """One finding, told: ``told`` for the sheet in ru, kk and en, ``note`` for a cell in all three."""

    severity: str
    code: str
    sheet: str | None
    cells: tuple[str, ...]
    field: str | None
    value: str | None
    told: tuple[str, ...]
    note: str
    reference: str


@dataclass(frozen=True)
class Notice:
    """What is returned to a filer: facts about the filing as (label, value), what becomes of it, the remarks.

    ``filing_id`` is the SHA-256 of the workbook, empty when it could never be read. ``outcome`` is told in ru, kk and
    en. The gravest remarks stand first. ``may_be_opened`` is false for what intake refused to open.
    """

    filing_id: str
    report_year: int
    user_bin: str | None
    user_name: str | None
    status: str
    file_names: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    outcome: tuple[str, ...]
    remarks: tuple[Remark, ...]
    may_be_opened: bool

    @property
    def severity(self) -> str:
        """The gravest severity."""
        return self.remarks[0].severity

    @property
    def codes(self) -> dict[str, int]:
        """How many places each code names, the gravest first; a finding about a whole sheet or file is one place."""
        counted: Counter[str] = Counter()
        for remark in self.remarks:
            counted[remark.code] += max(1, len(remark.cells))
        return dict(counted)

    def digest(self, manner_digest: str) -> str:
        """Return a SHA-256 over all that the workbook of the notice is made from."""
        said = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(f"{manner_digest}\n{said}".encode("utf-8", "backslashreplace")).hexdigest()


@dataclass(frozen=True)
class Written:
    """A notice that was made into a workbook: whether the filer's own cells could be marked."""

    size_bytes: int
    is_marked: bool


@dataclass(frozen=True)
class NotWritten:
    """The notice could not be kept: a fault of this machine, which stops the work."""

    reason: str


@dataclass(frozen=True)
class Order:
    """One notice to write: where the filer's workbook is kept (None: do not open it), and where the notice goes."""

    notice: Notice
    source: Path | None
    target: Path
