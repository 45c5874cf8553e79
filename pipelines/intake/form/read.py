"""Reading: the bytes of a workbook to typed rows and findings. Pure, and never raises because of its input.

Belongs here: filings and registers as wholes. Does not: processes (``workers``), the archive (``archive``), anything
that needs another workbook or a register (the bulk step).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal

from pipelines.findings.finding import Finding
from pipelines.intake.file.container import Refused
from pipelines.intake.file.workbook import Book, Grid
from pipelines.intake.form.cover import MULTIPLIER, OTHER_YEAR, Cover, read_cover, read_edition
from pipelines.intake.form.header import find_header
from pipelines.intake.form.sheets import (
    NOT_READ,
    Found,
    find_sheets,
    goes_on_with,
    has_data,
    named,
    tell_continued,
    tell_resembling,
)
from pipelines.intake.form.table import HIDDEN, read_table
from pipelines.intake.form.values import Context
from pipelines.intake.limits import Limits
from pipelines.intake.result import SHEET, SOURCE_ROW, Complaints, FilingRead, RegisterRead, Rows
from pipelines.layouts.loader import EDITION, FilingLayout, Sheet, filing_layouts, newest_layout, register_layouts

UNKNOWN_EDITION = "F010"
_NOT_CONTENT = ("submission_no", "submitted_on")
_TENGE = Decimal(1)


def read_filing(data: bytes, year: int, limits: Limits) -> FilingRead:
    """Read a filing workbook that lies in the inbox folder of ``year``."""
    empty = FilingRead(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
    complaints = Complaints(limits.shown_characters)
    try:
        return _filing(Book(data, limits), year, limits, complaints, empty)
    except Refused as refusal:
        return replace(empty, findings=(*complaints.findings(), finding_of(refusal)))


def read_register(data: bytes, name: str, limits: Limits) -> RegisterRead:
    """Read the first sheet of the register called ``name`` (``units``, ``performers``, ...); amounts are in tenge."""
    complaints = Complaints(limits.shown_characters)
    try:
        book = Book(data, limits)
        grid = book.grid(book.sheets[0])
    except Refused as refusal:
        return RegisterRead(None, (finding_of(refusal),))
    _note_hidden(grid, complaints)
    rows = read_table(grid, register_layouts()[name].sheet, Context(limits), _TENGE, complaints)
    return RegisterRead(rows, complaints.findings())


def _filing(book: Book, year: int, limits: Limits, complaints: Complaints, empty: FilingRead) -> FilingRead:
    context = Context(limits, year)
    covers = named(book.sheets, newest_layout().cover)
    cover_grid = book.grid(covers[0]) if len(covers) == 1 else None
    layout = _layout(cover_grid, context)
    found = find_sheets(book, layout, context, complaints)
    grids = {name: _first_grid(book, each, cover_grid) for name, each in found.items()}
    for sheet in layout.sheets:
        if sheet.name in grids:
            _note_hidden(grids[sheet.name], complaints)
    cover = Cover() if cover_grid is None else read_cover(cover_grid, layout.cover, context, complaints)
    for part in found[layout.cover.name].further if layout.cover.name in found else ():
        _compare_covers(book.grid(part), cover, layout.cover, context, complaints)
    known = _is_known(cover_grid, cover, year, complaints)
    tables: dict[str, Rows | None] = {}
    for sheet in layout.tables if known else ():
        if sheet.name in grids:
            further = [book.grid(part) for part in found[sheet.name].further]
            multiplier = cover.fields.get(MULTIPLIER)
            tables[sheet.name] = _whole_table([grids[sheet.name], *further], sheet, context, multiplier, complaints)
    return replace(
        empty,
        cover=cover.fields,
        cover_cells=cover.cells,
        cover_sheet=None if cover_grid is None else cover_grid.name,
        units=tables.get("units"),
        financing=tables.get("financing"),
        budget=tables.get("budget"),
        findings=complaints.findings(),
        content_digest=_digest(cover, tables),
    )


def _layout(grid: Grid | None, context: Context) -> FilingLayout:
    """Return the layout of the edition the cover names; the year's newest when the cover names none that there is.

    Every edition recognises the cell of the edition by the labels of all, so the newest can look for it.
    """
    if grid is not None:
        named = read_edition(grid, newest_layout().cover, context)
        if named in filing_layouts():
            return filing_layouts()[named]
    valid = _valid(context.year)
    return valid[-1] if valid else newest_layout()


def _valid(year: int | None) -> list[FilingLayout]:
    return [layout for layout in filing_layouts().values() if year is not None and layout.is_valid_for(year)]


def _is_known(grid: Grid | None, cover: Cover, year: int, complaints: Complaints) -> bool:
    """Tell whether the edition the cover names, if it names one, is one of the year's, complaining when it is not."""
    edition = cover.fields.get(EDITION)
    valid = [str(layout.edition) for layout in _valid(year)]
    if edition is None or grid is None or edition in valid:
        return True
    cell = [cover.cells[EDITION]]
    complaints.add(UNKNOWN_EDITION, grid.name, cells=cell, field=EDITION, value=edition, expected=" | ".join(valid))
    return False


