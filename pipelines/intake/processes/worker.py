"""Worker: the child process that reads workbooks, one after another, under a memory limit.

Belongs here: what happens inside the child. Does not: starting (``child``) and watching it (``workers``). It must stay
quick to import: neither pandas nor Dagster is needed to read a workbook.
"""

from __future__ import annotations

import errno
import gc
import hashlib
import logging
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.findings.finding import Finding
from pipelines.intake.file.container import over_limit, unreadable
from pipelines.intake.form.read import finding_of, read_filing
from pipelines.intake.inbox.archive import file_digest, keep_bytes, keep_file
from pipelines.intake.limits import Limits
from pipelines.intake.processes.protocol import Done, NotKept, OverMemory, Setup, Started, Task
from pipelines.intake.result import FilingRead
from pipelines.isolation.framing import framed, received

_log = logging.getLogger(__name__)
# Reading makes many objects and no cycles; looking for cycles often would cost a tenth of the time.
_GC_THRESHOLD = 100_000
# Half way to the politest: it still gets a tenth of a processor it has to share.
_NICENESS = 10


DEFECT = "F013"
"""The code of a workbook with which Nedra itself breaks."""
_SHOWN_CHARACTERS = 200


class CannotKeep(Exception):  # noqa: N818 - crosses the pipe as ``NotKept``
    """The archive cannot take a workbook."""


def main() -> None:
    """Serve tasks from standard input until it ends."""
    stdin, stdout = sys.stdin.buffer, _private_stdout()
    setup: Setup = received(stdin)
    limit_memory(setup.limits.memory_bytes)
    give_way()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)
    while (task := received(stdin)) is not None:
        _say(stdout, Started(task.index))
        answer = _answer(task, setup)
        _say(stdout, answer)
        if isinstance(answer, OverMemory):
            return


def read_one(task: Task, limits: Limits, archive: Path | None) -> FilingRead:
    """Keep one workbook and read it; a file that cannot be opened is a finding.

    Raises:
        CannotKeep: the archive cannot take it.
    """
    try:
        data = task.data if task.data is not None else _bytes(Path(task.path), limits.packed_bytes)
    except OSError as error:
        return _unopened(error)
    if data is None:
        return _too_large(Path(task.path), limits, archive)
    if archive is not None:
        try:
            keep_bytes(data, archive)
        except OSError as error:
            raise CannotKeep(str(error)) from error
    return read_filing(data, task.year, limits)


def failed(task: Task, archive: Path | None, finding: Finding) -> FilingRead:
    """Return the result of a workbook whose reading was broken off; it is kept nevertheless."""
    try:
        data = task.data if task.data is not None else Path(task.path).read_bytes()
    except OSError as error:
        return _unopened(error)
    if archive is not None:
        keep_bytes(data, archive)
    return FilingRead(hashlib.sha256(data).hexdigest(), len(data), findings=(finding,))


def limit_memory(address_space: int) -> None:
    """Let the process have no more than so many bytes of address space, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    except (ValueError, OSError):  # macOS refuses; the time limit still holds
        return


def give_way() -> None:
    """Let the process that waits for the results, and its neighbours, go first where there are too few processors."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _answer(task: Task, setup: Setup) -> object:
    try:
        return Done(task.index, read_one(task, setup.limits, setup.archive))
    except CannotKeep as error:
        return NotKept(task.index, str(error))
    except MemoryError:
        return OverMemory(task.index)
    except Exception as error:
        _log.exception("reading %s", task.path)
        return Done(task.index, failed(task, setup.archive, Finding(DEFECT, value=told_defect(error))))


def told_defect(error: BaseException) -> str:
    """Return a defect in a line, as its finding shows it: the kind of the error and the beginning of its text."""
    first_line = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first_line}"[:_SHOWN_CHARACTERS]


def _unopened(error: OSError) -> FilingRead:
    return FilingRead("", 0, findings=(finding_of(unreadable(error.strerror or str(error))),))


def _bytes(path: Path, most: int) -> bytes | None:
    """Return a file's bytes, None when there are more than ``most``; raise OSError."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a file")  # opening a pipe would wait for ever
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    return None if len(data) > most else data


def _too_large(path: Path, limits: Limits, archive: Path | None) -> FilingRead:
    size = path.stat().st_size
    try:
        sha256 = file_digest(path) if archive is None else keep_file(path, archive)
    except OSError as error:
        raise CannotKeep(str(error)) from error
    return FilingRead(sha256, size, findings=(finding_of(over_limit(size, limits.packed_bytes, " B")),))


def _private_stdout() -> BinaryIO:
    """Keep the pipe for messages: whatever else is printed goes to standard error."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


def _say(stream: BinaryIO, message: Any) -> None:
    stream.write(framed(message))
    stream.flush()


if __name__ == "__main__":
    main()
