"""Two runs of the same years at once, as two processes: they take turns, and the result is that of one.

Belongs here: whole runs side by side. Does not: the lock itself (``test_databases``).
"""

from dataclasses import replace

import sqlalchemy as sa

from schemas.trail import loads
from tests.faults.launcher import Launcher


def test_two_runs_that_both_find_no_warehouse_end_as_one(breakable, undisturbed, tmp_path):
    other = replace(breakable, launcher=Launcher(tmp_path))
    # Each with Dagster's records of its own: Dagster does not lock the making of its tables.
    environment = other.environment | {"DAGSTER_HOME": str(tmp_path / "dagster")}
    breakable.start()
    other.launcher.start("run", **environment)
    ends = [home.launcher.wait() for home in (breakable, other)]
    printed = breakable.launcher.output + other.launcher.output
    other.launcher.close()
    assert ends == [0, 0], printed
    assert breakable.breaks() == []
    assert breakable.rows() == undisturbed
    with breakable.engine.connect() as connection:
        assert len(connection.scalars(sa.select(loads.c.run_id).distinct()).all()) == 2 * 2
