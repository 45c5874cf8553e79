"""SQLite connections: Dagster's own SQLite files, kept open for as long as the instance is.

Here: one engine for each file in place of a new one for each event. Dagster opens a file, compiles its statement and
closes the file again some 430 times in a year's run, and the last to close a file writes all of it back. Not here:
which instance (``assets.instance.embedded``), the warehouse, which has an engine of its own
(``pipelines.warehouse.engine``).
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.instance.dagster_internals import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    SqliteEventLogStorage,
    SqliteRunStorage,
    SqliteScheduleStorage,
)


class _Engines:
    """An engine for each file, made when it is first asked for."""

    def __init__(self) -> None:
        self._by_url: dict[str, sa.Engine] = {}

    def of(self, url: str) -> sa.Engine:
        if url not in self._by_url:
            self._by_url[url] = sa.create_engine(url, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
        return self._by_url[url]

    def dispose(self) -> None:
        for engine in self._by_url.values():
            engine.dispose()
        self._by_url.clear()


def keep_open(instance: dg.DagsterInstance) -> None:
    """Let the storages of an instance keep their SQLite files open until it is disposed of; others stay as they are."""
    engines = _Engines()
    if isinstance(events := instance.event_log_storage, SqliteEventLogStorage):
        _replace(events, "_connect", _of_events(events, engines))
        _also_on_dispose(events, engines)
    for storage in (instance.run_storage, instance.schedule_storage):
        if isinstance(storage, SqliteRunStorage | SqliteScheduleStorage):
            _replace(storage, "connect", _of_one_file(storage._conn_string, engines))
            _also_on_dispose(storage, engines)


def _of_events(storage: SqliteEventLogStorage, engines: _Engines) -> Callable[[str], AbstractContextManager[Any]]:
    """Return what Dagster's own method does, a file for each run, but for opening and closing it."""

    @contextmanager
    def connect(shard: str) -> Iterator[sa.Connection]:
        with storage._db_lock:
            engine = engines.of(storage.conn_string_for_shard(shard))
            if shard not in storage._initialized_dbs:
                storage._initdb(engine)
                storage._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    return connect


def _of_one_file(url: str, engines: _Engines) -> Callable[[], AbstractContextManager[Any]]:
    @contextmanager
    def connect() -> Iterator[sa.Connection]:
        with engines.of(url).begin() as connection:
            yield connection

    return connect


def _also_on_dispose(storage: Any, engines: _Engines) -> None:
    own = storage.dispose

    def dispose() -> None:
        own()
        engines.dispose()

    _replace(storage, "dispose", dispose)


def _replace(storage: Any, name: str, by: Callable[..., Any]) -> None:
    # On the object: other instances of the process, as tests make them, stay Dagster's own.
    setattr(storage, name, by)


def spare_the_disk(home: Path) -> None:
    """Let Dagster's own SQLite files wait for the disk at checkpoints only, not at each of a run's hundreds of events.

    In WAL mode that never damages a file; a pulled plug may cost the last lines of Dagster's log, never a verdict: the
    warehouse waits at every commit.
    """
    folder = f"{home.resolve()}{os.sep}"

    def on_connect(connection: Any, _record: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        files = [file for _, _, file in connection.execute("PRAGMA database_list").fetchall() if file]
        if any(file.startswith(folder) for file in files):
            connection.execute("PRAGMA synchronous = NORMAL")

    sa.event.listen(sa.Engine, "connect", on_connect)
