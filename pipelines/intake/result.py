"""Results: what reading a workbook returns, plain enough to cross a pipe.

Belongs here: the shapes of rows, the address of a cell, complaints gathered into findings. Does not: the shape of a
finding (``pipelines.findings.finding``), what its code means (``pipelines.findings.catalogue``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipelines.findings.finding import Finding
from schemas.folding import INVISIBLE

SHEET = "sheet"
SOURCE_ROW = "source_row"
CODES = "codes"
TIYN_SUFFIX = "_tiyn"
ALPHABET = 26
_FIRST_LETTER = ord("A")
# What no eye sees and not every database takes (PostgreSQL refuses NUL); a tab and ends of lines are left.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Rows:
    """One table of one workbook, by column; all lists are of one length.

    ``columns`` holds ``sheet``, ``source_row`` (1-based), every field of the layout, ``<field>_tiyn`` for each amount
    (whole hundredths of its currency), and ``codes`` (the row's L-codes, sorted, comma joined, empty = clean).
    ``letters`` gives the column letter of every field that stands in the workbook, alike in every sheet of the table;
    ``sheet`` is the first of them.
    """

    sheet: str
    columns: dict[str, list[Any]]
    letters: dict[str, str]

    def __len__(self) -> int:
        return len(self.columns[SOURCE_ROW])

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the sheets the table stands in, in the order of its rows."""
        return tuple(dict.fromkeys([self.sheet, *self.columns[SHEET]]))


@dataclass(frozen=True)
class FilingRead:
    """A filing workbook, read: typed values and findings.

    ``cover`` holds the cover fields that could be read, and ``multiplier`` (Decimal, tenge in one unit of account).
    ``sha256`` is empty, and ``size_bytes`` 0, only for a file that could not be opened at all.
    ``content_digest`` covers every typed value except the submission's number and date.
    """

    sha256: str
    size_bytes: int
    cover: dict[str, Any] = field(default_factory=dict)
    cover_cells: dict[str, str] = field(default_factory=dict)
    cover_sheet: str | None = None
    units: Rows | None = None
    financing: Rows | None = None
    budget: Rows | None = None
    findings: tuple[Finding, ...] = ()
    content_digest: str | None = None


@dataclass(frozen=True)
class RegisterRead:
    """A register, read; ``rows`` is None when it cannot be used at all, and a finding then says why."""

    rows: Rows | None
    findings: tuple[Finding, ...] = ()


def cell_address(rows: Rows, field: str, source_row: int) -> str | None:
    """Return the address of a field's cell, ``M7``; None when the workbook has no such column."""
    letter = rows.letters.get(field.removesuffix(TIYN_SUFFIX))
    return None if letter is None else f"{letter}{source_row}"


@cache
def column_letter(index: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, ALPHABET)
        letters = chr(_FIRST_LETTER + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the number of a column, counted from 0, by its capital Latin letters: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * ALPHABET + ord(letter) - _FIRST_LETTER + 1
    return index - 1


@dataclass
class _Facts:
    """Where one problem was met, and the distinct texts it was met with (dicts, because they keep their order)."""

    cells: list[str] = field(default_factory=list)
    values: dict[str, None] = field(default_factory=dict)
    read_as: dict[str, None] = field(default_factory=dict)


class Complaints:
    """The findings of one workbook while it is being read; the same problem in many cells becomes one."""

    def __init__(self, shown_characters: int) -> None:
        self._shown = shown_characters
        self._kept: dict[tuple[str | None, ...], _Facts] = {}

    def add(
        self,
        code: str,
        sheet: str | None = None,
        *,
        cells: Iterable[str] = (),
        field: str | None = None,
        value: str | None = None,
        expected: str | None = None,
        difference: str | None = None,
        read_as: str | None = None,
    ) -> None:
        """Keep one complaint; ``read_as`` is what was made of the value, and is told in place of ``expected``."""
        facts = self._kept.setdefault((code, sheet, field, expected, difference), _Facts())
        facts.cells.extend(cells)
        if value:
            facts.values[value] = None
        if read_as:
            facts.read_as[read_as] = None

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings in the order in which their problems were first met."""
        return tuple(
            Finding(
                code=code or "",
                sheet=sheet,
                cells=tuple(facts.cells),
                field=field,
                value=self._joined(facts.values),
                expected=self._joined(facts.read_as) or expected,
                difference=difference,
            )
            for (code, sheet, field, expected, difference), facts in self._kept.items()
        )

    def _joined(self, values: Iterable[str]) -> str | None:
        text = _UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}", "; ".join(values))
        text = INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        if len(text) > self._shown:
            text = text[: self._shown - 1] + "…"
        return text or None
