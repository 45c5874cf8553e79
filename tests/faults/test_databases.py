"""Databases that fail: full, locked, gone and back - a step then stores nothing, says why, and the next run is whole.

Belongs here: faults of the database under the steps. Does not: ends of our own process (``test_kills``), damaged files
(``tests/verification/test_files``).
"""

import datetime as dt
import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from pipelines.intake.inbox.inbox import Inbox
from pipelines.steps import intake
from pipelines.steps.intake import load_filings
from pipelines.steps.registers import load_registers
from pipelines.verification.verify import verify
from pipelines.warehouse import engine as engines
from pipelines.warehouse import writer
from pipelines.warehouse.engine import WarehouseError
from pipelines.warehouse.locks import turn
from pipelines.warehouse.session import open_warehouse
from pipelines.warehouse.transient import is_transient
from schemas.tables import metadata
from tests.databases import POSTGRESQL, a_server
from tests.homes import User, a_home

YEAR = 2025


def write_inbox(home):
    user = User()
    home.register("units", [user.record()])
    for name in ("performers", "affiliates", "treasury", "decisions", "rates"):
        home.register(name, [])
    home.hand_in("a.xlsx", user.filing())
    return home


@pytest.fixture
def home(tmp_path, database):
    with a_home(tmp_path, database=database) as made:
        yield write_inbox(made)


def breaks(home):
    with home.warehouse.reading() as connection:
        return [str(each) for each in verify(connection).breaks]


def content(home):
    return {table: home.rows(table) for table in ("units", "filings", "financing_lines", "compliance_by_unit")}


def sizes(home):
    with home.warehouse.reading() as connection:
        tables = (metadata.tables[name] for name in ("loads", "load_inputs", "units"))
        return [connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]


# SQLite


@pytest.fixture
def on_sqlite(tmp_path):
    with a_home(tmp_path) as made:
        yield write_inbox(made)


@pytest.mark.parametrize("spare_pages", [0, 1, 3, 8, 15])
def test_a_full_disk_stops_a_step_in_words_and_leaves_nothing_half_written(on_sqlite, spare_pages):
    load_registers(on_sqlite.warehouse, "run")
    before = sizes(on_sqlite)
    with on_sqlite.warehouse.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages + spare_pages}")

    on_sqlite.at(on_sqlite.as_of)  # opened anew
    sa.event.listen(sa.Engine, "connect", fill)
    try:
        for number in range(100):
            on_sqlite.hand_in(f"{number}.xlsx", User(1 + number % 3).filing(cover={"submission_no": number + 2}))
        with pytest.raises(WarehouseError, match="The disk of the warehouse is full or failing: make room"):
            on_sqlite.run(YEAR)
    finally:
        sa.event.remove(sa.Engine, "connect", fill)
    on_sqlite.at(on_sqlite.as_of)
    assert breaks(on_sqlite) == []
    assert sizes(on_sqlite)[2] == before[2]
    on_sqlite.run(YEAR)
    assert breaks(on_sqlite) == []
    assert len(on_sqlite.rows("filings")) == 101


def locked(home, seconds=None):
    """Hold the write lock from another connection; for some seconds, or until the returned function is called."""
    connection = home.warehouse.engine.raw_connection()
    connection.execute("BEGIN IMMEDIATE")
    if seconds is None:
        return lambda: (connection.execute("ROLLBACK"), connection.close())
    threading.Timer(seconds, lambda: (connection.execute("ROLLBACK"), connection.close())).start()
    return None


def test_a_writer_that_holds_the_file_too_long_stops_a_step_in_words(on_sqlite, monkeypatch):
    on_sqlite.run(YEAR)
    before = sizes(on_sqlite)
    release = locked(on_sqlite)
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 100)
    on_sqlite.__dict__.pop("warehouse")  # opened anew beside the one that holds the lock
    with pytest.raises(WarehouseError, match="Another program holds the write lock"):
        on_sqlite.run(YEAR)
    release()
    assert sizes(on_sqlite) == before
    on_sqlite.run(YEAR)
    assert breaks(on_sqlite) == []


# PostgreSQL


@pytest.fixture(scope="module")
def own_server():
    """A server of these tests' own: they stop it."""
    with a_server(in_haste=False) as server:
        yield server


@pytest.fixture
def on_postgresql(tmp_path, own_server):
    with a_home(tmp_path, database=own_server) as made:
        yield write_inbox(made)


def test_a_server_that_goes_away_stops_a_step_in_words_and_is_used_again_when_back(on_postgresql, own_server):
    load_registers(on_postgresql.warehouse, "run")
    before = sizes(on_postgresql)
    own_server.crash()
    with pytest.raises(WarehouseError, match=r"connection|terminat"):
        on_postgresql.run(YEAR)
    own_server.start()
    assert sizes(on_postgresql) == before
    on_postgresql.run(YEAR)
    assert breaks(on_postgresql) == []


