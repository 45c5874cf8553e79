"""Session: the warehouse an installation is set up with, ready for use.

Here: from settings to an engine with the current schema and the facts each load repeats. Not here: any step of the work
(``pipelines.steps``).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import sqlalchemy as sa

from pipelines.settings import Settings, SetupError
from pipelines.statute.law import Statute, load_statute
from pipelines.warehouse.engine import in_words, open_engine, told_in_words
from pipelines.warehouse.schema_version import upgrade
from pipelines.warehouse.writer import RunFacts, Writing, writing
from schemas.trail import loads

DISTRIBUTION = "nedra"


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse: settings, statute and the engine."""

    settings: Settings
    statute: Statute
    engine: sa.Engine

    def writing(self, run_id: str) -> AbstractContextManager[Writing]:
        """Open one write transaction for a run."""
        return writing(self.engine, self.facts(run_id))

    def facts(self, run_id: str) -> RunFacts:
        """Return what each load of the run repeats."""
        return RunFacts(run_id, self.settings.day_of_the_run(), code_version(), self.statute.digest)

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Open one read transaction: everything read in it is of one moment."""
        return read_transaction(self.engine)


@contextmanager
def read_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that may not write and in which everything read is of one moment.

    Raises:
        pipelines.warehouse.engine.WarehouseError: the database is unreachable or damaged.
    """
    with told_in_words(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
        yield connection


def open_warehouse(settings: Settings) -> Warehouse:
    """Open the warehouse of the settings and bring its schema up to date.

    Raises:
        pipelines.warehouse.engine.WarehouseError: it cannot be reached or read.
        pipelines.settings.SetupError: it needs another schema, and its database user may not change it.
    """
    engine = open_engine(settings.warehouse_url)
    with told_in_words():
        upgrade(engine)
    return Warehouse(settings, load_statute(), engine)


class NoWarehouseError(SetupError):
    """Where the settings point there is no warehouse; nothing was made there. The message says where and what to do."""


def require_warehouse(settings: Settings) -> None:
    """Do nothing where there is a warehouse, of whatever version; creates nothing where there is none.

    Raises:
        NoWarehouseError: the file is missing, or the database has no table of Nedra's.
        pipelines.warehouse.engine.WarehouseError: the database cannot be reached or read.
    """
    url = sa.make_url(settings.warehouse_url)
    place = url.render_as_string(hide_password=True) if settings.database_url else str(settings.embedded_database)
    with told_in_words():
        found = _sqlite_has(Path(url.database or "")) if url.get_backend_name() == "sqlite" else _has_schema(settings)
    if not found:
        named = "NEDRA_DATABASE_URL" if settings.database_url else f"NEDRA_HOME is {settings.home}"
        message = (
            f"There is no warehouse at {place} ({named}), and none was made. Name the home that has one, or run nedra"
            f" run first."
        )
        raise NoWarehouseError(message)


def open_existing(settings: Settings) -> Warehouse:
    """Open the warehouse of the settings as ``open_warehouse`` does, but never make one.

    Raises:
        NoWarehouseError: there is none.
        pipelines.warehouse.engine.WarehouseError: it cannot be reached or read.
        pipelines.settings.SetupError: it needs another schema, and its database user may not change it.
    """
    require_warehouse(settings)
    return open_warehouse(settings)


def _sqlite_has(path: Path) -> bool:
    if not path.is_file():
        return False
    # Read-only: what is no warehouse of Nedra's must not even change its journal mode.
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
            return bool(connection.execute(query, (loads.name,)).fetchone()[0])
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise in_words(error) from error


def _has_schema(settings: Settings) -> bool:
    engine = open_engine(settings.warehouse_url)
    try:
        with engine.connect() as connection:
            return sa.inspect(connection).has_table(loads.name)
    finally:
        engine.dispose()


def code_version() -> str:
    """Return the version of the installed distribution."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:  # run from a bare checkout
        return "0"
