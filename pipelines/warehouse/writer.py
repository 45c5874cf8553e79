"""Writer: one transaction that writes rows and the record of having written them, or neither.

Here: ``Writing``, the only way anything reaches a published table, and the head of the chain of loads.
Not here: how values are written down (``canonical``), reading the chain (``trail``), versions (``history``), verifying
(``pipelines.verification``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from pipelines.warehouse import canonical
from pipelines.warehouse.bulk import insert_columns
from pipelines.warehouse.engine import write_transaction
from pipelines.warehouse.trail import head, last_load, load_input, sealed_digest, written_loads
from schemas.columns import LOAD_ID, content_columns, content_names
from schemas.trail import RESEAL, Outcome, RowFormat, load_inputs, load_manifests, loads

GENESIS = "0" * 64
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Counts:
    """What went into a load: rows and money (tiyn) considered, accepted, set aside."""

    rows_in: int
    rows_accepted: int
    rows_set_aside: int = 0
    amount_in_tiyn: int | None = None
    amount_out_tiyn: int | None = None


@dataclass(frozen=True)
class Load:
    """The record of one write, as stored."""

    load_id: int
    asset: str
    table_name: str
    partition: str | None
    outcome: Outcome
    rows: int
    output_digest: str
    counts: Counts


@dataclass(frozen=True)
class RunFacts:
    """What every load of a run repeats."""

    run_id: str
    as_of: date
    code_version: str
    statute_digest: str


@dataclass
class Writing:
    """An open transaction on the warehouse; nothing is seen by others before the ``with`` block ends well."""

    connection: sa.Connection
    run: RunFacts
    started_at: datetime
    made: list[Load] = field(default_factory=list)

    def replace(
        self,
        asset: str,
        table: sa.Table,
        data: pd.DataFrame | Iterable[Sequence[Any]],
        *,
        partition: str | None,
        inputs: Mapping[str, str],
        counts: Counts | None = None,
    ) -> Load:
        """Make ``data`` the contents of the asset's partition in ``table`` and append the load record.

        Rows equal to those already there are left alone, load number and all: the record then says ``unchanged``.
        """
        columns = canonical.columns_of(table, data)
        manifest = manifest_of_rows(table, columns)
        load = self._load(asset, table, partition, manifest, counts)
        self._append(load, inputs, manifest)
        if load.outcome is Outcome.WRITTEN:
            replaced = table.c.load_id.in_(written_loads(asset, partition, table=table.name))
            self.connection.execute(sa.delete(table).where(replaced))
            by_name: dict[str, Sequence[canonical.Value]] = dict(zip(content_names(table), columns, strict=True))
            by_name[LOAD_ID] = [load.load_id] * len(columns[0])
            insert_columns(self.connection, table, [by_name[column.name] for column in table.columns])
        return load

    def seal(self, asset: str, table: sa.Table, *, year: int, inputs: Mapping[str, str]) -> Load:
        """Append the load record of a year's rows that a table already holds, whatever loads they came with."""
        held = self.connection.execute(sa.select(*content_columns(table)).where(table.c.report_year == year)).all()
        manifest = manifest_of_rows(table, canonical.columns_of(table, held))
        load = self._load(asset, table, str(year), manifest, None)
        self._append(load, inputs, manifest)
        return load

    def reseal(self, sealed: Mapping[str, Any], table: sa.Table, manifest: bytes) -> Load:
        """Append the load record of rows that an older load had written, hashed anew: ``manifest`` has the hashes.

        The rows stay as they are, the number of the older load in them; the new record names it as its input.
        """
        rows = len(manifest) // canonical.HASH_BYTES
        load = Load(
            load_id=self._next_load_id(),
            asset=RESEAL,
            table_name=table.name,
            partition=sealed["partition"],
            outcome=Outcome.WRITTEN,
            rows=rows,
            output_digest=canonical.digest_of(manifest),
            counts=Counts(rows_in=rows, rows_accepted=rows),
        )
        self._append(load, {load_input(sealed["load_id"]): sealed["output_digest"]}, manifest)
        return load

    def _load(self, asset: str, table: sa.Table, partition: str | None, manifest: bytes, counts: Counts | None) -> Load:
        rows = len(manifest) // canonical.HASH_BYTES
        digest = canonical.digest_of(manifest)
        wrote = last_load(self.connection, asset, partition, table=table.name, outcome=Outcome.WRITTEN)
        if wrote is not None and sealed_digest(self.connection, wrote) == digest:
            # The digest of before is repeated, also one in an older format: what was made from it is still up to date.
            outcome, digest = Outcome.UNCHANGED, wrote.output_digest
        else:
            outcome = Outcome.WRITTEN
        return Load(
            load_id=self._next_load_id(),
            asset=asset,
            table_name=table.name,
            partition=partition,
            outcome=outcome,
            rows=rows,
            output_digest=digest,
            counts=counts or Counts(rows_in=rows, rows_accepted=rows),
        )

    def _next_load_id(self) -> int:
        newest = head(self.connection)
        return 1 if newest is None else newest.load_id + 1

    def _append(self, load: Load, inputs: Mapping[str, str], manifest: bytes) -> None:
        before = head(self.connection)
        now = datetime.now(UTC)
        # A clock set back may not put a load before or beside its predecessor: the order of the chain is the order of
        # time, and a moment names one load, so that a version of a verdict cannot be moved to another load.
        recorded_at = now if before is None else max(now, before.finished_at + _TICK)
        record: dict[str, Any] = {
            "load_id": load.load_id,
            "run_id": self.run.run_id,
            "asset": load.asset,
            "table_name": load.table_name,
            "partition": load.partition,
            "started_at": self.started_at,
            "finished_at": recorded_at,
            "as_of": self.run.as_of,
            "outcome": str(load.outcome),
            "code_version": self.run.code_version,
            "statute_digest": self.run.statute_digest,
            "input_digest": canonical.digest_of_parts(dict(inputs)),
            "rows_in": load.counts.rows_in,
            "rows_accepted": load.counts.rows_accepted,
            "rows_set_aside": load.counts.rows_set_aside,
            "amount_in_tiyn": load.counts.amount_in_tiyn,
            "amount_out_tiyn": load.counts.amount_out_tiyn,
            "row_format": str(RowFormat.BY_NAME),
            "output_digest": load.output_digest,
            "previous_hash": GENESIS if before is None else before.hash,
        }
        record["hash"] = canonical.chain_hash(canonical_record(record))
        self.connection.execute(sa.insert(loads), record)
        if inputs:
            self.connection.execute(
                sa.insert(load_inputs),
                [{"load_id": load.load_id, "name": name, "digest": digest} for name, digest in inputs.items()],
            )
        if load.outcome is Outcome.WRITTEN:
            self.connection.execute(sa.insert(load_manifests), {"load_id": load.load_id, "row_hashes": manifest})
        self.made.append(load)


def canonical_record(record: Mapping[str, Any]) -> dict[str, canonical.Value]:
    """Return a load record, without its hash, in canonical values."""
    return {
        column.name: canonical.canonical(record[column.name], column)
        for column in loads.columns
        if column.name != "hash"
    }


def manifest_of_rows(table: sa.Table, columns: Sequence[Sequence[canonical.Value]]) -> bytes:
    """Return the manifest of rows of canonical values, given column by column."""
    return canonical.manifest_of(canonical.row_hashes(table, columns), canonical.key_order(table, columns))


@contextmanager
def writing(engine: sa.Engine, run: RunFacts) -> Iterator[Writing]:
    """Open the warehouse for writing; an exception inside leaves no trace."""
    started_at = datetime.now(UTC)
    with write_transaction(engine) as connection:
        yield Writing(connection, run, started_at)
