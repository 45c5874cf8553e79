"""Tell rows of filings by their sheet, too: a table may go on in a second sheet, where row numbers begin anew.

Rows, columns and hashes stay as they are. So far all rows of a filing in one of these tables stood in one sheet, so the
order of the hashes in a manifest, which is that of the key, stays as well.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("unit_lines", "financing_lines", "budget_lines")
_KEY = ("filing_id", "sheet", "source_row")
_BEFORE = re.compile(r"PRIMARY KEY \(filing_id, source_row\)")


def upgrade() -> None:
    """Make the sheet a part of the key."""
    connection = op.get_bind()
    for table in TABLES:
        if connection.dialect.name == "sqlite":
            _copy(connection, table)
        else:
            op.drop_constraint(f"pk_{table}", table, type_="primary")
            op.create_primary_key(f"pk_{table}", table, list(_KEY))


def downgrade() -> None:
    """Refuse: rows of two sheets with one number could not be kept."""
    message = "an older version cannot keep rows of two sheets apart; restore a backup (docs/backup.md)"
    raise NotImplementedError(message)


def _copy(connection: sa.Connection, table: str) -> None:
    """Make the table anew under the same definition but for the key; SQLite cannot change a key.

    The view in tenge would stand in the way of giving the copy its name; it is made anew with all views.
    """
    made = connection.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table}
    )
    indexes = connection.scalars(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL"),
        {"name": table},
    ).all()
    anew, found = _BEFORE.subn(f"PRIMARY KEY ({', '.join(_KEY)})", str(made))
    head, _, rest = anew.partition("(")
    if found != 1 or table not in head:
        message = f"the table {table} is not as migration 0001 made it: {made}"
        raise RuntimeError(message)
    execute = connection.exec_driver_sql
    execute(f'DROP VIEW IF EXISTS "{table}_kzt"')
    execute(f"CREATE TABLE {table}_anew ({rest}")
    execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")  # noqa: S608 - names of our own
    execute(f"DROP TABLE {table}")
    execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for index in indexes:
        execute(str(index))
