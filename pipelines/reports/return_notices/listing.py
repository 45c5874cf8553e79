"""Listing: the first sheet of a notice - what becomes of the filing, and every finding with a link to its cell.

Belongs here: that sheet. Does not: the filer's own sheets (``marking``), words (``composing``, ``notices.yaml``).
Everything here is text: what a filer wrote never becomes a formula.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.reports.return_notices.notice import SEVERITIES, Notice, Remark
from pipelines.reports.return_notices.wording import BELOW, Manner
from schemas.vocabulary import FilingStatus, Language

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_VISIBLE = "visible"
_FACT_VALUES, _LEGEND = "F", "H"
_FIRST_SENTENCE = 3
_MARGIN_INCHES = 0.4
_HEADER_FILL = PatternFill("solid", start_color="FFE4E7EB")
_BORDER = Border(top=Side(style="thin", color="FFC9CED6"))
_TOP = Alignment(vertical="top", wrap_text=True)
_ONE_LINE = Alignment(vertical="top")
_LINK_COLOUR, _GREY = "FF0B5CAD", "FF5B6470"
_UNKNOWN = "�"


@dataclass(frozen=True)
class Marked:
    """What marking saw: what stands in each cell by (sheet, address), sheets a link leads to, cells without a note."""

    shown: Mapping[tuple[str, str], str]
    visible: frozenset[str]
    notes_left_out: int


def add_list(book: Workbook, notice: Notice, marked: Marked | None, manner: Manner) -> None:
    """Put the sheet of findings in front; ``marked`` is None when the filer's sheets are not in the book."""
    sheet = book.create_sheet(manner.sheet, 0)
    _show_first(book)
    for number, column in enumerate(manner.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    header = _head(sheet, notice, marked, manner)
    _table(sheet, header, notice, marked, manner)
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(manner.columns))}{sheet.max_row}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=_MARGIN_INCHES, right=_MARGIN_INCHES)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False


def _show_first(book: Workbook) -> None:
    """Open at the sheet of findings and nowhere else: with two sheets selected, typing changes both."""
    book.active = 0
    for view in book.views:
        view.firstSheet = 0
        view.visibility = _VISIBLE
    for each in book.worksheets:
        each.sheet_view.tabSelected = each is book.worksheets[0]
    for chart in book.chartsheets:
        for seen in chart.sheetViews.sheetView:
            seen.tabSelected = False


def _head(sheet: Worksheet, notice: Notice, marked: Marked | None, manner: Manner) -> int:
    """Write what stands above the table; return the row of the table's header."""
    _text(
        sheet,
        "A1",
        manner.in_all("", "title_accepted" if notice.status == str(FilingStatus.ACCEPTED) else "title"),
        font=_font(manner, bold=True, size=manner.font.title_size),
    )
    row = _FIRST_SENTENCE
    for sentence in notice.outcome:
        _across(sheet, row, sentence, manner, font=_font(manner, bold=True), fill=_fill(notice.severity, manner))
        row += 1
    for sentence in _about_the_copy(notice, marked, manner):
        _across(sheet, row, sentence, manner, font=_font(manner, color=_GREY))
        row += 1
    top = row + 1
    for row, (label, value) in enumerate(notice.facts, start=top):
        _text(sheet, f"A{row}", label, font=_font(manner, color=_GREY))
        _text(sheet, f"{_FACT_VALUES}{row}", value, font=_font(manner))
    counts = Counter(remark.severity for remark in notice.remarks)
    for row, severity in enumerate((each for each in SEVERITIES if counts[each]), start=top):
        label = f"{manner.in_all('severities', severity)}: {counts[severity]}"
        _text(sheet, f"{_LEGEND}{row}", label, font=_font(manner), fill=_fill(severity, manner))
    return top + max(len(notice.facts), len(counts)) + 1


def _about_the_copy(notice: Notice, marked: Marked | None, manner: Manner) -> list[str]:
    """Return what this workbook is, in each language."""
    total = sum(max(1, len(remark.cells)) for remark in notice.remarks)
    limits = manner.limits
    kind = "copy" if marked is not None else "not_marked" if notice.may_be_opened else "not_opened"
    sentences: list[tuple[str, dict[str, int]]] = [(kind, {})]
    if marked is not None and marked.notes_left_out:
        sentences.append(("notes_left_out", {"shown": limits.notes, "left": marked.notes_left_out}))
    if total > limits.cells_listed:
        sentences.append(("cells_left_out", {"shown": limits.cells_listed, "left": total - limits.cells_listed}))
    return [
        " ".join(manner.say("outcomes", key, language, **facts) for key, facts in sentences) for language in Language
    ]


