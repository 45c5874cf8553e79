"""Create the warehouse: tables, and triggers that keep the trail append-only.

The shape of this migration is frozen; a later change of ``schemas`` is a later migration.
"""

import sqlalchemy as sa
from alembic import op

from pipelines.warehouse.migrations.triggers import create_triggers
from schemas.columns import Exact, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, then the triggers."""
    op.create_table(
        "loads",
        sa.Column(
            "load_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="number of the load, ascending without gaps",
        ),
        sa.Column("run_id", sa.Text(), nullable=False, comment="Dagster run that made it"),
        sa.Column("asset", sa.Text(), nullable=False, comment="asset that was written"),
        sa.Column("table_name", sa.Text(), nullable=False, comment="table that was written"),
        sa.Column(
            "partition",
            sa.Text(),
            nullable=True,
            comment="reporting year of the partition; NULL for an unpartitioned asset",
        ),
        sa.Column("started_at", Instant(), nullable=False, comment="when the work of the asset began (UTC)"),
        sa.Column("finished_at", Instant(), nullable=False, comment="when this record was written (UTC)"),
        sa.Column(
            "as_of",
            sa.Date(),
            nullable=False,
            comment="the day of the run in Asia/Almaty, the only clock the rules know",
        ),
        sa.Column(
            "outcome", sa.Text(), nullable=False, comment="written, or unchanged when the rows were the same as before"
        ),
        sa.Column("code_version", sa.Text(), nullable=False, comment="version of the distribution that did the work"),
        sa.Column("statute_digest", sa.Text(), nullable=False, comment="SHA-256 over the statute data"),
        sa.Column("input_digest", sa.Text(), nullable=False, comment="SHA-256 over what was read"),
        sa.Column("rows_in", sa.BigInteger(), autoincrement=False, nullable=False, comment="rows the asset considered"),
        sa.Column(
            "rows_accepted", sa.BigInteger(), autoincrement=False, nullable=False, comment="rows of them that count"
        ),
        sa.Column(
            "rows_set_aside",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="rows of them set aside, each with a finding",
        ),
        sa.Column("amount_in_tiyn", sa.BigInteger(), nullable=True, comment="money in the rows considered (tiyn)"),
        sa.Column("amount_out_tiyn", sa.BigInteger(), nullable=True, comment="money in the rows stored (tiyn)"),
        sa.Column("output_digest", sa.Text(), nullable=False, comment="SHA-256 over the row hashes in order of key"),
        sa.Column("previous_hash", sa.Text(), nullable=False, comment="hash of the load before"),
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 over this record and previous_hash"),
        sa.CheckConstraint("outcome IN ('written', 'unchanged')", name=op.f("ck_loads_outcome")),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_loads")),
        sa.UniqueConstraint("hash", name=op.f("uq_loads_hash")),
        comment="One write of one table by one asset run; append-only, chained by hash",
    )
    op.create_index(op.f("ix_loads_asset_partition"), "loads", ["asset", "partition"], unique=False)
    op.create_table(
        "affiliates",
        sa.Column("file_id", sa.Text(), nullable=False, comment="SHA-256 of the register workbook"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the subsoil user"),
        sa.Column("affiliate_bin", sa.Text(), nullable=False, comment="BIN of the affiliate"),
        sa.Column("valid_from", sa.Date(), nullable=True, comment="first day; NULL = open"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="last day; NULL = open"),
        sa.Column("ground", sa.Text(), nullable=True, comment="ground of the affiliation"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_affiliates_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_affiliates")),
        comment="One period in which two legal entities are affiliated",
    )
    op.create_index(op.f("ix_affiliates_load_id"), "affiliates", ["load_id"], unique=False)
    op.create_index(op.f("ix_affiliates_user_bin"), "affiliates", ["user_bin"], unique=False)
    op.create_table(
        "arrears",
        sa.Column(
            "report_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="reporting year of the shortfall",
        ),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=False, comment="shortfall of the year (tiyn)"),
        sa.Column("cured_tiyn", sa.BigInteger(), nullable=False, comment="cure payments of later years (tiyn)"),
        sa.Column(
            "open_tiyn", sa.BigInteger(), nullable=False, comment="shortfall less cure payments, not below zero (tiyn)"
        ),
        sa.Column("notice_on", sa.Date(), nullable=True, comment="date of the notice"),
        sa.Column("cure_until", sa.Date(), nullable=True, comment="last day of the cure period"),
        sa.Column("cured_on", sa.Date(), nullable=True, comment="payment date that closed the arrears"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_arrears_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", name=op.f("pk_arrears")),
        comment="A unit and year with a shortfall, and how far it was cured",
    )
    op.create_index(op.f("ix_arrears_load_id"), "arrears", ["load_id"], unique=False)
    op.create_table(
        "budget_lines",
        sa.Column("filing_id", sa.Text(), nullable=False, comment="filing the row stands in"),
        sa.Column("sheet", sa.Text(), nullable=False, comment="sheet as named in the file"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column(
            "report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year of the filing"
        ),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the filing's subsoil user"),
        sa.Column(
            "unit_no",
            sa.Text(),
            nullable=True,
            comment="contract or licence number, spelled as in the register when found there",
        ),
        sa.Column("payment_doc_no", sa.Text(), nullable=True, comment="payment document"),
        sa.Column("payment_date", sa.Date(), nullable=True, comment="payment date"),
        sa.Column("kbk", sa.Text(), nullable=True, comment="budget classification code"),
        sa.Column("amount", Exact(), nullable=True, comment="amount as written, in the unit of account"),
        sa.Column("amount_tiyn", sa.BigInteger(), nullable=True, comment="amount (tiyn)"),
        sa.Column("for_year", sa.BigInteger(), autoincrement=False, nullable=True, comment="year the payment is for"),
        sa.Column(
            "is_set_aside",
            sa.Boolean(create_constraint=True, name="is_set_aside"),
            nullable=False,
            comment="the row is not used; its codes say why",
        ),
        sa.Column("codes", sa.Text(), nullable=False, comment="finding codes of the row, sorted, comma separated"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_budget_lines_load_id")),
        sa.PrimaryKeyConstraint("filing_id", "source_row", name=op.f("pk_budget_lines")),
        comment="One payment to the republican budget as the user declares it",
    )
    op.create_index(op.f("ix_budget_lines_load_id"), "budget_lines", ["load_id"], unique=False)
    op.create_index(
        op.f("ix_budget_lines_report_year_unit_no"), "budget_lines", ["report_year", "unit_no"], unique=False
    )
    op.create_table(
        "budget_reconciliation",
        sa.Column(
            "report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="year the payments are for"
        ),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column(
            "user_bin", sa.Text(), nullable=True, comment="obliged person; NULL = the year has no verdict on the unit"
        ),
        sa.Column(
            "declared_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="declared in effective filings; NULL = nothing declared (tiyn)",
        ),
        sa.Column(
            "received_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="received by the budget; NULL = nothing received (tiyn)",
        ),
        sa.Column("difference_tiyn", sa.BigInteger(), nullable=False, comment="declared less received (tiyn)"),
        sa.Column(
            "material",
            sa.Boolean(create_constraint=True, name="material"),
            nullable=False,
            comment="the difference exceeds both the margin and the floor",
        ),
        sa.Column(
            "open_since",
            sa.Date(),
            nullable=True,
            comment="first payment or receipt behind the difference; NULL = no difference",
        ),
        sa.Column(
            "age_days",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="days from there to the day of the run",
        ),
        sa.Column("explanation", sa.Text(), nullable=False, comment="what the difference looks like"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "explanation IN ('MATCHED', 'OTHER_YEAR', 'NOT_RECEIVED', 'NOT_DECLARED', 'AMOUNT_DIFFERS')",
            name=op.f("ck_budget_reconciliation_explanation"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_budget_reconciliation_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", name=op.f("pk_budget_reconciliation")),
        comment="Payments to the budget declared for one unit and year against those received",
    )
    op.create_index(op.f("ix_budget_reconciliation_load_id"), "budget_reconciliation", ["load_id"], unique=False)
    op.create_table(
        "compliance_by_unit",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column("unit_date", sa.Date(), nullable=False, comment="date of the contract or licence"),
        sa.Column("unit_kind", sa.Text(), nullable=False, comment="контракт or лицензия"),
        sa.Column("sector", sa.Text(), nullable=False, comment="sector of subsoil use"),
        sa.Column("operation", sa.Text(), nullable=False, comment="kind of operation"),
        sa.Column("region_kato", sa.Text(), nullable=True, comment="region by KATO code"),
        sa.Column("regime", sa.Text(), nullable=False, comment="set of rules the unit is under"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="obliged person"),
        sa.Column("user_name", sa.Text(), nullable=False, comment="name of the obliged person"),
        sa.Column("base_tiyn", sa.BigInteger(), nullable=True, comment="base of the previous year (tiyn)"),
        sa.Column(
            "rate", Exact(), nullable=True, comment="share of the base that is due; NULL with a fixed obligation"
        ),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="obligation of the year (tiyn)"),
        sa.Column(
            "credit_opening_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="opening credit of the register that joined on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_available_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="credit not expired on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_used_tiyn", sa.BigInteger(), nullable=True, comment="credit set off against the obligation (tiyn)"
        ),
        sa.Column("declared_tiyn", sa.BigInteger(), nullable=False, comment="all lines declared for the unit (tiyn)"),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="lines that count (tiyn)"),
        sa.Column(
            "clean_tiyn", sa.BigInteger(), nullable=False, comment="lines that count and carry no warning (tiyn)"
        ),
        sa.Column("cure_tiyn", sa.BigInteger(), nullable=False, comment="lines that cure an earlier year (tiyn)"),
        sa.Column("disallowed_tiyn", sa.BigInteger(), nullable=False, comment="lines disallowed (tiyn)"),
        sa.Column("set_aside_tiyn", sa.BigInteger(), nullable=False, comment="lines set aside (tiyn)"),
        sa.Column(
            "budget_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="receipts of the republican budget that count (tiyn)",
        ),
        sa.Column("financing_tiyn", sa.BigInteger(), nullable=False, comment="recognised plus budget (tiyn)"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=True, comment="what is missing (tiyn)"),
        sa.Column("surplus_tiyn", sa.BigInteger(), nullable=True, comment="what exceeds the obligation (tiyn)"),
        sa.Column(
            "credit_lapsed_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="credit that expired on entry to the year or at its end (tiyn)",
        ),
        sa.Column("credit_out_tiyn", sa.BigInteger(), nullable=False, comment="credit leaving the year (tiyn)"),
        sa.Column(
            "fulfilment_bp", sa.BigInteger(), autoincrement=False, nullable=True, comment="fulfilment in basis points"
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="verdict"),
        sa.Column(
            "below_30",
            sa.Boolean(create_constraint=True, name="below_30"),
            nullable=False,
            comment="breach below 30% in hydrocarbons or uranium",
        ),
        sa.Column(
            "forfeit_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="forfeit the shortfall entails; NULL = not known (tiyn)",
        ),
        sa.Column("deadline", sa.Date(), nullable=False, comment="filing deadline"),
        sa.Column(
            "late_days",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="days the first accepted submission was late; NULL = none",
        ),
        sa.Column("filing_id", sa.Text(), nullable=True, comment="effective filing of the holder that lists the unit"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "regime IN ('INCOME', 'COST_HC', 'COST_U', 'COST_TPI', 'NONE')", name=op.f("ck_compliance_by_unit_regime")
        ),
        sa.CheckConstraint(
            "status IN ('EXEMPT', 'NOT_YET_OBLIGED', 'PENDING', 'NOT_REPORTED', 'UNDETERMINED', 'MET', 'PARTIAL', 'BREACH')",
            name=op.f("ck_compliance_by_unit_status"),
        ),
        sa.CheckConstraint(
            "declared_tiyn = recognised_tiyn + cure_tiyn + disallowed_tiyn + set_aside_tiyn",
            name=op.f("ck_compliance_by_unit_declared_in_buckets"),
        ),
        sa.CheckConstraint(
            "financing_tiyn = recognised_tiyn + budget_tiyn", name=op.f("ck_compliance_by_unit_financing")
        ),
        sa.CheckConstraint(
            "shortfall_tiyn >= 0 AND surplus_tiyn >= 0 AND credit_out_tiyn >= 0",
            name=op.f("ck_compliance_by_unit_not_negative"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_compliance_by_unit_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", name=op.f("pk_compliance_by_unit")),
        comment="The verdict on one unit in one reporting year",
    )
    op.create_index(op.f("ix_compliance_by_unit_load_id"), "compliance_by_unit", ["load_id"], unique=False)
    op.create_index(
        op.f("ix_compliance_by_unit_report_year_user_bin"),
        "compliance_by_unit",
        ["report_year", "user_bin"],
        unique=False,
    )
    op.create_table(
        "compliance_by_user",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the subsoil user"),
        sa.Column(
            "user_name",
            sa.Text(),
            nullable=False,
            comment="name of the subsoil user in the last row of the register of units",
        ),
        sa.Column("units", sa.BigInteger(), autoincrement=False, nullable=False, comment="contracts and licences"),
        sa.Column(
            "obliged_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units neither exempt nor not yet obliged",
        ),
        sa.Column("base_tiyn", sa.BigInteger(), nullable=True, comment="sum of: base of the previous year (tiyn)"),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="sum of: obligation of the year (tiyn)"),
        sa.Column(
            "credit_opening_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: opening credit of the register that joined on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_available_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: credit not expired on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_used_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="sum of: credit set off against the obligation (tiyn)",
        ),
        sa.Column(
            "declared_tiyn", sa.BigInteger(), nullable=False, comment="sum of: all lines declared for the unit (tiyn)"
        ),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that count (tiyn)"),
        sa.Column(
            "clean_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: lines that count and carry no warning (tiyn)",
        ),
        sa.Column(
            "cure_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that cure an earlier year (tiyn)"
        ),
        sa.Column("disallowed_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines disallowed (tiyn)"),
        sa.Column("set_aside_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines set aside (tiyn)"),
        sa.Column(
            "budget_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: receipts of the republican budget that count (tiyn)",
        ),
        sa.Column("financing_tiyn", sa.BigInteger(), nullable=False, comment="sum of: recognised plus budget (tiyn)"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=True, comment="sum of: what is missing (tiyn)"),
        sa.Column("surplus_tiyn", sa.BigInteger(), nullable=True, comment="sum of: what exceeds the obligation (tiyn)"),
        sa.Column(
            "credit_lapsed_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: credit that expired on entry to the year or at its end (tiyn)",
        ),
        sa.Column("credit_out_tiyn", sa.BigInteger(), nullable=False, comment="sum of: credit leaving the year (tiyn)"),
        sa.Column(
            "forfeit_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="sum of: forfeit the shortfall entails; NULL = not known (tiyn)",
        ),
        sa.Column(
            "fulfilment_bp",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="fulfilment of the units whose obligation is known, in basis points",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="worst status of the obliged units"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "status IN ('EXEMPT', 'NOT_YET_OBLIGED', 'PENDING', 'NOT_REPORTED', 'UNDETERMINED', 'MET', 'PARTIAL', 'BREACH')",
            name=op.f("ck_compliance_by_user_status"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_compliance_by_user_load_id")),
        sa.PrimaryKeyConstraint("report_year", "user_bin", name=op.f("pk_compliance_by_user")),
        comment="The verdict on one subsoil user in one reporting year",
    )
    op.create_index(op.f("ix_compliance_by_user_load_id"), "compliance_by_user", ["load_id"], unique=False)
    op.create_table(
        "compliance_history",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column(
            "version_no",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="1 for the first version of the row, then 2, 3, ...",
        ),
        sa.Column("unit_date", sa.Date(), nullable=False, comment="date of the contract or licence"),
        sa.Column("unit_kind", sa.Text(), nullable=False, comment="контракт or лицензия"),
        sa.Column("sector", sa.Text(), nullable=False, comment="sector of subsoil use"),
        sa.Column("operation", sa.Text(), nullable=False, comment="kind of operation"),
        sa.Column("region_kato", sa.Text(), nullable=True, comment="region by KATO code"),
        sa.Column("regime", sa.Text(), nullable=False, comment="set of rules the unit is under"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="obliged person"),
        sa.Column("user_name", sa.Text(), nullable=False, comment="name of the obliged person"),
        sa.Column("base_tiyn", sa.BigInteger(), nullable=True, comment="base of the previous year (tiyn)"),
        sa.Column(
            "rate", Exact(), nullable=True, comment="share of the base that is due; NULL with a fixed obligation"
        ),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="obligation of the year (tiyn)"),
        sa.Column(
            "credit_opening_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="opening credit of the register that joined on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_available_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="credit not expired on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_used_tiyn", sa.BigInteger(), nullable=True, comment="credit set off against the obligation (tiyn)"
        ),
        sa.Column("declared_tiyn", sa.BigInteger(), nullable=False, comment="all lines declared for the unit (tiyn)"),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="lines that count (tiyn)"),
        sa.Column(
            "clean_tiyn", sa.BigInteger(), nullable=False, comment="lines that count and carry no warning (tiyn)"
        ),
        sa.Column("cure_tiyn", sa.BigInteger(), nullable=False, comment="lines that cure an earlier year (tiyn)"),
        sa.Column("disallowed_tiyn", sa.BigInteger(), nullable=False, comment="lines disallowed (tiyn)"),
        sa.Column("set_aside_tiyn", sa.BigInteger(), nullable=False, comment="lines set aside (tiyn)"),
        sa.Column(
            "budget_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="receipts of the republican budget that count (tiyn)",
        ),
        sa.Column("financing_tiyn", sa.BigInteger(), nullable=False, comment="recognised plus budget (tiyn)"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=True, comment="what is missing (tiyn)"),
        sa.Column("surplus_tiyn", sa.BigInteger(), nullable=True, comment="what exceeds the obligation (tiyn)"),
        sa.Column(
            "credit_lapsed_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="credit that expired on entry to the year or at its end (tiyn)",
        ),
        sa.Column("credit_out_tiyn", sa.BigInteger(), nullable=False, comment="credit leaving the year (tiyn)"),
        sa.Column(
            "fulfilment_bp", sa.BigInteger(), autoincrement=False, nullable=True, comment="fulfilment in basis points"
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="verdict"),
        sa.Column(
            "below_30",
            sa.Boolean(create_constraint=True, name="below_30"),
            nullable=False,
            comment="breach below 30% in hydrocarbons or uranium",
        ),
        sa.Column(
            "forfeit_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="forfeit the shortfall entails; NULL = not known (tiyn)",
        ),
        sa.Column("deadline", sa.Date(), nullable=False, comment="filing deadline"),
        sa.Column(
            "late_days",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="days the first accepted submission was late; NULL = none",
        ),
        sa.Column("filing_id", sa.Text(), nullable=True, comment="effective filing of the holder that lists the unit"),
        sa.Column(
            "argument",
            sa.Text(),
            nullable=False,
            comment="JSON: the terms of the version and the lines that did not count, as of then",
        ),
        sa.Column("recorded_at", Instant(), nullable=False, comment="when the version was recorded (UTC)"),
        sa.Column(
            "superseded_at",
            Instant(),
            nullable=True,
            comment="when the next version took its place (UTC); NULL = current",
        ),
        sa.Column("cause", sa.Text(), nullable=False, comment="which input changed"),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="the load of the version"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_compliance_history_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", "version_no", name=op.f("pk_compliance_history")),
        comment="A version of a verdict; what any table said on any past day",
    )
    op.create_index(
        op.f("ix_compliance_history_unit_no_report_year"),
        "compliance_history",
        ["unit_no", "report_year"],
        unique=False,
    )
    op.create_table(
        "compliance_terms",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False, comment="order of the argument"),
        sa.Column("term", sa.Text(), nullable=False, comment="name of the term"),
        sa.Column(
            "amount_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="amount of the term; NULL = not an amount or unknown (tiyn)",
        ),
        sa.Column("reference", sa.Text(), nullable=True, comment="article the term rests on"),
        sa.Column("source", sa.Text(), nullable=True, comment="filing and cell, receipt or decision"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_compliance_terms_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", "seq", name=op.f("pk_compliance_terms")),
        comment="One term of one verdict, from base to shortfall",
    )
    op.create_index(op.f("ix_compliance_terms_load_id"), "compliance_terms", ["load_id"], unique=False)
    op.create_table(
        "credits",
        sa.Column(
            "report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year it leaves"
        ),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column(
            "origin_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="year the surplus was financed"
        ),
        sa.Column("amount_tiyn", sa.BigInteger(), nullable=False, comment="credit (tiyn)"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint("amount_tiyn > 0", name=op.f("ck_credits_positive")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_credits_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", "origin_year", name=op.f("pk_credits")),
        comment="Credit leaving a unit's year, by the year it comes from",
    )
    op.create_index(op.f("ix_credits_load_id"), "credits", ["load_id"], unique=False)
    op.create_table(
        "decision_effects",
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the register of decisions, from 1",
        ),
        sa.Column("decision_no", sa.Text(), nullable=False, comment="number of the decision"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="date of the decision"),
        sa.Column("kind", sa.Text(), nullable=False, comment="принять, отклонить, уведомление or отсрочка"),
        sa.Column(
            "report_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="reporting year the decision names",
        ),
        sa.Column("user_bin", sa.Text(), nullable=True, comment="BIN of the subsoil user the decision names"),
        sa.Column(
            "unit_no",
            sa.Text(),
            nullable=True,
            comment="contract or licence the decision names, spelled as in the register when found there",
        ),
        sa.Column("payment_doc_no", sa.Text(), nullable=True, comment="payment document the decision names"),
        sa.Column("until", sa.Date(), nullable=True, comment="new term"),
        sa.Column(
            "effect",
            sa.Text(),
            nullable=False,
            comment="applied; overruled by another decision on the same payment or term; lapsed: what it names does not exist (any longer); set_aside: the line it names has errors; waiting: the year was not computed since",
        ),
        sa.Column(
            "lines",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="lines of effective filings the decision decides, or names while it waits",
        ),
        sa.Column(
            "amount_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="money of these lines; of a notice or extension: the shortfall; NULL = none or unknown (tiyn)",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="reason"),
        sa.Column("signed_by", sa.Text(), nullable=True, comment="who signed"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "effect IN ('applied', 'overruled', 'lapsed', 'set_aside', 'waiting')",
            name=op.f("ck_decision_effects_effect"),
        ),
        sa.CheckConstraint(
            "kind IN ('принять', 'отклонить', 'уведомление', 'отсрочка')", name=op.f("ck_decision_effects_kind")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_decision_effects_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_decision_effects")),
        comment="A decision of the authority, and what became of it when its year was last computed",
    )
    op.create_index(op.f("ix_decision_effects_load_id"), "decision_effects", ["load_id"], unique=False)
    op.create_index(
        op.f("ix_decision_effects_report_year_unit_no"), "decision_effects", ["report_year", "unit_no"], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("file_id", sa.Text(), nullable=False, comment="SHA-256 of the register workbook"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("decision_no", sa.Text(), nullable=False, comment="number of the decision"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="date of the decision"),
        sa.Column("kind", sa.Text(), nullable=False, comment="принять, отклонить, уведомление or отсрочка"),
        sa.Column("user_bin", sa.Text(), nullable=True, comment="BIN of the subsoil user"),
        sa.Column("unit_no", sa.Text(), nullable=True, comment="contract or licence"),
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=True, comment="reporting year"),
        sa.Column("payment_doc_no", sa.Text(), nullable=True, comment="payment document the decision names"),
        sa.Column("until", sa.Date(), nullable=True, comment="new term"),
        sa.Column("reason", sa.Text(), nullable=True, comment="reason"),
        sa.Column("signed_by", sa.Text(), nullable=True, comment="who signed"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "kind IN ('принять', 'отклонить', 'уведомление', 'отсрочка')", name=op.f("ck_decisions_kind")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_decisions_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_decisions")),
        comment="One decision of the authority",
    )
    op.create_index(op.f("ix_decisions_load_id"), "decisions", ["load_id"], unique=False)
    op.create_index(op.f("ix_decisions_report_year_unit_no"), "decisions", ["report_year", "unit_no"], unique=False)
    op.create_table(
        "direction_summary",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("direction", sa.Text(), nullable=False, comment="priority direction as filed; - = not given"),
        sa.Column("priority", sa.Text(), nullable=True, comment="national priority the direction belongs to"),
        sa.Column("centre", sa.Text(), nullable=True, comment="competence centre of the direction"),
        sa.Column(
            "users", sa.BigInteger(), autoincrement=False, nullable=False, comment="subsoil users that declared it"
        ),
        sa.Column("lines", sa.BigInteger(), autoincrement=False, nullable=False, comment="lines of effective filings"),
        sa.Column(
            "unreadable_lines",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="lines of them whose amount could not be read",
        ),
        sa.Column(
            "declared_tiyn", sa.BigInteger(), nullable=False, comment="sum of: all lines declared for the unit (tiyn)"
        ),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that count (tiyn)"),
        sa.Column(
            "clean_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: lines that count and carry no warning (tiyn)",
        ),
        sa.Column(
            "cure_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that cure an earlier year (tiyn)"
        ),
        sa.Column("disallowed_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines disallowed (tiyn)"),
        sa.Column("set_aside_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines set aside (tiyn)"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_direction_summary_load_id")),
        sa.PrimaryKeyConstraint("report_year", "direction", name=op.f("pk_direction_summary")),
        comment="Money of one direction of research in one reporting year",
    )
    op.create_index(op.f("ix_direction_summary_load_id"), "direction_summary", ["load_id"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column(
            "user_bin", sa.Text(), nullable=False, comment="BIN of the subsoil user; - = natural persons, together"
        ),
        sa.Column(
            "user_name", sa.Text(), nullable=True, comment="name of the subsoil user; NULL = natural persons, together"
        ),
        sa.Column(
            "users", sa.BigInteger(), autoincrement=False, nullable=False, comment="1, or the number of natural persons"
        ),
        sa.Column("units", sa.BigInteger(), autoincrement=False, nullable=False, comment="contracts and licences"),
        sa.Column(
            "obliged_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units neither exempt nor not yet obliged",
        ),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="sum of: obligation of the year (tiyn)"),
        sa.Column(
            "credit_used_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="sum of: credit set off against the obligation (tiyn)",
        ),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that count (tiyn)"),
        sa.Column(
            "budget_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: receipts of the republican budget that count (tiyn)",
        ),
        sa.Column("financing_tiyn", sa.BigInteger(), nullable=False, comment="sum of: recognised plus budget (tiyn)"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=True, comment="sum of: what is missing (tiyn)"),
        sa.Column(
            "fulfilment_bp",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="fulfilment in basis points; NULL = unknown, or natural persons",
        ),
        sa.Column(
            "status",
            sa.Text(),
            nullable=True,
            comment="worst status of the obliged units; NULL = natural persons, together",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "status IN ('EXEMPT', 'NOT_YET_OBLIGED', 'PENDING', 'NOT_REPORTED', 'UNDETERMINED', 'MET', 'PARTIAL', 'BREACH')",
            name=op.f("ck_disclosure_status"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_disclosure_load_id")),
        sa.PrimaryKeyConstraint("report_year", "user_bin", name=op.f("pk_disclosure")),
        comment="What may be published about one subsoil user in one reporting year",
    )
    op.create_index(op.f("ix_disclosure_load_id"), "disclosure", ["load_id"], unique=False)
    op.create_table(
        "exchange_rates",
        sa.Column("file_id", sa.Text(), nullable=False, comment="SHA-256 of the register workbook"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("on", sa.Date(), nullable=False, comment="day of the rate"),
        sa.Column("currency", sa.Text(), nullable=False, comment="ISO 4217 code, or МРП"),
        sa.Column("rate", Exact(), nullable=False, comment="tenge for one unit"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_exchange_rates_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_exchange_rates")),
        comment="One official exchange rate, or the monthly calculation index as currency МРП",
    )
    op.create_index(op.f("ix_exchange_rates_currency_on"), "exchange_rates", ["currency", "on"], unique=False)
    op.create_index(op.f("ix_exchange_rates_load_id"), "exchange_rates", ["load_id"], unique=False)
    op.create_table(
        "filings",
        sa.Column(
            "filing_id", sa.Text(), nullable=False, comment="SHA-256 of the workbook's bytes; its name in the archive"
        ),
        sa.Column(
            "report_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="reporting year: the inbox folder it was handed in to",
        ),
        sa.Column("user_bin", sa.Text(), nullable=True, comment="BIN of the subsoil user on the cover"),
        sa.Column("user_name", sa.Text(), nullable=True, comment="name of the subsoil user on the cover"),
        sa.Column(
            "submission_no",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="1 for the first submission, 2, 3, ... for corrections",
        ),
        sa.Column("submitted_on", sa.Date(), nullable=True, comment="submission date on the cover"),
        sa.Column("received_at", Instant(), nullable=False, comment="when Nedra first read these bytes (UTC)"),
        sa.Column("file_name", sa.Text(), nullable=False, comment="path below the year's inbox folder"),
        sa.Column("size_bytes", sa.BigInteger(), autoincrement=False, nullable=False, comment="size of the workbook"),
        sa.Column("form_edition", sa.Text(), nullable=True, comment="edition of the form on the cover"),
        sa.Column("unit_of_account", sa.Text(), nullable=True, comment="unit of account on the cover"),
        sa.Column("signatory", sa.Text(), nullable=True, comment="signatory on the cover"),
        sa.Column(
            "content_digest",
            sa.Text(),
            nullable=True,
            comment="SHA-256 over the typed values, without submission number and date",
        ),
        sa.Column(
            "column_letters",
            sa.Text(),
            nullable=True,
            comment="JSON: sheet, then field, then the letter of its column, to compute any cell's address",
        ),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="accepted (the effective filing), superseded, duplicate or rejected",
        ),
        sa.Column(
            "finding_count",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="findings that name this file",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "status IN ('accepted', 'rejected', 'superseded', 'duplicate')", name=op.f("ck_filings_status")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_filings_load_id")),
        sa.PrimaryKeyConstraint("report_year", "file_name", name=op.f("pk_filings")),
        comment="One workbook received, whatever became of it",
    )
    op.create_index(op.f("ix_filings_filing_id"), "filings", ["filing_id"], unique=False)
    op.create_index(op.f("ix_filings_load_id"), "filings", ["load_id"], unique=False)
    op.create_index(op.f("ix_filings_report_year_user_bin"), "filings", ["report_year", "user_bin"], unique=False)
    op.create_table(
        "financing_lines",
        sa.Column("filing_id", sa.Text(), nullable=False, comment="filing the row stands in"),
        sa.Column("sheet", sa.Text(), nullable=False, comment="sheet as named in the file"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the filing's subsoil user"),
        sa.Column("line_no", sa.BigInteger(), autoincrement=False, nullable=True, comment="line number on the form"),
        sa.Column(
            "unit_no",
            sa.Text(),
            nullable=True,
            comment="contract or licence number, spelled as in the register when found there",
        ),
        sa.Column("project_title", sa.Text(), nullable=True, comment="work title"),
        sa.Column("work_kind", sa.Text(), nullable=True, comment="НИР, НТР, ОКР or Цифровизация"),
        sa.Column("direction", sa.Text(), nullable=True, comment="priority direction"),
        sa.Column("grnti", sa.Text(), nullable=True, comment="GRNTI code"),
        sa.Column("performer_name", sa.Text(), nullable=True, comment="who did the work"),
        sa.Column("performer_bin", sa.Text(), nullable=True, comment="BIN of the performer"),
        sa.Column(
            "performer_country", sa.Text(), nullable=True, comment="country of the performer, ISO 3166 two letters"
        ),
        sa.Column("permit_no", sa.Text(), nullable=True, comment="permission for a foreign performer"),
        sa.Column("agreement_no", sa.Text(), nullable=True, comment="agreement number"),
        sa.Column("agreement_date", sa.Date(), nullable=True, comment="agreement date"),
        sa.Column(
            "ntc_no", sa.Text(), nullable=True, comment="number of the decision of the scientific-technical council"
        ),
        sa.Column("ntc_date", sa.Date(), nullable=True, comment="date of that decision"),
        sa.Column("act_no", sa.Text(), nullable=True, comment="number of the acceptance act"),
        sa.Column("act_date", sa.Date(), nullable=True, comment="date of the acceptance act"),
        sa.Column("payment_doc_no", sa.Text(), nullable=True, comment="payment document; NULL = unpaid"),
        sa.Column("payment_date", sa.Date(), nullable=True, comment="payment date; NULL = unpaid"),
        sa.Column("entry_kind", sa.Text(), nullable=True, comment="оплата or возврат"),
        sa.Column("currency", sa.Text(), nullable=True, comment="ISO 4217 code"),
        sa.Column(
            "amount", Exact(), nullable=True, comment="amount as written, in the unit of account and the currency"
        ),
        sa.Column(
            "for_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="year the payment is for; an earlier one cures that year",
        ),
        sa.Column(
            "exchange_rate", Exact(), nullable=True, comment="tenge for one unit of the currency on the payment date"
        ),
        sa.Column(
            "amount_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="amount in tenge, negative for a refund; NULL = could not be read (tiyn)",
        ),
        sa.Column("bucket", sa.Text(), nullable=False, comment="recognised, cure, disallowed or set_aside"),
        sa.Column("codes", sa.Text(), nullable=False, comment="every code that applies, sorted, comma separated"),
        sa.Column("disallowed_by", sa.Text(), nullable=True, comment="the code that decided a disallowance"),
        sa.Column(
            "is_clean",
            sa.Boolean(create_constraint=True, name="is_clean"),
            nullable=False,
            comment="recognised without a warning, or accepted by a decision",
        ),
        sa.Column("decision_no", sa.Text(), nullable=True, comment="decision of the authority that names this payment"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "bucket IN ('recognised', 'cure', 'disallowed', 'set_aside')", name=op.f("ck_financing_lines_bucket")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_financing_lines_load_id")),
        sa.PrimaryKeyConstraint("filing_id", "source_row", name=op.f("pk_financing_lines")),
        comment="One row of the sheet of R&D payments, in any filing that was accepted or superseded",
    )
    op.create_index(op.f("ix_financing_lines_load_id"), "financing_lines", ["load_id"], unique=False)
    op.create_index(
        op.f("ix_financing_lines_report_year_unit_no"), "financing_lines", ["report_year", "unit_no"], unique=False
    )
    op.create_table(
        "findings",
        sa.Column("finding_no", sa.BigInteger(), autoincrement=False, nullable=False, comment="number within the load"),
        sa.Column(
            "filing_id", sa.Text(), nullable=False, comment="SHA-256 of the filing, or the file name of a register"
        ),
        sa.Column("file_name", sa.Text(), nullable=True, comment="file as handed in"),
        sa.Column(
            "report_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="reporting year; NULL for a register",
        ),
        sa.Column("user_bin", sa.Text(), nullable=True, comment="BIN of the subsoil user, when known"),
        sa.Column("unit_no", sa.Text(), nullable=True, comment="unit concerned, when the complaint is about one"),
        sa.Column("severity", sa.Text(), nullable=False, comment="reject, set_aside, warn or note"),
        sa.Column("code", sa.Text(), nullable=False, comment="rule code, see docs/findings.md"),
        sa.Column("sheet", sa.Text(), nullable=True, comment="sheet as named in the file"),
        sa.Column("cell", sa.Text(), nullable=True, comment="cell or cells, comma separated"),
        sa.Column("field", sa.Text(), nullable=True, comment="field of the form"),
        sa.Column("value", sa.Text(), nullable=True, comment="what stands there"),
        sa.Column("expected", sa.Text(), nullable=True, comment="what was expected"),
        sa.Column("difference", sa.Text(), nullable=True, comment="by how much it differs"),
        sa.Column("message_ru", sa.Text(), nullable=False, comment="message in Russian"),
        sa.Column("message_kk", sa.Text(), nullable=False, comment="message in Kazakh"),
        sa.Column("message_en", sa.Text(), nullable=False, comment="message in English"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint("severity IN ('reject', 'set_aside', 'warn', 'note')", name=op.f("ck_findings_severity")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_findings_load_id")),
        sa.PrimaryKeyConstraint("finding_no", "load_id", name=op.f("pk_findings")),
        comment="One complaint: what is wrong, where, what was expected and what to do",
    )
    op.create_index(op.f("ix_findings_filing_id"), "findings", ["filing_id"], unique=False)
    op.create_index(op.f("ix_findings_load_id"), "findings", ["load_id"], unique=False)
    op.create_index(op.f("ix_findings_report_year_code"), "findings", ["report_year", "code"], unique=False)
    op.create_table(
        "findings_by_code",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("code", sa.Text(), nullable=False, comment="rule code"),
        sa.Column("severity", sa.Text(), nullable=False, comment="reject, set_aside, warn or note"),
        sa.Column("findings", sa.BigInteger(), autoincrement=False, nullable=False, comment="findings in all filings"),
        sa.Column(
            "effective_findings",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="findings in effective filings",
        ),
        sa.Column("files", sa.BigInteger(), autoincrement=False, nullable=False, comment="files concerned"),
        sa.Column(
            "users",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="subsoil users concerned, as far as they are known",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "severity IN ('reject', 'set_aside', 'warn', 'note')", name=op.f("ck_findings_by_code_severity")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_findings_by_code_load_id")),
        sa.PrimaryKeyConstraint("report_year", "code", "severity", name=op.f("pk_findings_by_code")),
        comment="How often one finding code was raised in one reporting year",
    )
    op.create_index(op.f("ix_findings_by_code_load_id"), "findings_by_code", ["load_id"], unique=False)
    op.create_table(
        "largest_shortfalls",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column(
            "place",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="1 = the largest shortfall of the year; equal ones share a place",
        ),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="obliged person"),
        sa.Column("user_name", sa.Text(), nullable=False, comment="name of the obliged person"),
        sa.Column("sector", sa.Text(), nullable=False, comment="sector of subsoil use"),
        sa.Column("region_kato", sa.Text(), nullable=True, comment="region by KATO code"),
        sa.Column("status", sa.Text(), nullable=False, comment="verdict"),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="obligation of the year (tiyn)"),
        sa.Column("financing_tiyn", sa.BigInteger(), nullable=False, comment="recognised plus budget (tiyn)"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=False, comment="what is missing (tiyn)"),
        sa.Column(
            "share_bp",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="share of the year's shortfalls in basis points",
        ),
        sa.Column(
            "fulfilment_bp", sa.BigInteger(), autoincrement=False, nullable=True, comment="fulfilment in basis points"
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "status IN ('EXEMPT', 'NOT_YET_OBLIGED', 'PENDING', 'NOT_REPORTED', 'UNDETERMINED', 'MET', 'PARTIAL', 'BREACH')",
            name=op.f("ck_largest_shortfalls_status"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_largest_shortfalls_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", name=op.f("pk_largest_shortfalls")),
        comment="One unit with a shortfall in one reporting year, by size",
    )
    op.create_index(op.f("ix_largest_shortfalls_load_id"), "largest_shortfalls", ["load_id"], unique=False)
    op.create_table(
        "load_inputs",
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="the load"),
        sa.Column(
            "name",
            sa.Text(),
            nullable=False,
            comment="what was read: a file, a register, the statute, a table of another year",
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of it"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_load_inputs_load_id")),
        sa.PrimaryKeyConstraint("load_id", "name", name=op.f("pk_load_inputs")),
        comment="What a load was made from; the load's input_digest is the SHA-256 over these rows",
    )
    op.create_table(
        "load_manifests",
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="the load"),
        sa.Column(
            "row_hashes",
            sa.LargeBinary(),
            nullable=False,
            comment="BLAKE2b-128 of each canonical row, 16 bytes a row, in order of key; its SHA-256 is the output_digest",
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_load_manifests_load_id")),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_load_manifests")),
        comment="Which rows a load wrote, so that a missing, added or altered row can be named",
    )
    op.create_table(
        "obligations",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column(
            "user_bin",
            sa.Text(),
            nullable=False,
            comment="obliged person: the holder on 31 December or on the unit's last day",
        ),
        sa.Column("regime", sa.Text(), nullable=False, comment="set of rules the unit is under"),
        sa.Column("base_kind", sa.Text(), nullable=True, comment="what the base is, as filed"),
        sa.Column("base_tiyn", sa.BigInteger(), nullable=True, comment="base of the previous year, as filed (tiyn)"),
        sa.Column(
            "rate", Exact(), nullable=True, comment="share of the base that is due; NULL with a fixed obligation"
        ),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="obligation of the year (tiyn)"),
        sa.Column(
            "first_obliged_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="first year the unit is obliged",
        ),
        sa.Column("filing_id", sa.Text(), nullable=True, comment="effective filing of the holder that lists the unit"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "regime IN ('INCOME', 'COST_HC', 'COST_U', 'COST_TPI', 'NONE')", name=op.f("ck_obligations_regime")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_obligations_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", name=op.f("pk_obligations")),
        comment="What one unit owes for one year, and of what base",
    )
    op.create_index(op.f("ix_obligations_load_id"), "obligations", ["load_id"], unique=False)
    op.create_table(
        "performer_flows",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the subsoil user"),
        sa.Column("user_name", sa.Text(), nullable=True, comment="name of the subsoil user on the cover"),
        sa.Column(
            "performer_id",
            sa.Text(),
            nullable=False,
            comment="BIN of the performer, else its name as filed; - = neither",
        ),
        sa.Column(
            "performer_name",
            sa.Text(),
            nullable=True,
            comment="name of the performer in the user's first line that names it",
        ),
        sa.Column("performer_country", sa.Text(), nullable=True, comment="country of the performer in that line"),
        sa.Column(
            "is_affiliate",
            sa.Boolean(create_constraint=True, name="is_affiliate"),
            nullable=False,
            comment="the register names it an affiliate of the user, on whatever day",
        ),
        sa.Column(
            "performer_users",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="subsoil users that pay the performer in this year",
        ),
        sa.Column("lines", sa.BigInteger(), autoincrement=False, nullable=False, comment="lines of effective filings"),
        sa.Column(
            "unreadable_lines",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="lines of them whose amount could not be read",
        ),
        sa.Column(
            "declared_tiyn", sa.BigInteger(), nullable=False, comment="sum of: all lines declared for the unit (tiyn)"
        ),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that count (tiyn)"),
        sa.Column(
            "clean_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: lines that count and carry no warning (tiyn)",
        ),
        sa.Column(
            "cure_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that cure an earlier year (tiyn)"
        ),
        sa.Column("disallowed_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines disallowed (tiyn)"),
        sa.Column("set_aside_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines set aside (tiyn)"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_performer_flows_load_id")),
        sa.PrimaryKeyConstraint("report_year", "user_bin", "performer_id", name=op.f("pk_performer_flows")),
        comment="What one subsoil user declares it paid to one performer in one reporting year",
    )
    op.create_index(op.f("ix_performer_flows_load_id"), "performer_flows", ["load_id"], unique=False)
    op.create_table(
        "performers",
        sa.Column("file_id", sa.Text(), nullable=False, comment="SHA-256 of the register workbook"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("bin", sa.Text(), nullable=False, comment="BIN of the performer"),
        sa.Column("name", sa.Text(), nullable=False, comment="name of the performer"),
        sa.Column("kind", sa.Text(), nullable=True, comment="kind of performer"),
        sa.Column("accreditation_no", sa.Text(), nullable=True, comment="accreditation number"),
        sa.Column("valid_from", sa.Date(), nullable=True, comment="first day of validity; NULL = open"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="last day of validity; NULL = open"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_performers_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_performers")),
        comment="One accreditation period of a performer of R&D",
    )
    op.create_index(op.f("ix_performers_bin"), "performers", ["bin"], unique=False)
    op.create_index(op.f("ix_performers_load_id"), "performers", ["load_id"], unique=False)
    op.create_table(
        "region_summary",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column(
            "region_kato",
            sa.Text(),
            nullable=False,
            comment="KATO code of the region, from the first two digits of the unit's; - = not given",
        ),
        sa.Column("units", sa.BigInteger(), autoincrement=False, nullable=False, comment="contracts and licences"),
        sa.Column(
            "users", sa.BigInteger(), autoincrement=False, nullable=False, comment="subsoil users obliged or not"
        ),
        sa.Column(
            "obliged_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units neither exempt nor not yet obliged",
        ),
        sa.Column(
            "exempt_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status EXEMPT"
        ),
        sa.Column(
            "not_yet_obliged_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units with status NOT_YET_OBLIGED",
        ),
        sa.Column(
            "pending_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status PENDING"
        ),
        sa.Column(
            "not_reported_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units with status NOT_REPORTED",
        ),
        sa.Column(
            "undetermined_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units with status UNDETERMINED",
        ),
        sa.Column("met_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status MET"),
        sa.Column(
            "partial_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status PARTIAL"
        ),
        sa.Column(
            "breach_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status BREACH"
        ),
        sa.Column(
            "below_30_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="breaches below 30% in hydrocarbons or uranium",
        ),
        sa.Column("base_tiyn", sa.BigInteger(), nullable=True, comment="sum of: base of the previous year (tiyn)"),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="sum of: obligation of the year (tiyn)"),
        sa.Column(
            "credit_opening_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: opening credit of the register that joined on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_available_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: credit not expired on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_used_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="sum of: credit set off against the obligation (tiyn)",
        ),
        sa.Column(
            "declared_tiyn", sa.BigInteger(), nullable=False, comment="sum of: all lines declared for the unit (tiyn)"
        ),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that count (tiyn)"),
        sa.Column(
            "clean_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: lines that count and carry no warning (tiyn)",
        ),
        sa.Column(
            "cure_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that cure an earlier year (tiyn)"
        ),
        sa.Column("disallowed_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines disallowed (tiyn)"),
        sa.Column("set_aside_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines set aside (tiyn)"),
        sa.Column(
            "budget_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: receipts of the republican budget that count (tiyn)",
        ),
        sa.Column("financing_tiyn", sa.BigInteger(), nullable=False, comment="sum of: recognised plus budget (tiyn)"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=True, comment="sum of: what is missing (tiyn)"),
        sa.Column("surplus_tiyn", sa.BigInteger(), nullable=True, comment="sum of: what exceeds the obligation (tiyn)"),
        sa.Column(
            "credit_lapsed_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: credit that expired on entry to the year or at its end (tiyn)",
        ),
        sa.Column("credit_out_tiyn", sa.BigInteger(), nullable=False, comment="sum of: credit leaving the year (tiyn)"),
        sa.Column(
            "forfeit_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="sum of: forfeit the shortfall entails; NULL = not known (tiyn)",
        ),
        sa.Column(
            "fulfilment_bp",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="fulfilment of the units whose obligation is known, in basis points",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_region_summary_load_id")),
        sa.PrimaryKeyConstraint("report_year", "region_kato", name=op.f("pk_region_summary")),
        comment="One region in one reporting year",
    )
    op.create_index(op.f("ix_region_summary_load_id"), "region_summary", ["load_id"], unique=False)
    op.create_table(
        "restatements",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence"),
        sa.Column(
            "version_no", sa.BigInteger(), autoincrement=False, nullable=False, comment="number of the new version"
        ),
        sa.Column(
            "restated_at", Instant(), nullable=False, comment="when the new version took the place of the old (UTC)"
        ),
        sa.Column(
            "cause", sa.Text(), nullable=True, comment="which input changed; NULL = the unit has no verdict any more"
        ),
        sa.Column("user_bin_before", sa.Text(), nullable=False, comment="obliged person, before"),
        sa.Column("user_bin_after", sa.Text(), nullable=True, comment="obliged person, after"),
        sa.Column("status_before", sa.Text(), nullable=False, comment="verdict, before"),
        sa.Column("status_after", sa.Text(), nullable=True, comment="verdict, after; NULL = none any more"),
        sa.Column("due_before_tiyn", sa.BigInteger(), nullable=True, comment="obligation, before (tiyn)"),
        sa.Column("due_after_tiyn", sa.BigInteger(), nullable=True, comment="obligation, after (tiyn)"),
        sa.Column(
            "due_change_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="obligation, after less before; NULL where one of them is (tiyn)",
        ),
        sa.Column("credit_used_before_tiyn", sa.BigInteger(), nullable=True, comment="credit set off, before (tiyn)"),
        sa.Column("credit_used_after_tiyn", sa.BigInteger(), nullable=True, comment="credit set off, after (tiyn)"),
        sa.Column(
            "credit_used_change_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="credit set off, after less before; NULL where one of them is (tiyn)",
        ),
        sa.Column(
            "financing_before_tiyn", sa.BigInteger(), nullable=True, comment="recognised plus budget, before (tiyn)"
        ),
        sa.Column(
            "financing_after_tiyn", sa.BigInteger(), nullable=True, comment="recognised plus budget, after (tiyn)"
        ),
        sa.Column(
            "financing_change_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="recognised plus budget, after less before; NULL where one of them is (tiyn)",
        ),
        sa.Column("shortfall_before_tiyn", sa.BigInteger(), nullable=True, comment="shortfall, before (tiyn)"),
        sa.Column("shortfall_after_tiyn", sa.BigInteger(), nullable=True, comment="shortfall, after (tiyn)"),
        sa.Column(
            "shortfall_change_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="shortfall, after less before; NULL where one of them is (tiyn)",
        ),
        sa.Column(
            "credit_out_before_tiyn", sa.BigInteger(), nullable=True, comment="credit leaving the year, before (tiyn)"
        ),
        sa.Column(
            "credit_out_after_tiyn", sa.BigInteger(), nullable=True, comment="credit leaving the year, after (tiyn)"
        ),
        sa.Column(
            "credit_out_change_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="credit leaving the year, after less before; NULL where one of them is (tiyn)",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_restatements_load_id")),
        sa.PrimaryKeyConstraint("report_year", "unit_no", "version_no", name=op.f("pk_restatements")),
        comment="A verdict that took the place of an earlier one, and what it changed",
    )
    op.create_index(op.f("ix_restatements_load_id"), "restatements", ["load_id"], unique=False)
    op.create_table(
        "sector_summary",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("sector", sa.Text(), nullable=False, comment="sector of subsoil use"),
        sa.Column("units", sa.BigInteger(), autoincrement=False, nullable=False, comment="contracts and licences"),
        sa.Column(
            "users", sa.BigInteger(), autoincrement=False, nullable=False, comment="subsoil users obliged or not"
        ),
        sa.Column(
            "obliged_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units neither exempt nor not yet obliged",
        ),
        sa.Column(
            "exempt_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status EXEMPT"
        ),
        sa.Column(
            "not_yet_obliged_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units with status NOT_YET_OBLIGED",
        ),
        sa.Column(
            "pending_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status PENDING"
        ),
        sa.Column(
            "not_reported_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units with status NOT_REPORTED",
        ),
        sa.Column(
            "undetermined_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units with status UNDETERMINED",
        ),
        sa.Column("met_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status MET"),
        sa.Column(
            "partial_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status PARTIAL"
        ),
        sa.Column(
            "breach_units", sa.BigInteger(), autoincrement=False, nullable=False, comment="units with status BREACH"
        ),
        sa.Column(
            "below_30_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="breaches below 30% in hydrocarbons or uranium",
        ),
        sa.Column("base_tiyn", sa.BigInteger(), nullable=True, comment="sum of: base of the previous year (tiyn)"),
        sa.Column("due_tiyn", sa.BigInteger(), nullable=True, comment="sum of: obligation of the year (tiyn)"),
        sa.Column(
            "credit_opening_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: opening credit of the register that joined on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_available_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: credit not expired on entry to the year (tiyn)",
        ),
        sa.Column(
            "credit_used_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="sum of: credit set off against the obligation (tiyn)",
        ),
        sa.Column(
            "declared_tiyn", sa.BigInteger(), nullable=False, comment="sum of: all lines declared for the unit (tiyn)"
        ),
        sa.Column("recognised_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that count (tiyn)"),
        sa.Column(
            "clean_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: lines that count and carry no warning (tiyn)",
        ),
        sa.Column(
            "cure_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines that cure an earlier year (tiyn)"
        ),
        sa.Column("disallowed_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines disallowed (tiyn)"),
        sa.Column("set_aside_tiyn", sa.BigInteger(), nullable=False, comment="sum of: lines set aside (tiyn)"),
        sa.Column(
            "budget_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: receipts of the republican budget that count (tiyn)",
        ),
        sa.Column("financing_tiyn", sa.BigInteger(), nullable=False, comment="sum of: recognised plus budget (tiyn)"),
        sa.Column("shortfall_tiyn", sa.BigInteger(), nullable=True, comment="sum of: what is missing (tiyn)"),
        sa.Column("surplus_tiyn", sa.BigInteger(), nullable=True, comment="sum of: what exceeds the obligation (tiyn)"),
        sa.Column(
            "credit_lapsed_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="sum of: credit that expired on entry to the year or at its end (tiyn)",
        ),
        sa.Column("credit_out_tiyn", sa.BigInteger(), nullable=False, comment="sum of: credit leaving the year (tiyn)"),
        sa.Column(
            "forfeit_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="sum of: forfeit the shortfall entails; NULL = not known (tiyn)",
        ),
        sa.Column(
            "fulfilment_bp",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="fulfilment of the units whose obligation is known, in basis points",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "sector IN ('Углеводороды', 'Уран', 'ТПИ', 'ОПИ', 'Подземные воды', 'Лечебные грязи', 'Подземные сооружения')",
            name=op.f("ck_sector_summary_sector"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_sector_summary_load_id")),
        sa.PrimaryKeyConstraint("report_year", "sector", name=op.f("pk_sector_summary")),
        comment="One sector of subsoil use in one reporting year",
    )
    op.create_index(op.f("ix_sector_summary_load_id"), "sector_summary", ["load_id"], unique=False)
    op.create_table(
        "submission_changes",
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the subsoil user"),
        sa.Column(
            "submission_no", sa.BigInteger(), autoincrement=False, nullable=False, comment="number of the correction"
        ),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence; - = not named"),
        sa.Column("item", sa.Text(), nullable=False, comment="what changed"),
        sa.Column("agreement_no", sa.Text(), nullable=False, comment="agreement of a financing line; - = none"),
        sa.Column("payment_doc_no", sa.Text(), nullable=False, comment="payment document; - = none"),
        sa.Column(
            "previous_submission_no",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="number of the submission compared with",
        ),
        sa.Column("submitted_on", sa.Date(), nullable=True, comment="date of the correction"),
        sa.Column("before_lines", sa.BigInteger(), autoincrement=False, nullable=False, comment="rows before"),
        sa.Column("after_lines", sa.BigInteger(), autoincrement=False, nullable=False, comment="rows after"),
        sa.Column(
            "before_tiyn", sa.BigInteger(), nullable=True, comment="amount before; NULL = absent or unreadable (tiyn)"
        ),
        sa.Column(
            "after_tiyn", sa.BigInteger(), nullable=True, comment="amount after; NULL = absent or unreadable (tiyn)"
        ),
        sa.Column(
            "difference_tiyn",
            sa.BigInteger(),
            nullable=False,
            comment="after less before, an absent or unreadable amount taken as nothing (tiyn)",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint(
            "item IN ('base', 'declared_due', 'declared_credit', 'financing', 'budget')",
            name=op.f("ck_submission_changes_item"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_submission_changes_load_id")),
        sa.PrimaryKeyConstraint(
            "report_year",
            "user_bin",
            "submission_no",
            "unit_no",
            "item",
            "agreement_no",
            "payment_doc_no",
            name=op.f("pk_submission_changes"),
        ),
        comment="One amount that a correction changed against the submission before it",
    )
    op.create_index(op.f("ix_submission_changes_load_id"), "submission_changes", ["load_id"], unique=False)
    op.create_table(
        "treasury_receipts",
        sa.Column("file_id", sa.Text(), nullable=False, comment="SHA-256 of the register workbook"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("receipt_no", sa.Text(), nullable=False, comment="number of the receipt"),
        sa.Column("received_on", sa.Date(), nullable=False, comment="day of receipt"),
        sa.Column("payer_bin", sa.Text(), nullable=False, comment="BIN of the payer"),
        sa.Column("unit_no", sa.Text(), nullable=True, comment="contract or licence the payer named"),
        sa.Column("kbk", sa.Text(), nullable=True, comment="budget classification code; NULL = the payer named none"),
        sa.Column(
            "for_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="year the payer named; NULL = year of receipt",
        ),
        sa.Column("amount_tiyn", sa.BigInteger(), nullable=False, comment="amount received (tiyn)"),
        sa.Column("match", sa.Text(), nullable=False, comment="counted, or why the receipt counts for no unit"),
        sa.Column("counted_unit_no", sa.Text(), nullable=True, comment="unit of the register the receipt counts for"),
        sa.Column(
            "counted_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="reporting year the receipt counts for",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_treasury_receipts_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_treasury_receipts")),
        comment="One payment received by the republican budget",
    )
    op.create_index(
        op.f("ix_treasury_receipts_counted_unit_no_counted_year"),
        "treasury_receipts",
        ["counted_unit_no", "counted_year"],
        unique=False,
    )
    op.create_index(op.f("ix_treasury_receipts_load_id"), "treasury_receipts", ["load_id"], unique=False)
    op.create_table(
        "unit_lines",
        sa.Column("filing_id", sa.Text(), nullable=False, comment="filing the row stands in"),
        sa.Column("sheet", sa.Text(), nullable=False, comment="sheet as named in the file"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("report_year", sa.BigInteger(), autoincrement=False, nullable=False, comment="reporting year"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the filing's subsoil user"),
        sa.Column(
            "unit_no",
            sa.Text(),
            nullable=True,
            comment="contract or licence number, spelled as in the register when found there",
        ),
        sa.Column("base_kind", sa.Text(), nullable=True, comment="СГД or Затраты на добычу"),
        sa.Column(
            "base_amount",
            Exact(),
            nullable=True,
            comment="base of the previous year as written, in the unit of account",
        ),
        sa.Column("base_tiyn", sa.BigInteger(), nullable=True, comment="base of the previous year (tiyn)"),
        sa.Column("declared_due", Exact(), nullable=True, comment="obligation as declared, in the unit of account"),
        sa.Column("declared_due_tiyn", sa.BigInteger(), nullable=True, comment="obligation as declared (tiyn)"),
        sa.Column(
            "declared_credit",
            Exact(),
            nullable=True,
            comment="credit brought forward as declared, in the unit of account",
        ),
        sa.Column(
            "declared_credit_tiyn", sa.BigInteger(), nullable=True, comment="credit brought forward as declared (tiyn)"
        ),
        sa.Column(
            "auditor_confirmed",
            sa.Boolean(create_constraint=True, name="auditor_confirmed"),
            nullable=True,
            comment="whether an auditor confirmed the base",
        ),
        sa.Column(
            "is_set_aside",
            sa.Boolean(create_constraint=True, name="is_set_aside"),
            nullable=False,
            comment="the row is not used; its codes say why",
        ),
        sa.Column("codes", sa.Text(), nullable=False, comment="finding codes of the row, sorted, comma separated"),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_unit_lines_load_id")),
        sa.PrimaryKeyConstraint("filing_id", "source_row", name=op.f("pk_unit_lines")),
        comment="One row of the sheet of units, in any filing that was accepted or superseded",
    )
    op.create_index(op.f("ix_unit_lines_load_id"), "unit_lines", ["load_id"], unique=False)
    op.create_index(op.f("ix_unit_lines_report_year_unit_no"), "unit_lines", ["report_year", "unit_no"], unique=False)
    op.create_table(
        "units",
        sa.Column("file_id", sa.Text(), nullable=False, comment="SHA-256 of the register workbook"),
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the sheet, from 1",
        ),
        sa.Column("unit_no", sa.Text(), nullable=False, comment="contract or licence number"),
        sa.Column("unit_date", sa.Date(), nullable=False, comment="date of the contract or licence"),
        sa.Column("unit_kind", sa.Text(), nullable=False, comment="контракт or лицензия"),
        sa.Column("user_bin", sa.Text(), nullable=False, comment="BIN of the holder"),
        sa.Column("user_name", sa.Text(), nullable=False, comment="name of the holder"),
        sa.Column("sector", sa.Text(), nullable=False, comment="sector of subsoil use"),
        sa.Column("operation", sa.Text(), nullable=False, comment="kind of operation"),
        sa.Column("mineral", sa.Text(), nullable=True, comment="mineral"),
        sa.Column("deposit", sa.Text(), nullable=True, comment="deposit or site"),
        sa.Column("region_kato", sa.Text(), nullable=True, comment="region by KATO code"),
        sa.Column("production_start", sa.Date(), nullable=True, comment="start of production"),
        sa.Column("end_date", sa.Date(), nullable=True, comment="last day of the contract or licence"),
        sa.Column(
            "holder_from", sa.Date(), nullable=True, comment="first day of the holder period; NULL = from unit_date"
        ),
        sa.Column("holder_to", sa.Date(), nullable=True, comment="last day of the holder period; NULL = open"),
        sa.Column(
            "regime_override",
            sa.Text(),
            nullable=True,
            comment="regime set by decision or agreement instead of the rule",
        ),
        sa.Column("rate_override", Exact(), nullable=True, comment="rate in percent instead of 1"),
        sa.Column(
            "fixed_due_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="fixed obligation instead of rate times base (tiyn)",
        ),
        sa.Column(
            "resigned",
            sa.Boolean(create_constraint=True, name="resigned"),
            nullable=True,
            comment="contract re-signed under Code art. 120(10)",
        ),
        sa.Column("forfeit_percent", Exact(), nullable=True, comment="contract forfeit in percent of the shortfall"),
        sa.Column(
            "opening_credit_tiyn",
            sa.BigInteger(),
            nullable=True,
            comment="credit brought into the first year of the ledger (tiyn)",
        ),
        sa.Column(
            "opening_credit_year",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="year the opening credit comes from",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.CheckConstraint("operation IN ('Разведка', 'Добыча', 'Разведка и добыча')", name=op.f("ck_units_operation")),
        sa.CheckConstraint(
            "regime_override IN ('INCOME', 'COST_HC', 'COST_U', 'COST_TPI', 'NONE')",
            name=op.f("ck_units_regime_override"),
        ),
        sa.CheckConstraint(
            "sector IN ('Углеводороды', 'Уран', 'ТПИ', 'ОПИ', 'Подземные воды', 'Лечебные грязи', 'Подземные сооружения')",
            name=op.f("ck_units_sector"),
        ),
        sa.CheckConstraint("unit_kind IN ('контракт', 'лицензия')", name=op.f("ck_units_unit_kind")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_units_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_units")),
        comment="One holder period of a contract or licence",
    )
    op.create_index(op.f("ix_units_load_id"), "units", ["load_id"], unique=False)
    op.create_index(op.f("ix_units_unit_no"), "units", ["unit_no"], unique=False)
    op.create_index(op.f("ix_units_user_bin"), "units", ["user_bin"], unique=False)
    op.create_table(
        "unmatched_receipts",
        sa.Column(
            "source_row",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row number in the treasury register, from 1",
        ),
        sa.Column("receipt_no", sa.Text(), nullable=False, comment="number of the receipt"),
        sa.Column("received_on", sa.Date(), nullable=False, comment="day of receipt"),
        sa.Column("payer_bin", sa.Text(), nullable=False, comment="BIN of the payer"),
        sa.Column(
            "payer_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="units the payer holds or held, by the register",
        ),
        sa.Column("unit_no", sa.Text(), nullable=True, comment="contract or licence the payer named"),
        sa.Column("kbk", sa.Text(), nullable=True, comment="budget classification code; NULL = the payer named none"),
        sa.Column("for_year", sa.BigInteger(), autoincrement=False, nullable=True, comment="year the payer named"),
        sa.Column("amount_tiyn", sa.BigInteger(), nullable=False, comment="amount received (tiyn)"),
        sa.Column("match", sa.Text(), nullable=False, comment="why the receipt counts for no unit"),
        sa.Column(
            "age_days",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="days from receipt to the day of the run",
        ),
        sa.Column(
            "load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the load that wrote this row"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_unmatched_receipts_load_id")),
        sa.PrimaryKeyConstraint("source_row", name=op.f("pk_unmatched_receipts")),
        comment="One receipt of the budget that counts for no unit",
    )
    op.create_index(op.f("ix_unmatched_receipts_load_id"), "unmatched_receipts", ["load_id"], unique=False)
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Refuse: dropping the tables would destroy the trail."""
    message = "the first migration cannot be undone; restore a backup instead"
    raise NotImplementedError(message)
