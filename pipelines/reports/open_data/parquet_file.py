"""Parquet file: whole numbers and texts as Apache Parquet, whose bytes depend on the rows only.

Here: one row group, plain encoding, no compression, every column optional, after the specification (parquet.thrift 2.9,
Thrift's compact protocol). Not here: what is written. A library would do it, but pyarrow changes how pandas keeps every
text of the program (decision 0024).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_MAGIC = b"PAR1"
_INT64, _BYTE_ARRAY = 2, 6
_OPTIONAL, _UTF8 = 1, 0
_PLAIN, _RLE, _DATA_PAGE, _UNCOMPRESSED = 0, 3, 0, 0
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_CREATED_BY = "nedra"
_SHORT_FORM, _LIST_NIBBLE = 15, 15
_SEVEN_BITS, _MORE = 0x7F, 0x80


@dataclass(frozen=True)
class ParquetColumn:
    """A column: its values are whole numbers or texts, None where unknown."""

    name: str
    is_number: bool
    values: Sequence[Any]


def parquet(columns: Sequence[ParquetColumn]) -> bytes:
    """Return the file of columns of equal length."""
    rows = len(columns[0].values)
    body, chunks = bytearray(_MAGIC), []
    for column in columns:
        offset, page = len(body), _page(column)
        body += page
        chunks.append(_chunk(column, offset, len(page)))
    total = len(body) - len(_MAGIC)
    group = _struct([(1, _LIST, _list(_STRUCT, chunks)), (2, _I64, _zigzag(total)), (3, _I64, _zigzag(rows))])
    schema = [_struct([(4, _BINARY, _text("schema")), (5, _I32, _zigzag(len(columns)))]), *map(_element, columns)]
    footer = _struct(
        [
            (1, _I32, _zigzag(1)),
            (2, _LIST, _list(_STRUCT, schema)),
            (3, _I64, _zigzag(rows)),
            (4, _LIST, _list(_STRUCT, [group])),
            (6, _BINARY, _text(_CREATED_BY)),
        ]
    )
    return bytes(body + footer + len(footer).to_bytes(4, "little") + _MAGIC)


def _page(column: ParquetColumn) -> bytes:
    levels = _levels([value is not None for value in column.values])
    known = (value for value in column.values if value is not None)
    data = levels + b"".join(_plain(value, is_number=column.is_number) for value in known)
    header = _struct(
        [
            (1, _I32, _zigzag(_DATA_PAGE)),
            (2, _I32, _zigzag(len(data))),
            (3, _I32, _zigzag(len(data))),
            (
                5,
                _STRUCT,
                _struct(
                    [
                        (1, _I32, _zigzag(len(column.values))),
                        (2, _I32, _zigzag(_PLAIN)),
                        (3, _I32, _zigzag(_RLE)),
                        (4, _I32, _zigzag(_RLE)),
                    ]
                ),
            ),
        ]
    )
    return header + data


def _plain(value: Any, *, is_number: bool) -> bytes:
    if is_number:
        return int(value).to_bytes(8, "little", signed=True)
    content = str(value).encode()
    return len(content).to_bytes(4, "little") + content


def _levels(known: Sequence[bool]) -> bytes:
    """Return which values are known as runs: each its length and the level 1 or 0."""
    runs, start = bytearray(), 0
    for place in range(1, len(known) + 1):
        if place == len(known) or known[place] != known[start]:
            runs += _varint((place - start) << 1) + bytes([known[start]])
            start = place
    return len(runs).to_bytes(4, "little") + bytes(runs)


def _element(column: ParquetColumn) -> bytes:
    fields = [
        (1, _I32, _zigzag(_INT64 if column.is_number else _BYTE_ARRAY)),
        (3, _I32, _zigzag(_OPTIONAL)),
        (4, _BINARY, _text(column.name)),
    ]
    if not column.is_number:
        fields.append((6, _I32, _zigzag(_UTF8)))
    return _struct(fields)


def _chunk(column: ParquetColumn, offset: int, size: int) -> bytes:
    kind = _INT64 if column.is_number else _BYTE_ARRAY
    meta = _struct(
        [
            (1, _I32, _zigzag(kind)),
            (2, _LIST, _list(_I32, [_zigzag(_PLAIN), _zigzag(_RLE)])),
            (3, _LIST, _list(_BINARY, [_text(column.name)])),
            (4, _I32, _zigzag(_UNCOMPRESSED)),
            (5, _I64, _zigzag(len(column.values))),
            (6, _I64, _zigzag(size)),
            (7, _I64, _zigzag(size)),
            (9, _I64, _zigzag(offset)),
        ]
    )
    return _struct([(2, _I64, _zigzag(offset)), (3, _STRUCT, meta)])


def _struct(fields: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Return a struct of (number, type, content) in order of number, none further than 15 from the one before."""
    written, last = bytearray(), 0
    for number, kind, content in fields:
        written += bytes([((number - last) << 4) | kind]) + content
        last = number
    return bytes(written + b"\0")


def _list(kind: int, items: Sequence[bytes]) -> bytes:
    short = len(items) < _SHORT_FORM
    head = bytes([(len(items) << 4) | kind]) if short else bytes([(_LIST_NIBBLE << 4) | kind]) + _varint(len(items))
    return head + b"".join(items)


def _text(value: str) -> bytes:
    content = value.encode()
    return _varint(len(content)) + content


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > _SEVEN_BITS:
        written.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    return bytes([*written, value])
