"""Verifying: whether a warehouse still says what its loads wrote.

Belongs here: recomputing the chain of loads, the inputs and rows of each. Does not: values nobody wrote (``stored``),
naming rows (``comparing``), versions of verdicts (``versions``), tables and triggers (``schema``), anchors outside the
warehouse (``anchoring``), repairing anything.

A break names what is wrong in words: the table, the row by its key, and what to compare it with.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.verification.raw_rows import Stored, UnreadableTableError, counted_groups, stored_rows
from pipelines.verification.rows import Break, Written, compare_rows, problems_of, shortened, where_of
from pipelines.verification.schema import schema_breaks
from pipelines.verification.versions import version_breaks
from pipelines.warehouse import canonical
from pipelines.warehouse.writer import GENESIS
from schemas.columns import LOAD_ID, content_columns
from schemas.tables import metadata
from schemas.trail import Outcome, load_inputs, load_manifests, loads
from schemas.verdicts import compliance_history

__all__ = ["Break", "Verification", "verify"]

Record = Mapping[str, Any]
_TRAIL = frozenset({loads.name, load_inputs.name, load_manifests.name})


@dataclass(frozen=True)
class Verification:
    """What was recomputed, and what does not fit."""

    loads: int
    rows: int
    head: str
    breaks: tuple[Break, ...]
    is_readable: bool = True

    @classmethod
    def of_nothing(cls, breaks: Sequence[Break] = ()) -> "Verification":
        """Return what there is to say of a warehouse that cannot be read."""
        return cls(0, 0, GENESIS, tuple(breaks), is_readable=False)

    @property
    def is_intact(self) -> bool:
        """Whether everything fits."""
        return not self.breaks


def verify(connection: sa.Connection, tell: Callable[[str], object] = lambda _: None) -> Verification:
    """Recompute every hash of the warehouse in one read transaction; ``tell`` hears the name of each table in turn.

    Values are compared as the database keeps them: what cannot be read as its type is a break, not an error.
    """
    found: list[Break] = []
    for each in schema_breaks(connection):
        found.append(Break(each.where, each.what))
        if each.is_fatal:
            return Verification.of_nothing(found)
    tell(loads.name)
    try:
        records, manifests = _trail(connection, found)
    except UnreadableTableError as error:
        return Verification.of_nothing([*found, Break("loads", str(error))])
    rows = 0
    for table in metadata.sorted_tables:
        if table.name in _TRAIL:
            continue
        tell(table.name)
        try:
            rows += _table(connection, table, records, manifests, found)
        except UnreadableTableError as error:
            found.append(Break(table.name, str(error)))
    tell(compliance_history.name)
    found += version_breaks(connection, records, manifests)
    head = str(records[-1]["hash"]) if records else GENESIS
    return Verification(len(records), rows, head, tuple(dict.fromkeys(found)))


def _trail(connection: sa.Connection, found: list[Break]) -> tuple[list[Record], dict[Any, bytes]]:
    chain = _stored(connection, loads, found)
    records: list[Record] = [dict(zip(loads.columns.keys(), row, strict=True)) for row in chain.rows]
    found += _chain(records, chain.problems)
    found += _unchanged(records)
    found += _inputs(_stored(connection, load_inputs, found).rows, records)
    # A manifest tampered into a text is no bytes any more; it cannot give the digest then.
    manifests = {
        load_id: hashes if isinstance(hashes, bytes) else b""
        for load_id, hashes in _stored(connection, load_manifests, found).rows
    }
    found += _manifests(records, manifests)
    return records, manifests


def _stored(connection: sa.Connection, table: sa.Table, found: list[Break]) -> Stored:
    stored = stored_rows(connection, table, list(table.columns), order=list(table.primary_key.columns))
    found += problems_of(table, stored)
    return stored


def _chain(records: Sequence[Record], problems: Mapping[int, str]) -> Iterator[Break]:
    before: Record | None = None
    for place, record in enumerate(records):
        number, where = record[LOAD_ID], f"loads, load_id {record[LOAD_ID]}"
        follows = (0 if before is None else before[LOAD_ID]) + 1 if isinstance(number, int) else None
        if number != follows:
            last = "the beginning" if before is None else f"load {before[LOAD_ID]}"
            yield Break(where, f"what was loaded between {last} and this load is missing")
        elif record["previous_hash"] != (GENESIS if before is None else before["hash"]):
            yield Break(where, "previous_hash is not the hash of the load before it: one of the two was altered")
        if place not in problems:
            plain = {name: value for name, value in record.items() if name != "hash"}
            if record["hash"] != canonical.chain_hash(plain):
                yield Break(where, "the record was altered after it was written: its hash does not fit")
            if before is not None and str(record["finished_at"]) <= str(before["finished_at"]):
                yield Break(where, "finished_at does not lie after the load before it")
        before = record


def _unchanged(records: Sequence[Record]) -> Iterator[Break]:
    """Check that a load which says that nothing changed repeats the digest of the load before it."""
    digests: dict[tuple[Any, ...], Any] = {}
    for record in records:
        key = (record["asset"], record["table_name"], record["partition"])
        if record["outcome"] == Outcome.UNCHANGED and digests.get(key) != record["output_digest"]:
            yield Break(f"loads, load_id {record[LOAD_ID]}", "it says unchanged, but its output_digest is another one")
        digests[key] = record["output_digest"]


def _inputs(given: Sequence[tuple[Any, ...]], records: Sequence[Record]) -> Iterator[Break]:
    by_load: dict[Any, dict[str, str]] = {}
    for load_id, name, digest in given:
        by_load.setdefault(load_id, {})[str(name)] = str(digest)
    for record in records:
        if canonical.digest_of_parts(by_load.pop(record[LOAD_ID], {})) != record["input_digest"]:
            yield Break(f"load_inputs, load_id {record[LOAD_ID]}", "the inputs do not give the load's input_digest")
    for load_id in by_load:
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


def _current(records: Sequence[Record], table: str) -> dict[Any, Record]:
    """Return the loads whose rows stand in a table now: the last written of each asset and partition."""
    last = {
        (record["asset"], record["partition"]): record
        for record in records
        if record["table_name"] == table and record["outcome"] == Outcome.WRITTEN
    }
    return {record[LOAD_ID]: record for record in last.values()}


def _table(
    connection: sa.Connection,
    table: sa.Table,
    records: Sequence[Record],
    manifests: Mapping[Any, bytes],
    found: list[Break],
) -> int:
    """Compare a table load by load (its history: year by year) with what was written; return how many rows it has."""
    is_history = table is compliance_history
    grouped = table.c.report_year if is_history else table.c[LOAD_ID]
    current = {
        _year(record["partition"]) if is_history else load_id: record
        for load_id, record in _current(records, table.name).items()
    }
    columns, groups = content_columns(table), counted_groups(connection, grouped)
    for group in groups:
        stored = stored_rows(connection, table, columns, _equals(grouped, group))
        record = current.pop(group, None)
        if record is not None:
            found += compare_rows(table, stored, _written(record, manifests))
            continue
        told = (
            "no load recorded versions of this year" if is_history else f"no load put this row there (load_id {group})"
        )
        strangers = [Break(where_of(table, columns, row, group), told) for row in stored.rows]
        found += shortened(strangers, table.name)
    for record in current.values():
        found += compare_rows(table, Stored([], {}), _written(record, manifests))
    return sum(groups.values())


def _written(record: Record, manifests: Mapping[Any, bytes]) -> Written:
    return Written(record[LOAD_ID], record["output_digest"], manifests.get(record[LOAD_ID], b""))


def _equals(column: sa.Column[Any], value: Any) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else sa.type_coerce(column, sa.types.NullType()) == value


def _year(partition: Any) -> Any:
    return int(partition) if isinstance(partition, str) and partition.isdecimal() else partition
