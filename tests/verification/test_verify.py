"""Verify: nobody changes a value, a row or a guard of the warehouse without being named.

Here: tampering at random, on a computed warehouse. Not here: acts of somebody who knows the code (``test_attacks``),
bytes of the file (``test_files``).
"""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa

from pipelines.verification.verify import verify
from tests.verification import later
from tests.verification.tampering import NothingDoneError, Tamperer, unguarded

BATCHES, A_BATCH = 8, 25  # 200 acts on each database


def test_an_untouched_warehouse_is_intact_and_verified_the_same_twice(computed):
    with computed.warehouse.reading() as connection:
        first, second = verify(connection), verify(connection)
    assert first.is_intact, first.breaks
    assert first == second
    assert first.loads > 150
    assert first.rows > 800


def test_verdicts_of_the_computed_warehouse_have_versions(computed):
    versions = computed.rows("compliance_history", "version_no", "superseded_at")
    assert max(number for number, _ in versions) > 1
    assert any(closed is not None for _, closed in versions)


def test_columns_that_a_later_migration_adds_break_nothing_that_was_stored_before(computed, tmp_path):
    url = a_copy_of(computed, tmp_path)
    done = subprocess.run([sys.executable, "-m", later.__name__, url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with computed.warehouse.reading() as connection:
        before = verify(connection)
    assert json.loads(done.stdout) == {"loads": before.loads, "rows": before.rows, "breaks": []}


def a_copy_of(home, folder):
    """Return the URL of a copy of the home's warehouse, which others still need as it is."""
    home.warehouse.engine.dispose()  # a database that is copied may have no guests
    if home.database is not None:
        return home.database.empty(sa.make_url(home.settings.warehouse_url).database)
    with (
        closing(sqlite3.connect(home.settings.embedded_database)) as stored,
        closing(sqlite3.connect(folder / "copy.db")) as copy,
    ):
        stored.backup(copy)
    return f"sqlite:///{folder / 'copy.db'}"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_two_hundred_random_acts_are_each_detected_and_named(tampering, batch):
    done = 0
    seed = batch * 1_000
    while done < A_BATCH:
        seed += 1
        with tampering.begin_nested() as savepoint:
            try:
                with unguarded(tampering):
                    act = Tamperer(tampering, seed).act()
            except (NothingDoneError, sa.exc.DBAPIError):
                savepoint.rollback()
                continue
            told = [str(each) for each in verify(tampering).breaks]
            savepoint.rollback()
        assert told, f"seed {seed}: {act.told} went unseen"
        assert any(names(act, each) for each in told), f"seed {seed}: {act.told} is told as {told}"
        done += 1


def names(act, told):
    """Return whether a break names the table and one of the keys, or the gap the act left."""
    if not told.startswith(act.table):
        return False
    if act.leaves_a_gap and ("gone" in told or "missing" in told or "do not give" in told):
        return True
    if act.table == "load_inputs":  # named by the load: its inputs are one digest
        return any(f"load_id {dict(key)['load_id']}" in told for key in act.keys)
    return any(all(f"{name} {value}" in told for name, value in key) for key in act.keys)
