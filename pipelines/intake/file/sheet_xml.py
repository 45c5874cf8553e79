"""Sheet XML: one sheet read element by element, every cell exactly as it stands.

Here: cells and their values, errors, formulas never calculated, hidden rows and columns, merged cells, scaling formats;
the refusal of a sheet in which something stands twice. Not here: the choice of a reader (``workbook``), what cells mean
(``pipelines.intake.form``). Time is linear in the size of the part, and no more is kept than its limits allow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pipelines.intake.file.appearance import Appearance, Merge
from pipelines.intake.file.container import over_limit, unreadable
from pipelines.intake.file.number_formats import Kind, Styles
from pipelines.intake.file.references import COLUMNS, area, cell_place, row_number
from pipelines.intake.file.serial_dates import duration, moment
from pipelines.intake.file.shared_strings import unescaped
from pipelines.intake.file.xml_walk import TRUE, Attributes, local, walk
from pipelines.intake.form.values import CellError, NeverCalculated
from pipelines.intake.limits import Limits

Cells = list[list[Any]]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_FALSE = ("0", "false")
_NUMERIC, _ERROR, _FORMULA_TEXT, _INLINE = ("", "n"), "e", "str", "inlineStr"
_IN_A_CELL = ("v", "is", "f")
_IN_A_TEXT = ("r", "t")
_DATES = (dt.date.fromisoformat, dt.datetime.fromisoformat, dt.time.fromisoformat)


@dataclass(frozen=True)
class Context:
    """What the cells of every sheet of one workbook refer to."""

    strings: Sequence[str] = ()
    styles: Styles = field(default_factory=Styles)
    is_1904: bool = False


def read_sheet(xml: bytes, context: Context, limits: Limits) -> tuple[Cells, Appearance]:
    """Return the cells of a sheet from A1 on, empty ones None, and how it looks.

    Raises:
        pipelines.intake.file.container.Refused: F001, the sheet is damaged or says something twice; F002, it is too
            large.
    """
    reader = _Reader(context, limits)
    walk(xml, reader.start, reader.end, reader.text)
    return reader.finished()


class _Reader:
    """Follows the elements of one sheet."""

    def __init__(self, context: Context, limits: Limits) -> None:
        self._context = context
        self._limits = limits
        self._cells: Cells = []
        self._seen = Appearance()
        self._root = ""
        self._is_in_data = self._was_in_data = False
        self._hides_by_default = False
        self._row = self._column = -1
        self._row_width = 0
        self._rows = self._columns = 0
        """The extent: the last row and the last column with a value, counted from 1."""
        self._is_in_row = self._is_in_cell = self._is_in_string = self._is_text = False
        self._foreign = 0
        """How deep the walk is in an element that is none of a cell's."""
        self._children: set[str] = set()
        self._pieces: list[str] = []
        self._type = self._style = ""

    # --- elements --------------------------------------------------------------------------------------------------

    def start(self, written: str, attributes: Attributes) -> None:
        name = local(written) if ":" in written else written
        if not self._is_in_data:
            self._outside(name, attributes)
        elif self._foreign:
            self._foreign += 1
        elif self._is_in_cell:
            self._inside_cell(name)
        elif name == "c" and self._is_in_row:
            self._start_cell(attributes)
        elif name == "row" and not self._is_in_row:
            self._start_row(attributes)
        elif name in ("c", "row"):
            raise unreadable("damaged")
        else:
            self._foreign = 1

    def text(self, text: str) -> None:
        if self._is_text and not self._foreign:
            self._pieces.append(text)

    def end(self, written: str) -> None:
        if self._foreign:
            self._foreign -= 1
            return
        if not self._is_in_data:
            return
        name = local(written) if ":" in written else written
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._is_in_row = False
        elif name == "is":
            self._is_in_string = False
        elif name == "sheetData":
            self._is_in_data = False
        elif name in ("v", "t"):
            self._is_text = False

    def finished(self) -> tuple[Cells, Appearance]:
        """Return what was read, when the walk is over."""
        if self._root != "worksheet":
            raise unreadable("damaged")
        if self._rows > self._limits.rows_per_sheet:
            raise over_limit(self._rows, self._limits.rows_per_sheet, " rows")
        if self._rows * self._columns > self._limits.cells_per_sheet:
            raise over_limit(self._rows * self._columns, self._limits.cells_per_sheet, " cells")
        return self._cells, self._seen

    # --- around the cells ------------------------------------------------------------------------------------------

    def _outside(self, name: str, attributes: Attributes) -> None:
        self._root = self._root or name
        if name == "sheetData":
            if self._was_in_data:
                raise unreadable("damaged")
            self._is_in_data = self._was_in_data = True
        elif name == "sheetFormatPr":
            self._hides_by_default = attributes.get("zeroHeight") in TRUE
        elif name == "col" and (attributes.get("hidden") in TRUE or _is_zero(attributes.get("width"))):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(first) < _LONGEST and len(last) < _LONGEST:
                self._seen.hidden_columns.update(range(int(first) - 1, min(int(last), COLUMNS)))
        elif name == "mergeCell" and (merged := area(attributes.get("ref", ""))):
            self._seen.merges.append(Merge(*merged))

    def _start_row(self, attributes: Attributes) -> None:
        written = attributes.get("r")
        row = self._row + 1 if written is None else row_number(written.strip())
        if row is None or row <= self._row:  # before the row above it, or that row again
            raise unreadable("damaged")
        self._row, self._column, self._is_in_row = row, -1, True
        is_shown = "ht" in attributes or "hidden" in attributes
        if (
            attributes.get("hidden") in TRUE
            or _is_zero(attributes.get("ht"))
            or (self._hides_by_default and not is_shown)
        ):
            self._seen.hidden_rows.add(row)

    # --- cells -----------------------------------------------------------------------------------------------------

    def _start_cell(self, attributes: Attributes) -> None:
        written = attributes.get("r")
        place = (self._row, self._column + 1) if written is None else cell_place(written)
        if place is None or place[0] != self._row or not self._column < place[1] < COLUMNS:
            raise unreadable("damaged")  # in another row, before the cell left of it, or that cell again
        self._column = place[1]
        self._type, self._style = attributes.get("t", ""), attributes.get("s", "")
        self._is_in_cell = True
        self._children.clear()
        self._pieces.clear()

    def _inside_cell(self, name: str) -> None:
        if self._is_text:  # a value with an element in it is half a value
            raise unreadable("damaged")
        if self._is_in_string:
            self._is_text = name == "t"
            self._foreign = 0 if name in _IN_A_TEXT else 1
        elif name in _IN_A_CELL:
            if name in self._children:
                raise unreadable("damaged")
            self._children.add(name)
            self._is_text, self._is_in_string = name == "v", name == "is"
        elif name in ("c", "row"):
            raise unreadable("damaged")
        else:
            self._foreign = 1

    def _end_cell(self) -> None:
        self._is_in_cell = False
        if "v" in self._children and "is" in self._children:
            raise unreadable("damaged")
        text = "".join(self._pieces)
        if self._type == _ERROR:
            self._keep(CellError(text or "#"))
        elif text:
            value = self._value(text)
            if value is not None:
                self._keep(value)
        elif "f" in self._children and self._type != _FORMULA_TEXT:
            self._keep(NeverCalculated())

    def _keep(self, value: Any) -> None:
        row, column = self._row, self._column
        self._rows, self._columns = row + 1, max(self._columns, column + 1)
        if self._rows > self._limits.rows_per_sheet or self._rows * self._columns > self._limits.cells_per_sheet:
            self._cells = []  # it is refused in the end, when it is known how large it is
            return
        cells = self._cells
        while len(cells) <= row:
            cells.append([])
        line = cells[row]
        line.extend([None] * (column - len(line)))
        line.append(value)

    def _value(self, text: str) -> Any:
        kind = self._type
        if "is" in self._children or kind in (_FORMULA_TEXT, _INLINE):
            return unescaped(text)
        bare = text.strip()
        if not bare:
            return None
        if kind in _NUMERIC:
            return self._number(bare) if _NUMBER.fullmatch(bare) else text
        if kind == "s":
            return self._shared(bare)
        if kind == "b":
            return bare in TRUE if bare in TRUE or bare in _FALSE else text
        if kind == "d":
            return _iso(bare)
        raise unreadable("damaged")

    def _number(self, text: str) -> Any:
        number, style = float(text), self._style
        kind = self._context.styles.kinds.get(style)
        if kind is Kind.DATE:
            return moment(number, is_1904=self._context.is_1904)
        if kind is Kind.DURATION:
            return duration(number)
        scale = self._context.styles.scales.get(style)
        if scale is not None:
            self._seen.scales[self._row, self._column] = scale
        return number

    def _shared(self, number: str) -> str:
        strings = self._context.strings
        if not number.isdecimal() or len(number) >= _LONGEST or int(number) >= len(strings):
            raise unreadable("damaged")
        return strings[int(number)]


_LONGEST = 10
"""Digits of a number that counts strings or columns; a longer one counts nothing."""


def _iso(text: str) -> Any:
    """Return a date, a moment or a time of day written as ISO 8601; any other text as it is."""
    for read in _DATES:
        with suppress(ValueError):
            found: Any = read(text)
            return found.replace(tzinfo=None) if isinstance(found, dt.datetime) else found
    return text


def _is_zero(size: str | None) -> bool:
    return size is not None and size.strip("0.") == "" and size != ""
