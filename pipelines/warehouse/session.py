"""Session: the warehouse an installation is set up with, ready for use.

Here: from settings to an engine with the current schema and the facts each load repeats. Not here: any step of the work
(``pipelines.steps``).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import sqlalchemy as sa

from pipelines.settings import Settings
from pipelines.statute.law import Statute, load_statute
from pipelines.warehouse.engine import open_engine, told_in_words
from pipelines.warehouse.schema_version import upgrade
from pipelines.warehouse.writer import RunFacts, Writing, writing

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


def code_version() -> str:
    """Return the version of the installed distribution."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:  # run from a bare checkout
        return "0"
