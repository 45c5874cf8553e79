"""Merged numbers: the number of a contract that is merged over its payments.

Here: carrying it down to the rows it stands for, as the eye does. Not here: any other merged cell, of which the top
left one alone has the value.
"""

from __future__ import annotations

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.header import Header
from pipelines.intake.form.rows.row_kinds import UNIT, is_filled
from pipelines.intake.form.values import clean
from pipelines.intake.result import Complaints, column_letter

CARRIED_DOWN = "N005"


def carry_down(grid: Grid, header: Header, complaints: Complaints) -> None:
    """Fill the contract's column where its cell is merged over rows in which something else stands, with a note."""
    column = header.columns.get(UNIT)
    for merge in grid.appearance.merges:
        if column is None or merge.first_column != column or merge.first_row <= header.row:
            continue
        first = grid.cells[merge.first_row] if merge.first_row < len(grid.cells) else []
        number = first[column] if column < len(first) else None
        if not is_filled(number):
            continue
        rows = range(merge.first_row + 1, min(merge.last_row + 1, len(grid.cells)))
        meant = [row for row in rows if any(map(is_filled, grid.cells[row]))]
        for row in meant:
            cells = grid.cells[row]
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = number
        if meant:
            addresses = [f"{column_letter(column)}{row + 1}" for row in meant]
            shown = clean(number) if isinstance(number, str) else str(number)
            complaints.add(CARRIED_DOWN, grid.name, cells=addresses, field=UNIT, value=shown)
