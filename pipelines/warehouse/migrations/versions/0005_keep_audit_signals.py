"""Keep the signals of an audit: reasons to look, found by SQL."""

import sqlalchemy as sa
from alembic import op

from pipelines.warehouse.migrations.roles import grant_writing
from schemas.columns import Exact

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a later run of each year fills it."""
    op.create_table(
        "audit_signals",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("signal", sa.Text(), nullable=False, comment="what was noticed, see pipelines/findings/signals.yaml"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the subsoil user"),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="performer, agreement, title, unit or submission it is about; - = the user as a whole",
        ),
        sa.Column("subject_name", sa.Text(), nullable=True, comment="name of the performer, where one is concerned"),
        sa.Column("user_name", sa.Text(), nullable=True, comment="name of the subsoil user on the cover"),
        sa.Column("unit_no", sa.Text(), nullable=True, comment="contract or licence, where it is about one"),
        sa.Column("amount_tiyn", sa.BigInteger(), nullable=True, comment="money it is about (tiyn)"),
        sa.Column("of_tiyn", sa.BigInteger(), nullable=True, comment="money it is compared with (tiyn)"),
        sa.Column("lines", sa.BigInteger(), autoincrement=False, nullable=True, comment="lines or changes it rests on"),
        sa.Column(
            "of_lines", sa.BigInteger(), autoincrement=False, nullable=True, comment="lines they are compared with"
        ),
        sa.Column("first_day", sa.Date(), nullable=True, comment="first agreement with the performer"),
        sa.Column(
            "share_bp",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="share that was noticed, in basis points; of lines for ROUND_SUMS and NEAR_THRESHOLD",
        ),
        sa.Column(
            "age_days",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="days from the month the performer's BIN was issued to the first agreement",
        ),
        sa.Column(
            "chi_square",
            Exact(),
            nullable=True,
            comment="chi-square of the first digits against Benford's law, 8 degrees of freedom",
        ),
        sa.Column("p_value", Exact(), nullable=True, comment="how likely a chi-square is at least so large"),
        sa.Column("reference", sa.Text(), nullable=True, comment="article or note it rests on"),
        sa.Column("filing_id", sa.Text(), nullable=True, comment="filing the rows stand in"),
        sa.Column(
            "first_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="first row of the sheet of payments it rests on",
        ),
        sa.Column("last_row", sa.BigInteger(), autoincrement=False, nullable=True, comment="last of them"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_audit_signals_load_id")),
        sa.PrimaryKeyConstraint("report_year", "signal", "user_bin", "subject", name=op.f("pk_audit_signals")),
        comment="A reason for an auditor to look at a subsoil user in one reporting year; it accuses nobody",
    )
    op.create_index(op.f("ix_audit_signals_load_id"), "audit_signals", ["load_id"], unique=False)
    grant_writing(op.get_bind(), "audit_signals")


def downgrade() -> None:
    """Remove the table; it is computed from others."""
    op.drop_table("audit_signals")
