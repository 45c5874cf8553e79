"""Files: a byte of the SQLite file that is not as it was, wherever it is.

Belongs here: damage below the level of rows. Does not: rows (``test_verify``).
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from pipelines.verification.verify import verify
from pipelines.warehouse.engine import WarehouseError, open_engine, told_in_words
from tests.faults.amount import amount

pytestmark = pytest.mark.parametrize("computed", ["sqlite"], indirect=True)
BATCHES = 4
A_BATCH = amount(15, 100)


@pytest.fixture(scope="module")
def original(computed):
    """The bytes of the computed warehouse, everything in one file, and what it says."""
    path = computed.settings.embedded_database
    with computed.warehouse.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes(), everything(path)


def everything(path):
    """Return all that can be read from a file, text as bytes; or the error that stops the reading."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        try:
            objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
            names = [name.decode() for kind, name, *_ in objects if kind == b"table"]
            rows = {name: connection.execute(f'SELECT * FROM "{name}" NOT INDEXED').fetchall() for name in names}  # noqa: S608
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return str(error)
    return objects, rows


def breaks(path: Path):
    engine = open_engine(f"sqlite:///{path}")
    try:
        with told_in_words(), engine.connect() as connection:
            return verify(connection).breaks
    except WarehouseError as error:  # not even opened
        return (str(error),)
    finally:
        engine.dispose()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_byte_flipped_in_the_file_is_found_when_it_changes_anything_that_can_be_read(original, tmp_path, batch):
    data, told = original
    random = Random(batch)  # noqa: S311 - for repeatable tests, not for secrets
    silent = []
    for number in range(A_BATCH):
        place, bit = random.randrange(len(data)), 1 << random.randrange(8)
        path = tmp_path / f"{number}.db"
        path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
        if not breaks(path):
            assert everything(path) == told, f"byte {place}, bit {bit}: a value changed unseen"
            silent.append(place)
        path.unlink()
    # What is left is space SQLite does not use: pages hold on to it until they are filled.
    assert len(silent) < A_BATCH


def test_a_file_cut_off_is_named(original, tmp_path):
    data, _ = original
    for share in (0.999, 0.5, 0.01):
        path = tmp_path / "cut.db"
        path.write_bytes(data[: int(len(data) * share)])
        assert breaks(path)


def test_a_file_that_is_no_database_is_named(original, tmp_path):
    data, _ = original
    path = tmp_path / "other.db"
    path.write_bytes(b"x" + data[1:])
    assert breaks(path)
