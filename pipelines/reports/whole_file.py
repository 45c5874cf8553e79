"""Whole file: bytes put into their place whole or not at all.

Here: a temporary file beside the target, moved over it. Not here: what is written (the reports), which files stand
and are withdrawn (``pipelines.reports.return_notices.folder``).
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

PART_SUFFIX = ".part"
_READABLE = 0o666


@dataclass(frozen=True)
class WrittenFile:
    """A file of a report as it stands: its size, the SHA-256 of its bytes, and whether it is another one now."""

    path: Path
    size_bytes: int
    sha256: str
    is_new: bool


def put(target: Path, content: bytes) -> WrittenFile:
    """Put content into a file, whole or not at all, and tell what stands there.

    Raises:
        OSError: the folder takes no file.
    """
    is_new = write_whole(target, content)
    return WrittenFile(target, len(content), hashlib.sha256(content).hexdigest(), is_new)


def write_whole(target: Path, content: bytes) -> bool:
    """Put content into a file and tell whether it changed; a file that holds it already is left as it is.

    Raises:
        OSError: the folder takes no file.
    """
    if target.exists() and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=PART_SUFFIX)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # A temporary file is its owner's alone; a report is for whoever may read the folder.
        Path(name).chmod(_READABLE & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
