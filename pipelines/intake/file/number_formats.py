"""Number formats: what the cell styles of a workbook make of a stored number.

Here: the styles under which a date is seen, or another number than the stored one. Not here: the cells (``sheet_xml``),
dates (``serial_dates``). Few workbooks have a style that scales, and a search proves it of most; the others are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto

from pipelines.intake.file.xml_walk import Attributes, local, walk

_BUILT_IN_PERCENTS = {"9": "0%", "10": "0.00%"}
_BUILT_IN_SIGNS = (b'numFmtId="9"', b'numFmtId="10"')
_CELL_FORMATS = "cellXfs"
_BUILT_IN_DATES = frozenset(map(str, (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))))
_BUILT_IN_DURATION = "46"
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_DATE = re.compile(r"[dmhys]|a[^;]*/")
_LITERALS = re.compile(r'"[^"]*"?|\\.|[_*].')
# A format's own text, up to the next element: a superset of what multiplies.
_CUSTOM_FORMAT = re.compile(rb"<numFmt\s[^<]*")
_MAY_SCALE = re.compile(rb"%|&#|,(?![0#?])")
# Written by no program, and read past the search above.
_UNUSUAL = re.compile(rb"<!--|<!\[CDATA\[|numFmtId\s*=\s*'|:cellXfs|\x00")
# Quoted text, escaped characters, conditions and colours, fill characters and spaces of a format are no placeholders.
_NOT_PLACEHOLDERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")
_LONGEST_FORMAT = 255
"""Characters; Excel writes and reads no longer one, and none costs more than that to understand."""
_PERCENT = Decimal(100)
_THOUSAND = Decimal("0.001")


class Kind(Enum):
    """What a number is under a format."""

    NUMBER = auto()
    DATE = auto()
    DURATION = auto()


@dataclass(frozen=True)
class Styles:
    """What cell styles, by the number in a cell's ``s``, make of a number; those not named leave it as it is."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    scales: Mapping[str, Decimal] = field(default_factory=dict)


def styles_of(xml: bytes) -> Styles:
    """Return what the styles of a workbook make of numbers; an empty part has none.

    Raises:
        pipelines.intake.file.container.Refused: the styles are damaged.
    """
    codes: dict[str, str] = {}
    formats: list[str] = []
    inside: list[str] = []

    def start(written: str, attributes: Attributes) -> None:
        name = local(written)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == _CELL_FORMATS:
            inside.append(name)
        elif name == "xf" and inside:
            formats.append(attributes.get("numFmtId", ""))

    def end(written: str) -> None:
        if local(written) == _CELL_FORMATS:
            inside.clear()

    if xml:
        walk(xml, start, end)
    kinds = {str(style): _kind(number, codes) for style, number in enumerate(formats)}
    scales = {
        str(style): scale_of(codes.get(number) or _BUILT_IN_PERCENTS.get(number, ""))
        for style, number in enumerate(formats)
    }
    return Styles(
        {style: kind for style, kind in kinds.items() if kind is not Kind.NUMBER},
        {style: scale for style, scale in scales.items() if scale != 1},
    )


def scales_of_styles(styles: bytes) -> Mapping[str, Decimal]:
    """Return the scale of each cell style (the number in a cell's ``s``) that shows another number.

    0.001 is the scale of ``#,##0,`` and 100 that of a percent.

    Raises:
        pipelines.intake.file.container.Refused: the styles are damaged.
    """
    return styles_of(styles).scales if _may_scale(styles) else {}


def kind_of(code: str) -> Kind:
    """Return what the first section of a number format makes of a number."""
    if len(code) > _LONGEST_FORMAT:
        return Kind.NUMBER
    section = _LITERALS.sub("", code).partition(";")[0].lower()
    if _DURATION.search(section):
        return Kind.DURATION
    return Kind.DATE if _DATE.search(_BRACKETS.sub("", section)) else Kind.NUMBER


def _kind(number: str, codes: Mapping[str, str]) -> Kind:
    if code := codes.get(number):
        return kind_of(code)
    if number == _BUILT_IN_DURATION:
        return Kind.DURATION
    return Kind.DATE if number in _BUILT_IN_DATES else Kind.NUMBER


def scale_of(code: str) -> Decimal:
    """Return by how much the first section of a number format multiplies what it shows."""
    if len(code) > _LONGEST_FORMAT:
        return Decimal(1)
    bare = _NOT_PLACEHOLDERS.sub("", code).partition(";")[0]
    if "%" in bare:
        return _PERCENT
    match = _SCALED.search(bare.replace(" ", "").replace("\u00a0", ""))
    return _THOUSAND ** len(match[1]) if match else Decimal(1)


def _may_scale(styles: bytes) -> bool:
    """Tell whether a style might show another number; False is certain."""
    if _UNUSUAL.search(styles):
        return True
    formats = styles[max(styles.find(b"<cellXfs"), 0) : max(styles.rfind(b"</cellXfs>"), 0)]
    return any(sign in formats for sign in _BUILT_IN_SIGNS) or any(
        _MAY_SCALE.search(each) for each in _CUSTOM_FORMAT.findall(styles)
    )
