"""Marking: a copy of the filer's own workbook with the cells of findings coloured and annotated.

Belongs here: what is changed in the filer's sheets. Pure: bytes to bytes. Does not: the sheet of findings
(``listing``), processes and their limits (``worker``), files.
"""

from __future__ import annotations

import warnings
from copy import copy
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Color, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.fixed_clock import WRITTEN_AT, saved
from pipelines.reports.return_notices.listing import Marked, add_list
from pipelines.reports.return_notices.notice import SEVERITIES, Notice, Remark
from pipelines.reports.return_notices.wording import Manner

_NOTE_WIDTH_PX = 460
_NOTE_CHARACTERS_A_LINE = 60
_NOTE_LINE_PX = 16
_NOTE_MARGIN_PX = 16
_PARAGRAPH = "\n\n"
_BLACK = "FF000000"
# Of a theme's colours these two are its backgrounds, usually light.
_LIGHT_THEME = (0, 2)
_LIGHT = 0x80
_RGB_DIGITS = 6
_UNKNOWN = "�"


def notice_workbook(notice: Notice, data: bytes | None, manner: Manner) -> tuple[bytes, bool]:
    """Return the bytes of a notice, and whether the filer's own cells are marked in it.

    ``data`` is the filer's workbook; None, or one that openpyxl cannot open or write again, gives the list alone.
    Raises MemoryError.
    """
    if data is not None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about parts openpyxl leaves out
                return _marked_copy(notice, data, manner), True
        except MemoryError:
            raise
        except Exception:  # noqa: S110 - openpyxl raises anything on odd files; the list says what is missing
            pass
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = manner.author
    add_list(book, notice, None, manner)
    return _stamped(book), False


def _marked_copy(notice: Notice, data: bytes, manner: Manner) -> bytes:
    book = load_workbook(BytesIO(data), rich_text=True)
    if manner.sheet in book.sheetnames:
        _take_off(book, manner)
    marked = _mark(book, notice, manner)
    add_list(book, notice, marked, manner)
    # Formulas are kept without results: whatever opens the copy computes them.
    book.calculation.fullCalcOnLoad = True
    return _stamped(book)


def _stamped(book: Workbook) -> bytes:
    """Return the bytes of a book, without the time of writing openpyxl puts into one that has none."""
    book.properties.created = WRITTEN_AT.replace(tzinfo=None)  # openpyxl writes naive times as UTC
    return saved(book)


def _take_off(book: Workbook, manner: Manner) -> None:
    """Remove the sheet, notes and colours of an earlier notice that was corrected and handed in."""
    del book[manner.sheet]
    ours = set(manner.colours.values())
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.comment is not None and cell.comment.author == manner.author:
                    cell.comment = None
                if cell.has_style and cell.fill.fill_type == "solid" and _rgb(cell.fill.start_color) in ours:
                    cell.fill = PatternFill()


def _mark(book: Workbook, notice: Notice, manner: Manner) -> Marked:
    """Colour every cell the remarks name, by its gravest; give the first of them notes."""
    told: dict[tuple[str, str], tuple[Any, list[Remark]]] = {}
    shown: dict[tuple[str, str], str] = {}
    for remark in notice.remarks:
        sheet = book[remark.sheet] if remark.sheet in book.sheetnames else None
        if not isinstance(sheet, Worksheet):
            continue
        for address in remark.cells:
            cell = sheet[address]
            if (sheet.title, address) not in shown:
                shown[sheet.title, address] = "" if cell.value is None else str(cell.value)
            anchor = _anchor(sheet, cell)
            told.setdefault((sheet.title, anchor.coordinate), (anchor, []))[1].append(remark)
    fills = {name: PatternFill("solid", start_color=f"FF{manner.colours[name]}") for name in SEVERITIES}
    for number, (cell, remarks) in enumerate(told.values()):
        _colour(cell, fills[remarks[0].severity])
        if number < manner.limits.notes:
            cell.comment = _note(cell, remarks, manner)
    visible = frozenset(sheet.title for sheet in book.worksheets if sheet.sheet_state == sheet.SHEETSTATE_VISIBLE)
    return Marked(shown, visible, max(0, len(told) - manner.limits.notes))


def _anchor(sheet: Worksheet, cell: Any) -> Any:
    """Return the cell that stands for a merged range; only that one can hold a note."""
    if not isinstance(cell, MergedCell):
        return cell
    merged = next(each for each in sheet.merged_cells.ranges if cell.coordinate in each)
    return sheet.cell(merged.min_row, merged.min_col)


def _colour(cell: Any, fill: PatternFill) -> None:
    cell.fill = fill
    if _is_light(cell.font.color):
        # White on a dark header would vanish on a light fill.
        font = copy(cell.font)
        font.color = Color(rgb=_BLACK)
        cell.font = font


def _is_light(colour: Color | None) -> bool:
    if colour is None:
        return False
    if colour.type == "theme":
        return colour.theme in _LIGHT_THEME
    rgb = _rgb(colour)
    return rgb is not None and all(int(rgb[at : at + 2], 16) >= _LIGHT for at in range(0, _RGB_DIGITS, 2))


def _rgb(colour: Color | None) -> str | None:
    """Return the six digits of a colour, None for one of a theme or an index."""
    if colour is None or colour.type != "rgb" or not isinstance(colour.rgb, str):
        return None
    return colour.rgb[-_RGB_DIGITS:]


def _note(cell: Any, remarks: list[Remark], manner: Manner) -> Comment:
    """Return the note of a cell; what the filer had noted there stays below it."""
    text = _PARAGRAPH.join(dict.fromkeys(remark.note for remark in remarks))
    if len(text) > manner.limits.note_characters:
        text = text[: manner.limits.note_characters - 1] + manner.words["note"]["continued"]
    if cell.comment is not None:
        text = f"{text}{_PARAGRAPH}{cell.comment.author}: {cell.comment.text}"
    text = ILLEGAL_CHARACTERS_RE.sub(_UNKNOWN, text)
    lines = sum(max(1, ceil(len(line) / _NOTE_CHARACTERS_A_LINE)) for line in text.split("\n"))
    return Comment(text, manner.author, height=_NOTE_MARGIN_PX + lines * _NOTE_LINE_PX, width=_NOTE_WIDTH_PX)
