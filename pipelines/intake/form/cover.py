"""Cover: labelled values in a column, to typed fields.

Belongs here: finding a label's value, typing it, what makes a cover wrong. Does not: tables (``table``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.region import is_filled
from pipelines.intake.form.values import Context, Problem, clean, converter, expected_of, shown
from pipelines.intake.result import Complaints, column_letter
from pipelines.layouts.loader import REPORTING_YEAR, CellType, Field, Sheet
from schemas.bin_number import has_valid_check_digit
from schemas.folding import fold

WRONG_FIELD = "F005"
OTHER_YEAR = "F006"
MULTIPLIER = "multiplier"


@dataclass
class Cover:
    """Typed fields that could be read, and the cells they stand in."""

    fields: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


def read_cover(grid: Grid, sheet: Sheet, context: Context, complaints: Complaints) -> Cover:
    """Return the cover, complaining of every field that is missing or wrong."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row, column, found in _labels(grid, sheet):
        places.setdefault(found.name, []).append((row, column))
    cover = Cover()
    for each in sheet.fields:
        _read_field(grid, sheet, each, places.get(each.name, []), cover, context, complaints)
    _check(grid, sheet, cover, context, complaints)
    return cover


def _labels(grid: Grid, sheet: Sheet) -> Iterator[tuple[int, int, Field]]:
    for row, cells in enumerate(grid.cells):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and (found := sheet.by_label.get(fold(cell))):
                yield row, column, found


def _read_field(
    grid: Grid,
    sheet: Sheet,
    each: Field,
    places: list[tuple[int, int]],
    cover: Cover,
    context: Context,
    complaints: Complaints,
) -> None:
    expected = expected_of(each)
    if len(places) > 1:
        cells = [_address(*place) for place in places]
        text = " + ".join(clean(str(grid.cells[row][column])) for row, column in places)
        complaints.add(WRONG_FIELD, grid.name, cells=cells, field=each.name, value=text, expected=each.labels.ru)
        return
    place = _value_place(grid, sheet, *places[0]) if places else None
    if place is None:
        if each.cell_required:
            cells = [_address(row, column + 1) for row, column in places]
            complaints.add(WRONG_FIELD, grid.name, cells=cells, field=each.name, expected=expected)
        return
    raw = grid.cells[place[0]][place[1]]
    value = converter(each, context)(clean(raw) if isinstance(raw, str) else raw)
    cover.cells[each.name] = _address(*place)
    if isinstance(value, Problem):
        cells = [_address(*place)]
        if value.value is None:
            complaints.add(
                WRONG_FIELD, grid.name, cells=cells, field=each.name, value=shown(raw), expected=value.expected
            )
        else:
            complaints.add(value.code, grid.name, cells=cells, field=each.name, value=shown(raw), read_as=value.value)
        value = value.value
    if value is not None:
        cover.fields[each.name] = dt.date.fromisoformat(value) if each.type is CellType.DATE else value


def _value_place(grid: Grid, sheet: Sheet, row: int, column: int) -> tuple[int, int] | None:
    """Return the next filled cell to the right, unless it is another label."""
    cells = grid.cells[row]
    for right in range(column + 1, len(cells)):
        if is_filled(cells[right]):
            is_label = isinstance(cells[right], str) and fold(cells[right]) in sheet.by_label
            return None if is_label else (row, right)
    return None


def _check(grid: Grid, sheet: Sheet, cover: Cover, context: Context, complaints: Complaints) -> None:
    """Check what one field alone can get wrong; a wrong value is not passed on."""

    def refuse(code: str, name: str, expected: str) -> None:
        value = str(cover.fields.pop(name))
        complaints.add(code, grid.name, cells=[cover.cells[name]], field=name, value=value, expected=expected)

    if "user_bin" in cover.fields and not has_valid_check_digit(cover.fields["user_bin"]):
        refuse(WRONG_FIELD, "user_bin", expected_of(sheet.field("user_bin")))
    if cover.fields.get("submission_no", 1) < 1:
        refuse(WRONG_FIELD, "submission_no", ">= 1")
    if cover.fields.get(REPORTING_YEAR, context.year) != context.year:
        refuse(OTHER_YEAR, REPORTING_YEAR, str(context.year))
    unit = cover.fields.get("unit_of_account")
    choices = sheet.field("unit_of_account").choices
    for choice in choices.choices if choices else ():
        if choice.value == unit and choice.multiplier is not None:
            cover.fields[MULTIPLIER] = Decimal(choice.multiplier)


def _address(row: int, column: int) -> str:
    return f"{column_letter(column)}{row + 1}"
