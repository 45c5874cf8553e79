"""Later schema: the version after this one, which has a new column that may be NULL in some of its tables.

Here: for programs of their own only, because tables are fixed once they are imported: ``grow`` comes before any import
of ``pipelines``, ``add_the_migration`` before a warehouse is opened. Not here: which column, what comes of it.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas.tables import metadata

REVISION = "9999"
_MIGRATION = '''"""Add a column to several tables."""

import sqlalchemy as sa
from alembic import op

from pipelines.warehouse.migrations.triggers import renew_history_triggers

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None


def upgrade():
    for table in {tables}:
        op.add_column(table, sa.Column("{column}", sa.{kind}(), nullable=True))
    renew_history_triggers(op.get_bind())
'''


def grow(tables: Iterable[str], column: str, kind: type[sa.types.TypeEngine[Any]]) -> None:
    """Give the tables a further column, last."""
    for name in tables:
        metadata.tables[name].append_column(sa.Column(column, kind, nullable=True))


def add_the_migration(folder: Path, tables: Iterable[str], column: str, kind: type[sa.types.TypeEngine[Any]]) -> None:
    """Make the migrations of the warehouse a copy in ``folder`` with one more, which adds the column."""
    from pipelines.warehouse import schema_version

    text = _MIGRATION.format(
        revision=REVISION,
        before=schema_version.head_revision(),
        tables=tuple(tables),
        column=column,
        kind=kind.__name__,
    )
    migrations = folder / "migrations"
    shutil.copytree(schema_version.MIGRATIONS, migrations)
    (migrations / "versions" / f"{REVISION}_later.py").write_text(text)
    schema_version.MIGRATIONS = migrations
    schema_version.head_revision.cache_clear()
