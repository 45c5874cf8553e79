"""Mark bases in doubt in verdicts and their versions, and say sums of summaries without doubtful and unknown."""

import sqlalchemy as sa
from alembic import op

from pipelines.warehouse.migrations.triggers import renew_history_triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CODES = (
    "codes of findings that put the base in doubt, sorted, comma separated; empty = none, NULL = computed before doubt "
    "was kept"
)
_DOUBTFUL = (
    ("doubtful_units", sa.BigInteger, "units whose base is in doubt"),
    ("doubt", sa.Text, "codes of findings that put the base of any of them in doubt, sorted, comma separated"),
)
_OF = "sum of units whose obligation is known and whose base is not in doubt"
_CERTAIN = (
    *_DOUBTFUL,
    ("due_certain_tiyn", sa.BigInteger, f"{_OF}: obligation of the year (tiyn)"),
    ("financing_certain_tiyn", sa.BigInteger, f"{_OF}: recognised plus budget (tiyn)"),
    ("shortfall_certain_tiyn", sa.BigInteger, f"{_OF}: what is missing (tiyn)"),
)
_SHARE = "share of the year's shortfalls without doubtful ones, in basis points; NULL = the unit's own is in doubt"
ADDED = {
    "compliance_by_unit": (("doubt", sa.Text, _CODES),),
    "compliance_history": (("doubt", sa.Text, _CODES),),
    "compliance_by_user": _CERTAIN,
    "sector_summary": _CERTAIN,
    "region_summary": _CERTAIN,
    "direction_summary": _DOUBTFUL,
    "largest_shortfalls": (("doubt", sa.Text, _CODES), ("share_certain_bp", sa.BigInteger, _SHARE)),
    "restatements": (
        ("doubt_before", sa.Text, "codes that put the base in doubt, before; empty = none, NULL = not kept then"),
        ("doubt_after", sa.Text, "codes that put the base in doubt, after; empty = none, NULL = not kept then"),
    ),
    "disclosure": _CERTAIN,
}


def upgrade() -> None:
    """Add the columns; rows of before have none."""
    for table, columns in ADDED.items():
        for name, kind, comment in columns:
            op.add_column(table, sa.Column(name, kind(), nullable=True, comment=comment))
    renew_history_triggers(op.get_bind())


def downgrade() -> None:
    """Refuse: what is in doubt would be shown unmarked."""
    message = "an older version would show figures in doubt without their mark; restore a backup (docs/backup.md)"
    raise NotImplementedError(message)
