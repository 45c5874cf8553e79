"""Canonical: one writing of a row that both databases, every Python and every year agree on.

Belongs here: turning frames and database rows into canonical values, and canonical values into hashes.
Does not: SQL, transactions, the chain (``pipelines.warehouse.loading``).

A canonical value is None, bool, int, or text: dates are ``YYYY-MM-DD``, instants ``YYYY-MM-DDTHH:MM:SS.ffffffZ``,
decimals their shortest plain writing. A row's hash covers the table's name and all values but load_id and row_hash.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from schemas.columns import LOAD_ID, ROW_HASH, Exact, Instant, plain_decimal

Value = None | bool | int | str
Row = tuple[Value, ...]

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_HASH_BYTES = 16


def content_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns whose values a row's hash covers, in table order."""
    return [column for column in table.columns if column.name not in (LOAD_ID, ROW_HASH)]


def columns_of(table: sa.Table, data: pd.DataFrame | Iterable[Sequence[Any]]) -> list[list[Value]]:
    """Return the content columns of a frame (by column name) or of plain rows (in table order) as canonical values.

    Raises ``KeyError`` when a frame lacks a column of the table: a column is never filled in silently.
    """
    columns = content_columns(table)
    if isinstance(data, pd.DataFrame):
        return [_series_values(data[column.name], column) for column in columns]
    transposed = list(zip(*data, strict=True)) or [()] * len(columns)
    return [[canonical(value, column) for value in values] for values, column in zip(transposed, columns, strict=True)]


def canonical(value: Any, column: sa.Column[Any]) -> Value:
    """Return the canonical writing of one value as it leaves SQLAlchemy, a frame or the raw database driver."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return bool(value)
    if isinstance(kind, sa.Date):
        return str(value)[:10]
    if isinstance(kind, Exact):
        return format(plain_decimal(value if isinstance(value, Decimal) else Decimal(str(value))), "f")
    if isinstance(kind, Instant):
        return _instant(value)
    if isinstance(kind, sa.Integer):
        return int(value)
    return str(value)


def row_hashes(table: sa.Table, rows: Iterable[Sequence[Value]]) -> list[str]:
    """Return the hash of each canonical row."""
    prefix = hashlib.blake2b(table.name.encode() + b"\0", digest_size=_HASH_BYTES)
    hashes = []
    for row in rows:
        digest = prefix.copy()
        digest.update(_ENCODE(row).encode())
        hashes.append(digest.hexdigest())
    return hashes


def digest_of(hashes: Iterable[str]) -> str:
    """Return the digest of a set of rows: order does not matter, every row and every repetition does."""
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()


def digest_of_parts(parts: dict[str, str]) -> str:
    """Return the digest of named digests."""
    return hashlib.sha256(_ENCODE(sorted(parts.items())).encode()).hexdigest()


def chain_hash(record: dict[str, Value]) -> str:
    """Return the hash of a load record (all its columns but ``hash``, ``previous_hash`` among them)."""
    return hashlib.sha256(_ENCODE(sorted(record.items())).encode()).hexdigest()


def _series_values(series: "pd.Series[Any]", column: sa.Column[Any]) -> list[Value]:
    """Vectorised ``canonical``: the hot path of writing 130,000 lines."""
    kind = column.type
    if pd.api.types.is_datetime64_dtype(series.dtype) and isinstance(kind, sa.Date):
        texts = np.datetime_as_string(series.to_numpy().astype("datetime64[D]"), unit="D")
        return [None if text == "NaT" else text for text in texts.tolist()]
    missing = series.isna().to_numpy()
    values = series.astype(object).tolist()
    if isinstance(kind, sa.Text | sa.String) or type(kind) is sa.BigInteger:
        wanted = int if isinstance(kind, sa.Integer) else str
        return [None if gone else wanted(value) for value, gone in zip(values, missing.tolist(), strict=True)]
    # Flags, rates and instants take few distinct values: each is written down once.
    written = {value: canonical(value, column) for value in set(series[~series.isna()].tolist())}
    return [None if gone else written[value] for value, gone in zip(values, missing.tolist(), strict=True)]


def _instant(value: datetime | date | str) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        message = f"expected a moment, got {value!r}"
        raise TypeError(message)
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
