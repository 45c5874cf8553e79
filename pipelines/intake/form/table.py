"""Table: one sheet of rows, from a grid of raw cells to typed rows and findings.

Belongs here: the order of the work, and what is said about cells. Does not: the steps themselves (``header``,
``region``, ``column``, ``amounts``, ``total_row``), ranges and rules across tables (``schemas``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.amounts import HUNDREDTHS, hundredths
from pipelines.intake.form.column import Column, type_columns
from pipelines.intake.form.decimals import number_text
from pipelines.intake.form.header import Header, find_header
from pipelines.intake.form.rows.merged_numbers import carry_down
from pipelines.intake.form.rows.region import Region, find_region
from pipelines.intake.form.rows.row_kinds import is_filled
from pipelines.intake.form.rows.total_row import compare_totals
from pipelines.intake.form.seen_amounts import compare_with_sight
from pipelines.intake.form.values import OUT_OF_BOUNDS, TWO_WAYS, Context, Problem, at_most, clean, shown
from pipelines.intake.result import CODES, SHEET, SOURCE_ROW, TIYN_SUFFIX, Complaints, Rows
from pipelines.layouts.loader import CellType, Sheet

HIDDEN = "W006"
FINER_THAN_TIYN = "W007"
BELOW_TOTAL, NO_ENTRIES = "N002", "N003"
READ_AS, RESEMBLES = "W009", "F012"
_WARNING = "W"


def read_table(
    grid: Grid,
    sheet: Sheet,
    context: Context,
    multiplier: Decimal | None,
    complaints: Complaints,
    *,
    before: Rows | None = None,
) -> Rows | None:
    """Return the rows of a table, or None when its header cannot be used.

    ``multiplier`` is tenge in one unit of account; None when the cover does not say, and then no amount has tiyn.
    ``before`` are the rows of the same table in earlier sheets, which a total may stand for as well.
    """
    header = find_header(grid, sheet, context, complaints)
    if header is None:
        return None
    if grid.appearance.merges:
        carry_down(grid, header, complaints)
    region = find_region(grid, header, sheet)
    if grid.appearance.scales:
        _show_percents(grid, sheet, header, region)
    numbers = region.numbers
    columns = type_columns(sheet.fields, header.columns, region.cells, len(numbers), context)
    amounts = _amounts(grid, columns, numbers, multiplier, context.limits.amount_tenge, complaints)
    codes = _complain(grid, columns, numbers, complaints)
    if multiplier is not None:
        compare_totals(grid, columns, region.totals, multiplier, complaints, before)
        compare_with_sight(grid, header, region, columns, multiplier, complaints)
    letters = {name: column.letter for name, column in columns.items() if column.letter is not None}
    _note_rows(grid, sheet, region, min(letters.values(), key=lambda letter: (len(letter), letter)), complaints)
    _note_hidden_columns(grid, header, region, columns, complaints)
    plain = {name: column.values for name, column in columns.items()}
    return Rows(
        grid.name, {SHEET: [grid.name] * len(numbers), SOURCE_ROW: numbers, **plain, **amounts, CODES: codes}, letters
    )


def _show_percents(grid: Grid, sheet: Sheet, header: Header, region: Region) -> None:
    """Turn a rate under a percent format into what the person sees: 1% is 1, though 0.01 is stored."""
    for name, column in header.columns.items():
        if sheet.field(name).type is not CellType.PERCENT:
            continue
        cells = region.cells[name]
        for row, number in enumerate(region.numbers):
            scale, text = grid.appearance.scales.get((number - 1, column)), number_text(cells[row])
            if scale is not None and text is not None and not isinstance(cells[row], str):
                cells[row] = float(Decimal(text) * scale)


def _note_hidden_columns(
    grid: Grid, header: Header, region: Region, columns: Mapping[str, Column], complaints: Complaints
) -> None:
    """Complain of hidden columns in which something stands: they are read like any other."""
    for name, index in header.columns.items():
        column = columns[name]
        if index in grid.appearance.hidden_columns and any(is_filled(cell) for cell in region.cells[name]):
            label = column.field.labels.ru
            complaints.add(HIDDEN, grid.name, cells=[f"{column.letter}{header.row + 1}"], field=name, value=label)


def _amounts(
    grid: Grid,
    columns: Mapping[str, Column],
    numbers: Sequence[int],
    multiplier: Decimal | None,
    largest: int,
    complaints: Complaints,
) -> dict[str, list[int | None]]:
    amounts: dict[str, list[int | None]] = {}
    for name, column in columns.items():
        if column.field.type is not CellType.MONEY:
            continue
        if multiplier is None:
            amounts[name + TIYN_SUFFIX] = [None] * len(numbers)
            continue
        made = hundredths(column.values, multiplier, largest)
        amounts[name + TIYN_SUFFIX] = made.values
        column.problems += [
            (row, column.values[row], Problem(OUT_OF_BOUNDS, at_most(largest))) for row in made.too_large
        ]
        for row in made.rounded:
            complaints.add(
                FINER_THAN_TIYN,
                grid.name,
                cells=[f"{column.letter}{numbers[row]}"],
                field=name,
                value=column.values[row],
                read_as=str(Decimal(amounts[name + TIYN_SUFFIX][row] or 0).scaleb(-HUNDREDTHS)),
            )
    return amounts


def _complain(grid: Grid, columns: Mapping[str, Column], numbers: Sequence[int], complaints: Complaints) -> list[str]:
    """Turn the problems of all columns into findings; return the L-codes of each row."""
    codes: defaultdict[int, set[str]] = defaultdict(set)
    for name, column in columns.items():
        for row, raw, problem in column.problems:
            if not problem.code.startswith(_WARNING):
                codes[row].add(problem.code)
            complaints.add(
                problem.code,
                grid.name,
                cells=[f"{column.letter}{numbers[row]}"],
                field=name,
                value=None if raw is None else shown(raw),
                expected=problem.expected if problem.value is None and problem.code != TWO_WAYS else None,
                read_as=problem.expected if problem.code == TWO_WAYS else problem.value,
            )
    return [",".join(sorted(codes[row])) if row in codes else "" for row in range(len(numbers))]


def _note_rows(grid: Grid, sheet: Sheet, region: Region, letter: str, complaints: Complaints) -> None:
    """Complain of hidden rows that hold data, of rows that are not read, of the table's header standing again."""
    hidden = [number for number in region.numbers if number - 1 in grid.appearance.hidden_rows]
    for code, rows in ((HIDDEN, hidden), (BELOW_TOTAL, region.below), (NO_ENTRIES, region.skipped)):
        if rows:
            cells = [f"{letter}{number}" for number in rows]
            complaints.add(code, grid.name, cells=cells, value=", ".join(map(str, rows)))
    name = sheet.names.ru if sheet.names else grid.name
    for code, headers in ((READ_AS, region.continued), (RESEMBLES, region.foreign)):
        for number in headers:
            labels = [clean(cell) for cell in grid.cells[number - 1] if isinstance(cell, str) and clean(cell)]
            complaints.add(code, grid.name, cells=[f"{letter}{number}"], value=" | ".join(labels), expected=name)
