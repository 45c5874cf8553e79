"""Workbooks whose bytes depend on their content only.

Belongs here: sheets of plain values to xlsx bytes, with a fixed clock inside. Does not: what stands in them.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.writer.excel import ExcelWriter

CORE_PROPERTIES = "docProps/core.xml"
WRITTEN_AT = datetime(2025, 1, 1, tzinfo=UTC)
_ZIP_CLOCK = (2025, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_WIDTH = 18


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of plain values; ``bold`` and ``hidden_rows`` are numbers of rows from 1."""

    name: str
    rows: Sequence[Sequence[object]]
    bold: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden: bool = False


class _FixedClockZip(zipfile.ZipFile):
    """A zip file that remembers neither when nor by whom it was written."""

    def writestr(
        self, zinfo_or_arcname: Any, data: Any, compress_type: int | None = None, compresslevel: int | None = None
    ) -> None:
        member = zinfo_or_arcname
        name = member.filename if isinstance(member, zipfile.ZipInfo) else member
        content = data.encode() if isinstance(data, str) else data
        if name == CORE_PROPERTIES:
            content = _MODIFIED.sub(rb"\g<1>" + WRITTEN_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
        info = zipfile.ZipInfo(name, _ZIP_CLOCK)
        info.create_system = 0
        super().writestr(info, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)

    def write(
        self,
        filename: Any,
        arcname: Any = None,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        self.writestr(arcname or filename, Path(filename).read_bytes())


def to_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return the bytes of a workbook of these sheets; equal sheets give equal bytes."""
    book = Workbook(write_only=True)
    book.properties.created = WRITTEN_AT.replace(tzinfo=None)  # openpyxl writes naive times as UTC
    book.properties.creator = "nedra demo"
    for sheet in sheets:
        _add(book, sheet)
    target = io.BytesIO()
    with _FixedClockZip(target, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    return target.getvalue()


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
