"""Cover: labelled values in a column, to typed fields.

Belongs here: finding a label's value, typing it, what makes a cover wrong. Does not: tables (``table``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.nearness import nearest
from pipelines.intake.form.rows.row_kinds import is_filled
from pipelines.intake.form.values import Context, Problem, clean, converter, expected_of, shown
from pipelines.intake.result import Complaints, column_letter
from pipelines.layouts.loader import EDITION, REPORTING_YEAR, CellType, Field, Sheet
from schemas.bin_number import has_valid_check_digit
from schemas.folding import fold

WRONG_FIELD = "F005"
READ_AS = "W009"
OTHER_YEAR = "F006"
MULTIPLIER = "multiplier"


@dataclass
class Cover:
    """Typed fields that could be read, and the cells they stand in."""

    fields: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


def read_cover(grid: Grid, sheet: Sheet, context: Context, complaints: Complaints) -> Cover:
    """Return the cover, complaining of every field that is missing or wrong."""
    places = _places(grid, sheet)
    missing = [each for each in sheet.fields if each.name not in places]
    if missing:
        _near_labels(grid, sheet, missing, places, complaints)
    cover = Cover()
    for each in sheet.fields:
        _read_field(grid, sheet, each, places.get(each.name, []), cover, context, complaints)
    _check(grid, sheet, cover, context, complaints)
    return cover


def read_edition(grid: Grid, sheet: Sheet, context: Context) -> str | None:
    """Return the edition the cover names, complaining of nothing; None when it names none."""
    unheard = Complaints(context.limits.shown_characters)
    places = _places(grid, sheet)
    if EDITION not in places:
        return read_cover(grid, sheet, context, unheard).fields.get(EDITION)
    cover = Cover()
    _read_field(grid, sheet, sheet.field(EDITION), places[EDITION], cover, context, unheard)
    return cover.fields.get(EDITION)


def _places(grid: Grid, sheet: Sheet) -> dict[str, list[tuple[int, int]]]:
    """Return where the labels stand, by the names of their fields."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row, cells in enumerate(grid.cells):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and (found := sheet.by_label.get(fold(cell))):
                places.setdefault(found.name, []).append((row, column))
    return places


def _near_labels(
    grid: Grid, sheet: Sheet, missing: list[Field], places: dict[str, list[tuple[int, int]]], complaints: Complaints
) -> None:
    """Add labels that are near exactly one field without a label, where one text alone is near it."""
    claims: dict[str, list[tuple[int, int]]] = {}
    for row, cells in enumerate(grid.cells):
        for column, cell in enumerate(cells):
            if not isinstance(cell, str) or not clean(cell) or fold(cell) in sheet.by_label:
                continue
            if _value_place(grid, sheet, row, column) is None:
                continue
            found = nearest(cell, missing)
            if len(found) == 1:
                claims.setdefault(next(iter(found)), []).append((row, column))
    for name, claimed in claims.items():
        if len(claimed) == 1:
            row, column = claimed[0]
            label = sheet.field(name).labels.ru
            text = clean(grid.cells[row][column])
            places[name] = claimed
            cells = [_address(row, column)]
            complaints.add(READ_AS, grid.name, cells=cells, field=name, value=text, expected=label)


def _read_field(
    grid: Grid,
    sheet: Sheet,
    each: Field,
    places: list[tuple[int, int]],
    cover: Cover,
    context: Context,
    complaints: Complaints,
) -> None:
    if len(places) > 1:
        cells = [_address(*place) for place in places]
        text = " + ".join(clean(str(grid.cells[row][column])) for row, column in places)
        complaints.add(WRONG_FIELD, grid.name, cells=cells, field=each.name, value=text, expected=each.labels.ru)
        return
    place = _value_place(grid, sheet, *places[0]) if places else None
    if place is None:
        if each.cell_required:
            _complain_of_missing(grid, each, places, complaints)
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
    if each.name == EDITION and value is not None:
        value = value.replace(",", ".")  # the Russian decimal sign of a number such as 2025.1
    if value is not None:
        cover.fields[each.name] = dt.date.fromisoformat(value) if each.type is CellType.DATE else value


def _complain_of_missing(grid: Grid, each: Field, places: list[tuple[int, int]], complaints: Complaints) -> None:
    """Say that a field has no value: beside its label, or in the cell that holds label and value in one."""
    expected = expected_of(each)
    cells = [_address(row, column + 1) for row, column in places]
    if cells:
        complaints.add(WRONG_FIELD, grid.name, cells=cells, field=each.name, expected=expected)
        return
    labels = tuple(map(fold, each.labels.spellings()))
    both = [
        (_address(row, column), clean(cell))
        for row, line in enumerate(grid.cells)
        for column, cell in enumerate(line)
        if isinstance(cell, str) and fold(cell).startswith(labels)
    ]
    value = both[0][1] if both else None
    complaints.add(
        WRONG_FIELD, grid.name, cells=[cell for cell, _ in both], field=each.name, value=value, expected=expected
    )


def _value_place(grid: Grid, sheet: Sheet, row: int, column: int) -> tuple[int, int] | None:
    """Return the next cell to the right if it is filled and no label; what stands further off is no value."""
    cells, right = grid.cells[row], column + 1
    if right >= len(cells) or not is_filled(cells[right]):
        return None
    is_label = isinstance(cells[right], str) and fold(cells[right]) in sheet.by_label
    return None if is_label else (row, right)


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
    filed = cover.fields.get("submitted_on")
    last_year = context.year + context.limits.years_to_submit if context.year is not None else None
    if filed is not None and last_year is not None and not context.year <= filed.year <= last_year:
        refuse(WRONG_FIELD, "submitted_on", f"{context.year}-01-01 … {last_year}-12-31")
    unit = cover.fields.get("unit_of_account")
    choices = sheet.field("unit_of_account").choices
    for choice in choices.choices if choices else ():
        if choice.value == unit and choice.multiplier is not None:
            cover.fields[MULTIPLIER] = Decimal(choice.multiplier)


def _address(row: int, column: int) -> str:
    return f"{column_letter(column)}{row + 1}"