def _first_grid(book: Book, found: Found, cover: Grid | None) -> Grid:
    """Return the grid of a sheet of the form; ``cover`` is that of the cover, which is already read."""
    return cover if cover is not None and cover.name == found.first.name else book.grid(found.first)


def _compare_covers(grid: Grid, cover: Cover, sheet: Sheet, context: Context, complaints: Complaints) -> None:
    """Refuse a second cover that says something else than the first; name one that says nothing else."""
    if not has_data(grid):
        return
    unheard = Complaints(context.limits.shown_characters)
    other = read_cover(grid, sheet, context, unheard).fields
    is_of_another_year = any(finding.code == OTHER_YEAR for finding in unheard.findings())
    if is_of_another_year or any(cover.fields.get(name) != value for name, value in other.items()):
        tell_resembling(grid, sheet, complaints)
    else:
        complaints.add(NOT_READ, value=grid.name)


def _whole_table(
    grids: list[Grid], sheet: Sheet, context: Context, multiplier: Decimal | None, complaints: Complaints
) -> Rows | None:
    """Return the rows of a table that may go on in further sheets under the same header."""
    first, *further = grids
    rows = read_table(first, sheet, context, multiplier, complaints)
    further = [grid for grid in further if has_data(grid)]
    if rows is None or not further:
        return rows
    header = find_header(first, sheet, context, Complaints(context.limits.shown_characters))
    for grid in further:
        again = None if header is None else goes_on_with(header, grid, sheet, context)
        if again is None:
            tell_resembling(grid, sheet, complaints)
            continue
        tell_continued(again, grid, sheet, complaints)
        _note_hidden(grid, complaints)
        more = read_table(grid, sheet, context, multiplier, complaints, before=rows)
        if more is not None:
            columns = {name: [*values, *more.columns[name]] for name, values in rows.columns.items()}
            rows = replace(rows, columns=columns)
    return rows


def _note_hidden(grid: Grid, complaints: Complaints) -> None:
    if grid.is_hidden and has_data(grid):
        complaints.add(HIDDEN, grid.name, value=grid.name)


def _digest(cover: Cover, tables: dict[str, Rows | None]) -> str:
    """Return a digest of what the filing says: not of where it stands, nor of which submission says it."""
    parts: list[object] = [sorted((k, str(v)) for k, v in cover.fields.items() if k not in _NOT_CONTENT)]
    for name, rows in sorted(tables.items()):
        columns = {} if rows is None else rows.columns
        parts.append((name, [(field, values) for field, values in columns.items() if field not in (SHEET, SOURCE_ROW)]))
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()


def finding_of(refusal: Refused) -> Finding:
    """Return the finding that tells a refusal."""
    return Finding(refusal.code, value=refusal.value, expected=refusal.expected, difference=refusal.difference)
