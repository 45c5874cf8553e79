"""Backup and restore: the commands of docs/backup.md, run as they stand there, bring a damaged installation back.

Belongs here: the page's commands. Does not: what damage is found (``tests/warehouse``).
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

PAGE = Path(__file__).parents[2] / "docs" / "backup.md"


def commands(heading):
    """Return the commands below a heading of the page."""
    found = re.search(
        rf"^## {heading}\n.*?^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None, heading
    return found[1]


def shell(script, environment, *more_paths):
    """Run commands as an operator types them; stop at the first that fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), *map(str, more_paths), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=os.environ | environment | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def environment(breakable, tmp_path):
    """What the page's commands are told."""
    told = breakable.environment | {"BACKUP": str(tmp_path / "backup"), "ANCHOR": str(tmp_path / "anchor.jsonl")}
    if breakable.engine.dialect.name == "sqlite":
        told.pop("NEDRA_DATABASE_URL")  # the file in NEDRA_HOME
    else:
        told["NEDRA_DATABASE_URL"] = plain(breakable.url)
    return told


def plain(url):
    return url.replace("postgresql+psycopg://", "postgresql://")


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_a_damaged_file_is_restored_from_a_copy_taken_during_a_run(breakable, environment, undisturbed):
    assert breakable.run("run", "--years", "2024")[0] == 0
    breakable.start()  # the copy is taken while this run is going
    shell(commands("Back up SQLite"), environment)
    assert breakable.launcher.wait() == 0
    with breakable.engine.connect() as connection:  # otherwise the log beside the file would mend it
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    breakable.engine.dispose()
    file = breakable.folder / "warehouse.db"
    file.write_bytes(file.read_bytes()[: 50 * 4096] + b"x" * 8192)
    assert breakable.run("verify")[0] == 1
    printed = shell(commands("Restore SQLite"), environment)
    assert "Intact" in printed
    assert breakable.breaks() == []
    assert breakable.rows() == undisturbed


@pytest.mark.parametrize("new_url", ["postgresql"], indirect=True)
def test_a_lost_table_is_restored_from_a_dump_into_a_new_database(breakable, environment, undisturbed, postgresql):
    programs = postgresql.program("pg_dump").parent
    assert breakable.run("run", "--years", "2024")[0] == 0
    shell(commands("Back up PostgreSQL"), environment, programs)
    with breakable.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE financing_lines CASCADE"))
    assert breakable.run("verify")[0] == 1
    restored = postgresql.empty()
    told = environment | {"RESTORED_URL": plain(restored)}
    printed = shell(commands("Restore PostgreSQL"), told, programs)
    assert "Intact" in printed
    breakable.engine.dispose()
    del breakable.engine
    breakable.url = restored
    assert breakable.breaks() == []
    assert breakable.rows() == undisturbed
