"""Rows: those of a partition against the hashes its load wrote down, and which row makes the difference.

Here: ``Break``, naming rows and gaps. Not here: reading rows (``raw_rows``), deciding which load they belong to
(``verify``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.verification.raw_rows import Stored, plain
from pipelines.verification.row_formats import key_names, row_hashes
from pipelines.warehouse import canonical
from schemas.columns import LOAD_ID, content_columns, content_names

# So many rows of a partition are named one by one; who altered more replaced it.
NAMED = 20


@dataclass(frozen=True)
class Break:
    """One thing that is not as it was written: where, and what, in words."""

    where: str
    what: str

    def __str__(self) -> str:
        """Return the break as one sentence."""
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Written:
    """What a load wrote of a table: its number, digest and manifest of row hashes, and the format of the two."""

    load_id: Any
    digest: Any
    manifest: bytes
    row_format: str | None


@dataclass(frozen=True)
class _Hashed:
    key: tuple[Any, ...]
    values: tuple[Any, ...]
    digest: bytes | None
    problem: str | None


def compare_rows(table: sa.Table, stored: Stored, written: Written) -> list[Break]:
    """Return what the rows of one load, given by the table's content columns, have against what the load wrote."""
    columns = content_columns(table)
    digests = row_hashes(written.row_format, table, stored.sound)
    keys = [content_names(table).index(name) for name in key_names(written.row_format, table)]
    if not stored.problems:
        order = sorted(
            range(len(digests)), key=[tuple(row[place] for place in keys) for row in stored.rows].__getitem__
        )
        if canonical.digest_of(canonical.manifest_of(digests, order)) == written.digest:
            return []
    if canonical.digest_of(written.manifest) != written.digest:
        told = (
            f"the rows are not those load {written.load_id} wrote; its manifest is broken too, so which, cannot be said"
        )
        return [*_problems(table, columns, stored, written.load_id), Break(table.name, told)]
    differences = list(_differences(table, _in_order(keys, stored, digests), written))
    return shortened(differences, f"{table.name}, load_id {written.load_id}")


def problems_of(table: sa.Table, stored: Stored) -> list[Break]:
    """Return the rows, given by all columns of a table, with a value nobody wrote so."""
    return _problems(table, list(table.columns), stored, None)


def where_of(table: sa.Table, columns: Iterable[sa.Column[Any]], values: Iterable[Any], load_id: Any = None) -> str:
    """Return a table and the key of a row, as it is told to people."""
    named = {LOAD_ID: load_id} | dict(zip((column.name for column in columns), values, strict=True))
    key = ", ".join(f"{column.name} {plain(named[column.name])}" for column in table.primary_key.columns)
    return f"{table.name}, {key}"


def parted(manifest: bytes) -> list[bytes]:
    """Return the hashes of a manifest."""
    size = canonical.HASH_BYTES
    return [manifest[start : start + size] for start in range(0, len(manifest), size)]


def shortened(found: list[Break], where: str) -> list[Break]:
    """Return the first breaks of many, and how many there are."""
    if len(found) <= NAMED:
        return found
    return [*found[:NAMED], Break(where, f"and {len(found) - NAMED} more breaks of this kind")]


def _problems(table: sa.Table, columns: list[sa.Column[Any]], stored: Stored, load_id: Any) -> list[Break]:
    return [
        Break(where_of(table, columns, stored.rows[place], load_id), problem)
        for place, problem in sorted(stored.problems.items())
    ]


def _in_order(keys: Sequence[int], stored: Stored, digests: Iterable[bytes]) -> list[_Hashed]:
    each = iter(digests)
    hashed = [
        _Hashed(
            tuple(row[key] for key in keys),
            row,
            None if place in stored.problems else next(each),
            stored.problems.get(place),
        )
        for place, row in enumerate(stored.rows)
    ]
    try:
        return sorted(hashed, key=lambda entry: entry.key)
    except TypeError:  # a key of another type than its column's
        return sorted(hashed, key=lambda entry: tuple(map(str, entry.key)))


def _differences(table: sa.Table, hashed: Sequence[_Hashed], written: Written) -> Iterator[Break]:
    """Yield the rows whose hash the manifest lacks, and the places where a hash has no row any more.

    Rows that fit stand in the manifest's order; between two of them, a row without a hash was altered as long as there
    is a hash without a row, and was added otherwise.
    """
    columns, load_id = content_columns(table), written.load_id
    expected = parted(written.manifest)
    place_of = {digest: place for place, digest in enumerate(expected)}
    fitting = _fitting(hashed, place_of)
    there = {entry.digest for entry, fits in zip(hashed, fitting, strict=True) if fits}
    begin, last = 0, -1
    for end in range(len(hashed) + 1):
        if end < len(hashed) and not fitting[end]:
            continue
        place = place_of[hashed[end].digest or b""] if end < len(hashed) else len(expected)
        missing = sum(1 for digest in expected[last + 1 : place] if digest not in there)
        for number, entry in enumerate(hashed[begin:end]):
            told = f"the row was {'altered' if number < missing else 'added'} after load {load_id} wrote this partition"
            yield Break(where_of(table, columns, entry.values, load_id), entry.problem or told)
        if (gone := missing - (end - begin)) > 0:
            before = where_of(table, columns, hashed[begin - 1].values, load_id) if begin else "the beginning"
            after = where_of(table, columns, hashed[end].values, load_id) if end < len(hashed) else "the end"
            yield Break(table.name, f"{gone} row(s) of load {load_id} are gone between {before} and {after}")
        begin, last = end + 1, place


def _fitting(hashed: Sequence[_Hashed], place_of: Mapping[bytes, int]) -> list[bool]:
    """Return of each row whether the manifest has its hash; the second of two equal rows is one too many."""
    seen: set[bytes] = set()
    fitting = []
    for entry in hashed:
        fits = entry.digest is not None and entry.digest in place_of and entry.digest not in seen
        if fits and entry.digest is not None:
            seen.add(entry.digest)
        fitting.append(fits)
    return fitting