def test_a_server_that_goes_away_in_the_middle_of_a_write_keeps_none_of_it(on_postgresql, own_server, monkeypatch):
    on_postgresql.run(YEAR)
    before, held = sizes(on_postgresql), content(on_postgresql)
    on_postgresql.hand_in("b.xlsx", User().filing(cover={"submission_no": 2}, lines=[]))
    append, calls = writer.Writing._append, []

    def crash_at_the_third(self, load, inputs, manifest):
        calls.append(load)
        if len(calls) == 3:
            own_server.crash()
        append(self, load, inputs, manifest)

    with monkeypatch.context() as patch:
        patch.setattr(writer.Writing, "_append", crash_at_the_third)
        with pytest.raises(WarehouseError):
            load_filings(on_postgresql.warehouse, "run", YEAR)
    own_server.start()
    assert (sizes(on_postgresql), content(on_postgresql)) == (before, held)
    on_postgresql.run(YEAR)
    assert breaks(on_postgresql) == []
    assert on_postgresql.rows("filings", "file_name", "status") == [("a.xlsx", "superseded"), ("b.xlsx", "accepted")]


# both


def test_a_writer_that_lets_go_in_time_is_waited_for(home):
    home.run(YEAR)
    done = []
    with opened_again(home) as again:
        other = threading.Thread(target=lambda: done.append(load_registers(again, "other")))
        with engines.write_transaction(home.warehouse.engine):
            other.start()
            time.sleep(0.3)
            assert not done
        other.join(timeout=30)
    assert len(done) == 1
    assert breaks(home) == []


@contextmanager
def opened_again(home):
    """Open the same warehouse through another engine, as another process has it."""
    warehouse = open_warehouse(home.settings)
    yield warehouse
    warehouse.engine.dispose()


def test_an_older_look_into_the_inbox_is_never_stored_last(home, monkeypatch):
    home.run(YEAR)
    looked, go_on = threading.Event(), threading.Event()
    read = intake._read

    def slow(warehouse, year):
        found = read(warehouse, year)
        if threading.current_thread().name == "first":
            looked.set()
            go_on.wait(30)
        return found

    monkeypatch.setattr(intake, "_read", slow)
    with opened_again(home) as one, opened_again(home) as other:
        first = threading.Thread(target=load_filings, args=(one, "first", YEAR), name="first")
        first.start()
        assert looked.wait(30)
        home.hand_in("b.xlsx", User().filing(cover={"submission_no": 2}))
        second = threading.Thread(target=load_filings, args=(other, "second", YEAR), name="second")
        second.start()
        time.sleep(0.3)  # the second one would store its newer look now, if it did not wait
        go_on.set()
        first.join(60)
        second.join(60)
    assert home.rows("filings", "file_name") == [("a.xlsx",), ("b.xlsx",)]
    assert breaks(home) == []


def test_turns_of_different_years_do_not_wait_for_each_other(home):
    engine = home.warehouse.engine
    with turn(engine, "2024"), turn(engine, "2025"), turn(engine, "registers"):
        pass


def test_a_clock_set_back_between_and_within_runs_keeps_the_chain_in_order(home, monkeypatch):
    home.run(YEAR)
    moments = iter(range(10_000))

    class Backwards(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime(2020, 1, 1, tzinfo=tz) - dt.timedelta(seconds=next(moments))

    monkeypatch.setattr(writer, "datetime", Backwards)
    home.hand_in("b.xlsx", User().filing(cover={"submission_no": 2}, lines=[]))
    home.run(YEAR)
    assert breaks(home) == []
    versions = home.rows("compliance_history", "version_no", "recorded_at", "superseded_at")
    (_, first, closed), (_, second, _) = versions
    assert first < closed == second
    assert Inbox(home.settings.inbox_url).filings(YEAR)


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_a_turn_ends_with_the_connection_that_held_it(home):
    query = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    with opened_again(home) as other, other.engine.connect() as watching:
        with turn(home.warehouse.engine, "2025"):
            assert watching.scalar(query) == 1
        time.sleep(0.1)
        assert watching.scalar(query) == 0


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_a_turn_lost_with_its_session_stores_nothing(home, monkeypatch):
    """Another run may look later and store earlier meanwhile: whoever lost the turn must look again."""
    home.run(YEAR)
    before = sizes(home)
    read = intake._read

    def lose_the_turn(warehouse, year):
        found = read(warehouse, year)
        with warehouse.engine.connect() as connection:
            held = sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            assert connection.execute(held).all() == [(True,)]
        return found

    monkeypatch.setattr(intake, "_read", lose_the_turn)
    home.hand_in("b.xlsx", User().filing(cover={"submission_no": 2}))
    with pytest.raises(WarehouseError) as raised:
        load_filings(home.warehouse, "another", YEAR)
    assert is_transient(raised.value)
    assert sizes(home) == before
