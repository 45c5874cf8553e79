"""PostgreSQL in production: the command as a process, its warehouse and Dagster's own records on the server.

Belongs here: URLs, drivers, what is told when they do not fit. Does not: what is computed (``tests/steps``).
"""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from assets.cli.app import main
from assets.instance import embedded
from pipelines.settings import Settings, SetupError
from schemas.trail import loads
from tests.homes import Home, User

USER = User(1)
# As an operator writes it.
CONFIG = "telemetry: {enabled: false}\nstorage: {postgres: {postgres_url: {env: DAGSTER_POSTGRES_URL}}}\n"


def with_scheme(url, scheme):
    return sa.make_url(url).set(drivername=scheme).render_as_string(hide_password=False)


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    made.hand_in("1.xlsx", USER.filing())
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text(CONFIG, encoding="utf-8")
    return made


def nedra(home, warehouse, records, *arguments):
    """Run the command as an operator does."""
    environment = {
        "NEDRA_HOME": str(home.folder),
        "NEDRA_WORKERS": "1",
        "NEDRA_AS_OF": "2026-09-01",
        "NEDRA_DATABASE_URL": warehouse,
        "DAGSTER_HOME": str(home.folder / "dagster"),
        "DAGSTER_POSTGRES_URL": records,
    }
    command = [sys.executable, "-m", "assets.cli.app", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_a_year_is_run_with_everything_on_the_server(home, postgresql):
    warehouse, records = postgresql.empty(), postgresql.empty()
    done = nedra(home, with_scheme(warehouse, "postgresql"), with_scheme(records, "postgresql+psycopg2"), "run")
    assert done.returncode == 0, done.stderr
    assert USER.bin in done.stdout
    with_warehouse, with_records = sa.create_engine(warehouse), sa.create_engine(records)
    with with_warehouse.connect() as connection, with_records.connect() as dagster:
        run_ids = set(connection.scalars(sa.select(loads.c.run_id)))
        assert [tuple(row) for row in dagster.exec_driver_sql("SELECT run_id, status FROM runs")] == [
            (run_id, "SUCCESS") for run_id in run_ids
        ]
    for engine in (with_warehouse, with_records):
        engine.dispose()
    assert not list(home.folder.rglob("*.db"))
    verified = nedra(home, with_scheme(warehouse, "postgresql"), "", "verify")
    assert verified.returncode == 0, verified.stdout


def test_dagsters_records_with_another_driver_are_refused_before_the_first_event(home, postgresql):
    records = postgresql.empty()
    refused = nedra(home, postgresql.migrated(), with_scheme(records, "postgresql"), "run")
    assert refused.returncode == 2
    [told] = refused.stderr.strip().splitlines()
    assert "postgresql+psycopg2://" in told
    assert "dagster.yaml" in told


@pytest.mark.parametrize("url", ["postgresql://u@h/d", "postgres://u@h/d", "postgresql+psycopg://u@h/d"])
def test_the_warehouse_is_opened_with_one_driver_however_its_url_is_written(url):
    assert Settings(database_url=url).warehouse_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("url", ["postgresql+psycopg2://u@h/d", "mysql://u@h/d", "postgresql://", "h/d", ""])
def test_a_url_that_is_none_is_refused(url):
    with pytest.raises(ValidationError, match="expected sqlite"):
        Settings(database_url=url)


def test_a_missing_driver_of_the_warehouse_is_told_in_words(monkeypatch):
    monkeypatch.setattr("pipelines.settings.find_spec", lambda name: None if name == "psycopg" else find_spec(name))
    with pytest.raises(ValidationError, match=r"pip install 'nedra\[postgres\]'"):
        Settings(database_url="postgresql://u@h/d")


@pytest.mark.parametrize("missing", ["dagster_postgres", "psycopg2"])
def test_a_missing_driver_of_dagsters_records_is_told_in_words(home, monkeypatch, missing):
    monkeypatch.setenv("DAGSTER_HOME", str(home.folder / "dagster"))
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", "postgresql+psycopg2://u@h/d")
    for name in list(sys.modules):
        if name.partition(".")[0] in ("dagster_postgres", missing):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SetupError, match=rf"{missing}.*pip install 'nedra\[postgres\]'"):
        embedded.prepare_instance(Settings(home=home.folder))


def test_a_password_is_never_printed(monkeypatch, capsys):
    monkeypatch.setenv("NEDRA_DATABASE_URL", "mysql://clerk:secret@host/nedra")
    monkeypatch.setattr(sys, "argv", ["nedra", "verify"])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr().err
    assert "secret" not in told
    assert "mysql://clerk:***@host/nedra" in told
