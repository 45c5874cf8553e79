"""Seen amounts: where a person sees another amount than is counted, because of the unit of account.

Here: number formats that scale, and words such as «тыс. тенге» beside the amounts that contradict the cover. Not here:
finding formats (``pipelines.intake.file.appearance``), the words (``habits.yaml``), what counts (the cover decides).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.column import Column
from pipelines.intake.form.decimals import plain, tenge_text
from pipelines.intake.form.header import Header
from pipelines.intake.form.rows.region import Region
from pipelines.intake.form.unit_of_account import multiplier_in, multiplier_of
from pipelines.intake.form.values import clean
from pipelines.intake.result import Complaints, column_letter
from pipelines.layouts.loader import CellType

SEEN_OTHERWISE = "W008"


def compare_with_sight(
    grid: Grid,
    header: Header,
    region: Region,
    columns: Mapping[str, Column],
    multiplier: Decimal,
    complaints: Complaints,
) -> None:
    """Complain of amounts that look like other amounts than those counted; ``multiplier`` is the cover's."""
    money = [column for column in columns.values() if column.field.type is CellType.MONEY and column.index is not None]
    if grid.appearance.scales:
        for column in money:
            _compare_formats(grid, region.numbers, column, multiplier, complaints)
    for address, text, said, named in _units_said(grid, header, region):
        for column in money:
            if said != multiplier and (named is None or named == column.index):
                counted = sum((Decimal(value) for value in column.values if value is not None), Decimal(0))
                if counted:
                    _complain(grid, column, [address], text, counted * multiplier, counted * said, complaints)


def _compare_formats(
    grid: Grid, numbers: Sequence[int], column: Column, multiplier: Decimal, complaints: Complaints
) -> None:
    scales, index = grid.appearance.scales, column.index or 0
    scaled = [
        (number, Decimal(value), scales[number - 1, index])
        for number, value in zip(numbers, column.values, strict=True)
        if value is not None and (number - 1, index) in scales
    ]
    if scaled:
        cells = [f"{column.letter}{number}" for number, _, _ in scaled]
        counted = sum((value for _, value, _ in scaled), Decimal(0)) * multiplier
        seen = sum((value * scale for _, value, scale in scaled), Decimal(0)) * multiplier
        values = "; ".join(plain(value) for _, value, _ in scaled)
        _complain(grid, column, cells, values, counted, seen, complaints)


def _units_said(grid: Grid, header: Header, region: Region) -> Iterator[tuple[str, str, Decimal, int | None]]:
    """Yield each unit of account said beside a table: where, in which words, tenge in one, the column it is about."""
    for column, cell in enumerate(grid.cells[header.row]):
        if isinstance(cell, str) and column not in header.unknown and (said := multiplier_in(clean(cell))):
            yield f"{column_letter(column)}{header.row + 1}", clean(cell), Decimal(said), column
    rows = [*range(header.row), *(number - 1 for number in (*region.skipped, *region.below))]
    for row in rows:
        for column, cell in enumerate(grid.cells[row]):
            if isinstance(cell, str) and cell and (said := multiplier_in(clean(cell))):
                yield f"{column_letter(column)}{row + 1}", clean(cell), Decimal(said), None
    for column in header.unknown:
        texts = {clean(cell) for cell in _cells(grid, region, column) if isinstance(cell, str) and cell}
        units = {multiplier_of(text) for text in texts} or {None}
        if len(units) == 1 and (said := units.pop()) is not None:
            yield f"{column_letter(column)}{header.row + 1}", "; ".join(sorted(texts)), Decimal(said), None


def _cells(grid: Grid, region: Region, column: int) -> Iterator[object]:
    for number in region.numbers:
        row = grid.cells[number - 1]
        if column < len(row):
            yield row[column]


def _complain(
    grid: Grid,
    column: Column,
    cells: list[str],
    value: str,
    counted: Decimal,
    seen: Decimal,
    complaints: Complaints,
) -> None:
    complaints.add(
        SEEN_OTHERWISE,
        grid.name,
        cells=cells,
        field=column.field.name,
        value=value,
        expected=tenge_text(counted),
        difference=tenge_text(seen),
    )
