"""Framing: how a child process and its parent send each other messages.

Here: a frame, eight bytes of length and a pickle; both ends are this program, nothing of a file from outside is
unpickled. Not here: the messages (``pipelines.intake.processes.protocol``), who sends them when.
"""

import pickle
from typing import Any, BinaryIO

LENGTH_BYTES = 8


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
