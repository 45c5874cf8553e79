"""Create the group roles of PostgreSQL: nedra_writer, which runs years, and nedra_auditor, which reads."""

from alembic import op

from pipelines.warehouse.migrations.roles import create_roles

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The published tables of this day: rows come and go as a whole, each names its load.
PUBLISHED = (
    "affiliates",
    "arrears",
    "budget_lines",
    "budget_reconciliation",
    "compliance_by_unit",
    "compliance_by_user",
    "compliance_terms",
    "credits",
    "decision_effects",
    "decisions",
    "direction_summary",
    "disclosure",
    "exchange_rates",
    "filings",
    "financing_lines",
    "findings",
    "findings_by_code",
    "largest_shortfalls",
    "obligations",
    "performer_flows",
    "performers",
    "region_summary",
    "restatements",
    "sector_summary",
    "submission_changes",
    "treasury_receipts",
    "unit_lines",
    "units",
    "unmatched_receipts",
)


def upgrade() -> None:
    """Create the roles and give them their rights."""
    create_roles(op.get_bind(), PUBLISHED)


def downgrade() -> None:
    """Refuse: other databases of the server may use the roles; a DBA removes them."""
    message = "the roles of the server are not taken away; see docs/deploying-postgresql.md"
    raise NotImplementedError(message)
