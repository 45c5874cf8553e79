"""Keep what statuses, codes and regions mean, in words, as tables that a query can join."""

import sqlalchemy as sa
from alembic import op

from pipelines.warehouse.migrations.roles import grant_writing

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LANGUAGES = {"ru": "Russian", "kk": "Kazakh", "en": "English"}
_STATUSES = "'EXEMPT', 'NOT_YET_OBLIGED', 'PENDING', 'NOT_REPORTED', 'UNDETERMINED', 'MET', 'PARTIAL', 'BREACH'"


def upgrade() -> None:
    """Make the tables; a later run fills them."""
    op.create_table(
        "statuses",
        sa.Column("status", sa.Text(), nullable=False, comment="verdict, as in compliance_by_unit"),
        sa.Column(
            "place",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="order in lists: what nobody can judge first",
        ),
        *_in_three_languages("name", "what it is called"),
        *_in_three_languages("when", "when it is given"),
        *_in_three_languages("next", "what follows, or is to be done"),
        *_load("statuses"),
        sa.PrimaryKeyConstraint("status", name=op.f("pk_statuses")),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name=op.f("ck_statuses_status")),
        comment="One status of a verdict, in words",
    )
    op.create_table(
        "codes",
        sa.Column(
            "code",
            sa.Text(),
            nullable=False,
            comment="code, as in financing_lines.codes, compliance_by_unit.doubt and findings.code",
        ),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="recognition: whether a line counts; finding: what is said of a file, a row or a figure",
        ),
        sa.Column("effect", sa.Text(), nullable=False, comment="disallow, warn; reject, set_aside, warn, note"),
        *_in_three_languages("name", "what it says"),
        *_in_three_languages("next", "what to do; NULL for codes of recognition", required=False),
        sa.Column("reference", sa.Text(), nullable=False, comment="article or note it rests on"),
        *_load("codes"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_codes")),
        sa.CheckConstraint("kind IN ('recognition', 'finding')", name=op.f("ck_codes_kind")),
        comment="One code of a line, a verdict or a finding, in words",
    )
    op.create_table(
        "regions",
        sa.Column(
            "region_kato",
            sa.Text(),
            nullable=False,
            comment="KATO code of the region, as in region_summary; - = not given",
        ),
        *_in_three_languages("name", "what it is called"),
        *_load("regions"),
        sa.PrimaryKeyConstraint("region_kato", name=op.f("pk_regions")),
        comment="One region of Kazakhstan, by its KATO code",
    )
    for table in ("statuses", "codes", "regions"):
        op.create_index(op.f(f"ix_{table}_load_id"), table, ["load_id"], unique=False)
    grant_writing(op.get_bind(), "statuses", "codes", "regions")


def downgrade() -> None:
    """Remove the tables; their rows are words of the program."""
    for table in ("statuses", "codes", "regions"):
        op.drop_table(table)


def _in_three_languages(part: str, comment: str, *, required: bool = True) -> list[sa.Column[str]]:
    return [
        sa.Column(f"{part}_{short}", sa.Text(), nullable=not required, comment=f"{comment}, in {name}")
        for short, name in _LANGUAGES.items()
    ]


def _load(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f(f"fk_{table}_load_id")),
    )
