"""Region: which rows of a sheet are the rows of its table.

Here: empty rows, totals and subtotals, rows that are no entries, a second table below, what stands under the last one.
Not here: what one row is (``row_kinds``), what the cells say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.header import Header
from pipelines.intake.form.rows.row_kinds import Classifier, RowKind
from pipelines.layouts.loader import Sheet


@dataclass(frozen=True)
class Total:
    """A total row: its 1-based number, and how many rows of the table stand above it."""

    number: int
    rows_above: int


@dataclass
class Region:
    """The rows of a table: their 1-based numbers, and by field name the cells of its column."""

    numbers: list[int] = field(default_factory=list)
    cells: dict[str, list[Any]] = field(default_factory=dict)
    totals: list[Total] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    """Rows that are surely no entries."""
    below: list[int] = field(default_factory=list)
    """Rows with an amount under the last total, of no contract and no document; they are not read."""
    continued: list[int] = field(default_factory=list)
    """Headers under a total: the same table goes on below them."""
    foreign: list[int] = field(default_factory=list)
    """Headers whose labels stand in other columns than the table's; nothing below the first of them is read."""


def find_region(grid: Grid, header: Header, sheet: Sheet) -> Region:
    """Return the table's rows: every row with a cell in a known column that is an entry."""
    region = Region()
    rows: list[list[Any]] = []
    classifier = Classifier(sheet, header)
    width = max(header.columns.values()) + 1
    is_filing, is_first = sheet.names is not None, True
    for number, row in enumerate(grid.cells[header.row + 1 :], header.row + 2):
        kind = RowKind.ENTRY if classifier.is_plain(row) and not is_first else classifier.kind(row, is_first=is_first)
        goes_on = not region.totals or (is_filing and classifier.has_identity(row))
        if kind is RowKind.ENTRY and goes_on:
            region.numbers.append(number)
            rows.append(row if len(row) >= width else row + [None] * (width - len(row)))
        elif kind is RowKind.OTHER_HEADER:
            region.foreign.append(number)
            break
        else:
            is_worth_reading = kind is RowKind.ENTRY and (classifier.has_money(row) or not is_filing)
            _note(region, kind, number, len(rows), is_worth_reading=is_worth_reading)
        is_first = kind in (RowKind.HEADER, RowKind.EMPTY, RowKind.NO_ENTRY) and (is_first or kind is RowKind.HEADER)
    region.cells = {name: [row[column] for row in rows] for name, column in header.columns.items()}
    return region


def _note(region: Region, kind: RowKind, number: int, rows_above: int, *, is_worth_reading: bool) -> None:
    """Remember a row that is not read."""
    if kind is RowKind.TOTAL:
        region.totals.append(Total(number, rows_above))
    elif kind is RowKind.HEADER and region.totals and region.totals[-1].rows_above == rows_above:
        region.continued.append(number)
    elif kind is RowKind.ENTRY and is_worth_reading:
        region.below.append(number)
    elif kind is not RowKind.EMPTY:
        region.skipped.append(number)
