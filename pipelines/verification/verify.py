"""Verify: whether a warehouse still says what its loads wrote.

Here: all that is recomputed, in order, and the rows of each load. Not here: the chain (``chain``), values nobody wrote
(``raw_rows``), naming rows (``rows``), versions of verdicts (``versions``), tables and triggers (``schema``), anchors
outside the warehouse (``anchors``), repairing anything.

A break names what is wrong in words: the table, the row by its key, and what to compare it with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from pipelines.verification.chain import TABLES, Chain, Record, read_chain
from pipelines.verification.raw_rows import Stored, UnreadableTableError, counted_groups, stored_rows
from pipelines.verification.rows import Break, compare_rows, shortened, where_of
from pipelines.verification.schema import schema_breaks
from pipelines.verification.versions import version_breaks
from pipelines.warehouse.writer import GENESIS
from schemas.columns import LOAD_ID, content_columns
from schemas.tables import metadata
from schemas.trail import loads
from schemas.verdicts import compliance_history

__all__ = ["Break", "Verification", "verify"]

Tell = Callable[[str], object]
Fits = Callable[[Record, sa.Table, Stored], object]


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


def _nothing(*_: object) -> None:
    """Hear and do nothing."""


def verify(connection: sa.Connection, tell: Tell = _nothing) -> Verification:
    """Recompute every hash of the warehouse in one read transaction; ``tell`` hears the name of each table in turn.

    Values are compared as the database keeps them: what cannot be read as its type is a break, not an error.
    """
    found: list[Break] = []
    for each in schema_breaks(connection):
        found.append(Break(each.where, each.what))
        if each.is_fatal:
            return Verification.of_nothing(found)
    contents = verify_contents(connection, tell)
    return replace(contents, breaks=(*found, *contents.breaks))


def verify_contents(connection: sa.Connection, tell: Tell = _nothing, fits: Fits = _nothing) -> Verification:
    """Recompute what ``verify`` does but the schema; ``fits`` gets each load whose rows stand as it wrote them."""
    found: list[Break] = []
    tell(loads.name)
    try:
        chain = read_chain(connection, found)
    except UnreadableTableError as error:
        return Verification.of_nothing([*found, Break("loads", str(error))])
    rows = 0
    for table in metadata.sorted_tables:
        if table.name in TABLES:
            continue
        tell(table.name)
        try:
            rows += _table(connection, table, chain, found, fits)
        except UnreadableTableError as error:
            found.append(Break(table.name, str(error)))
    tell(compliance_history.name)
    found += version_breaks(connection, chain.records, chain.manifests)
    return Verification(len(chain.records), rows, chain.head, tuple(dict.fromkeys(found)))


def _table(connection: sa.Connection, table: sa.Table, chain: Chain, found: list[Break], fits: Fits) -> int:
    """Compare a table load by load (its history: year by year) with what was written; return how many rows it has."""
    is_history = table is compliance_history
    grouped = table.c.report_year if is_history else table.c[LOAD_ID]
    current = {
        _year(record["partition"]) if is_history else load_id: record
        for load_id, record in chain.current(table.name).items()
    }
    columns, groups = content_columns(table), counted_groups(connection, grouped)
    for group in groups:
        stored = stored_rows(connection, table, columns, _equals(grouped, group))
        record = current.pop(group, None)
        if record is not None:
            found += _compared(table, stored, record, chain, fits)
            continue
        told = (
            "no load recorded versions of this year" if is_history else f"no load put this row there (load_id {group})"
        )
        strangers = [Break(where_of(table, columns, row, group), told) for row in stored.rows]
        found += shortened(strangers, table.name)
    for record in current.values():
        found += _compared(table, Stored([], {}), record, chain, fits)
    return sum(groups.values())


def _compared(table: sa.Table, stored: Stored, record: Record, chain: Chain, fits: Fits) -> list[Break]:
    breaks = compare_rows(table, stored, chain.written(record))
    if not breaks:
        fits(record, table, stored)
    return breaks


def _equals(column: sa.Column[Any], value: Any) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else sa.type_coerce(column, sa.types.NullType()) == value


def _year(partition: Any) -> Any:
    return int(partition) if isinstance(partition, str) and partition.isdecimal() else partition
