"""Verifying: whether a warehouse still says what its loads wrote.

Belongs here: recomputing the chain of loads, the inputs and rows of each, the versions of verdicts, and the schema
that guards them. Does not: anchors outside the warehouse (``anchoring``), repairing anything.

A break names what is wrong in words: the table, the row by its key, and what to compare it with.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse import canonical
from pipelines.warehouse.loading import GENESIS, canonical_record
from pipelines.warehouse.schema import schema_breaks
from schemas.columns import LOAD_ID, content_columns
from schemas.tables import metadata
from schemas.trail import Outcome, load_inputs, load_manifests, loads
from schemas.verdicts import compliance_by_unit, compliance_history

_TRAIL = frozenset({loads.name, load_inputs.name, load_manifests.name})
# Rows are told apart one by one up to so many; beyond it the whole partition was replaced.
_NAMED = 20


@dataclass(frozen=True)
class Break:
    """One thing that is not as it was written: where, and what, in words."""

    where: str
    what: str

    def __str__(self) -> str:
        """Return the break as one sentence."""
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Verification:
    """What was recomputed, and what does not fit."""

    loads: int
    rows: int
    head: str
    breaks: tuple[Break, ...]

    @property
    def is_intact(self) -> bool:
        """Whether everything fits."""
        return not self.breaks


def verify(connection: sa.Connection) -> Verification:
    """Recompute every hash of the warehouse in one read transaction.

    Values are compared as the database keeps them: what cannot be read as its type is a break, not an error.
    """
    breaks = list(schema_breaks(connection))
    if any(each.is_fatal for each in breaks):
        return Verification(0, 0, GENESIS, tuple(Break(each.where, each.what) for each in breaks))
    found: list[Break] = [Break(each.where, each.what) for each in breaks]
    records = _raw(connection, loads, [loads.c.load_id])
    found += _chain(records)
    found += _inputs(connection, records)
    # A manifest tampered into a text is no bytes any more; it cannot give the digest then.
    manifests = {row[LOAD_ID]: _bytes(row["row_hashes"]) for row in _raw(connection, load_manifests, [])}
    found += _manifests(records, manifests)
    rows = 0
    for table in metadata.sorted_tables:
        if table.name not in _TRAIL:
            checked, table_breaks = _table(connection, table, records, manifests)
            rows += checked
            found += table_breaks
    found += _history(connection, records)
    head = str(records[-1]["hash"]) if records else GENESIS
    return Verification(len(records), rows, head, tuple(found))


def _raw(connection: sa.Connection, table: sa.Table, order: Sequence[sa.Column[Any]]) -> list[dict[str, Any]]:
    """Return rows as the driver gives them: a tampered value must not stop the reading."""
    columns = [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in table.columns]
    rows = connection.execute(sa.select(*columns).select_from(table).order_by(*order)).mappings()
    return [dict(row) for row in rows]


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def _chain(records: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    previous, finished = GENESIS, ""
    for place, record in enumerate(records, start=1):
        where = f"loads, load_id {record['load_id']}"
        if record["load_id"] != place:
            yield Break(where, f"load {place} is missing before it")
        if record["previous_hash"] != previous:
            yield Break(where, "previous_hash is not the hash of the load before it")
        try:
            plain = canonical_record(record)
            expected = canonical.chain_hash(plain)
        except (ValueError, TypeError, ArithmeticError) as error:
            yield Break(where, f"a value cannot be read: {error}")
        else:
            if record["hash"] != expected:
                yield Break(where, "the record was altered after it was written: its hash does not fit")
            if str(plain["finished_at"]) < finished:
                yield Break(where, "finished_at lies before the load before it")
            finished = str(plain["finished_at"])
        previous = str(record["hash"])


def _inputs(connection: sa.Connection, records: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    given: dict[Any, dict[str, str]] = {}
    for row in _raw(connection, load_inputs, []):
        given.setdefault(row[LOAD_ID], {})[str(row["name"])] = str(row["digest"])
    for record in records:
        if canonical.digest_of_parts(given.pop(record[LOAD_ID], {})) != record["input_digest"]:
            yield Break(f"load_inputs, load_id {record[LOAD_ID]}", "the inputs do not give the load's input_digest")
    for load_id in given:
        yield Break(f"load_inputs, load_id {load_id}", "there is no such load")


def _manifests(records: Sequence[Mapping[str, Any]], manifests: Mapping[Any, bytes]) -> Iterator[Break]:
    written = {record[LOAD_ID]: record for record in records if record["outcome"] == Outcome.WRITTEN}
    for load_id, record in written.items():
        manifest = manifests.get(load_id)
        where = f"load_manifests, load_id {load_id}"
        if manifest is None:
            yield Break(where, "the manifest is missing")
        elif canonical.digest_of(manifest) != record["output_digest"]:
            yield Break(where, "the manifest does not give the load's output_digest")
    for load_id in manifests.keys() - written.keys():
        yield Break(f"load_manifests, load_id {load_id}", "no load of that number wrote anything")


def _current(records: Sequence[Mapping[str, Any]], table: str) -> dict[Any, Mapping[str, Any]]:
    """Return the loads whose rows stand in a table now: the last written of each asset and partition."""
    last: dict[tuple[Any, Any], Mapping[str, Any]] = {}
    for record in records:
        if record["table_name"] == table and record["outcome"] == Outcome.WRITTEN:
            last[record["asset"], record["partition"]] = record
    return {record[LOAD_ID]: record for record in last.values()}


def _table(
    connection: sa.Connection,
    table: sa.Table,
    records: Sequence[Mapping[str, Any]],
    manifests: Mapping[Any, bytes],
) -> tuple[int, list[Break]]:
    current = _current(records, table.name)
    groups: dict[Any, list[dict[str, Any]]] = {}
    sealed = {int(record["partition"]): load_id for load_id, record in current.items()} if _is_history(table) else {}
    count = 0
    for row in _raw(connection, table, []):
        count += 1
        group = sealed.get(row["report_year"]) if _is_history(table) else row[LOAD_ID]
        groups.setdefault(group, []).append(row)
    breaks: list[Break] = []
    for load_id in groups.keys() - current.keys():
        breaks += [
            Break(_where(table, row), f"no load put this row there (load_id {row[LOAD_ID]})")
            for row in groups[load_id][:_NAMED]
        ]
    for load_id in current:
        breaks += _rows(table, groups.get(load_id, []), manifests.get(load_id, b""), load_id)
    return count, breaks


def _rows(table: sa.Table, rows: list[dict[str, Any]], manifest: bytes, load_id: Any) -> list[Break]:
    """Compare rows, in order of key, with the hashes the load wrote down."""
    hashed: list[tuple[Any, dict[str, Any], bytes]] = []
    breaks: list[Break] = []
    columns = content_columns(table)
    for row in rows:
        try:
            values = [canonical.canonical(row[column.name], column) for column in columns]
            key = tuple(value for value, column in zip(values, columns, strict=True) if column.primary_key)
            hashed.append((key, row, canonical.row_hashes(table, [values])[0]))
        except (ValueError, TypeError, ArithmeticError) as error:
            breaks.append(Break(_where(table, row), f"a value cannot be read: {error}"))
    try:
        hashed.sort(key=lambda entry: entry[0])
    except TypeError:  # a key of another type than its column's
        hashed.sort(key=lambda entry: tuple(map(str, entry[0])))
    size = canonical.HASH_BYTES
    expected = [manifest[start : start + size] for start in range(0, len(manifest), size)]
    actual = [digest for _, _, digest in hashed]
    if actual == expected:
        return breaks
    return breaks + _differences(table, hashed, actual, expected, load_id)


def _differences(
    table: sa.Table,
    hashed: Sequence[tuple[Any, dict[str, Any], bytes]],
    actual: Sequence[bytes],
    expected: Sequence[bytes],
    load_id: Any,
) -> list[Break]:
    breaks: list[Break] = []
    for kind, low, high, first, last in SequenceMatcher(None, actual, expected, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        extra, missing = high - low, last - first
        for place in range(low, min(high, low + _NAMED)):
            told = "was altered after load" if place - low < missing else "was added after load"
            breaks.append(Break(_where(table, hashed[place][1]), f"the row {told} {load_id} wrote this partition"))
        if missing > extra:
            before = _where(table, hashed[low - 1][1]) if low else "the beginning"
            after = _where(table, hashed[high][1]) if high < len(hashed) else "the end"
            breaks.append(
                Break(table.name, f"{missing - extra} row(s) of load {load_id} are gone between {before} and {after}")
            )
    return breaks or [Break(table.name, f"the rows of load {load_id} are not in the order of their keys")]


def _history(connection: sa.Connection, records: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    """Check what a row's hash cannot: that a version was recorded by the load it names, at that load's time."""
    finished_at, column = loads.c.finished_at, compliance_history.c.recorded_at
    finished: dict[Any, Any] = {}
    for record in records:
        if record["table_name"] == compliance_by_unit.name and record["outcome"] == Outcome.WRITTEN:
            # A record that cannot be read is a break of the chain already.
            with suppress(ValueError, TypeError):
                finished[record[LOAD_ID]] = canonical.canonical(record["finished_at"], finished_at)
    for row in _raw(connection, compliance_history, []):
        if row[LOAD_ID] not in finished:
            yield Break(_where(compliance_history, row), "no load recorded this version")
            continue
        try:
            recorded = canonical.canonical(row["recorded_at"], column)
        except (ValueError, TypeError) as error:
            yield Break(_where(compliance_history, row), f"recorded_at cannot be read: {error}")
            continue
        if recorded != finished[row[LOAD_ID]]:
            yield Break(_where(compliance_history, row), "recorded_at is not the time of the load it names")


def _is_history(table: sa.Table) -> bool:
    return table is compliance_history


def _where(table: sa.Table, row: Mapping[str, Any]) -> str:
    key = ", ".join(f"{column.name} {row[column.name]}" for column in table.primary_key.columns)
    return f"{table.name}, {key}"
