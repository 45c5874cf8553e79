"""Region: which rows of a sheet are the rows of its table.

Belongs here: empty rows, the total row that ends a table, what stands below it. Does not: what the cells say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.header import Header
from pipelines.intake.form.values import clean
from schemas.folding import fold

_WORTH_A_NOTE = 2


@dataclass(frozen=True)
class Region:
    """The rows of a table: their 1-based numbers, and by field name the cells of its column.

    ``total`` is the 1-based number of the total row, ``below`` those of the filled rows under it, which are not read.
    """

    numbers: list[int]
    cells: dict[str, list[Any]]
    total: int | None
    below: list[int]


def find_region(grid: Grid, header: Header, total_words: tuple[str, ...]) -> Region:
    """Return the table's rows: every row with a cell in a known column, down to the total row."""
    columns = list(header.columns.values())
    width = max(columns) + 1
    numbers: list[int] = []
    rows: list[list[Any]] = []
    total: int | None = None
    below: list[int] = []
    for number, row in enumerate(grid.cells[header.row + 1 :], header.row + 2):
        filled = _filled(row, columns)
        if not filled and total is not None:
            continue
        if _is_total(row, total_words):
            total = total or number
        elif total is not None:
            below += [number] * (filled >= _WORTH_A_NOTE)
        elif filled:
            numbers.append(number)
            rows.append(row if len(row) >= width else row + [None] * (width - len(row)))
    cells = {name: [row[column] for row in rows] for name, column in header.columns.items()}
    return Region(numbers, cells, total, below)


def is_filled(cell: object) -> bool:
    """Tell whether a cell holds anything but white space."""
    if isinstance(cell, str):
        return bool(cell) and bool(clean(cell))
    return cell is not None


def _filled(row: Sequence[Any], columns: list[int]) -> int:
    """Count filled cells in known columns, up to the number that is worth a note."""
    count = 0
    for column in columns:
        if column < len(row) and is_filled(row[column]):
            count += 1
            if count == _WORTH_A_NOTE:
                break
    return count


def _is_total(row: Sequence[Any], total_words: tuple[str, ...]) -> bool:
    """Tell whether the first filled cell begins with a total word, as a whole word: «Итоговый отчет» does not."""
    for cell in row:
        if is_filled(cell):
            text = fold(cell) if isinstance(cell, str) else ""
            word = next((word for word in total_words if text.startswith(word)), None)
            return word is not None and not text[len(word) : len(word) + 1].isalpha()
    return False
