"""Appearance: what a person sees of a sheet and the values do not say.

Here: hidden rows and columns, merged cells, number formats that show another number than the stored one. Not here: the
values (``workbook``), what follows (``pipelines.intake.form``). Most sheets show nothing of the kind, and a few byte
searches prove it; the others are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.intake.file.container import Refused
from pipelines.intake.file.xml_walk import TRUE, Attributes, local, walk
from pipelines.intake.result import ALPHABET, column_index

_HIDING = (b"hidden", b' ht="0')
_HIDING_ABOVE_THE_ROWS = (b"zeroHeight=", b' width="0')
_STYLE = re.compile(rb's="([0-9]+)"')
_MERGES = b"mergeCell "
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True)
class Merge:
    """Merged cells, rows and columns counted from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Appearance:
    """What is seen; rows and columns are counted from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    scales: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    """By (row, column): the number seen is the stored one times this; 0.001 for ``#,##0,`` and 100 for a percent."""


def look_of(sheet: bytes, scales: Mapping[str, Decimal]) -> Appearance:
    """Return how a sheet looks; ``scales`` are those of the workbook's styles."""
    seen = Appearance()
    begin, end = sheet.find(b"sheetData"), sheet.rfind(b"sheetData")
    is_plain = (
        (not scales or not _has_one_of(sheet, scales, max(begin, 0)))
        and sheet.find(_MERGES, max(end, 0)) < 0
        and not any(sheet.find(sign, 0, begin if begin >= 0 else len(sheet)) >= 0 for sign in _HIDING_ABOVE_THE_ROWS)
        and not any(sign in sheet for sign in _HIDING)
    )
    if is_plain:
        return seen
    with suppress(Refused):  # what is damaged ends the walk; the values tell the rest
        walk(sheet, _Walker(seen, scales).start)
    return seen


def _has_one_of(sheet: bytes, scales: Mapping[str, Decimal], begin: int) -> bool:
    """Tell whether a cell might have one of the styles; False is certain. A sheet is searched once for all of them."""
    used = {style.decode() for style in _STYLE.findall(sheet, begin)}
    return sheet.find(b"s='", begin) >= 0 or not used.isdisjoint(scales)


class _Walker:
    """Walks the elements of one sheet that say how it looks."""

    def __init__(self, seen: Appearance, scales: Mapping[str, Decimal]) -> None:
        self._seen = seen
        self._scales = scales
        self._row = -1
        self._column = -1
        self._hides_by_default = False

    def start(self, written: str, attributes: Attributes) -> None:
        name = local(written)
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "sheetFormatPr":
            self._hides_by_default = attributes.get("zeroHeight") in TRUE
        elif name == "col" and (attributes.get("hidden") in TRUE or _is_zero(attributes.get("width"))):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdigit() and last.isdigit():
                # No sheet has more columns than XFD.
                self._seen.hidden_columns.update(range(int(first) - 1, min(int(last), ALPHABET**3)))

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        self._row, self._column = int(number) - 1 if number.isdigit() else self._row + 1, -1
        is_shown = "ht" in attributes or "hidden" in attributes
        if (
            attributes.get("hidden") in TRUE
            or _is_zero(attributes.get("ht"))
            or (self._hides_by_default and not is_shown)
        ):
            self._seen.hidden_rows.add(self._row)

    def _cell(self, attributes: Attributes) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if match:
            self._row, self._column = int(match[2]) - 1, column_index(match[1])
        else:
            self._column += 1
        scale = self._scales.get(attributes.get("s", ""))
        if scale is not None:
            self._seen.scales[self._row, self._column] = scale

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if begin and end:
            rows, columns = (int(begin[2]) - 1, int(end[2]) - 1), (column_index(begin[1]), column_index(end[1]))
            self._seen.merges.append(Merge(rows[0], columns[0], rows[1], columns[1]))


def _is_zero(size: str | None) -> bool:
    return size is not None and size.strip("0.") == "" and size != ""
