"""Engine: how the warehouse is opened.

Here: pragmas, isolation, the start of write transactions, what database errors mean in words. Not here: what is written
(``writer``), turns between runs (``locks``).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.settings import SetupError

BUSY_TIMEOUT_MS = 60_000
# Any constant will do as long as every Nedra uses the same: "NEDRA" in ASCII.
ADVISORY_LOCK = 0x4E45445241
_DAMAGE = ("not a database", "disk image is malformed", "malformed database schema", "codec can't decode")
_MEANINGS = (
    (("database is locked",), "another program holds the write lock of the warehouse for longer than Nedra waits"),
    (
        ("disk is full", "disk I/O error", "No space left", "could not extend file", "could not write"),
        "the disk of the warehouse is full or failing: make room, then run again",
    ),
    (
        ("readonly database", "read-only transaction"),
        "the warehouse may not be written to: check the permissions of its file",
    ),
    (("unable to open database",), "the file of the warehouse cannot be opened: mind its folder and rights"),
    (_DAMAGE, "the file of the warehouse is damaged: restore a backup (docs/backup.md)"),
)


# What reading a damaged warehouse raises; SQLite's driver cannot even read the message when it quotes damaged text.
UNREADABLE = (sa.exc.DBAPIError, sqlite3.DatabaseError, UnicodeDecodeError)


class WarehouseError(SetupError):
    """The warehouse cannot be reached, read or written; nothing of the transaction was kept. The message says why."""


class DamagedError(WarehouseError):
    """The file of the warehouse is no longer one."""


def open_engine(url: str) -> sa.Engine:
    """Return an engine for ``sqlite:///FILE`` or ``postgresql+psycopg://...``; a new SQLite file gets its folder.

    A read transaction sees one moment, however long it takes; only ``write_transaction`` may write.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True, isolation_level="REPEATABLE READ")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def write_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open the one transaction that may write; other writers wait, readers do not.

    SQLite takes its write lock at the start, PostgreSQL an advisory lock held to the end, because the chain of loads
    has one head: two writers would give two loads the same predecessor.

    Raises:
        WarehouseError: the database is unreachable, full or locked; nothing was kept.
    """
    with told_in_words(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(nedra_write=True)
        else:
            # Each statement sees what was committed before it, so what is read after the lock is the latest.
            connection = connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            yield connection


@contextmanager
def told_in_words() -> Iterator[None]:
    """Raise ``WarehouseError`` for what is no fault of the program: an unreachable, full, locked, damaged database."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InternalError, UnicodeDecodeError) as error:
        raise in_words(error) from error
    except sa.exc.DatabaseError as error:
        # The class of a damaged file is the parent of that of a broken constraint.
        if type(error) is not sa.exc.DatabaseError:
            raise
        raise in_words(error) from error


def in_words(error: Exception) -> WarehouseError:
    """Return a database's error as one an operator can read."""
    kind = DamagedError if any(sign in str(error) for sign in _DAMAGE) else WarehouseError
    return kind(meaning_of(error))


def meaning_of(error: Exception) -> str:
    """Return a database's error in words a person can act on, the database's own words behind them."""
    own = " ".join(str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).split())
    meant = next((meant for signs, meant in _MEANINGS if any(sign in own for sign in signs)), None)
    return f"The database does not answer as it should: {own}" if meant is None else f"{_capital(meant)} ({own})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # SQLAlchemy starts transactions itself (see _begin_sqlite): the driver must not start its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a pulled plug may not lose a committed verdict
        "foreign_keys = ON",
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("nedra_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
