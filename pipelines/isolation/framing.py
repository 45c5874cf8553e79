"""Framing: what a reading process and its parent say to each other.

Belongs here: the messages and their framing. Does not: who sends them when (``worker``, ``workers``).
A frame is eight bytes of length and a pickle; both ends are this program, nothing of a workbook is unpickled.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.intake.limits import Limits
from pipelines.intake.result import FilingRead

LENGTH_BYTES = 8


@dataclass(frozen=True)
class Setup:
    """First message to a child: its limits, and where to keep workbooks (None: nowhere)."""

    limits: Limits
    archive: Path | None


@dataclass(frozen=True)
class Task:
    """One workbook to read; ``data`` when the file is not on a local disk."""

    index: int
    path: str
    year: int
    data: bytes | None = None


@dataclass(frozen=True)
class Started:
    """From here on, whatever happens to the child is this task's doing."""

    index: int


@dataclass(frozen=True)
class Done:
    """The task's result."""

    index: int
    read: FilingRead


@dataclass(frozen=True)
class OverMemory:
    """The task needs more memory than allowed; the child ends itself after saying so."""

    index: int


@dataclass(frozen=True)
class NotKept:
    """The workbook could not be archived: a fault of this machine, which stops the run."""

    index: int
    reason: str


def framed(message: object) -> bytes:
    """Return a message as it goes over a pipe."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return len(payload).to_bytes(LENGTH_BYTES, "big") + payload


def received(stream: BinaryIO) -> Any:
    """Wait for a message; return None at the end of the stream."""
    header = stream.read(LENGTH_BYTES)
    if len(header) < LENGTH_BYTES:
        return None
    return pickle.loads(stream.read(int.from_bytes(header, "big")))  # noqa: S301 - from our own parent


def unframed(buffer: bytearray) -> Any:
    """Take the first whole message out of a buffer; return None when there is none yet."""
    if len(buffer) < LENGTH_BYTES:
        return None
    end = LENGTH_BYTES + int.from_bytes(buffer[:LENGTH_BYTES], "big")
    if len(buffer) < end:
        return None
    message = pickle.loads(memoryview(buffer)[LENGTH_BYTES:end].tobytes())  # noqa: S301 - from our own child
    del buffer[:end]
    return message
