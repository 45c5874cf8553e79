"""Container: the zip archive around a workbook, measured before any reader touches it.

Belongs here: recognising what a file is, size limits, integrity, forbidden XML declarations.
Does not: how the parts refer to one another (``package``) and what they say (``sheet_xml``, ``workbook``).
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from pipelines.intake.limits import Limits

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP, _ZIP_END = b"PK", b"PK\x05\x06"
_HEADER_BYTES = 30
_NAME_LENGTH_AT = 26
_EXTRA_LENGTH_AT = 28
_ENCRYPTED_FLAG = 1
_RAW_DEFLATE = -15
_BYTES = " B"
_XML_ENDINGS = (".xml", ".rels", ".vml")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


class Refused(Exception):  # noqa: N818 - it is a verdict on a file, not an error of the program
    """The workbook is not read: ``code`` F001 (not a readable workbook) or F002 (over a limit).

    ``value`` says what the file is or how large, ``expected`` what would be accepted, ``difference`` by how much over.
    """

    def __init__(self, code: str, value: str, expected: str, difference: str | None = None) -> None:
        super().__init__(code, value, expected, difference)
        self.code, self.value, self.expected, self.difference = code, value, expected, difference


def unreadable(what: str) -> Refused:
    """Return the refusal of a file that is no readable workbook."""
    return Refused("F001", what, ".xlsx | .xlsm")


def over_limit(size: int, limit: int, unit: str = "", *, is_least: bool = False) -> Refused:
    """Return the refusal of a file that is too large; ``is_least`` when counting stopped at the limit."""
    if is_least:
        return Refused("F002", f"> {limit}{unit}", f"{limit}{unit}")
    return Refused("F002", f"{size}{unit}", f"{limit}{unit}", f"{size - limit}{unit}")


def open_parts(data: bytes, limits: Limits) -> dict[str, bytes]:
    """Return the parts of a workbook by their names, those in XML inflated and the others empty; raise Refused.

    Every part is inflated under the limit, whatever the archive's directory claims, because the readers that follow
    trust the directory and inflate without one.
    """
    if len(data) > limits.packed_bytes:
        raise over_limit(len(data), limits.packed_bytes, _BYTES)
    if not data.startswith(_ZIP):
        raise unreadable(_kind_of(data))
    try:
        entries = zipfile.ZipFile(BytesIO(data)).infolist()
    except Exception as error:  # zipfile raises six types on damaged archives
        raise unreadable("damaged" if _ZIP_END in data else "truncated") from error
    _check_directory(entries, limits)
    parts: dict[str, bytes] = {}
    left = limits.unpacked_bytes
    for entry in entries:
        content = _inflated(data, entry, left, limits)
        left -= len(content)
        parts[entry.filename] = b""
        if entry.filename.lower().endswith(_XML_ENDINGS):
            narrow = content.replace(b"\x00", b"") if b"\x00" in content else content  # UTF-16 is XML, too
            if any(word in narrow for word in _FORBIDDEN):
                raise unreadable("DOCTYPE")
            parts[entry.filename] = content
    return parts


def _check_directory(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.zip_entries:
        raise over_limit(len(entries), limits.zip_entries, " parts")
    if (claimed := sum(entry.file_size for entry in entries)) > limits.unpacked_bytes:
        raise over_limit(claimed, limits.unpacked_bytes, _BYTES)
    names = {entry.filename for entry in entries}
    if len(names) < len(entries):
        raise unreadable("damaged")
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise unreadable("encrypted")


def _inflated(data: bytes, entry: zipfile.ZipInfo, left: int, limits: Limits) -> bytes:
    """Return one part's content; its size and checksum must be those of the directory."""
    header = data[entry.header_offset : entry.header_offset + _HEADER_BYTES]
    start = entry.header_offset + _HEADER_BYTES + _short(header, _NAME_LENGTH_AT) + _short(header, _EXTRA_LENGTH_AT)
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        content, complete = packed, True
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(_RAW_DEFLATE)
        try:
            content = inflater.decompress(packed, left + 1)
        except zlib.error as error:
            raise unreadable("damaged") from error
        complete = inflater.eof
    else:
        raise unreadable("zip")
    if len(content) > left:
        raise over_limit(left, limits.unpacked_bytes, _BYTES, is_least=True)
    if not complete or len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise unreadable("damaged")
    return content


def _short(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 2], "little")


def _kind_of(data: bytes) -> str:
    """Name the format of something that is no zip archive."""
    if not data:
        return "empty"
    if data.startswith(_OLE):
        return "encrypted" if _OLE_ENCRYPTED in data else "xls"
    head = data.lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"<"):
        return "xml | html"
    if head.startswith(b"%PDF"):
        return "pdf"
    return "damaged" if b"\x00" in data else "csv | txt"
