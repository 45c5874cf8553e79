"""Chain: the loads, their inputs and their manifests, read back and recomputed.

Here: what the trail says of itself, whatever stands in the tables. Not here: the rows it speaks of (``verify``), how a
load is hashed (``row_formats``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.verification.raw_rows import Stored, stored_rows
from pipelines.verification.row_formats import KNOWN, chain_hash
from pipelines.verification.rows import Break, Written, problems_of
from pipelines.warehouse import canonical
from pipelines.warehouse.trail import load_input
from pipelines.warehouse.writer import GENESIS
from schemas.columns import LOAD_ID
from schemas.trail import RESEAL, Outcome, load_inputs, load_manifests, loads

TABLES = frozenset({loads.name, load_inputs.name, load_manifests.name})

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Chain:
    """Every load in order, the manifests by number, and by the number of an older load the one that sealed it anew."""

    records: Sequence[Record]
    manifests: Mapping[Any, bytes]
    anew: Mapping[Any, Record]

    @property
    def head(self) -> str:
        """Return the hash of the newest load."""
        return str(self.records[-1]["hash"]) if self.records else GENESIS

    def current(self, table: str) -> dict[Any, Record]:
        """Return the loads whose rows stand in a table now: the last written of each asset and partition."""
        last = {
            (record["asset"], record["partition"]): record
            for record in self.records
            if record["table_name"] == table and record["outcome"] == Outcome.WRITTEN and record["asset"] != RESEAL
        }
        return {record[LOAD_ID]: record for record in last.values()}

    def written(self, record: Record) -> Written:
        """Return what a load wrote, by the newest seal of it."""
        seal = self.anew.get(record[LOAD_ID], record)
        manifest = self.manifests.get(seal[LOAD_ID], b"")
        return Written(record[LOAD_ID], seal["output_digest"], manifest, seal["row_format"])


def read_chain(connection: sa.Connection, found: list[Break]) -> Chain:
    """Return the chain, adding to ``found`` what does not fit in it.

    Raises:
        pipelines.verification.raw_rows.UnreadableTableError: the database cannot return it.
    """
    chain = _stored(connection, loads, found)
    records: list[Record] = [dict(zip(loads.columns.keys(), row, strict=True)) for row in chain.rows]
    found += _links(records, chain.problems)
    found += _formats(records)
    found += _unchanged(records)
    inputs: dict[Any, dict[str, str]] = {}
    for load_id, name, digest in _stored(connection, load_inputs, found).rows:
        inputs.setdefault(load_id, {})[str(name)] = str(digest)
    found += _inputs(inputs, records)
    # A manifest tampered into a text is no bytes any more; it cannot give the digest then.
    manifests = {
        load_id: hashes if isinstance(hashes, bytes) else b""
        for load_id, hashes in _stored(connection, load_manifests, found).rows
    }
    found += _manifests(records, manifests)
    anew = _anew(records, inputs)
    found += _sealed(records, anew)
    return Chain(records, manifests, anew)


def _stored(connection: sa.Connection, table: sa.Table, found: list[Break]) -> Stored:
    stored = stored_rows(connection, table, list(table.columns), order=list(table.primary_key.columns))
    found += problems_of(table, stored)
    return stored


def _links(records: Sequence[Record], problems: Mapping[int, str]) -> Iterator[Break]:
    before: Record | None = None
    for place, record in enumerate(records):
        number, where = record[LOAD_ID], _where(record)
        follows = (0 if before is None else before[LOAD_ID]) + 1 if isinstance(number, int) else None
        if number != follows:
            last = "the beginning" if before is None else f"load {before[LOAD_ID]}"
            yield Break(where, f"what was loaded between {last} and this load is missing")
        elif record["previous_hash"] != (GENESIS if before is None else before["hash"]):
            yield Break(where, "previous_hash is not the hash of the load before it: one of the two was altered")
        if place not in problems:
            if record["hash"] != chain_hash(record):
                yield Break(where, "the record was altered after it was written: its hash does not fit")
            if before is not None and str(record["finished_at"]) <= str(before["finished_at"]):
                yield Break(where, "finished_at does not lie after the load before it")
        before = record


def _formats(records: Sequence[Record]) -> Iterator[Break]:
    """Check that formats are known and never go back, and that nothing is sealed anew once a newer load has come."""
    is_named = is_past = False
    for record in records:
        if record["row_format"] not in KNOWN:
            yield Break(_where(record), f"row_format {record['row_format']} is unknown: use the version that wrote it")
        if is_named and record["row_format"] is None:
            yield Break(_where(record), "its row format is older than that of the loads before it")
        if is_past and record["asset"] == RESEAL:
            yield Break(_where(record), "it seals older rows anew, but loads in the newer format have come before it")
        is_named = is_named or record["row_format"] is not None
        is_past = is_past or (is_named and record["asset"] != RESEAL)


def _unchanged(records: Sequence[Record]) -> Iterator[Break]:
    """Check that a load which says that nothing changed repeats the digest of the load before it."""
    digests: dict[tuple[Any, ...], Any] = {}
    for record in records:
        key = (record["asset"], record["table_name"], record["partition"])
        if record["outcome"] == Outcome.UNCHANGED and digests.get(key) != record["output_digest"]:
            yield Break(_where(record), "it says unchanged, but its output_digest differs")
        digests[key] = record["output_digest"]


def _inputs(inputs: Mapping[Any, Mapping[str, str]], records: Sequence[Record]) -> Iterator[Break]:
    for record in records:
        if canonical.digest_of_parts(dict(inputs.get(record[LOAD_ID], {}))) != record["input_digest"]:
            yield Break(f"load_inputs, load_id {record[LOAD_ID]}", "the inputs do not give the load's input_digest")
    for load_id in inputs.keys() - {record[LOAD_ID] for record in records}:
        yield Break(f"load_inputs, load_id {load_id}", "there is no such load")


def _manifests(records: Sequence[Record], manifests: Mapping[Any, bytes]) -> Iterator[Break]:
    written = {record[LOAD_ID]: record for record in records if record["outcome"] == Outcome.WRITTEN}
    for load_id, record in written.items():
        where = f"load_manifests, load_id {load_id}"
        if load_id not in manifests:
            yield Break(where, "the manifest is missing")
        elif canonical.digest_of(manifests[load_id]) != record["output_digest"]:
            yield Break(where, "the manifest does not give the load's output_digest")
    for load_id in manifests:
        if load_id not in written:
            yield Break(f"load_manifests, load_id {load_id}", "no load of that number wrote anything")


def _anew(records: Sequence[Record], inputs: Mapping[Any, Mapping[str, str]]) -> dict[Any, Record]:
    """Return, by the number of each load that was sealed anew, the record of the first load that did it."""
    named = {
        name: record
        for record in reversed(records)
        if record["asset"] == RESEAL
        for name in inputs.get(record[LOAD_ID], {})
    }
    return {
        record[LOAD_ID]: named[load_input(record[LOAD_ID])]
        for record in records
        if record["row_format"] is None and load_input(record[LOAD_ID]) in named
    }


def _sealed(records: Sequence[Record], anew: Mapping[Any, Record]) -> Iterator[Break]:
    """Check that each load that seals anew is about one older load, of the same table and partition."""
    by_number = {record[LOAD_ID]: record for record in records}
    seals = [record for record in records if record["asset"] == RESEAL]
    about = {seal[LOAD_ID]: by_number[load_id] for load_id, seal in anew.items()}
    for seal in seals:
        older = about.get(seal[LOAD_ID])
        if older is None or any(older[name] != seal[name] for name in ("table_name", "partition")):
            yield Break(_where(seal), "it seals nothing anew that an older load had written")


def _where(record: Record) -> str:
    return f"loads, load_id {record[LOAD_ID]}"
