"""Parquet reading: what an independent reader sees in a file of whole numbers and texts, after parquet.thrift.

Here: plain, uncompressed, optional columns. Not here: writing (``pipelines.reports.open_data.parquet_file``).
"""

from typing import Any

STOP, TRUE, FALSE, I32, I64, BINARY, LIST, STRUCT = 0, 1, 2, 5, 6, 8, 9, 12


class Thrift:
    """The compact protocol, read from a place on."""

    def __init__(self, data: bytes, place: int = 0) -> None:
        self.data, self.place = data, place

    def byte(self) -> int:
        self.place += 1
        return self.data[self.place - 1]

    def varint(self) -> int:
        shift = value = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    def value(self, kind: int) -> Any:
        if kind in (I32, I64):
            number = self.varint()
            return (number >> 1) ^ -(number & 1)
        if kind == BINARY:
            size = self.varint()
            self.place += size
            return self.data[self.place - size : self.place]
        if kind == LIST:
            head = self.byte()
            size = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(size)]
        assert kind == STRUCT, kind
        return self.struct()

    def struct(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        number = 0
        while head := self.byte():
            number += head >> 4
            found[number] = self.value(head & 15)
        return found


def read_parquet(data: bytes) -> dict[str, list[Any]]:
    assert data[:4] == data[-4:] == b"PAR1"
    size = int.from_bytes(data[-8:-4], "little")
    footer = Thrift(data, len(data) - 8 - size)
    meta = footer.struct()
    assert footer.place == len(data) - 8
    root, *elements = meta[2]
    assert root[5] == len(elements)
    [group] = meta[4]
    assert group[3] == meta[3]
    return {
        element[4].decode(): column(data, chunk[3], meta[3]) for element, chunk in zip(elements, group[1], strict=True)
    }


def column(data: bytes, meta: dict[int, Any], rows: int) -> list[Any]:
    reader = Thrift(data, meta[9])
    page = reader.struct()
    start = reader.place
    assert page[2] == page[3]
    assert meta[7] == start - meta[9] + page[3]
    levels = levels_of(data[start + 4 : start + 4 + int.from_bytes(data[start : start + 4], "little")])
    assert len(levels) == rows == page[5][1]
    place = start + 4 + int.from_bytes(data[start : start + 4], "little")
    values: list[Any] = []
    for known in levels:
        if not known:
            values.append(None)
        elif meta[1] == 2:
            values.append(int.from_bytes(data[place : place + 8], "little", signed=True))
            place += 8
        else:
            size = int.from_bytes(data[place : place + 4], "little")
            values.append(data[place + 4 : place + 4 + size].decode())
            place += 4 + size
    assert place == start + page[3]
    return values


def levels_of(data: bytes) -> list[int]:
    reader, levels = Thrift(data), list[int]()
    while reader.place < len(data):
        run = reader.varint()
        assert not run & 1, "runs only"
        levels += [reader.byte()] * (run >> 1)
    return levels
