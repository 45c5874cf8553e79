"""Package: the parts of a workbook, found by their relationships as Excel finds them.

Here: names of parts as they may be written (backslashes, capital letters, ``%20``, absolute targets, a main part that
is called otherwise), the list of sheets, shared strings, styles. Not here: the archive (``container``), what a sheet
says (``sheet_xml``), and whatever stands outside: an external target is never followed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from pipelines.intake.file.container import unreadable
from pipelines.intake.file.xml_walk import TRUE, Attributes, local, walk

_WORKBOOK, _STRINGS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_XML = ".xml"
_SHEETS_FOLDER = "xl/worksheets/"
_VISIBLE = "visible"
_EXTERNAL = "external"
# Listed among the sheets; they have no cells.
_NOT_WORKSHEETS = frozenset({"chartsheet", "dialogsheet", "xlmacrosheet", "xlintlmacrosheet"})
# What the file is, by a part only that format has.
_FORMATS = {"xl/workbook.bin": "xlsb", "mimetype": "ods", "word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
# The kinds of parts of which a workbook has one, and how every program calls it.
_KINDS = {"sharedstrings": _STRINGS, "styles": _STYLES}


@dataclass(frozen=True)
class SheetPart:
    """A sheet as the workbook lists it; ``part`` is the name of its part in the archive."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class _Relationship:
    kind: str
    """The last word of its type, in small letters: ``worksheet``."""
    target: str


class Package:
    """The parts of one workbook.

    ``sheets`` are its worksheets in their order, ``strings`` and ``styles`` the parts of these, empty when there is
    none. ``is_1904`` says that days are counted from 1904, ``is_ordinary`` that every part is called as programs call
    it, so that a reader which goes by names instead of relationships finds the same.
    """

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        """Find the parts; raise ``container.Refused`` when there is no workbook, or one that contradicts itself."""
        self._parts = parts
        self._written = {_plain(name): name for name in parts}
        if len(self._written) < len(parts):
            raise unreadable("damaged")
        main = self._main()
        self.is_1904 = False
        self._has_prefixes = False
        self._main_folder = posixpath.dirname(_plain(main))
        related = self._relationships(main)
        self.sheets = self._sheets(parts[main], related)
        if not self.sheets:
            raise unreadable("damaged")
        strings, styles = (self._one(related, kind, usual) for kind, usual in _KINDS.items())
        self.strings, self.styles = parts.get(strings, b""), parts.get(styles, b"")
        self.is_ordinary = (
            not self._has_prefixes
            and (main, strings or _STRINGS, styles or _STYLES) == (_WORKBOOK, _STRINGS, _STYLES)
            and all(sheet.part.startswith(_SHEETS_FOLDER) for sheet in self.sheets)
            and len({sheet.name for sheet in self.sheets}) == len(self.sheets)
        )

    def __getitem__(self, sheet: SheetPart) -> bytes:
        """Return the part of a sheet."""
        return self._parts[sheet.part]

    def _main(self) -> str:
        """Return the name of the workbook's own part: what the package says, else where every program puts it."""
        named = {each.target for each in self._relationships("").values() if each.kind == "officedocument"}
        named = {name for name in named if name.lower().endswith(_XML) and _plain(name) not in _FORMATS}
        found = named or {self._written[name] for name in [_plain(_WORKBOOK)] if name in self._written}
        if not found:
            raise unreadable(next((kind for part, kind in _FORMATS.items() if part in self._written), "zip"))
        if len(found) > 1:
            raise unreadable("damaged")
        return found.pop()

    def _relationships(self, part: str) -> dict[str, _Relationship]:
        """Return what a part refers to, by the references' names; ``""`` stands for the package itself."""
        folder, name = posixpath.split(_plain(part)) if part else ("", "")
        written = self._written.get(_plain(posixpath.join(folder, "_rels", f"{name}.rels")))
        found: dict[str, _Relationship] = {}

        def start(element: str, attributes: Attributes) -> None:
            if local(element) != "Relationship" or attributes.get("TargetMode", "").lower() == _EXTERNAL:
                return
            kind = attributes.get("Type", "").rpartition("/")[2].lower()
            relationship = _Relationship(kind, self._found(attributes.get("Target", ""), folder))
            if found.setdefault(attributes.get("Id", ""), relationship) != relationship:
                raise unreadable("damaged")

        if written is not None:
            walk(self._parts[written], start)
        elif part:
            raise unreadable("damaged")
        return found

    def _found(self, target: str, folder: str) -> str:
        """Return the name of the part a target means; empty when there is none."""
        plain = target.replace("\\", "/")
        base = "" if plain.startswith("/") else folder
        absolute = self._written.get(_plain(plain), "")  # some leave out the first stroke of an absolute target
        return self._written.get(_plain(posixpath.join(base, plain.lstrip("/"))), absolute)

    def _sheets(self, workbook: bytes, related: Mapping[str, _Relationship]) -> list[SheetPart]:
        sheets: list[SheetPart] = []

        def start(written: str, attributes: Attributes) -> None:
            name = local(written)
            if name == "workbookPr":
                self.is_1904 = attributes.get("date1904", "").strip() in TRUE
                self._has_prefixes |= name != written
            elif name == "sheet":
                self._has_prefixes |= name != written
                key = next((value for key, value in attributes.items() if local(key) == "id"), "")
                relationship = related.get(key, _Relationship("", ""))
                if relationship.kind not in _NOT_WORKSHEETS:
                    hidden = attributes.get("state", _VISIBLE) != _VISIBLE
                    sheets.append(SheetPart(attributes.get("name", ""), relationship.target, hidden))

        walk(workbook, start)
        targets = {sheet.part for sheet in sheets}
        if "" in targets or len(targets) < len(sheets):  # a sheet that is not there, or one that stands for two
            raise unreadable("damaged")
        return sheets

    def _one(self, related: Mapping[str, _Relationship], kind: str, usual: str) -> str:
        """Return the one part of a kind; where no relationship names it, the part that is called as usual, or none."""
        found = {each.target for each in related.values() if each.kind == kind and each.target}
        if len(found) > 1:
            raise unreadable("damaged")
        return found.pop() if found else self._written.get(_plain(usual), "")


def _plain(name: str) -> str:
    """Return the name by which parts are told apart: strokes as in addresses, no percent signs, small letters."""
    return posixpath.normpath(unquote(name.replace("\\", "/")).lstrip("/")).lower()
