"""Rows: hypothesis strategies for a row of any table of the warehouse.

Belongs here: values each column accepts, constraints included. Does not: what rows mean.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from schemas.columns import Exact, Instant
from schemas.tables import metadata

TRAIL = ("loads", "load_inputs", "load_manifests")
_LARGEST = 10**15
_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
_LISTED = re.compile(r"(\w+) IN \((.*)\)")
_SUMS = {
    "declared_tiyn": ("recognised_tiyn", "cure_tiyn", "disallowed_tiyn", "set_aside_tiyn"),
    "financing_tiyn": ("recognised_tiyn", "budget_tiyn"),
}


def published_tables() -> list[sa.Table]:
    """Return the tables a load replaces as a whole."""
    return [
        table
        for table in metadata.sorted_tables
        if table.name not in (*TRAIL, "compliance_history") and "load_id" in table.columns
    ]


def content(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns a caller writes."""
    return [column for column in table.columns if column.name not in ("load_id", "row_hash")]


def rows(table: sa.Table) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """Return lists of rows with different keys that the table accepts."""
    columns = content(table)
    keys = [place for place, column in enumerate(columns) if column.primary_key]
    one = st.tuples(*(_values(table, column) for column in columns)).map(lambda row: _summed(columns, row))
    return st.lists(one, max_size=3, unique_by=lambda row: tuple(row[place] for place in keys))


def _values(table: sa.Table, column: sa.Column[Any]) -> st.SearchStrategy[Any]:
    listed = _choices(table, column)
    given = _of_type(column) if listed is None else listed
    return st.none() | given if column.nullable else given


def _choices(table: sa.Table, column: sa.Column[Any]) -> st.SearchStrategy[Any] | None:
    for constraint in table.constraints:
        found = isinstance(constraint, sa.CheckConstraint) and _LISTED.fullmatch(str(constraint.sqltext))
        if found and found[1] == column.name:
            return st.sampled_from(re.findall(r"'([^']*)'", found[2]))
    return None


def _of_type(column: sa.Column[Any]) -> st.SearchStrategy[Any]:
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return st.booleans()
    if isinstance(kind, sa.Date):
        return st.dates(min_value=date(1, 1, 1))
    if isinstance(kind, Exact):
        return st.decimals(min_value=-(10**9), max_value=10**9, places=4)
    if isinstance(kind, Instant):
        return st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    if isinstance(kind, sa.Integer):
        return st.integers(min_value=1, max_value=_LARGEST)
    return _TEXTS


def _summed(columns: list[sa.Column[Any]], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the row with the sums its table insists on."""
    named = dict(zip([column.name for column in columns], row, strict=True))
    for total, parts in _SUMS.items():
        if named.keys() >= {total, *parts}:
            named[total] = sum(named[part] for part in parts)
    return tuple(named.values())


def as_frame_value(value: Any) -> Any:
    """Return a value as it stands in a frame of the bulk step: decimals as their plain text."""
    return format(value, "f") if isinstance(value, Decimal) else value
