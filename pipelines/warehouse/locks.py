"""Locks: one run at a time works on a year, in however many processes and on however many machines.

Here: the turn a step holds from reading its inputs to storing its rows. Not here: the write transaction (``engine``),
which is shorter: a step reads workbooks for minutes and writes for seconds.

Without a turn, a run that read the inbox first may store last, and an older reading takes the place of a newer one.
A turn belongs to a connection: whatever ends the process ends the turn.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from pipelines.warehouse.engine import ADVISORY_LOCK, told_in_words

StillHeld = Callable[[], None]

_log = logging.getLogger(__name__)
# How long to wait in silence before the log says so; waiting itself has no end, because the one before may work long.
_PATIENCE_S = 30
_PRIMARY_CODE = 0xFF
_KEY_BYTES = 4
_KEY_BITS = 32


@contextmanager
def turn(engine: sa.Engine, name: str) -> Iterator[StillHeld]:
    """Wait for and hold the turn ``name`` of the warehouse: a reporting year, or the registers.

    Yields a function to be called before storing: it raises ``WarehouseError`` when the turn was lost meanwhile with
    the session that held it, because another run may then have looked later and stored earlier.
    """
    path = engine.url.database
    if engine.dialect.name == "postgresql":
        with _advisory(engine, name) as still_held:
            yield still_held
    elif path and path != ":memory:":
        with _beside(Path(path), name):
            yield _always
    else:
        yield _always


@contextmanager
def _advisory(engine: sa.Engine, name: str) -> Iterator[StillHeld]:
    key = _key_of(name)
    with told_in_words(), engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            _log.warning("another run works on %s; waiting for it", name)
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": key})
        try:
            yield partial(_ask, connection)
        finally:
            # The lock goes with the session; a connection that went back to the pool would keep it.
            connection.invalidate()


@contextmanager
def _beside(database: Path, name: str) -> Iterator[None]:
    """Hold an empty SQLite file beside the warehouse: its lock works on every system and dies with its process."""
    with closing(sqlite3.connect(f"{database}.turn-{name}", timeout=_PATIENCE_S, isolation_level=None)) as held:
        while True:
            try:
                held.execute("BEGIN EXCLUSIVE")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                    raise
                _log.warning("another run works on %s; waiting for it", name)
        yield


def _ask(connection: sa.Connection) -> None:
    with told_in_words():
        connection.execute(sa.text("SELECT 1"))


def _always() -> None:
    """A lock on a file lasts as long as its process."""


def _key_of(name: str) -> int:
    """Return the advisory lock of a turn: the number of Nedra's own lock above, the digest of the name below."""
    digest = hashlib.blake2b(name.encode(), digest_size=_KEY_BYTES).digest()
    return ((ADVISORY_LOCK & 0x7FFFFFFF) << _KEY_BITS) | int.from_bytes(digest)
