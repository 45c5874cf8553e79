"""Databases for the tests of the warehouse: made by the migrations, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.schema_version import upgrade
from pipelines.warehouse.writer import RunFacts, Writing

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
