"""Sheets: which sheets of a workbook are which of the form, and which are nobody's.

Here: names as they stand in the form, with something behind them, and near ones; what is said of the others. Not here:
what stands in a sheet (``cover``, ``table``), the words (``habits.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.intake.file.container import Refused
from pipelines.intake.file.package import SheetPart
from pipelines.intake.file.workbook import Book, Grid
from pipelines.intake.form.header import Header, find_header
from pipelines.intake.form.nearness import nearest_names
from pipelines.intake.form.rows.row_kinds import is_filled
from pipelines.intake.form.values import Context
from pipelines.intake.result import Complaints, column_letter
from pipelines.layouts.habits import habits
from pipelines.layouts.loader import FilingLayout, Sheet
from schemas.folding import fold

MISSING_SHEET, RESEMBLES, READ_AS, NOT_READ = "F003", "F012", "W009", "N004"


@dataclass(frozen=True)
class Found:
    """The sheets of a workbook that are one of the form: the first, and those that may go on with it."""

    first: SheetPart
    further: tuple[SheetPart, ...] = ()
    is_renamed: bool = False
    """Whether the first is not called as in the form."""


def named(parts: Iterable[SheetPart], sheet: Sheet) -> list[SheetPart]:
    """Return the sheets that are called as a sheet of the form."""
    names = _names(sheet)
    return [part for part in parts if fold(part.name) in names]


def find_sheets(book: Book, layout: FilingLayout, context: Context, complaints: Complaints) -> dict[str, Found]:
    """Return the sheets of the form by their names in the layout, complaining of missing, doubled and other ones.

    A sheet with something behind its name («НИОКР (2)») goes on with the one of that name, or stands for it; one with
    a near name and the whole header of a table that is missing is that table.
    """
    found: dict[str, Found] = {}
    left = list(book.sheets)
    missing = []
    for sheet in layout.sheets:
        own = named(left, sheet)
        further = [part for part in left if part not in own and _goes_on(part.name, sheet, context.year)]
        left = [part for part in left if part not in own and part not in further]
        if len(own) > 1:
            doubled = " + ".join(each.name for each in own)
            complaints.add(MISSING_SHEET, value=doubled, expected=sheet.names.ru if sheet.names else None)
        elif own:
            found[sheet.name] = Found(own[0], tuple(further))
        elif further and (sheet is not layout.cover):
            found[sheet.name] = Found(further[0], tuple(further[1:]), is_renamed=True)
        else:
            left += further
            missing.append(sheet)
    found |= _by_near_names(book, left, [each for each in missing if each is not layout.cover], context)
    for sheet in layout.sheets:
        _tell_sheet(book, sheet, found.get(sheet.name), complaints, is_missing=sheet in missing)
    taken = [each.first for each in found.values()]
    for part in left:
        is_known = part in taken or part.hidden or fold(part.name) in habits().sheets.of_nedra
        if not is_known and _has_data(book, part):
            complaints.add(NOT_READ, value=part.name)
    return found


def _tell_sheet(book: Book, sheet: Sheet, found: Found | None, complaints: Complaints, *, is_missing: bool) -> None:
    if sheet.names is None:
        return
    if found is not None and found.is_renamed:
        complaints.add(READ_AS, found.first.name, value=found.first.name, expected=sheet.names.ru)
    elif found is None and is_missing and sheet.required:
        complaints.add(MISSING_SHEET, value="; ".join(each.name for each in book.sheets), expected=sheet.names.ru)


def goes_on_with(first: Header, grid: Grid, sheet: Sheet, context: Context) -> Header | None:
    """Return the header of a further sheet; None when its labels or their columns are not those of the first."""
    header = find_header(grid, sheet, context, Complaints(context.limits.shown_characters))
    if header is None or header.columns != first.columns:
        return None
    same = all(header.labels.get(column) == first.labels.get(column) for column in header.columns.values())
    return header if same else None


def tell_continued(header: Header, grid: Grid, sheet: Sheet, complaints: Complaints) -> None:
    """Say that a further sheet is read as the continuation of one of the form."""
    cell = f"{column_letter(min(header.columns.values()))}{header.row + 1}"
    name = sheet.names.ru if sheet.names else None
    complaints.add(READ_AS, grid.name, cells=[cell], value=grid.name, expected=name)


def tell_resembling(grid: Grid, sheet: Sheet, complaints: Complaints) -> None:
    """Refuse a sheet that resembles one of the form without being surely it."""
    complaints.add(RESEMBLES, grid.name, value=grid.name, expected=sheet.names.ru if sheet.names else None)


def has_data(grid: Grid) -> bool:
    """Tell whether anything stands in a sheet."""
    return any(is_filled(cell) for row in grid.cells for cell in row)


def _names(sheet: Sheet) -> dict[str, None]:
    return dict.fromkeys(fold(name) for name in sheet.names.spellings()) if sheet.names else {}


def _goes_on(name: str, sheet: Sheet, year: int | None) -> bool:
    folded = fold(name)
    for own in _names(sheet):
        tail = habits().sheets.further.fullmatch(folded.removeprefix(own)) if folded.startswith(own) else None
        if tail is not None:
            return tail[1] is None or tail[1] == str(year)
    return False


def _by_near_names(
    book: Book, parts: Sequence[SheetPart], missing: Sequence[Sheet], context: Context
) -> Mapping[str, Found]:
    """Return the missing tables that stand under a near name with their whole header, each in one sheet alone."""
    claims: dict[str, list[SheetPart]] = {}
    for part in parts:
        near = [sheet for sheet in missing if _is_near(part.name, sheet, context.year)]
        whole = [sheet for sheet in near if (grid := _grid(book, part)) and _has_header(grid, sheet, context)]
        if len(whole) == 1:
            claims.setdefault(whole[0].name, []).append(part)
    return {name: Found(claimed[0], is_renamed=True) for name, claimed in claims.items() if len(claimed) == 1}


def _is_near(name: str, sheet: Sheet, year: int | None) -> bool:
    folded = fold(name)
    years = set(re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", folded))
    if habits().sheets.apart.search(folded) or years - {str(year)}:
        return False
    return sheet.names is not None and nearest_names(name, sheet.names.spellings())


def _has_header(grid: Grid, sheet: Sheet, context: Context) -> bool:
    """Tell whether a row names every required column of a table as the form does."""
    needed = {each.name for each in sheet.fields if each.column_required}
    for row in grid.cells[: context.limits.header_rows]:
        texts = (fold(cell) for cell in row if isinstance(cell, str) and cell)
        if needed <= {sheet.by_label[text].name for text in texts if text in sheet.by_label}:
            return True
    return False


def _has_data(book: Book, part: SheetPart) -> bool:
    grid = _grid(book, part)
    return grid is None or has_data(grid)


def _grid(book: Book, part: SheetPart) -> Grid | None:
    """Return a sheet the form does not know; None when it cannot be read, which is nobody's loss."""
    try:
        return book.grid(part)
    except Refused:
        return None
