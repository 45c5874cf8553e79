"""Header: where a table begins and which column holds which field.

Belongs here: finding the header row by its labels. Does not: the rows under it (``table``).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.values import clean
from pipelines.intake.result import Complaints, column_letter
from pipelines.layouts.loader import Field, Sheet
from schemas.folding import fold

MISSING_COLUMN = "F004"
UNKNOWN_COLUMN = "N001"


@dataclass(frozen=True)
class Header:
    """The row of the labels (counted from 0) and, by field name, the column of each field found."""

    row: int
    columns: dict[str, int]


def find_header(grid: Grid, sheet: Sheet, depth: int, complaints: Complaints) -> Header | None:
    """Return the header, or None after complaining: a required column is missing, or one stands twice.

    The header is the first row, of ``depth`` from the top, that names every required column; without one, the row that
    names most fields.
    """
    required = {field.name for field in sheet.fields if field.column_required}
    best: dict[int, Field] = {}
    best_names: set[str] = set()
    best_row = 0
    for row, cells in enumerate(grid.cells[:depth]):
        named = {
            column: found
            for column, cell in enumerate(cells)
            if isinstance(cell, str) and (found := sheet.by_label.get(fold(cell)))
        }
        names = {field.name for field in named.values()}
        if len(names) > len(best_names):
            best, best_names, best_row = named, names, row
        if required <= names:
            break
    if not _is_complete(grid, sheet, best, best_row, complaints):
        return None
    _note_unknown(grid, best, best_row, complaints)
    return Header(best_row, {field.name: column for column, field in best.items()})


def _is_complete(grid: Grid, sheet: Sheet, named: dict[int, Field], row: int, complaints: Complaints) -> bool:
    complete = True
    for field in sheet.fields:
        columns = [column for column, found in named.items() if found is field]
        if not columns and field.column_required:
            complaints.add(MISSING_COLUMN, grid.name, field=field.name, expected=field.labels.ru)
            complete = False
        elif len(columns) > 1:
            cells = [f"{column_letter(column)}{row + 1}" for column in columns]
            text = " + ".join(clean(str(grid.cells[row][column])) for column in columns)
            label = field.labels.ru
            complaints.add(MISSING_COLUMN, grid.name, cells=cells, field=field.name, value=text, expected=label)
            complete = False
    return complete


def _note_unknown(grid: Grid, named: dict[int, Field], row: int, complaints: Complaints) -> None:
    for column, cell in enumerate(grid.cells[row]):
        if column not in named and isinstance(cell, str) and (text := clean(cell)):
            complaints.add(UNKNOWN_COLUMN, grid.name, cells=[f"{column_letter(column)}{row + 1}"], value=text)
