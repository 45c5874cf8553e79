"""Trail: what the loads say - which one was the last of an asset, what it was made from, what a year has.

Here: every question to ``loads`` and ``load_inputs`` that more than one module asks, and what "last" means: the
load with the highest number, also one that found nothing changed. Not here: appending loads
(``pipelines.warehouse.writer``), what a run has stored (``pipelines.warehouse.resumption``), recomputing hashes
(``pipelines.verification``).

A partition is a reporting year, as a number or as its text; None is the partition of an asset of no year.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas.trail import RESEAL, Outcome, RowFormat, load_inputs, loads

Partition = int | str | None
Record = sa.Row[Any]


@dataclass(frozen=True)
class AssetLoads:
    """Numbers of loads of an asset in one partition: the last, and the last that wrote rows (0: none did)."""

    last: int
    written: int


def in_partition(partition: Partition) -> sa.ColumnElement[bool]:
    """Return the condition that a load is of a partition."""
    return loads.c.partition.is_(None) if partition is None else loads.c.partition == str(partition)


def last_load(
    connection: sa.Connection,
    asset: str,
    partition: Partition,
    *,
    table: str | None = None,
    before: int | None = None,
    outcome: Outcome | None = None,
) -> Record | None:
    """Return the last load of an asset's partition, None when there is none.

    ``table`` asks for one table of an asset that writes several, ``before`` for loads with a lower number, ``outcome``
    for loads that ended so.
    """
    query = sa.select(loads).where(loads.c.asset == asset, in_partition(partition))
    if table is not None:
        query = query.where(loads.c.table_name == table)
    if before is not None:
        query = query.where(loads.c.load_id < before)
    if outcome is not None:
        query = query.where(loads.c.outcome == str(outcome))
    return connection.execute(query.order_by(loads.c.load_id.desc()).limit(1)).one_or_none()


def load_of(connection: sa.Connection, load_id: int) -> Record:
    """Return the load of a number; it must exist."""
    return connection.execute(sa.select(loads).where(loads.c.load_id == load_id)).one()


def head(connection: sa.Connection) -> Record | None:
    """Return the newest load of the chain, None in an empty warehouse."""
    return connection.execute(sa.select(loads).order_by(loads.c.load_id.desc()).limit(1)).one_or_none()


def inputs_of(connection: sa.Connection, load: Record | int | None) -> dict[str, str]:
    """Return the digest of each input of a load, given itself or by its number; nothing for None."""
    if load is None:
        return {}
    load_id = load if isinstance(load, int) else load.load_id
    query = sa.select(load_inputs.c.name, load_inputs.c.digest).where(load_inputs.c.load_id == load_id)
    return {row.name: row.digest for row in connection.execute(query)}


def load_input(load_id: int) -> str:
    """Return the name of a load as an input of the one that seals its rows anew."""
    return f"load:{load_id}"


def sealed_digest(connection: sa.Connection, wrote: Record) -> str:
    """Return the digest, in the present row format, of the rows a load wrote; its own when nothing has sealed them."""
    if wrote.row_format == RowFormat.BY_NAME:
        return str(wrote.output_digest)
    anew = connection.scalar(
        sa.select(loads.c.output_digest)
        .join(load_inputs, load_inputs.c.load_id == loads.c.load_id)
        .where(loads.c.asset == RESEAL, load_inputs.c.name == load_input(wrote.load_id))
    )
    return str(wrote.output_digest if anew is None else anew)


def digests_of(connection: sa.Connection, asset: str) -> dict[str | None, str]:
    """Return the digest of what each partition of an asset holds."""
    last = sa.select(sa.func.max(loads.c.load_id)).where(loads.c.asset == asset).group_by(loads.c.partition)
    rows = connection.execute(sa.select(loads.c.partition, loads.c.output_digest).where(loads.c.load_id.in_(last)))
    return {row.partition: row.output_digest for row in rows}


def digests_behind(connection: sa.Connection, tables: Collection[str], year: int) -> dict[str, str]:
    """Return, by asset, the digest of what each asset that writes one of ``tables`` holds of a year or of no year."""
    last = (
        sa.select(sa.func.max(loads.c.load_id))
        .where(
            loads.c.table_name.in_(sorted(tables)),
            loads.c.asset != RESEAL,
            sa.or_(in_partition(year), in_partition(None)),
        )
        .group_by(loads.c.asset, loads.c.table_name)
    )
    rows = connection.execute(
        sa.select(loads.c.asset, loads.c.output_digest).where(loads.c.load_id.in_(last)).order_by(loads.c.load_id)
    )
    return {row.asset: row.output_digest for row in rows}


def loads_of_years(connection: sa.Connection) -> dict[int | None, dict[str, AssetLoads]]:
    """Return the loads of each asset by the year they are of; None has those of no year."""
    wrote = sa.case((loads.c.outcome == str(Outcome.WRITTEN), loads.c.load_id))
    last, written = sa.func.max(loads.c.load_id).label("last"), sa.func.max(wrote).label("written")
    rows = connection.execute(
        sa.select(loads.c.asset, loads.c.partition, last, written)
        .where(loads.c.asset != RESEAL)
        .group_by(loads.c.asset, loads.c.partition)
    )
    found: defaultdict[int | None, dict[str, AssetLoads]] = defaultdict(dict)
    for row in rows:
        year = None if row.partition is None else int(row.partition)
        found[year][row.asset] = AssetLoads(row.last, row.written or 0)
    return dict(found)


def years_of(connection: sa.Connection, asset: str | None = None) -> set[int]:
    """Return the years an asset (None: any) was ever stored for."""
    query = sa.select(loads.c.partition).where(loads.c.partition.is_not(None)).distinct()
    partitions = connection.scalars(query if asset is None else query.where(loads.c.asset == asset))
    return {int(partition) for partition in partitions if partition is not None}


def has_made(connection: sa.Connection, run_id: str, asset: str) -> bool:
    """Tell whether a run has a load of an asset, of whatever partition."""
    query = sa.select(loads.c.load_id).where(loads.c.run_id == run_id, loads.c.asset == asset)
    return connection.scalar(query.limit(1)) is not None


def written_loads(asset: str, partition: Partition, *, table: str | None = None) -> sa.Select[Any]:
    """Return the query for the numbers of all loads that ever wrote rows of an asset's partition."""
    query = sa.select(loads.c.load_id).where(loads.c.asset == asset, in_partition(partition))
    if table is not None:
        query = query.where(loads.c.table_name == table)
    return query.where(loads.c.outcome == str(Outcome.WRITTEN))
