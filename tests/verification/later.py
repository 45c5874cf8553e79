"""Later: the version after this one, which has a new column in several tables, all of them allowed to be NULL.

Here: a program of its own, because tables are fixed once they are imported. It migrates the warehouse of the URL it is
given by a revision of its own, verifies, and prints the breaks as JSON. Not here: what they should be
(``test_verify``).
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from schemas.tables import metadata

GROWN = ("units", "financing_lines", "filings", "compliance_by_unit", "compliance_history", "loads")
COLUMN, REVISION = "added_later", "9999"
_MIGRATION = '''"""Add a column to several tables."""

import sqlalchemy as sa
from alembic import op

from pipelines.warehouse.migrations.triggers import renew_history_triggers

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None


def upgrade():
    for table in {tables}:
        op.add_column(table, sa.Column("{column}", sa.Text(), nullable=True))
    renew_history_triggers(op.get_bind())
'''


def main(url: str) -> None:
    """Migrate, verify, print."""
    for name in GROWN:
        metadata.tables[name].append_column(sa.Column(COLUMN, sa.Text, nullable=True))
    from pipelines.verification.verify import verify  # only now: modules look at the tables when they are imported
    from pipelines.warehouse import schema_version
    from pipelines.warehouse.engine import open_engine

    before = schema_version.head_revision()
    with tempfile.TemporaryDirectory() as folder:
        migrations = Path(folder) / "migrations"
        shutil.copytree(schema_version.MIGRATIONS, migrations)
        text = _MIGRATION.format(revision=REVISION, before=before, tables=GROWN, column=COLUMN)
        (migrations / "versions" / f"{REVISION}_later.py").write_text(text)
        schema_version.MIGRATIONS = migrations
        schema_version.head_revision.cache_clear()
        engine = open_engine(url)
        schema_version.upgrade(engine)
        with engine.connect() as connection:
            result = verify(connection)
    told = {"loads": result.loads, "rows": result.rows, "breaks": [str(each) for each in result.breaks]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
