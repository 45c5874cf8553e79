"""Worker: the child process that makes notices, one after another, under a memory limit.

Belongs here: what happens inside the child. Does not: starting and watching it (``workers``), what a notice looks like
(``marking``). A filer's workbook is opened here only, never in the run itself.
"""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from pathlib import Path
from typing import BinaryIO

from pipelines.intake.processes.worker import limit_memory
from pipelines.isolation.framing import framed, received
from pipelines.reports.return_notices.marking import notice_workbook
from pipelines.reports.return_notices.notice import NotWritten, Order, Written
from pipelines.reports.return_notices.wording import manner
from pipelines.reports.whole_file import write_whole

_GC_THRESHOLD = 100_000


def main() -> None:
    """Serve orders from standard input until it ends."""
    stdin, stdout = sys.stdin.buffer, _private_stdout()
    limit_memory(received(stdin))
    # A workbook is many small objects: looking for cycles among them often would cost a sixth of the time.
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)
    while (order := received(stdin)) is not None:
        try:
            answer: object = carry_out(order)
        except OSError as error:
            answer = NotWritten(str(error))
        stdout.write(framed(answer))
        stdout.flush()


def carry_out(order: Order) -> Written:
    """Make a notice and put it in its place, whole or not at all.

    Raises:
        OSError: it cannot be kept.
    """
    data = None if order.source is None else _evidence(order.source, order.notice.filing_id)
    content, is_marked = notice_workbook(order.notice, data, manner())
    write_whole(order.target, content)
    return Written(len(content), is_marked)


def _evidence(source: Path, sha256: str) -> bytes | None:
    """Return the archived workbook, None when it is gone or no longer what was read."""
    try:
        data = source.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _private_stdout() -> BinaryIO:
    """Keep the pipe for messages: whatever else is printed goes to standard error."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


if __name__ == "__main__":
    main()
