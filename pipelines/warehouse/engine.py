"""Engine: how the warehouse is opened.

Belongs here: pragmas, the start of write transactions, the lock that keeps two runs apart. Does not: what is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

BUSY_TIMEOUT_MS = 60_000
# Any constant will do as long as every Nedra uses the same: "NEDRA" in ASCII.
_ADVISORY_LOCK = 0x4E45445241


def open_engine(url: str) -> sa.Engine:
    """Return an engine for ``sqlite:///FILE`` or ``postgresql+psycopg://...``; a new SQLite file gets its folder."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True)
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
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(nedra_write=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # SQLAlchemy starts transactions itself (see _begin_sqlite): the driver must not start its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a pulled plug may not lose a committed verdict
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("nedra_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
