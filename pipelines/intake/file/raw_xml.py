"""Raw look at the XML of a workbook: what the fast reader hides.

Belongs here: error cells, formulas never calculated, unusual writings, cells and values that stand
twice, the extent of a sheet. Does not: values (``workbook``), hidden rows and columns (``appearance``). calamine gives
``''`` for ``#REF!`` and for a formula without a result, which looks like an empty cell; of two cells or values it takes
the last, of a value with a comment in it a part. Most sheets show nothing of the kind, and a few byte searches prove
it; the others are parsed. Every search takes time that grows with the sheet and no faster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.intake.file.container import over_limit, unreadable
from pipelines.intake.file.xml_walk import Attributes, local, walk
from pipelines.intake.form.values import CellError, NeverCalculated
from pipelines.intake.limits import Limits
from pipelines.intake.result import column_index

_ERROR_TYPES = (b'"e"', b"'e'")
_FORMULA = re.compile(rb"<f[\s/>]")
_CALCULATED = re.compile(rb"(?:</f>|<f[^<>]*/>)<v>[^<]")
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"')
_SECOND_VALUE = re.compile(rb"</v>\s*<v")
# In a sheet as programs write it there is no such thing; calamine reads past it, or half of the value around it.
_UNUSUAL = re.compile(rb"<!--|<!\[CDATA\[|<v>[^<]*?&#")
_FAR_COLUMN = re.compile(rb'r="[A-Z]{3}[0-9]')
_LAST_ROW = re.compile(rb'<row\b[^>]*?\br="([0-9]+)"')
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class Marks:
    """What a parsed sheet shows; rows and columns are counted from 0."""

    damaged: dict[tuple[int, int], CellError | NeverCalculated] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    is_unusual: bool = False
    """Written in a way the fast reader is not trusted with."""


def look(xml: bytes, limits: Limits) -> Marks:
    """Return what a sheet shows; raise Refused when it is damaged or too large."""
    start = xml.find(b"<sheetData")
    if start < 0 and b"</worksheet>" in xml and b":sheetData" not in xml:
        return Marks()
    if start < 0 or _is_doubtful(xml, start) or not _is_small(xml, limits):
        marks = _parsed(xml)
        marks.is_unusual = start < 0 or _UNUSUAL.search(xml, start) is not None
        _check_extent(marks, limits)
        return marks
    return Marks()


def _is_doubtful(xml: bytes, start: int) -> bool:
    return (
        any(xml.find(sign, start) >= 0 for sign in _ERROR_TYPES)
        or _UNUSUAL.search(xml, start) is not None
        or len(_FORMULA.findall(xml, start)) != len(_CALCULATED.findall(xml, start))
        or _SECOND_VALUE.search(xml, start) is not None
        or not _has_each_cell_once(xml)
    )


def _has_each_cell_once(xml: bytes) -> bool:
    """Tell whether every cell says where it stands, as programs write it, and no two stand in one place."""
    cells = _CELL.findall(xml)
    return len(cells) == len(set(cells)) == xml.count(b"<c ") + xml.count(b"<c>")


def _is_small(xml: bytes, limits: Limits) -> bool:
    """Tell whether a sheet is surely within its limits without being parsed."""
    last = _LAST_ROW.match(xml, max(xml.rfind(b"<row "), 0))
    rows = int(last[1]) if last else xml.count(b"<row")
    return rows <= limits.rows_per_sheet and _FAR_COLUMN.search(xml) is None


def _check_extent(marks: Marks, limits: Limits) -> None:
    if marks.rows > limits.rows_per_sheet:
        raise over_limit(marks.rows, limits.rows_per_sheet, " rows")
    if marks.rows * marks.columns > limits.cells_per_sheet:
        raise over_limit(marks.rows * marks.columns, limits.cells_per_sheet, " cells")


class _SheetParser:
    """Walks the cells of one sheet; prefixes of names are ignored."""

    def __init__(self) -> None:
        self.marks = Marks()
        self._row = self._column = -1
        self._type = ""
        self._has_formula = False
        self._in_value = False
        self._value = ""
        self._values = 0
        self._places: set[tuple[int, int]] = set()

    def start(self, written: str, attributes: Attributes) -> None:
        name = local(written)
        if name == "row":
            self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else self._row + 1
            self._column = -1
        elif name == "c":
            self._place(attributes.get("r", ""))
            self._type, self._has_formula, self._value = attributes.get("t", ""), False, ""
            self._values = 0
        elif name == "f":
            self._has_formula = True
        elif name == "v":
            self._values += 1
            if self._values > 1:
                raise unreadable("damaged")
        self._in_value = name in ("v", "t")

    def text(self, text: str) -> None:
        if self._in_value:
            self._value += text

    def end(self, written: str) -> None:
        self._in_value = False
        if local(written) != "c":
            return
        at = (self._row, self._column)
        if self._type == "e":
            self.marks.damaged[at] = CellError(self._value or "#")
        elif self._has_formula and not self._value and self._type != "str":
            self.marks.damaged[at] = NeverCalculated()
        if self._value or at in self.marks.damaged:
            self.marks.rows = max(self.marks.rows, self._row + 1)
            self.marks.columns = max(self.marks.columns, self._column + 1)

    def _place(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        if match:
            self._row, self._column = int(match[2]) - 1, column_index(match[1])
        else:
            self._column += 1
        if (self._row, self._column) in self._places:
            raise unreadable("damaged")
        self._places.add((self._row, self._column))


def _parsed(xml: bytes) -> Marks:
    walker = _SheetParser()
    walk(xml, walker.start, walker.end, walker.text)
    return walker.marks
