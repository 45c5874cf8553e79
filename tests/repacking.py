"""Repacking: a workbook's parts changed as text, to write what no library writes.

Belongs here: unzip, edit, zip. Does not: valid workbooks (``tests.books``).
"""

import struct
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

FINANCING_PART = "xl/worksheets/sheet3.xml"
UNITS_PART = "xl/worksheets/sheet2.xml"
COVER_PART = "xl/worksheets/sheet1.xml"


def repacked(
    data: bytes,
    edits: Mapping[str, Callable[[str], str]] | None = None,
    *,
    add: Mapping[str, bytes] | None = None,
    drop: tuple[str, ...] = (),
) -> bytes:
    """Return the workbook with some parts edited as text, added, or left out."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name in drop:
                continue
            content = old.read(name)
            if edits and name in edits:
                changed = edits[name](content.decode("utf-8"))
                assert changed.encode("utf-8") != content, f"the edit of {name} changes nothing"
                content = changed.encode("utf-8")
            new.writestr(name, content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return result.getvalue()


def with_lying_size(data: bytes, name: str, claimed: int) -> bytes:
    """Return the archive with the directory's unpacked size of one part replaced."""
    lying = bytearray(data)
    at = 0
    while (at := lying.find(b"PK\x01\x02", at)) >= 0:
        length = struct.unpack_from("<H", lying, at + 28)[0]
        if lying[at + 46 : at + 46 + length].decode() == name:
            struct.pack_into("<I", lying, at + 24, claimed)
            return bytes(lying)
        at += 4
    raise AssertionError(f"no part {name}")
