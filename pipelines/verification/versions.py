"""Versions: whether the history of verdicts holds together beyond the seal of its last load.

Here: what no hash of a row can say - that a version was recorded by the load it names at that load's time, that
versions follow one another, that nothing an earlier seal covered is gone, that the last version is the verdict.
Not here: the hashes of the rows themselves (``verify``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.verification.raw_rows import UnreadableTableError, stored_rows
from pipelines.verification.row_formats import row_hashes
from pipelines.verification.rows import Break, parted, where_of
from schemas.columns import LOAD_ID, content_columns, content_names
from schemas.trail import Outcome
from schemas.verdicts import compliance_by_unit, compliance_history

_COLUMNS = list(compliance_history.columns)
_CONTENT = content_names(compliance_history)
_VERDICT = content_names(compliance_by_unit)
_KEY = ["report_year", "unit_no"]


def version_breaks(
    connection: sa.Connection, records: Sequence[Mapping[str, Any]], manifests: Mapping[Any, bytes]
) -> list[Break]:
    """Return every version that does not fit its load, its neighbours, an earlier seal or the present verdict."""
    try:
        order = list(compliance_history.primary_key.columns)
        stored = stored_rows(connection, compliance_history, _COLUMNS, order=order)
        columns = content_columns(compliance_by_unit)
        verdicts = stored_rows(connection, compliance_by_unit, columns, order=columns[:2])
    except UnreadableTableError:
        return []  # said already
    # A row with a value nobody wrote is named already.
    names = [column.name for column in _COLUMNS]
    versions = [dict(zip(names, row, strict=True)) for row in stored.sound]
    return [
        *_loads(versions, records),
        *_sequence(versions),
        *_seals(versions, records, manifests),
        *_present(versions, verdicts.rows),
    ]


def _loads(versions: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    wrote = {
        record[LOAD_ID]: record
        for record in records
        if record["asset"] == compliance_by_unit.name and record["outcome"] == Outcome.WRITTEN
    }
    moments = {(record["partition"], record["finished_at"]) for record in wrote.values()}
    for version in versions:
        record, year = wrote.get(version[LOAD_ID]), str(version["report_year"])
        if record is None or record["partition"] != year:
            yield Break(_where(version), "no load of its year recorded this version")
        elif version["recorded_at"] != record["finished_at"]:
            yield Break(_where(version), "recorded_at is not the time of the load it names")
        if version["superseded_at"] is not None and (year, version["superseded_at"]) not in moments:
            yield Break(_where(version), "superseded_at is not the time of a load of its year")


def _sequence(versions: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    before: Mapping[str, Any] | None = None
    for version in versions:
        is_next = before is not None and all(before[name] == version[name] for name in _KEY)
        last = before["version_no"] if before is not None and is_next else 0
        if version["version_no"] != last + 1:
            yield Break(_where(version), f"the version before it is missing: the last one is {last}")
        elif before is not None and is_next:
            closed = before["superseded_at"]
            if closed is None or not before["recorded_at"] < closed <= version["recorded_at"]:
                yield Break(_where(before), "superseded_at does not lie between this version and the next")
        before = version


def _seals(
    versions: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]], manifests: Mapping[Any, bytes]
) -> Iterator[Break]:
    """Check that what an earlier load sealed is still there, as it was or closed since."""
    seals = [
        record
        for record in records
        if record["table_name"] == compliance_history.name and record["outcome"] == Outcome.WRITTEN
    ]
    known = {row_format: _hashes(versions, row_format) for row_format in {record["row_format"] for record in seals}}
    for record in seals:
        there = known[record["row_format"]][record["partition"]]
        gone = sum(1 for each in parted(manifests.get(record[LOAD_ID], b"")) if each not in there)
        if gone:
            where = f"compliance_history, report_year {record['partition']}"
            yield Break(where, f"{gone} version(s) that load {record[LOAD_ID]} sealed are gone or altered")


def _hashes(versions: Sequence[Mapping[str, Any]], row_format: str | None) -> defaultdict[str, set[bytes]]:
    """Return, by year, the hash of each version as it is and as it was before it was closed."""
    known: defaultdict[str, set[bytes]] = defaultdict(set)
    for as_closed in (True, False):
        rows = [
            [None if name == "superseded_at" and not as_closed else version[name] for name in _CONTENT]
            for version in versions
        ]
        hashes = row_hashes(row_format, compliance_history, rows)
        for version, digest in zip(versions, hashes, strict=True):
            known[str(version["report_year"])].add(digest)
    return known


def _present(versions: Sequence[Mapping[str, Any]], verdicts: Sequence[tuple[Any, ...]]) -> Iterator[Break]:
    """Check that the open version of a unit's year and its verdict say the same."""
    columns = content_columns(compliance_by_unit)
    opened = {tuple(version[name] for name in _KEY): version for version in versions if not version["superseded_at"]}
    for row in verdicts:
        version = opened.pop(row[: len(_KEY)], None)
        if version is None or any(version[name] != value for name, value in zip(_VERDICT, row, strict=True)):
            where = where_of(compliance_by_unit, columns, row)
            yield Break(where, "compliance_history has no open version that says the same")
    for version in opened.values():
        yield Break(_where(version), "the version is open, but there is no such verdict")


def _where(version: Mapping[str, Any]) -> str:
    return where_of(compliance_history, _COLUMNS, [version[column.name] for column in _COLUMNS])
