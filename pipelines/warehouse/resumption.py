"""Resumption: what a run has already stored, so that a run begun a second time does not compute it again.

Here: finding the loads of a run's step. Not here: making loads (``writer``), whether a run is begun again.

A queue delivers at least once: a run whose worker was lost is given to another, and the lost one may yet turn out to be
alive. Whoever comes second finds the loads of the first and takes them for its own. The look must be in the turn or the
write transaction of the step: nobody can then store between looking and storing.
"""

from collections.abc import Collection

import sqlalchemy as sa

from pipelines.warehouse.canonical import HASH_BYTES
from pipelines.warehouse.trail import Record, in_partition, written_loads
from pipelines.warehouse.writer import Counts, Load
from schemas.trail import Outcome, load_manifests, loads


def stored_by_run(connection: sa.Connection, run_id: str, partition: str | None, assets: Collection[str]) -> list[Load]:
    """Return the run's loads of ``assets`` for the year (or of no year), in order; none unless it has made them all."""
    rows = connection.execute(
        sa.select(loads)
        .where(
            loads.c.run_id == run_id,
            loads.c.asset.in_(assets),
            sa.or_(in_partition(None), in_partition(partition)),
        )
        .order_by(loads.c.load_id)
    ).all()
    # The first of an asset: a later step may add to a table of an earlier one.
    found: dict[str, Record] = {}
    for row in rows:
        found.setdefault(row.asset, row)
    if set(found) != set(assets):
        return []
    return [
        Load(
            load_id=row.load_id,
            asset=row.asset,
            table_name=row.table_name,
            partition=row.partition,
            outcome=Outcome(row.outcome),
            rows=_rows(connection, row),
            output_digest=row.output_digest,
            counts=Counts(row.rows_in, row.rows_accepted, row.rows_set_aside, row.amount_in_tiyn, row.amount_out_tiyn),
        )
        for row in found.values()
    ]


def _rows(connection: sa.Connection, load: Record) -> int:
    """Return how many rows a load has; one that left its rows alone has those of the last that wrote them."""
    wrote = written_loads(load.asset, load.partition, table=load.table_name).where(loads.c.load_id <= load.load_id)
    manifest = (
        sa.select(sa.func.length(load_manifests.c.row_hashes))
        .where(load_manifests.c.load_id.in_(wrote))
        .order_by(load_manifests.c.load_id.desc())
        .limit(1)
    )
    return (connection.scalar(manifest) or 0) // HASH_BYTES
