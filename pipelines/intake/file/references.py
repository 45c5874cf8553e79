"""References: the addresses of cells and of merged cells, as sheets write them.

Here: text to rows and columns counted from 0, within the bounds of the format. Not here: addresses in findings
(``pipelines.intake.result``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.intake.result import column_index

ROWS = 1_048_576
"""No sheet has more rows, in any program."""
COLUMNS = column_index("XFD") + 1
"""No sheet has more columns, in any program."""
_CELL = re.compile(r"([A-Z]{1,3})0{0,9}([1-9][0-9]{0,6})")
_COLUMN = re.compile(r"[A-Z]{1,3}")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


def row_number(text: str) -> int | None:
    """Return a row, counted from 0; None when it is none of a sheet's."""
    bare = text.lstrip("0")
    return int(bare) - 1 if _ROW.fullmatch(bare) and int(bare) <= ROWS else None


def cell_place(text: str) -> tuple[int, int] | None:
    """Return row and column of a cell, counted from 0; None when it is none of a sheet's."""
    match = _CELL.fullmatch(text.replace("$", "").upper())
    if match is None:
        return None
    row, column = row_number(match[2]), _column(match[1])
    return None if row is None or column is None else (row, column)


def area(text: str) -> tuple[int, int, int, int] | None:
    """Return first row, first column, last row, last column of ``B2:C9``, ``B:C`` or ``2:9``; None for any other."""
    first, _, last = text.replace("$", "").upper().partition(":")
    begin, end = cell_place(first), cell_place(last or first)
    if begin is not None and end is not None:
        (top, bottom), (left, right) = sorted((begin[0], end[0])), sorted((begin[1], end[1]))
        return top, left, bottom, right
    rows, columns = (row_number(first), row_number(last)), (_column(first), _column(last))
    if rows[0] is not None and rows[1] is not None:
        return min(rows[0], rows[1]), 0, max(rows[0], rows[1]), COLUMNS - 1
    if columns[0] is not None and columns[1] is not None:
        return 0, min(columns[0], columns[1]), ROWS - 1, max(columns[0], columns[1])
    return None


@lru_cache(maxsize=COLUMNS)
def _column(letters: str) -> int | None:
    if not _COLUMN.fullmatch(letters):
        return None
    index = column_index(letters)
    return index if index < COLUMNS else None
