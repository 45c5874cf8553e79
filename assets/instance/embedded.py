"""Embedded instance: where Dagster keeps its own records.

Belongs here: making an embedded instance under NEDRA_HOME when DAGSTER_HOME names none. Does not: production
configuration (``docs/deploying.md``).
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa

from pipelines.settings import Settings, SetupError

CONFIG_FILE = "dagster.yaml"
DRIVER = "psycopg2"
_EXTRA = "install the extra `postgres`: pip install 'nedra[postgres]'"
_SCHEME = f"write the URL as postgresql+{DRIVER}://… (docs/deploying-postgresql.md)"
_HELP = {"dagster_postgres": _EXTRA, DRIVER: _EXTRA, "psycopg": _SCHEME}
EMBEDDED = Path(__file__).parent / "embedded_instance.yaml"


def prepare_instance(settings: Settings) -> dg.DagsterInstance:
    """Return the configured instance; the folder and a configuration for one machine are made when missing.

    Raises:
        SetupError: the storage of dagster.yaml cannot be used; the message says what to install or to write.
    """
    home = Path(os.environ.setdefault("DAGSTER_HOME", str(settings.dagster_home)))
    home.mkdir(parents=True, exist_ok=True)
    config = home / CONFIG_FILE
    if not config.exists():
        config.write_bytes(EMBEDDED.read_bytes())
    _spare_the_disk(home)
    try:
        instance = dg.DagsterInstance.get()
    except Exception as error:
        missing = _missing_module(error)
        if missing is None:
            raise
        message = (
            f"{config} asks for a storage that needs the Python module {missing}: {_HELP.get(missing, 'install it')}"
        )
        raise SetupError(message) from error
    _refuse_other_drivers(instance, config)
    return instance


def _spare_the_disk(home: Path) -> None:
    """Let Dagster's own SQLite files wait for the disk at checkpoints only, not at each of a run's hundreds of events.

    In WAL mode that never damages a file; a pulled plug may cost the last lines of Dagster's log, never a verdict: the
    warehouse has an engine of its own, which waits at every commit. Dagster opens and closes a file for each event, and
    the last to close one writes all of it back: a connection of ours that stays open spares that until the end of the
    process. Together they save two seconds of a year's run.
    """
    folder = f"{home.resolve()}{os.sep}"
    kept_open: dict[str, sqlite3.Connection] = {}

    def on_connect(connection: Any, _record: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        for _, _, file in connection.execute("PRAGMA database_list").fetchall():
            if not file or not file.startswith(folder):
                continue
            connection.execute("PRAGMA synchronous = NORMAL")
            if file not in kept_open:
                # Reading once makes it one of the readers of the file; it holds no lock afterwards.
                kept_open[file] = sqlite3.connect(file, check_same_thread=False)
                kept_open[file].execute("SELECT count(*) FROM sqlite_master").fetchone()

    sa.event.listen(sa.Engine, "connect", on_connect)


def _missing_module(error: BaseException | None) -> str | None:
    """Return the module an exception or what led to it could not find."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name is not None:
            return error.name
        error = error.__cause__ or error.__context__
    return None


def _refuse_other_drivers(instance: dg.DagsterInstance, config: Path) -> None:
    """Stop before the first event, which another driver than psycopg2 answers with a syntax error at NOTIFY."""
    url = getattr(instance.event_log_storage, "postgres_url", None)
    if url is not None and sa.make_url(url).get_driver_name() != DRIVER:
        scheme = url.partition("://")[0]
        message = (
            f"{config} names its PostgreSQL storage as {scheme}://…, which this version of SQLAlchemy opens with a "
            f"driver Dagster cannot use. Write postgresql+{DRIVER}://… there (docs/deploying-postgresql.md)."
        )
        raise SetupError(message)
