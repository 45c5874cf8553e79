"""Plain sheet: the proof that a sheet says nothing the fast reader would hide.

Here: byte searches after which both readers surely read alike and nothing about the sheet's look has to be told. Not
here: reading (``sheet_xml``). calamine gives ``''`` for ``#REF!`` and for a formula without a result, takes the last of
two cells or values, a part of a value with a comment in it, and tells nothing of what is hidden, merged or scaled. A
sheet that is not proved plain is read by the slower reader, no more. Every search takes time that grows with the sheet
and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from pipelines.intake.file.references import ROWS
from pipelines.intake.limits import Limits

_FORMULA = re.compile(rb"<f[\s/>]")
_CALCULATED = re.compile(rb"(?:</f>|<f[^<>]*/>)<v>[^<]")
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"')
_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
_FAR_COLUMN = re.compile(rb'<c r="[A-Z]{3}')
_SECOND_VALUE = re.compile(rb"</v>\s*<[vi]")
_STYLE = re.compile(rb' s="([0-9]+)"')
# Of a number with one in it calamine reads a part.
_CHARACTER_REFERENCE, _IN_A_VALUE = b"&#", re.compile(rb"<v[^<>]*>[^<]*&#")
# Errors; comments and CDATA; hidden and flat rows and columns; anything in single quotes.
_UNUSUAL = (b'"e"', b"<!", b"hidden", b' ht="0', b"='")
_UNUSUAL_ABOVE = (b"zeroHeight", b' width="0')
_MERGED = b"mergeCell "


def is_plain(xml: bytes, scales: Mapping[str, Decimal], limits: Limits) -> bool:
    """Tell whether the fast reader's result can be taken for this sheet; True is certain.

    ``scales`` are those of the workbook's styles.
    """
    begin, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if begin < 0 or end < 0 or xml.count(b"sheetData") != len((begin, end)):
        return False
    return not (
        any(sign in xml for sign in _UNUSUAL)
        or any(xml.find(sign, 0, begin) >= 0 for sign in _UNUSUAL_ABOVE)
        or xml.find(_MERGED, end) >= 0
        or (_CHARACTER_REFERENCE in xml and _IN_A_VALUE.search(xml, begin) is not None)
        or len(_FORMULA.findall(xml, begin)) != len(_CALCULATED.findall(xml, begin))
        or _SECOND_VALUE.search(xml, begin) is not None
        or _FAR_COLUMN.search(xml, begin) is not None
        or (scales and not scales.keys().isdisjoint({style.decode() for style in _STYLE.findall(xml, begin)}))
        or not _is_in_order(xml, limits)
    )


def _is_in_order(xml: bytes, limits: Limits) -> bool:
    """Tell whether each row stands below and each cell right of the last, in the row it says, all within the limits."""
    last = 0
    rows = xml.split(b"<row ")
    for row in rows[1:]:
        match = _ROW.match(b"<row " + row[:20])
        if match is None:
            return False
        number = int(match[1])
        if not last < number <= min(limits.rows_per_sheet, ROWS):
            return False
        last = number
        cells = _CELL.findall(row)
        if len(cells) != row.count(b"<c ") + row.count(b"<c>"):
            return False
        if cells and not _are_ascending(b" ".join(cells) + b" ", match[1]):
            return False
    return rows[0].find(b"<c ") < 0 and xml.count(b"<row>") == 0


def _are_ascending(cells: bytes, row: bytes) -> bool:
    columns = cells.replace(row + b" ", b" ").split()
    return all(column.isalpha() for column in columns) and columns == sorted(set(columns), key=lambda c: (len(c), c))
