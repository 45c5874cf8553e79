"""Pool: many workbooks read at once, each in a process that may die without harm.

Belongs here: feeding, watching and replacing reading processes. Does not: one process and its pipes (``child``),
reading (``worker``). Processes are started afresh, never forked: the parent is a Dagster run with many threads.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pipelines.findings.finding import Finding
from pipelines.intake.file.container import Refused, unreadable
from pipelines.intake.form.read import finding_of
from pipelines.intake.limits import Limits
from pipelines.intake.processes.protocol import Done, NotKept, OverMemory, Setup, Started, Task
from pipelines.intake.processes.worker import DEFECT, failed
from pipelines.intake.result import FilingRead
from pipelines.isolation.process import Child

_log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-X", "utf8", "-m", "pipelines.intake.processes.worker")
_STARTS_IN_VAIN = 3
_MEBIBYTE = 1 << 20
# A process that Rust aborts, or the system's out-of-memory killer ends, wanted more memory than there was.
_MEMORY_SIGNALS = (signal.SIGABRT, getattr(signal, "SIGKILL", signal.SIGABRT))


class ReadingError(RuntimeError):
    """Reading as such does not work: no process starts, or the archive takes nothing. Not a fault of a workbook."""


@dataclass(frozen=True)
class FilingTask:
    """One workbook of the inbox folder of ``year``.

    ``data`` is None for a local file; otherwise its bytes, or a function that fetches them when their turn comes.
    """

    path: str
    year: int
    data: bytes | Callable[[], bytes] | None = None


def read_filings(
    tasks: Sequence[FilingTask], *, workers: int, limits: Limits, archive: Path | None = None
) -> Generator[FilingRead, None, None]:
    """Yield one result per task, in the order of the tasks; every workbook is first kept in ``archive``.

    A workbook that kills its process, or needs too much time or memory, costs itself one finding.

    Raises:
        ReadingError: reading does not work on this machine.
    """
    with Reading(tasks, workers=workers, limits=limits, archive=archive) as reading:
        yield from reading.results()


class Reading:
    """Reading that has begun: from its making on processes read ``limits.results_ahead`` workbooks ahead.

    A context manager; leaving it stops.
    """

    def __init__(
        self, tasks: Sequence[FilingTask], *, workers: int, limits: Limits, archive: Path | None = None
    ) -> None:
        self._plan = _Plan(tasks, limits.results_ahead)
        most = max(1, min(workers, -(-len(tasks) // limits.tasks_in_flight)))
        self._lines = [_Line(self._plan, Setup(limits, archive)) for _ in range(most if tasks else 0)]
        self._threads = [threading.Thread(target=line.serve, name="reading", daemon=True) for line in self._lines]
        for thread in self._threads:
            thread.start()

    def results(self) -> Iterator[FilingRead]:
        """Yield one result per task, in the order of the tasks; once only.

        Raises:
            ReadingError: reading does not work on this machine.
        """
        return self._plan.results()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the processes, whether or not anybody waits for the rest."""
        self._plan.close()
        for line in self._lines:
            line.stop()
        for thread in self._threads:
            thread.join()


class _Plan:
    """What is still to be read and what has been; shared by the threads."""

    def __init__(self, tasks: Sequence[FilingTask], ahead: int) -> None:
        self.tasks = tasks
        self._waiting = deque(range(len(tasks)))
        self._results: dict[int, FilingRead] = {}
        self._wanted = 0
        self._ahead = ahead
        self._error: BaseException | None = None
        self._closed = False
        self._changed = threading.Condition()

    def take(self, *, wait: bool) -> int | None:
        """Return the next task; None when there is none, or none yet and ``wait`` is false."""
        with self._changed:
            while not self._closed:
                if self._waiting and self._waiting[0] < self._wanted + self._ahead:
                    return self._waiting.popleft()
                if not wait or len(self._results) + self._wanted >= len(self.tasks):
                    return None
                self._changed.wait()
            return None

    def give_back(self, indices: Sequence[int]) -> None:
        """Return tasks that were taken but not begun."""
        with self._changed:
            self._waiting.extendleft(reversed(indices))
            self._changed.notify_all()

    def put(self, index: int, read: FilingRead) -> None:
        """Keep a result."""
        with self._changed:
            self._results[index] = read
            self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        """Stop everything; the consumer gets the error."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def close(self) -> None:
        """Hand out no more tasks."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether nobody waits for results any more."""
        return self._closed

    def results(self) -> Iterator[FilingRead]:
        """Yield the results in order."""
        for index in range(len(self.tasks)):
            with self._changed:
                while index not in self._results and self._error is None:
                    self._changed.wait()
                if self._error is not None:
                    raise self._error
                read = self._results.pop(index)
                self._wanted = index + 1
                self._changed.notify_all()
            yield read


