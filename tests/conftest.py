"""Fixtures every test may use.

Belongs here: what isolates a test from the machine it runs on. Does not: fixtures of one subject (its own conftest).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import DATABASES, POSTGRESQL, Server, a_server

# No deadline: a slow machine is not a defect. The same examples every time: a red test stays red until it is mended.
settings.register_profile("nedra", deadline=None, derandomize=True)
settings.load_profile("nedra")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the installation of whoever runs it."""
    for name in os.environ:
        if name.startswith(("NEDRA_", "DAGSTER_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def office() -> Path:
    """The spreadsheet program; a build without it fails, a newcomer without it skips."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Path(found)
    missing = "LibreOffice is not installed (Debian: apt-get install libreoffice-calc)"
    return pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server, one for each test process: roles are the server's, so two could not share one."""
    with a_server() as server:
        yield server


@pytest.fixture(scope="session", params=DATABASES)
def new_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes a new database with no tables and returns its URL."""
    if request.param != POSTGRESQL:
        return lambda: f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/warehouse.db"
    server: Server = request.getfixturevalue("postgresql")
    return server.empty


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest) -> Server | None:
    """Where a home keeps its warehouse: the server, or None for the SQLite file in its folder."""
    if request.param != POSTGRESQL:
        return None
    server: Server = request.getfixturevalue("postgresql")
    return server
