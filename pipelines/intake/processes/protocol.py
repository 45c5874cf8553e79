"""Protocol: what a reading process and its parent say to each other.

Here: the messages. Not here: how they go over a pipe (``pipelines.isolation.framing``), who sends them when
(``pipelines.intake.processes.worker``, ``pipelines.intake.processes.pool``).
"""

from dataclasses import dataclass
from pathlib import Path

from pipelines.intake.limits import Limits
from pipelines.intake.result import FilingRead


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
