"""Anchors: heads of the chain kept outside the warehouse, so that a chain cut short is seen too.

Here: the anchor file, one JSON line for each sign-off. Not here: recomputing the chain (``chain``).

Whoever can rewrite the whole warehouse can rewrite its chain, but not a file that somebody else keeps.
"""

import getpass
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from pipelines.verification.rows import Break
from pipelines.warehouse.trail import head
from schemas.trail import loads


@dataclass(frozen=True)
class Anchor:
    """A load and its hash as they stood when somebody signed off; ``signed_at`` is UTC."""

    load_id: int
    hash: str
    signed_at: str
    signed_by: str


class AnchorError(Exception):
    """The anchor file cannot be read; the message names the line."""


def read_anchors(path: Path) -> list[Anchor]:
    """Return the anchors of a file in order; none when there is no file.

    Raises:
        AnchorError: a line is not an anchor.
    """
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {error}"
        raise AnchorError(message) from error
    anchors = []
    for number, line in enumerate(lines, start=1):
        try:
            anchor = Anchor(**json.loads(line))
            _check(anchor.load_id, int)
            _check(anchor.hash, str)
        except (ValueError, TypeError) as error:
            message = f"{path}, line {number} is not an anchor: {error}"
            raise AnchorError(message) from error
        anchors.append(anchor)
    return anchors


def compare_anchors(connection: sa.Connection, anchors: Sequence[Anchor]) -> Iterator[Break]:
    """Yield every anchor whose load is gone or has another hash."""
    for anchor in anchors:
        stored = connection.scalar(sa.select(loads.c.hash).where(loads.c.load_id == anchor.load_id))
        where = f"anchor of {anchor.signed_at} by {anchor.signed_by}"
        if stored is None:
            yield Break(where, f"load {anchor.load_id} is gone: the chain was cut short")
        elif stored != anchor.hash:
            yield Break(where, f"load {anchor.load_id} has another hash than was signed off")


def sign_off(connection: sa.Connection, path: Path, known: Sequence[Anchor]) -> Anchor | None:
    """Append the head of the chain to the anchor file; None when it is there already or there is no load.

    Raises:
        AnchorError: the file cannot be written.
    """
    newest = head(connection)
    if newest is None or (known and known[-1].load_id == newest.load_id):
        return None
    anchor = Anchor(newest.load_id, newest.hash, datetime.now(UTC).isoformat(timespec="seconds"), _who())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(anchor)) + "\n")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise AnchorError(message) from error
    return anchor


def _check(value: object, kind: type) -> None:
    if not isinstance(value, kind):
        message = f"expected {kind.__name__}, found {value!r}"
        raise TypeError(message)


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        return "unknown"
