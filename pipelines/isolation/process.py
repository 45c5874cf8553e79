"""Process: one child process, seen from its parent.

Belongs here: starting it, its pipes, its end. Does not: what it is given and when (the pool of a room), what it does
with it (the worker of a room).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from pipelines.isolation.framing import framed, unframed

_READ_BYTES = 1 << 20
_STDERR_TAIL = 2000


class Child:
    """One reading process and its pipes."""

    def __init__(self, command: Sequence[str], setup: object) -> None:
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.last_words = ""
        """The end of what the child printed, known after its end."""
        self._buffer = bytearray()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self.send(setup)

    @property
    def _stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None  # noqa: S101 - for mypy: opened with a pipe
        return self.process.stdout

    def send(self, message: object) -> None:
        """Send a message; a child that is gone is noticed when its answer is awaited."""
        assert self.process.stdin is not None  # noqa: S101 - for mypy: opened with a pipe
        try:
            self.process.stdin.write(framed(message))
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return

    def receive(self, deadline: float) -> Any:
        """Return the next message; raise EOFError when the child is gone, TimeoutError after the deadline."""
        while (message := unframed(self._buffer)) is None:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            received = os.read(self._stdout.fileno(), _READ_BYTES)
            if not received:
                raise EOFError
            self._buffer += received
        return message

    def end(self) -> int:
        """Wait for the end of the process, telling it to end; return its exit code, negative for a signal."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        self._selector.close()
        self._stdout.close()
        code = self.process.wait()
        self._stderr.seek(0)
        self.last_words = self._stderr.read().decode("utf-8", "replace")[-_STDERR_TAIL:]
        self._stderr.close()
        return code
