"""Workers: many notices made at once, each in a process that may die without harm.

Belongs here: feeding, watching and replacing the processes. Does not: one process and its pipes
(``pipelines.isolation.process``), what it does (``worker``).
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.isolation.process import Child
from pipelines.reports.return_notices.notice import NotWritten, Order, Written
from pipelines.reports.return_notices.wording import Limits
from pipelines.settings import SetupError

_log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-X", "utf8", "-m", "pipelines.reports.return_notices.worker")
_ORDERS_A_WORKER = 4  # a process takes half a second to start, a notice a tenth of one


class NoticeError(SetupError):
    """Notices cannot be written on this machine; the message says why. Not a fault of a workbook."""


def cannot_write(target: Path, reason: str) -> str:
    """Return what to do when a folder takes no notice."""
    return (
        f"{target} cannot be written: {reason}. Check the folder's permissions and the free disk space, then try again."
    )


def carry_out_all(orders: Sequence[Order], *, workers: int, limits: Limits) -> list[Written]:
    """Write every notice and return one result for each, in order.

    A workbook that ends its process, or needs too much time or memory, costs its notice the marks in the cells.

    Raises:
        NoticeError: a notice cannot be written at all.
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for index in range(len(orders)):
        waiting.put(index)
    lines = [_Line(orders, waiting, limits) for _ in range(min(workers, -(-len(orders) // _ORDERS_A_WORKER)))]
    threads = [threading.Thread(target=line.serve, name="notices", daemon=True) for line in lines]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    finally:
        for line in lines:
            line.stop()
    for line in lines:
        if line.error is not None:
            raise line.error
    done = {index: written for line in lines for index, written in line.done.items()}
    return [done[index] for index in range(len(orders))]


class _Line:
    """One thread's work: a child, replaced whenever a workbook ends it."""

    def __init__(self, orders: Sequence[Order], waiting: queue.SimpleQueue[int], limits: Limits) -> None:
        self.done: dict[int, Written] = {}
        self.error: BaseException | None = None
        self._orders, self._waiting, self._limits = orders, waiting, limits
        self._child: Child | None = None
        self._stopped = False

    def serve(self) -> None:
        """Carry out orders until none is left."""
        try:
            while not self._stopped:
                try:
                    index = self._waiting.get_nowait()
                except queue.Empty:
                    break
                self.done[index] = self._carried_out(self._orders[index])
        except BaseException as error:
            self.error = error
            self._drain()
        finally:
            child, self._child = self._child, None
            if child is not None:
                if self.error is not None:
                    child.process.kill()
                child.end()

    def stop(self) -> None:
        """End the work from another thread."""
        self._stopped = True
        child = self._child
        if child is not None:
            child.process.kill()

    def _drain(self) -> None:
        """Leave nothing to the other lines: the whole work has failed."""
        while True:
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                return

    def _carried_out(self, order: Order) -> Written:
        answer = self._answer(order)
        if answer is None and order.source is not None:
            # Not because of the list: without the filer's workbook it needs next to nothing.
            answer = self._answer(replace(order, source=None))
        if answer is None:
            message = f"The notice {order.target} cannot be written: its process ends before it is done (see the log)"
            raise NoticeError(message)
        return answer

    def _answer(self, order: Order) -> Written | None:
        """Return what the child says; None when it is gone or took too long."""
        if self._child is None:
            self._child = Child(_COMMAND, self._limits.memory_bytes)
        child = self._child
        child.send(order)
        try:
            answer = child.receive(time.monotonic() + self._limits.seconds_per_notice)
        except (TimeoutError, EOFError) as error:
            child.process.kill()
            self._child = None
            code = child.end()
            _log.warning("%s ended its process (%s, exit code %s): %s", order.source, error, code, child.last_words)
            return None
        if isinstance(answer, NotWritten):
            raise NoticeError(cannot_write(order.target, answer.reason))
        assert isinstance(answer, Written)  # noqa: S101 - for mypy: it says nothing else
        return answer
