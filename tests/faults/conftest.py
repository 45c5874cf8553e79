"""Homes to break: a small country's inbox, written once, and what an undisturbed run makes of it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.demo.home import write_demo
from pipelines.verification.verify import verify
from pipelines.warehouse.engine import open_engine
from schemas.columns import LOAD_ID, Instant
from schemas.tables import metadata
from tests.faults.launcher import Launcher

YEARS = (2024, 2025)
AS_OF = "2026-09-01"
USERS = 3
_SEED = 11


@dataclass
class Breakable:
    """A home whose ``nedra run`` a test disturbs, and the database it writes to."""

    folder: Path
    url: str
    launcher: Launcher

    @property
    def environment(self) -> dict[str, str]:
        """What the home's ``nedra`` is told."""
        return {
            "NEDRA_HOME": str(self.folder),
            "NEDRA_DATABASE_URL": self.url,
            "NEDRA_AS_OF": AS_OF,
            "NEDRA_WORKERS": "1",
            "DAGSTER_HOME": str(self.folder / "dagster"),
        }

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run ``nedra`` to its end."""
        return self.launcher.run(*(arguments or ("run",)), **self.environment)

    def start(self) -> int:
        """Start ``nedra run``, also of years that stand, and return its pid."""
        return self.launcher.start("run", "--force", **self.environment)

    def loads(self) -> int:
        """Return how many loads are recorded by now."""
        try:
            with self.engine.connect() as connection:
                return connection.scalar(sa.text("SELECT max(load_id) FROM loads")) or 0
        except sa.exc.DBAPIError:  # no tables yet
            return 0

    @cached_property
    def engine(self) -> sa.Engine:
        """An engine of the test's own."""
        return open_engine(self.url)

    def breaks(self) -> list[str]:
        """Return what verification finds."""
        with self.engine.connect() as connection:
            return [str(each) for each in verify(connection).breaks]

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table but the trail, without the numbers of loads and the moments of writing."""
        with self.engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(sa.select(*_content(table)))), key=repr)
                for table in metadata.sorted_tables
                if not table.name.startswith("load")
            }


def in_folder(url: str, folder: Path) -> str:
    """Return the URL of a SQLite file in the folder; a database of a server stays where it is."""
    return url if sa.make_url(url).get_backend_name() != "sqlite" else f"sqlite:///{folder}/warehouse.db"


def _content(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if column.name != LOAD_ID and not isinstance(column.type, Instant)]


@pytest.fixture(scope="session")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    """A process that has imported ``nedra``."""
    started = Launcher(tmp_path_factory.mktemp("launcher"))
    yield started
    started.close()


# Dagster commits every event to the disk and the warehouse every step; where a disk is slow, memory is not. A process
# that is killed leaves the same files in both.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there


@pytest.fixture
def fast_path(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own, in memory where the system has such a place."""
    if not os.access(_MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="nedra-", dir=_MEMORY, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inbox of a small country."""
    folder = tmp_path_factory.mktemp("country")
    write_demo(folder, users=USERS, years=YEARS, seed=_SEED)
    return folder / "inbox"


@pytest.fixture
def breakable(inbox: Path, launcher: Launcher, new_url: Callable[[], str], fast_path: Path) -> Iterator[Breakable]:
    """A home nothing was run in yet."""
    shutil.copytree(inbox, fast_path / "inbox")
    home = Breakable(fast_path, in_folder(new_url(), fast_path), launcher)
    yield home
    home.engine.dispose()


@pytest.fixture(scope="session")
def undisturbed(
    inbox: Path, launcher: Launcher, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Any, ...]]]:
    """Every row a run makes that nothing disturbs; on SQLite, for both databases: they hold the same."""
    folder = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(inbox, folder / "inbox")
    home = Breakable(folder, f"sqlite:///{folder}/warehouse.db", launcher)
    code, printed = home.run()
    assert code == 0, printed
    assert home.breaks() == []
    rows = home.rows()
    home.engine.dispose()
    return rows
