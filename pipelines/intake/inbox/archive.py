"""Archive: every workbook ever received, unchanged, under its SHA-256.

Belongs here: where a workbook is kept and how it gets there whole or not at all. Does not: reading it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".xlsx"
_FOLDER_DIGITS = 2


def archive_path(root: Path, sha256: str) -> Path:
    """Return where the workbook of this digest is kept: ``<first two digits>/<sha256>.xlsx``."""
    return root / sha256[:_FOLDER_DIGITS] / f"{sha256}{SUFFIX}"


def keep_bytes(data: bytes, root: Path) -> str:
    """Keep a workbook and return its SHA-256; raise OSError when it cannot be kept."""
    sha256 = hashlib.sha256(data).hexdigest()
    _keep(archive_path(root, sha256), len(data), lambda stream: stream.write(data))
    return sha256


def keep_file(source: Path, root: Path) -> str:
    """Keep a file too large to be held in memory; otherwise as ``keep_bytes``."""
    sha256 = file_digest(source)
    with source.open("rb") as original:
        _keep(archive_path(root, sha256), source.stat().st_size, lambda stream: shutil.copyfileobj(original, stream))
    return sha256


def make_durable() -> None:
    """Wait until every workbook kept so far is on the disk.

    Called once before rows that cite the archive are committed: a pulled plug may not leave a verdict without its
    evidence. One call for all is a hundred times cheaper than one for each workbook.
    """
    if hasattr(os, "sync"):
        os.sync()


def file_digest(source: Path) -> str:
    """Return the SHA-256 of a file."""
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _keep(target: Path, size: int, write: Callable[[BinaryIO], object]) -> None:
    """Write beside the target and rename: a reader of the archive sees the whole workbook or none."""
    if target.exists() and target.stat().st_size == size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