class _Line:
    """One thread's work: a child, replaced whenever a workbook ends it."""

    def __init__(self, plan: _Plan, setup: Setup) -> None:
        self._plan, self._setup, self._limits = plan, setup, setup.limits
        self._child: Child | None = None
        self._sent: deque[Task] = deque()
        self._current: Task | None = None
        self._in_vain = 0

    def serve(self) -> None:
        """Read until nothing is left."""
        try:
            while self._feed():
                self._listen()
        except BaseException as error:
            self._plan.fail(error)
        finally:
            if self._child is not None:
                if self._sent:
                    self._child.process.kill()
                self._child.end()

    def stop(self) -> None:
        """End the child from another thread when results are no longer wanted."""
        child = self._child
        if child is not None and self._sent:
            child.process.kill()

    def _feed(self) -> bool:
        """Send tasks ahead of time; return whether any is under way.

        A task with bytes goes alone: the child does not listen while it answers, and two full pipes would wait for
        each other.
        """
        while len(self._sent) < self._limits.tasks_in_flight:
            if self._sent and self._sent[-1].data is not None:
                break
            index = self._plan.take(wait=not self._sent)
            if index is None:
                break
            given = self._plan.tasks[index]
            if given.data is not None and self._sent:
                self._plan.give_back([index])
                break
            data = given.data() if callable(given.data) else given.data
            task = Task(index, given.path, given.year, data)
            if self._child is None:
                self._child = Child(_COMMAND, self._setup)
            self._sent.append(task)
            self._child.send(task)
        return bool(self._sent)

    def _listen(self) -> None:
        assert self._child is not None  # noqa: S101 - for mypy: fed before
        deadline = time.monotonic() + self._limits.seconds_per_workbook
        try:
            while True:
                message = self._child.receive(deadline)
                if isinstance(message, Started):
                    self._current, self._in_vain = self._sent[0], 0
                    deadline = time.monotonic() + self._limits.seconds_per_workbook
                else:
                    break
        except TimeoutError:
            self._child.process.kill()
            self._replace(self._over_time())
        except EOFError:
            self._replace(None)
        else:
            self._take(message)

    def _take(self, message: object) -> None:
        if isinstance(message, Done):
            for finding in message.read.findings:
                if finding.code == DEFECT:
                    _log.error("Nedra cannot read %s: a defect of its own, %s", self._sent[0].path, finding.value)
            self._sent.popleft()
            self._current = None
            self._plan.put(message.index, message.read)
        elif isinstance(message, OverMemory):
            self._replace(self._over_memory())
        elif isinstance(message, NotKept):
            raise ReadingError(f"the archive cannot keep {self._sent[0].path}: {message.reason}")

    def _replace(self, refusal: Refused | None) -> None:
        """Drop the child; the workbook it had begun gets the finding, the others go back."""
        assert self._child is not None  # noqa: S101 - for mypy: it has just spoken
        child, self._child = self._child, None
        code = child.end()
        begun, self._current = self._current, None
        rest = [task.index for task in self._sent if task is not begun]
        self._sent.clear()
        self._plan.give_back(rest)
        if self._plan.is_closed:
            return
        if begun is not None:
            _log.warning("reading %s ended its process (exit code %s): %s", begun.path, code, child.last_words)
            finding = self._of_its_end(code, child.last_words) if refusal is None else finding_of(refusal)
            self._plan.put(begun.index, failed(begun, self._setup.archive, finding))
            return
        self._in_vain += 1
        if self._in_vain >= _STARTS_IN_VAIN:
            raise ReadingError(f"no reading process starts (exit code {code}): {child.last_words}")

    def _of_its_end(self, code: int, last_words: str) -> Finding:
        """Return the finding of a workbook that ended its process: by a signal, or by a defect of ours."""
        if -code in _MEMORY_SIGNALS:
            return finding_of(self._over_memory())
        if code < 0:
            return finding_of(unreadable(f"damaged ({code})"))
        return Finding(DEFECT, value=last_words.strip().rpartition("\n")[2] or f"exit code {code}")

    def _over_time(self) -> Refused:
        limit = f"{self._limits.seconds_per_workbook:g} s"
        return Refused("F002", f"> {limit}", limit)

    def _over_memory(self) -> Refused:
        limit = f"{self._limits.memory_bytes // _MEBIBYTE} MiB"
        return Refused("F002", f"> {limit}", limit)
