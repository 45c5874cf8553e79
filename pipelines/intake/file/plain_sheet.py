"""Plain sheet: the proof that a sheet says nothing the fast reader would hide, but in the rows that are named.

Here: what every cell and row of such a sheet looks like, letter by letter. Not here: reading (``sheet_xml``). calamine
gives ``''`` for ``#REF!`` and for a formula without a result, takes the last of two cells or values, a part of a value
with a comment in it, and tells nothing of what is hidden, merged or scaled. A row that is not proved plain is read by
the slower reader, and so is a whole sheet that says something unusual outside its rows, no more. Every search takes
time that grows with the sheet and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipelines.intake.limits import Limits

# A row with its cells as programs write them, each cell in the row it says: a number or the result of a formula, a
# text, a reference to one, or nothing. No error, no comment, no reference to a character in a value, no column beyond
# ZZ. What repeats is given up whole, never in part.
_FORMULA = rb"(?:<f(?: [^<>]*+)?+>[^<]*+</f>|<f(?: [^<>/]*+)?+/>)?+"
_CELL = (
    rb'<c r="[A-Z]{1,2}\1"(?: s="[0-9]++")?+(?:'
    rb'(?: t="n")?+>' + _FORMULA + rb"<v>[-+.0-9eE]++</v></c>"
    rb'|(?: t="inlineStr")?+><is><t(?: [^<>/]*+)?+>[^<]*+</t></is></c>'
    rb'| t="s"><v>[0-9]++</v></c>'
    rb'| t="str">' + _FORMULA + rb"<v>[^<&]++</v></c>"
    rb'| t="b">' + _FORMULA + rb"<v>[01]</v></c>"
    rb'|(?: t="(?:n|s|b|str|inlineStr)")?+(?: ?/>|></c>))'
)
_ROW = re.compile(rb'\s*+<row r="([0-9]{1,7})"([^<>/]*+)(?:/>|>\s*+(?:' + _CELL + rb"\s*+)*+</row>)\s*+")
_OTHER_ROW = re.compile(rb'\s*+<row r="([0-9]{1,7})"([^<>/]*+)>(?:[^<]++|<(?!/row>))*+</row>\s*+')
# The letters of each cell, and nothing for the row above it.
_COLUMN = re.compile(rb'<(?:c|row) r="([A-Z]*+)')
_ROWS_APART = b"  "
_STYLE = re.compile(rb' s="([0-9]++)"')
_QUOTED_OTHERWISE, _COMMENT = b"='", b"<!"
_UNUSUAL_ABOVE = (b"hidden", b"zeroHeight", b' width="0')
_UNUSUAL_ROW = re.compile(rb'hidden| ht="0')
_MERGED = b"mergeCell "
_DATA, _END = b"<sheetData>", b"</sheetData>"
# Which columns of a row are filled repeats from row to row.
_ROWS_REMEMBERED = 4096


@dataclass(frozen=True)
class RowsInDoubt:
    """The rows of a sheet, numbered from 1, that the slower reader must read, and a sheet that has only these."""

    numbers: tuple[int, ...]
    xml: bytes


def rows_in_doubt(xml: bytes, scales: Mapping[str, Decimal], limits: Limits) -> RowsInDoubt | None:
    """Return the rows for which the fast reader's result cannot be taken; None when that may be any.

    ``scales`` are those of the workbook's styles.
    """
    begin, end = xml.find(_DATA), xml.rfind(_END)
    if begin < 0 or end < 0 or xml.rfind(_DATA) != begin or (b"'" in xml and _QUOTED_OTHERWISE in xml):
        return None
    if (
        (b"!" in xml and _COMMENT in xml)
        or any(xml.find(sign, 0, begin) >= 0 for sign in _UNUSUAL_ABOVE)
        or xml.find(_MERGED, end) >= 0
        or (scales and not scales.keys().isdisjoint({style.decode() for style in _STYLE.findall(xml, begin)}))
    ):
        return None
    begin += len(_DATA)
    doubtful = _doubtful_rows(xml[begin:end], limits)
    if doubtful is None:
        return None
    return RowsInDoubt(tuple(doubtful), b"".join((xml[:begin], *doubtful.values(), xml[end:])) if doubtful else b"")


def _doubtful_rows(data: bytes, limits: Limits) -> dict[int, bytes] | None:
    """Return the rows not proved plain by their numbers; None when rows or cells do not stand in order."""
    doubtful: dict[int, bytes] = {}
    heads: set[bytes] = set()
    last = at = 0
    while at < len(data):
        for row in _ROW.finditer(data, at):
            if row.start() != at:
                break
            if not last < (last := int(row[1])) <= limits.rows_per_sheet:
                return None
            heads.add(row[2])
            at = row.end()
        if at < len(data):
            other = _OTHER_ROW.match(data, at)
            if other is None or not last < (last := int(other[1])) <= limits.rows_per_sheet:
                return None
            heads.add(other[2])
            doubtful[last] = other[0]
            if not _keeps_to_itself(other[0], other[1]):
                return None
            at = other.end()
    rows = set(b" ".join(_COLUMN.findall(data)).split(_ROWS_APART))
    in_order = all(map(_are_ascending, rows)) and not any(map(_UNUSUAL_ROW.search, heads))
    return doubtful if in_order else None


def _keeps_to_itself(row: bytes, number: bytes) -> bool:
    """Tell whether every cell of a row says that it stands in this row."""
    return row.count(b"<c") == len(re.findall(rb'<c r="[A-Z]{1,2}' + number + rb'"', row)) and row.count(b"<row") == 1


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _are_ascending(columns: bytes) -> bool:
    """Tell whether these are letters of columns, each further right than the one before."""
    each = columns.split()
    return each == sorted(set(each), key=lambda letters: (len(letters), letters))
