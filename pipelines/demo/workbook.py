"""Workbooks whose bytes depend on their content only.

Belongs here: sheets of plain values to xlsx bytes. Does not: what stands in them, the clock (``fixed_clock``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from pipelines.fixed_clock import WRITTEN_AT, saved

_WIDTH = 18


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of plain values; ``bold`` and ``hidden_rows`` are numbers of rows from 1."""

    name: str
    rows: Sequence[Sequence[object]]
    bold: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden: bool = False


def to_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return the bytes of a workbook of these sheets; equal sheets give equal bytes."""
    book = Workbook(write_only=True)
    book.properties.created = WRITTEN_AT.replace(tzinfo=None)  # openpyxl writes naive times as UTC
    book.properties.creator = "nedra demo"
    for sheet in sheets:
        _add(book, sheet)
    return saved(book)


def _add(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.name)
    for k in range(max((len(row) for row in sheet.rows), default=0)):
        page.column_dimensions[_letter(k)].width = _WIDTH
    if sheet.hidden:
        page.sheet_state = "hidden"
    for number in sheet.hidden_rows:
        page.row_dimensions[number].hidden = True
    for number, row in enumerate(sheet.rows, start=1):
        page.append([_bold(page, value) for value in row] if number in sheet.bold else list(row))


def _bold(page: Any, value: Any) -> Any:
    cell = WriteOnlyCell(page, value)
    cell.font = Font(bold=True)
    return cell


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
