"""Row formats: how the rows and the record of a load are hashed, by the name of the format its record gives.

Here: the present format, and the first one, which has no name (None) and verifies what was loaded before there were
names. Not here: the present format itself (``pipelines.warehouse.canonical``), sealing anew (``reseal``).

The first format hashed a row as the JSON list of all its values, NULLs too, in the order of the columns of that day
(``by_position.yaml``). A column that came later is NULL in such a row; when it is not, the hash shows it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse import canonical
from schemas.columns import content_names
from schemas.trail import RowFormat, loads
from schemas.yaml_text import load_yaml

KNOWN = (None, *RowFormat)
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def row_hashes(row_format: str | None, table: sa.Table, rows: Sequence[Sequence[Any]]) -> list[bytes]:
    """Return the hash of each row of canonical values, given by the table's content columns."""
    if not rows:
        return []
    if row_format is not None:
        return canonical.row_hashes(table, list(zip(*rows, strict=True)))
    names = content_names(table)
    places = [names.index(name) for name in _columns_then(table)]
    later = [(name, place) for place, name in enumerate(names) if place not in set(places)]
    opening = hashlib.blake2b(table.name.encode() + b"\0", digest_size=canonical.HASH_BYTES)
    hashes = []
    for row in rows:
        digest = opening.copy()
        added = [(name, row[place]) for name, place in later if row[place] is not None]
        digest.update(_ENCODE([*(row[place] for place in places), *added]).encode())
        hashes.append(digest.digest())
    return hashes


def key_names(row_format: str | None, table: sa.Table) -> list[str]:
    """Return the columns by which the hashes of a manifest are in order."""
    if row_format is not None:
        return canonical.key_names(table)
    return [name for name in _columns_then(table) if table.c[name].primary_key]


def chain_hash(record: Mapping[str, Any]) -> str:
    """Return the hash of a load record of canonical values in the format it names; its ``hash`` is not looked at."""
    plain = {name: value for name, value in record.items() if name != "hash"}
    if plain["row_format"] is not None:
        return canonical.chain_hash(plain)
    then = set(_columns_then(loads))
    pairs = sorted((name, value) for name, value in plain.items() if name in then or value is not None)
    return hashlib.sha256(_ENCODE(pairs).encode()).hexdigest()


def _columns_then(table: sa.Table) -> Sequence[str]:
    # A table that came later had no columns: whatever stands in it for such a load was not put there by it.
    return _by_position().get(table.name, ())


@cache
def _by_position() -> Mapping[str, Sequence[str]]:
    columns: dict[str, list[str]] = load_yaml(Path(__file__).with_name("by_position.yaml").read_text(encoding="utf-8"))
    return columns
