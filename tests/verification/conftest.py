"""A computed home on both databases, a connection of somebody who may alter everything in it, and the command."""

import sys
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from assets.cli.app import main
from pipelines.warehouse.engine import open_engine
from tests.databases import DATABASES, POSTGRESQL
from tests.homes import Home
from tests.verification.computed import computed_home


@pytest.fixture(scope="session", params=DATABASES)
def computed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A small country computed twice; tests tamper with it in transactions they roll back."""
    server = request.getfixturevalue("postgresql") if request.param == POSTGRESQL else None
    home = computed_home(tmp_path_factory.mktemp("computed"), server)
    yield home
    home.close()


@pytest.fixture
def tampering(computed: Home) -> Iterator[sa.Connection]:
    """A connection of somebody with all rights; what they do is undone after the test."""
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


@pytest.fixture
def nedra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int | str, str, str]]:
    """Call the command and return its exit code and what it printed."""

    def call(*arguments: str) -> tuple[int | str, str, str]:
        monkeypatch.setattr(sys, "argv", ["nedra", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return end.value.code or 0, printed.out, printed.err

    return call
