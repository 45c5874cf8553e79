"""Canonical: one writing of a row that both databases, every Python and every year agree on.

Here: turning frames and database rows into canonical values, and canonical values into hashes. Not here: SQL,
transactions, the chain (``pipelines.warehouse.writer``), older formats (``pipelines.verification.row_formats``).

A canonical value is None, bool, int, or text: dates are ``YYYY-MM-DD``, instants ``YYYY-MM-DDTHH:MM:SS.ffffffZ``,
decimals their shortest plain writing. What is hashed of a row is a JSON array without spaces, as UTF-8: the name of the
table, then the name and the value of each column in order of name. NULLs are left out, and so is load_id: neither a new
column that may be NULL nor another order of columns touches the hash of a row.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, repeat
from operator import itemgetter
from types import NoneType
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from pipelines.core.frames import plain_values
from schemas.columns import Exact, Instant, content_columns, content_names, plain_decimal
from schemas.trail import loads

Value = None | bool | int | str
Row = tuple[Value, ...]

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
HASH_BYTES = 16
# So many rows are written out before they are hashed: all at once would take a hundred megabytes a year.
_AT_ONCE = 16_384
# A number with decimals, the last of which says something.
_FRACTION = re.compile(r"-?[0-9]+\.[0-9]*[1-9]")


def columns_of(table: sa.Table, data: pd.DataFrame | Iterable[Sequence[Any]]) -> list[list[Value]]:
    """Return the content columns of a frame (by column name) or of plain rows (in table order) as canonical values.

    Raises ``KeyError`` when a frame lacks a column of the table: a column is never filled in silently.
    """
    columns = content_columns(table)
    if isinstance(data, pd.DataFrame):
        return [_series_values(data[column.name], column) for column in columns]
    transposed = list(zip(*data, strict=True)) or [()] * len(columns)
    return [_list_values(values, column) for values, column in zip(transposed, columns, strict=True)]


def canonical(value: Any, column: sa.Column[Any]) -> Value:
    """Return the canonical writing of one value as it leaves SQLAlchemy, a frame or the raw database driver."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return _flag(value)
    if isinstance(kind, sa.Date):
        return _day(value)
    if isinstance(kind, Exact):
        return _number(value)
    if isinstance(kind, Instant):
        return _instant(value)
    if isinstance(kind, sa.Integer):
        return int(value)
    return str(value)


def _number(value: Any) -> str:
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        # The shortest writing of the nearest double, as below, without a detour through Decimal.
        shortest = repr(float(value))
        if _FRACTION.fullmatch(shortest):
            return shortest
    return format(plain_decimal(value if isinstance(value, Decimal) else Decimal(str(value))), "f")


def _flag(value: Any) -> bool:
    if value not in (0, 1):
        message = f"expected yes or no, got {value!r}"
        raise ValueError(message)
    return bool(value)


def _day(value: Any) -> str:
    # A date as text must be nothing but a date: what follows it would go unseen otherwise.
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return day.strftime("%Y-%m-%d") if isinstance(day, datetime) else str(day.isoformat())


def row_hashes(table: sa.Table, columns: Sequence[Sequence[Value]]) -> list[bytes]:
    """Return the hash of each row of canonical values, given column by column as ``content_columns`` names them."""
    named = sorted(zip(content_names(table), columns, strict=True), key=itemgetter(0))
    opening = hashlib.blake2b(f"[{_ENCODE(table.name)}".encode(), digest_size=HASH_BYTES)
    hashes: list[bytes] = []
    for start in range(0, len(columns[0]), _AT_ONCE):
        pairs = [_pairs(name, values[start : start + _AT_ONCE]) for name, values in named]
        for text in map("".join, zip(*pairs, repeat("]"))):
            digest = opening.copy()
            digest.update(text.encode())
            hashes.append(digest.digest())
    return hashes


def _pairs(name: str, values: Sequence[Value]) -> list[str]:
    """Return a column as it stands in the hashed text of each row: nothing, or a comma, its name and its value."""
    opening = f",{_ENCODE(name)},"
    distinct = set(values)
    if len(distinct) * 2 > len(values):
        return ["" if value is None else opening + _ENCODE(value) for value in values]
    written = {value: "" if value is None else opening + _ENCODE(value) for value in distinct}
    return [written[value] for value in values]


def key_names(table: sa.Table) -> list[str]:
    """Return the columns by which the hashes of a manifest are in order: those of the key, by name."""
    return sorted(column.name for column in content_columns(table) if column.primary_key)


def key_order(table: sa.Table, columns: Sequence[Sequence[Value]]) -> list[int]:
    """Return the positions of rows, given column by column, in order of the table's key."""
    named = dict(zip(content_names(table), columns, strict=True))
    rows = list(zip(*(named[name] for name in key_names(table)), strict=True))
    return sorted(range(len(rows)), key=rows.__getitem__)


def manifest_of(hashes: Sequence[bytes], order: Iterable[int]) -> bytes:
    """Return the row hashes in order of key, one after the other."""
    return b"".join([hashes[place] for place in order])


def digest_of(manifest: bytes) -> str:
    """Return the digest of a manifest: every row, every repetition and nothing else is in it."""
    return hashlib.sha256(manifest).hexdigest()


def digest_of_parts(parts: dict[str, str]) -> str:
    """Return the digest of named digests."""
    return hashlib.sha256(_ENCODE(sorted(parts.items())).encode()).hexdigest()


def chain_hash(record: Mapping[str, Value]) -> str:
    """Return the SHA-256 of a load record, all its columns but ``hash``, written out as a row is."""
    pairs = sorted((name, value) for name, value in record.items() if value is not None)
    return hashlib.sha256(_ENCODE([loads.name, *chain.from_iterable(pairs)]).encode()).hexdigest()


def _list_values(values: Sequence[Any], column: sa.Column[Any]) -> list[Value]:
    """``canonical`` for a column of plain values, the kind of column asked for once."""
    kind = type(column.type)
    if kind is sa.Text or kind is sa.BigInteger:
        wanted = str if kind is sa.Text else int
        return [None if value is None or value is pd.NA else wanted(value) for value in values]
    return [canonical(value, column) for value in values]


def _series_values(series: "pd.Series[Any]", column: sa.Column[Any]) -> list[Value]:
    """Vectorised ``canonical``: the hot path of writing 130,000 lines."""
    kind = column.type
    if pd.api.types.is_datetime64_dtype(series.dtype) and isinstance(kind, sa.Date):
        texts = np.datetime_as_string(series.to_numpy().astype("datetime64[D]"), unit="D")
        return [None if text == "NaT" else text for text in texts.tolist()]
    values = plain_values(series)
    if isinstance(kind, sa.Text | sa.String) or type(kind) is sa.BigInteger:
        wanted = int if isinstance(kind, sa.Integer) else str
        if set(map(type, values)) <= {wanted, NoneType}:
            return values
        return [None if value is None else wanted(value) for value in values]
    # Flags, rates and instants take few distinct values: each is written down once.
    written = {value: canonical(value, column) for value in set(values)}
    return [written[value] for value in values]


def _instant(value: datetime | date | str) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        message = f"expected a moment, got {value!r}"
        raise TypeError(message)
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
