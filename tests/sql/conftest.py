"""Databases for the tests of SQL: each test sees empty tables and leaves them empty, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from pipelines.warehouse.engine import open_engine
from schemas.tables import metadata


@pytest.fixture(scope="session")
def engine(new_url: Callable[[], str]) -> Iterator[sa.Engine]:
    """An engine with every table of the warehouse, empty, and no views."""
    made = open_engine(new_url())
    metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose work is undone after the test."""
    with engine.connect() as open_connection:
        yield open_connection
        open_connection.rollback()
