"""Verifying: nobody changes a value, a row or a guard of the warehouse without being named.

Belongs here: tampering at random, on a computed warehouse. Does not: acts of somebody who knows the code
(``test_verifying_attacks``), bytes of the file (``test_verifying_files``).
"""

import pytest
import sqlalchemy as sa

from pipelines.verification.verify import verify
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
