"""Databases for the tests of the warehouse: made by the migrations, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.schema_version import upgrade
from pipelines.warehouse.writer import RunFacts, Writing
from tests.databases import DATABASES, POSTGRESQL
from tests.homes import Home
from tests.warehouse.computed import computed_home

FACTS = RunFacts(run_id="run", as_of=date(2026, 9, 1), code_version="1", statute_digest="0" * 64)


@pytest.fixture(scope="session")
def engine(new_url: Callable[[], str]) -> Iterator[sa.Engine]:
    """A migrated warehouse; what a test commits there stays, so tests use ``scratch``."""
    made = open_engine(new_url())
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def scratch(engine: sa.Engine) -> Iterator[Writing]:
    """An open write whose work is undone after the test."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield Writing(connection, FACTS, datetime.now(UTC))
        transaction.rollback()


@pytest.fixture(scope="session", params=DATABASES)
def computed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A small country computed twice; tests tamper with it in transactions they roll back."""
    server = request.getfixturevalue("postgresql") if request.param == POSTGRESQL else None
    home = computed_home(tmp_path_factory.mktemp("computed"), server)
    yield home
    home.close()


@pytest.fixture
def tampering(computed: Home) -> Iterator[sa.Connection]:
    """A connection of somebody with all rights; what he does is undone after the test."""
    engine = open_engine(computed.settings.warehouse_url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _without_guards)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def _without_guards(connection, _record):
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
