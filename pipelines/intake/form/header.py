"""Header: where a table begins and which column holds which field.

Here: finding the header row by its labels, and by what is near them. Not here: how near a text is to a label
(``nearness``), the rows under the header (``table``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import islice

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.nearness import nearest
from pipelines.intake.form.values import Context, Problem, clean, converter
from pipelines.intake.result import Complaints, column_letter
from pipelines.layouts.habits import habits
from pipelines.layouts.loader import Field, Sheet
from schemas.folding import fold

MISSING_COLUMN = "F004"
RESEMBLES = "F012"
READ_AS = "W009"
UNKNOWN_COLUMN = "N001"
_A_FEW = 3


@dataclass(frozen=True)
class Header:
    """The row of the labels (counted from 0) and, by field name, the column of each field found."""

    row: int
    columns: dict[str, int]
    unknown: dict[int, str] = field(default_factory=dict)
    """Labels of columns that are no field's, by column."""
    labels: dict[int, str] = field(default_factory=dict)
    """Every text of the row, folded, by column."""


@dataclass
class _Named:
    """What the cells of a header row name, and what is said of those that name nothing."""

    fields: dict[int, Field]
    refused: set[str] = field(default_factory=set)
    """Fields that a refused label may have meant."""


def find_header(grid: Grid, sheet: Sheet, context: Context, complaints: Complaints) -> Header | None:
    """Return the header, or None after complaining: a required column is missing, stands twice or cannot be told.

    The header is the first row, of so many from the top, that names every required column; without one, the row that
    names most fields.
    """
    row, fields = _best_row(grid, sheet, context.limits.header_rows)
    named = _Named(fields)
    texts = {
        column: text
        for column, cell in enumerate(grid.cells[row] if grid.cells else [])
        if column not in fields and isinstance(cell, str) and (text := clean(cell))
    }
    if texts:
        _read_near(grid, row, sheet, texts, named, context, complaints)
    if not _is_complete(grid, sheet, named, row, complaints):
        return None
    unknown = {column: text for column, text in texts.items() if column not in named.fields}
    if not named.refused:
        for column, text in unknown.items():
            complaints.add(UNKNOWN_COLUMN, grid.name, cells=[f"{column_letter(column)}{row + 1}"], value=text)
    columns = {found.name: column for column, found in named.fields.items()}
    labels = {column: fold(cell) for column, cell in enumerate(grid.cells[row]) if isinstance(cell, str)}
    return Header(row, columns, unknown, labels)


def _best_row(grid: Grid, sheet: Sheet, depth: int) -> tuple[int, dict[int, Field]]:
    required = {each.name for each in sheet.fields if each.column_required}
    best: dict[int, Field] = {}
    best_names: set[str] = set()
    best_row = 0
    for row, cells in enumerate(islice(grid.cells, depth)):
        named = {
            column: found
            for column, cell in enumerate(cells)
            if isinstance(cell, str) and (found := sheet.by_label.get(fold(cell)))
        }
        names = {each.name for each in named.values()}
        if len(names) > len(best_names):
            best, best_names, best_row = named, names, row
        if required <= names:
            return row, named
    if len(best_names) < _A_FEW:
        nearest_row = _row_of_near_labels(grid, sheet, depth)
        if nearest_row is not None and nearest_row != best_row:
            return nearest_row, {}
    return best_row, best


def _row_of_near_labels(grid: Grid, sheet: Sheet, depth: int) -> int | None:
    """Return the row with most labels near the form's, where no row has the form's own."""
    counts = {
        row: sum(bool(nearest(cell, sheet.fields)) for cell in cells if isinstance(cell, str) and clean(cell))
        for row, cells in enumerate(islice(grid.cells, depth))
        if sum(isinstance(cell, str) and bool(cell) for cell in cells) >= _A_FEW
    }
    best = max(counts, key=lambda row: (counts[row], -row), default=None)
    return best if best is not None and counts[best] >= _A_FEW else None


def _read_near(
    grid: Grid,
    row: int,
    sheet: Sheet,
    texts: Mapping[int, str],
    named: _Named,
    context: Context,
    complaints: Complaints,
) -> None:
    """Read labels near exactly one missing field as that field, if its cells fit; refuse those that might decide."""
    taken = {each.name for each in named.fields.values()}
    missing = [each for each in sheet.fields if each.name not in taken]
    near = {column: found for column, text in texts.items() if (found := nearest(text, missing))}
    claims = {each.name: [column for column, found in near.items() if each.name in found] for each in missing}
    for column, found in near.items():
        likely = sheet.field(max(found, key=lambda name: found[name]))
        cell = [f"{column_letter(column)}{row + 1}"]
        label = likely.labels.ru
        if len(found) == 1 and len(claims[likely.name]) == 1 and _fits(grid, row, column, likely, context):
            named.fields[column] = likely
            complaints.add(READ_AS, grid.name, cells=cell, field=likely.name, value=texts[column], expected=label)
        elif sheet.names is not None and (deciding := _deciding(found)):
            named.refused |= deciding
            complaints.add(RESEMBLES, grid.name, cells=cell, field=likely.name, value=texts[column], expected=label)


def _deciding(names: Collection[str]) -> set[str]:
    return set(names) & habits().labels.deciding


def _fits(grid: Grid, row: int, column: int, meant: Field, context: Context) -> bool:
    """Tell whether the cells under a label are of a field's type; a column with nothing in it fits."""
    convert = converter(meant, context)
    cells = [
        clean(cell) if isinstance(cell, str) else cell
        for line in grid.cells[row + 1 :]
        for cell in line[column : column + 1]
    ]
    filled = [cell for cell in cells if cell is not None and cell != ""]
    wrong = sum(isinstance(value := convert(cell), Problem) and value.value is None for cell in filled)
    return wrong <= len(filled) * (1 - habits().labels.fitting_cells)


def _is_complete(grid: Grid, sheet: Sheet, named: _Named, row: int, complaints: Complaints) -> bool:
    complete = True
    for each in sheet.fields:
        columns = [column for column, found in named.fields.items() if found is each]
        if not columns and each.column_required:
            if each.name not in named.refused:
                complaints.add(MISSING_COLUMN, grid.name, field=each.name, expected=each.labels.ru)
            complete = False
        elif len(columns) > 1:
            cells = [f"{column_letter(column)}{row + 1}" for column in columns]
            text = " + ".join(clean(str(grid.cells[row][column])) for column in columns)
            label = each.labels.ru
            complaints.add(MISSING_COLUMN, grid.name, cells=cells, field=each.name, value=text, expected=label)
            complete = False
    return complete
