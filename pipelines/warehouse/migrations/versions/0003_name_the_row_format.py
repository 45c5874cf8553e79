"""Name in each load how its rows were hashed; loads of before have no name, and none without one is added any more."""

import sqlalchemy as sa
from alembic import op

from pipelines.warehouse.migrations.triggers import create_format_trigger

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was sealed before is sealed anew when all migrations are applied (``migrations/env``)."""
    comment = "how its rows and this record were hashed; NULL = by position, before formats had names"
    op.add_column("loads", sa.Column("row_format", sa.Text(), nullable=True, comment=comment))
    create_format_trigger(op.get_bind())


def downgrade() -> None:
    """Refuse: what was loaded since is sealed in a format older versions do not know."""
    message = "loads in a named row format cannot be read by an older version; restore a backup (docs/backup.md)"
    raise NotImplementedError(message)
