"""Workbook: bytes in, grids of raw cells out.

Belongs here: the two readers and the choice between them. Does not: what the cells mean (``table``, ``cover``).
calamine reads many times faster; ``sheet_xml`` reads every sheet that is not surely read alike by both
(``plain_sheet``), and decides alone whether a sheet is readable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import cast

from python_calamine import CalamineWorkbook

from pipelines.intake.file.appearance import Appearance
from pipelines.intake.file.container import open_parts
from pipelines.intake.file.number_formats import scales_of_styles, styles_of
from pipelines.intake.file.package import Package, SheetPart
from pipelines.intake.file.plain_sheet import RowsInDoubt, rows_in_doubt
from pipelines.intake.file.shared_strings import strings_of
from pipelines.intake.file.sheet_xml import Cells, Context, read_sheet
from pipelines.intake.limits import Limits

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
        xml = self._package[sheet]
        doubt = rows_in_doubt(xml, self._scales, self._limits) if self._package.is_ordinary else None
        if doubt is not None:
            try:
                cells = self._fast(sheet.name)
            except BaseException as error:  # calamine can panic, which is no Exception
                if isinstance(error, _NOT_ABOUT_THE_WORKBOOK):
                    raise
            else:
                self._read_again(cells, doubt)
                return Grid(sheet.name, cells, sheet.hidden)
        cells, appearance = read_sheet(xml, self._context, self._limits)
        return Grid(sheet.name, cells, sheet.hidden, appearance)

    def _read_again(self, cells: Cells, doubt: RowsInDoubt) -> None:
        """Replace the rows in doubt by what they say."""
        if not doubt.numbers:
            return
        found, _ = read_sheet(doubt.xml, self._context, self._limits)
        cells.extend([] for _ in range(len(cells), doubt.numbers[-1]))
        for number in doubt.numbers:
            cells[number - 1] = found[number - 1] if number <= len(found) else []

    @cached_property
    def _scales(self) -> Mapping[str, Decimal]:
        return scales_of_styles(self._package.styles)

    @cached_property
    def _context(self) -> Context:
        package = self._package
        return Context(strings_of(package.strings), styles_of(package.styles), package.is_1904)

    @cached_property
    def _fast(self) -> Callable[[str], Cells]:
        return calamine_reader(self._data)


def calamine_reader(data: bytes) -> Callable[[str], Cells]:
    """Return a function from sheet name to cells."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return lambda name: cast(Cells, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
