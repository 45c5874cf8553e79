"""Trail: the append-only record of every write.

Here: ``loads``, their inputs and their manifests. Not here: how hashes are made (``pipelines.warehouse.canonical``) and
verified (``pipelines.verification``).
"""

from enum import StrEnum

import sqlalchemy as sa

from schemas.columns import day, instant, metadata, one_of, text, tiyn, whole


class Outcome(StrEnum):
    """What a load did to its table and partition."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"


class RowFormat(StrEnum):
    """How the rows of a load and its record were hashed. Loads older than the first name have none: by position."""

    BY_NAME = "by name"


# The asset of loads that write no rows but seal anew, in a newer format, what an older load had written.
RESEAL = "reseal"


loads = sa.Table(
    "loads",
    metadata,
    whole("load_id", "number of the load, ascending without gaps", key=True),
    text("run_id", "Dagster run that made it", required=True),
    text("asset", "asset that was written", required=True),
    text("table_name", "table that was written", required=True),
    text("partition", "reporting year of the partition; NULL for an unpartitioned asset"),
    instant("started_at", "when the work of the asset began (UTC)", required=True),
    instant("finished_at", "when this record was written (UTC)", required=True),
    day("as_of", "the day of the run in Asia/Almaty, the only clock the rules know", required=True),
    text("outcome", "written, or unchanged when the rows were the same as before", required=True),
    text("code_version", "version of the distribution that did the work", required=True),
    text("statute_digest", "SHA-256 over the statute data", required=True),
    text("input_digest", "SHA-256 over what was read", required=True),
    whole("rows_in", "rows the asset considered", required=True),
    whole("rows_accepted", "rows of them that count", required=True),
    whole("rows_set_aside", "rows of them set aside, each with a finding", required=True),
    tiyn("amount_in_tiyn", "money in the rows considered"),
    tiyn("amount_out_tiyn", "money in the rows stored"),
    text("row_format", "how its rows and this record were hashed; NULL = by position, before formats had names"),
    text("output_digest", "SHA-256 over the row hashes in order of key", required=True),
    text("previous_hash", "hash of the load before", required=True),
    text("hash", "SHA-256 over this record and previous_hash", required=True),
    one_of("outcome", Outcome),
    sa.UniqueConstraint("hash"),
    sa.Index(None, "asset", "partition"),
    comment="One write of one table by one asset run; append-only, chained by hash",
)

load_manifests = sa.Table(
    "load_manifests",
    metadata,
    sa.Column("load_id", sa.BigInteger, sa.ForeignKey("loads.load_id"), primary_key=True, comment="the load"),
    sa.Column(
        "row_hashes",
        sa.LargeBinary,
        nullable=False,
        comment="BLAKE2b-128 of each canonical row, 16 bytes a row, in order of key; its SHA-256 is the output_digest",
    ),
    comment="Which rows a load wrote, so that a missing, added or altered row can be named",
)

load_inputs = sa.Table(
    "load_inputs",
    metadata,
    sa.Column("load_id", sa.BigInteger, sa.ForeignKey("loads.load_id"), primary_key=True, comment="the load"),
    text("name", "what was read: a file, a register, the statute, a table of another year", key=True),
    text("digest", "SHA-256 of it", required=True),
    comment="What a load was made from; the load's input_digest is the SHA-256 over these rows",
)
