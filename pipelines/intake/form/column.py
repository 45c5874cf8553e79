"""Column: one field of a table, typed, with what is wrong in it.

Belongs here: empty required cells, cells that are required or typed only in some rows, defaults.
Does not: single cells (``values``), amounts (``amounts``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any

from pipelines.intake.form.decimals import decimal_sign, two_readings
from pipelines.intake.form.values import (
    CELL_ERROR,
    EMPTY,
    NEVER_CALCULATED,
    TWO_WAYS,
    CellError,
    Context,
    Converter,
    NeverCalculated,
    Problem,
    as_text,
    clean,
    converter,
    expected_of,
)
from pipelines.intake.result import column_letter
from pipelines.layouts.loader import REPORTING_YEAR, Field

Problems = list[tuple[int, Any, Problem]]

_REPEATING = frozenset({str, dt.date, type(None)})


@dataclass
class Column:
    """Typed values, None where a cell is empty or unreadable; problems as (row, raw cell, problem)."""

    field: Field
    index: int | None
    """Column of the sheet, counted from 0; None when the workbook has none."""
    values: list[Any]
    problems: Problems = dataclasses.field(default_factory=list)

    @property
    def letter(self) -> str | None:
        """Return the letters of the column."""
        return None if self.index is None else column_letter(self.index)

    @property
    def unreadable(self) -> set[int]:
        """Return the rows whose cell holds something that could not be read."""
        return {row for row, _, problem in self.problems if problem.value is None and problem.code != EMPTY}


def type_columns(
    fields: tuple[Field, ...], indices: dict[str, int], cells: dict[str, list[Any]], rows: int, context: Context
) -> dict[str, Column]:
    """Return the columns of a table by field name, complete: defaults filled in, empty required cells reported."""
    columns: dict[str, Column] = {}
    for each in fields:
        if each.name in indices:
            convert = converter(each, context)
            values, problems = type_column(cells[each.name], convert)
            if any(problem.code == TWO_WAYS for _, _, problem in problems):
                problems = _settled(cells[each.name], values, problems, convert)
            columns[each.name] = Column(each, indices[each.name], values, problems)
        else:
            columns[each.name] = Column(each, None, [None] * rows)
    for column in columns.values():
        _fill_default(column, context)
    for column in columns.values():
        _require(column, columns, context)
    return columns


def type_column(cells: list[Any], convert: Converter) -> tuple[list[Any], Problems]:
    """Type one column: its values (None where empty or wrong) and its problems as (row, raw cell, problem).

    Equal texts and dates are converted once: names, dates and codes repeat in every column.
    """
    known = {raw: _converted(raw, convert) for raw in {raw for raw in cells if raw.__class__ in _REPEATING}}
    values = [known[raw] if raw.__class__ in _REPEATING else convert(raw) for raw in cells]
    problems: Problems = []
    if Problem in map(type, values):
        for row, (raw, value) in enumerate(zip(cells, values, strict=True)):
            if value.__class__ is Problem:
                problems.append((row, raw, _named(raw, value)))
                values[row] = value.value
    return values, problems


def _converted(raw: str | dt.date | None, convert: Converter) -> Any:
    cell = clean(raw) if isinstance(raw, str) else raw
    return None if cell is None or cell == "" else convert(cell)


def _settled(cells: list[Any], values: list[Any], problems: Problems, convert: Converter) -> Problems:
    """Settle texts that read two ways by the other texts of their column, if these agree; return what is left."""
    signs = {decimal_sign(clean(cell)) for cell in cells if isinstance(cell, str)} - {None}
    if len(signs) != 1:
        return problems
    sign = signs.pop() or ""
    left: Problems = []
    for row, raw, problem in problems:
        readings = two_readings(clean(raw)) if problem.code == TWO_WAYS else None
        if readings is None:
            left.append((row, raw, problem))
            continue
        # The other reading is gone: what is left to be said of the number is said by its converter.
        value = convert(float(readings.settled(sign)) if "." in readings.settled(sign) else int(readings.settled(sign)))
        if isinstance(value, Problem):
            left.append((row, raw, value))
        else:
            values[row] = value
    return left


def _named(raw: Any, problem: Problem) -> Problem:
    """Give the problem of a damaged cell its own code."""
    if isinstance(raw, CellError):
        return Problem(CELL_ERROR, problem.expected)
    if isinstance(raw, NeverCalculated):
        return Problem(NEVER_CALCULATED, problem.expected)
    return problem


def _fill_default(column: Column, context: Context) -> None:
    default: Any = context.year if column.field.default == REPORTING_YEAR else column.field.default
    if default is None:
        return
    unreadable = column.unreadable
    for row, value in enumerate(column.values):
        if value is None and row not in unreadable:
            column.values[row] = default


def _require(column: Column, columns: dict[str, Column], context: Context) -> None:
    """Report empty cells that must be filled; a field required in some rows is a plain text in the others."""
    needed = [column.field.cell_required] * len(column.values)
    if column.field.required_if is not None:
        other, wanted = column.field.required_if
        needed = [value == wanted for value in columns[other].values]
        column.problems = _relaxed(column, needed, context)
    unreadable = column.unreadable
    empty = Problem(EMPTY, expected_of(column.field))
    column.problems += [
        (row, None, empty)
        for row, value in enumerate(column.values)
        if value is None and needed[row] and row not in unreadable
    ]


def _relaxed(column: Column, needed: list[bool], context: Context) -> Problems:
    kept: Problems = []
    for row, raw, problem in column.problems:
        if needed[row] or problem.code in (CELL_ERROR, NEVER_CALCULATED):
            kept.append((row, raw, problem))
            continue
        text = as_text(clean(raw) if isinstance(raw, str) else raw, digits=context.limits.text_digits)
        if isinstance(text, Problem):
            kept.append((row, raw, text))
        else:
            column.values[row] = text
    return kept
