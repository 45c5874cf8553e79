"""XML walk: one part of a workbook, element by element, as expat meets them.

Here: the parser, the refusal of document type definitions, names without their prefixes. Not here: what the elements
say.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from pipelines.intake.file.container import unreadable

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]
TRUE = frozenset({"1", "true"})
"""How XML writes that something is so."""


def walk(xml: bytes, start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Call back for each element in turn; names arrive as they are written, ``local`` takes off the prefix.

    Time and memory are linear in the size of the part: nothing is expanded, and nothing is kept.

    Raises:
        pipelines.intake.file.container.Refused: the part is not well-formed, or declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: an encoding nobody knows
        raise unreadable("damaged") from error


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def _refuse(*_: object) -> None:
    raise unreadable("DOCTYPE")