def _table(sheet: Worksheet, header: int, notice: Notice, marked: Marked | None, manner: Manner) -> None:
    titles = [column.header for column in manner.columns]
    for number, title in enumerate(titles, start=1):
        cell = sheet.cell(header, number)
        _put(cell, title, font=_font(manner, bold=True), fill=_HEADER_FILL, alignment=_TOP)
    sheet.row_dimensions[header].height = _height(titles, manner)
    names = [column.name for column in manner.columns]
    severity_at, cell_at = names.index("severity") + 1, names.index("cell") + 1
    fills = {severity: _fill(severity, manner) for severity in SEVERITIES}
    font, link = _font(manner), _font(manner, color=_LINK_COLOUR, underline="single")
    rows = _rows(notice, marked, manner)
    for row, (number, remark, address, value, is_first) in enumerate(rows, start=header + 1):
        texts = _texts(number, remark, address, value, manner, is_first=is_first)
        for at, text in enumerate(texts, start=1):
            style = {"border": _BORDER, "alignment": _TOP} if is_first else {"alignment": _ONE_LINE}
            if text or is_first:
                _put(sheet.cell(row, at), text, font=font, **style)
        if is_first:
            sheet.row_dimensions[row].height = _height(texts, manner)
        sheet.cell(row, severity_at).fill = fills[remark.severity]
        if address and marked is not None and remark.sheet in marked.visible:
            place = sheet.cell(row, cell_at)
            place.hyperlink = Hyperlink(ref=place.coordinate, location=f"{quote_sheetname(remark.sheet)}!{address}")
            place.font = link


def _rows(
    notice: Notice, marked: Marked | None, manner: Manner
) -> Iterator[tuple[int, Remark, str | None, str | None, bool]]:
    """Yield a row for every cell of every remark, as many as may be listed; the first of a remark tells it."""
    left = manner.limits.cells_listed
    for number, remark in enumerate(notice.remarks, start=1):
        for place, cell in enumerate(remark.cells or (None,)):
            if left <= 0:
                return
            left -= 1
            seen = None if marked is None or cell is None else marked.shown.get((remark.sheet or "", cell))
            yield number, remark, cell, remark.value if seen is None else seen, place == 0


def _texts(
    number: int, remark: Remark, address: str | None, value: str | None, manner: Manner, *, is_first: bool
) -> list[str]:
    """Return a row of the table; later cells of a remark only say where they are and what stands there."""
    most = manner.limits.shown_characters
    stands = "" if value is None else value if len(value) <= most else value[: most - 1] + "…"
    return [
        str(number),
        manner.in_all("severities", remark.severity, BELOW) if is_first else "",
        remark.code,
        remark.sheet or "",
        address or "",
        (remark.field or "") if is_first else "",
        stands,
        BELOW.join(remark.told) if is_first else "",
        remark.reference if is_first else "",
    ]


def _across(sheet: Worksheet, row: int, text: str, manner: Manner, **style: Any) -> None:
    """Write a text over the whole width."""
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(manner.columns))
    _text(sheet, f"A{row}", text, alignment=_TOP, **style)
    width = sum(column.width for column in manner.columns)
    sheet.row_dimensions[row].height = manner.font.line_points * _lines(text, width)


def _height(texts: Sequence[str], manner: Manner) -> float:
    """Return the height of a row in points: not every program finds it out by itself."""
    lines = (_lines(text, column.width) for text, column in zip(texts, manner.columns, strict=True))
    return manner.font.line_points * max(lines)


def _lines(text: str, width: int) -> int:
    return sum(max(1, len(textwrap.wrap(line, width))) for line in text.split("\n"))


def _text(sheet: Worksheet, address: str, text: str, **style: Any) -> None:
    _put(sheet[address], text, **style)


def _put(cell: Any, text: str, **style: Any) -> None:
    """Write text as text, whatever it begins with."""
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(_UNKNOWN, text.encode("utf-8", "replace").decode())
        cell.data_type = "s"
        if text.startswith(_FORMULA_SIGNS):
            cell.quotePrefix = True  # it stays text when somebody edits the cell
    for name, value in style.items():
        setattr(cell, name, value)


def _font(manner: Manner, **style: Any) -> Font:
    given: dict[str, Any] = {"name": manner.font.name, "size": manner.font.size}
    return Font(**(given | style))


def _fill(severity: str, manner: Manner) -> PatternFill:
    return PatternFill("solid", start_color=f"FF{manner.colours[severity]}")
