"""Workbook: bytes in, grids of raw cells out.

Belongs here: the two readers and the choice between them. Does not: what the cells mean (``table``, ``cover``).
calamine reads twenty times faster; openpyxl reads what calamine cannot. The marks of ``raw`` are laid over both.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any, cast

from python_calamine import CalamineWorkbook

from pipelines.intake.file.appearance import Appearance, look_of
from pipelines.intake.file.container import open_parts, unreadable
from pipelines.intake.file.number_formats import scales_of_styles
from pipelines.intake.file.package import Package, SheetPart
from pipelines.intake.file.raw_xml import Marks, look
from pipelines.intake.limits import Limits

Cells = list[list[Any]]

# Stop signs for the process, not complaints about a workbook.
_NOT_ABOUT_THE_WORKBOOK = (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet from A1 on; an empty cell is ``''`` or None, rows may differ in length."""

    name: str
    cells: Cells
    is_hidden: bool
    appearance: Appearance = field(default_factory=Appearance)


class Book:
    """An opened workbook; sheets are read on demand."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open a workbook; raise ``container.Refused``."""
        self._data = data
        self._limits = limits
        self._package = Package(open_parts(data, limits))
        self.sheets = self._package.sheets

    def grid(self, sheet: SheetPart) -> Grid:
        """Read one sheet; raise ``container.Refused``."""
        marks = look(self._package[sheet], self._limits)
        cells = self._read(sheet.name, marks)
        for (row, column), damage in marks.damaged.items():
            _put(cells, row, column, damage)
        appearance = look_of(self._package[sheet], self._scales)
        return Grid(sheet.name, cells, sheet.hidden, appearance)

    @cached_property
    def _scales(self) -> Mapping[str, Decimal]:
        return scales_of_styles(self._package.styles)

    def _read(self, name: str, marks: Marks) -> Cells:
        if not marks.is_unusual and self._package.is_ordinary:
            try:
                return self._fast(name)
            except BaseException as error:  # calamine can panic, which is no Exception
                if isinstance(error, _NOT_ABOUT_THE_WORKBOOK):
                    raise
        try:
            return self._slow(name)
        except Exception as error:  # openpyxl raises seven types on hostile files
            if isinstance(error, MemoryError):
                raise
            raise unreadable("damaged") from error

    @cached_property
    def _fast(self) -> Callable[[str], Cells]:
        return calamine_reader(self._data)

    @cached_property
    def _slow(self) -> Callable[[str], Cells]:
        return openpyxl_reader(self._data)


def calamine_reader(data: bytes) -> Callable[[str], Cells]:
    """Return a function from sheet name to cells."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return lambda name: cast(Cells, book.get_sheet_by_name(name).to_python(skip_empty_area=False))


def openpyxl_reader(data: bytes) -> Callable[[str], Cells]:
    """Return a function from sheet name to cells."""
    # A third of a second that only a doubtful workbook costs.
    import openpyxl
    from openpyxl.utils.escape import unescape

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which are not read
        book = openpyxl.load_workbook(BytesIO(data), data_only=True, keep_links=False)

    def cells(name: str) -> Cells:
        rows = book[name].iter_rows(values_only=True)
        return [[unescape(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]

    return cells


def _put(cells: Cells, row: int, column: int, value: object) -> None:
    """Set a cell, widening the grid where the reader saw nothing."""
    while len(cells) <= row:
        cells.append([])
    line = cells[row]
    line.extend([None] * (column + 1 - len(line)))
    line[column] = value
