"""Shared strings: the texts of a workbook that its cells refer to by number.

Here: the list, rich text joined, phonetic hints left out, and escapes of characters (``_x000D_``), which cells use,
too. Not here: the cells (``sheet_xml``).
"""

from __future__ import annotations

import re

from pipelines.intake.file.xml_walk import Attributes, local, walk

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_HINTS = "rPh"


def strings_of(xml: bytes) -> list[str]:
    """Return the texts in their order; none for an empty part.

    Raises:
        pipelines.intake.file.container.Refused: the part is damaged.
    """
    strings: list[str] = []
    pieces: list[str] = []
    inside: list[str] = []

    def start(written: str, _: Attributes) -> None:
        name = local(written)
        if name == "si":
            pieces.clear()
        if name in (_HINTS, "t") and inside[-1:] != [_HINTS]:
            inside.append(name)

    def end(written: str) -> None:
        name = local(written)
        if name == "si":
            strings.append(unescaped("".join(pieces)))
        elif inside[-1:] == [name]:
            inside.pop()

    def text(piece: str) -> None:
        if inside[-1:] == ["t"]:
            pieces.append(piece)

    if xml:
        walk(xml, start, end, text)
    return strings


def unescaped(text: str) -> str:
    """Return a text with the characters that its escapes stand for."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code in _SURROGATES else chr(code)
