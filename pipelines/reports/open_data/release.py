"""Release: the open data of the warehouse in their folder, and what changed since the release before.

Here: which files are written again, the changelog. Not here: what is in a file
(``pipelines.reports.open_data.data_package``).
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.reports.open_data.data_package import DESCRIPTION, as_csv, as_parquet, described, readme
from pipelines.reports.open_data.publication import Publication, PublicTable, content, publication
from pipelines.reports.whole_file import WrittenFile, put
from pipelines.warehouse.locks import turn
from pipelines.warehouse.session import Warehouse
from schemas.vocabulary import Language

CHANGELOG, CHANGES, README = "CHANGELOG.md", "changes.csv", "README.md"
_HEADER = ("version", "table", "key", "change", "field", "before", "after")
_BETWEEN = " / "


@dataclass(frozen=True)
class Release:
    """What stands in the folder now: its version, its files, and how many rows were added, changed, removed."""

    folder: Path
    version: str
    files: tuple[WrittenFile, ...]
    rows: Mapping[str, int]
    added: int
    changed: int
    removed: int


@dataclass(frozen=True)
class _Change:
    table: str
    key: str
    kind: str
    field: str = ""
    before: str = ""
    after: str = ""


def write_open_data(warehouse: Warehouse, folder: Path | None = None) -> Release:
    """Write the open data; what says the same already is left as it is, so the same warehouse gives the same bytes.

    The description is written last: while its digests fit, the release is whole. ``folder`` is where to; default that
    of the installation.

    Raises:
        pipelines.reports.open_data.publication.PersonalDataError: a row names a natural person.
        OSError: the folder takes no file.
    """
    target = folder or warehouse.settings.home / "reports" / "open-data"
    with turn(warehouse.engine, "open-data"):
        with warehouse.reading() as connection:
            published = publication(connection)
        return _written(published, target)


def version_of(published: Publication) -> str:
    """Return the version: the day (UTC) and the number of the newest load that wrote any of it."""
    if published.written_at is None:
        return "0"
    return f"{published.written_at:%Y.%m.%d}.{published.load_id}"


def _written(published: Publication, folder: Path) -> Release:
    before, version = _version_before(folder), version_of(published)
    changes = [change for table in published.tables for change in _changes(table, folder / f"{table.name}.csv")]
    if before is not None and not changes:
        version = before
    files = {}
    if before is None or changes:  # told before the tables change: a broken-off release is told again, the same
        files[CHANGES] = put(folder / CHANGES, _change_rows(version, changes if before is not None else []))
        files[CHANGELOG] = put(folder / CHANGELOG, _changelog(folder / CHANGELOG, version, before, changes))
    for table in published.tables:
        files[f"{table.name}.csv"] = put(folder / f"{table.name}.csv", as_csv(table))
        files[f"{table.name}.parquet"] = put(folder / f"{table.name}.parquet", as_parquet(table))
    files[README] = put(folder / README, readme(published, version))
    files[DESCRIPTION] = put(folder / DESCRIPTION, described(published, files, version))
    kinds = [change.kind for change in dict.fromkeys(_Change(c.table, c.key, c.kind) for c in changes)]
    counts = {kind: kinds.count(kind) for kind in ("added", "changed", "removed")}
    rows = {table.name: len(table.rows) for table in published.tables}
    return Release(folder, version, tuple(files.values()), rows, **counts)


def _version_before(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return None


def _changes(table: PublicTable, path: Path) -> Iterator[_Change]:
    """Yield what a table says otherwise than the file of before."""
    now = _by_key(table, as_csv(table))
    before = _by_key(table, path.read_bytes()) if path.is_file() else {}
    for key in sorted(now.keys() | before.keys()):
        if key not in before:
            yield _Change(table.name, key, "added")
        elif key not in now:
            yield _Change(table.name, key, "removed")
        else:
            for field in now[key].keys() | before[key].keys():
                old, new = before[key].get(field, ""), now[key].get(field, "")
                if old != new:
                    yield _Change(table.name, key, "changed", field, old, new)


def _by_key(table: PublicTable, data: bytes) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return {_BETWEEN.join(row.get(name) or "" for name in table.key): row for row in rows}


def _change_rows(version: str, changes: list[_Change]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(_HEADER)
    ordered = sorted(changes, key=lambda change: (change.table, change.key, change.field))
    writer.writerows([version, *vars(change).values()] for change in ordered)
    return target.getvalue().encode()


def _changelog(path: Path, version: str, before: str | None, changes: list[_Change]) -> bytes:
    """Return the changelog with this release on top; the releases of before stay as they were told."""
    words = content()["changes"]
    title = f"# {_BETWEEN.join(words['title'][language] for language in Language)}\n"
    told = path.read_text(encoding="utf-8").removeprefix(title) if before is not None and path.is_file() else ""
    lines = [f"\n## {version}\n"]
    told = told[told.find("\n## ", 1) :] if told.startswith(f"{lines[0]}\n") and "\n## " in told[1:] else told
    if before is None:
        lines.append(_BETWEEN.join(words["first"][language] for language in Language))
    for table in dict.fromkeys(change.table for change in changes) if before is not None else ():
        for kind in ("added", "changed", "removed"):
            keys = {change.key for change in changes if (change.table, change.kind) == (table, kind)}
            if keys:
                word = _BETWEEN.join(words[kind][language] for language in Language)
                lines.append(f"* `{table}`: {word}: {len(keys)}")
    return (title + "\n".join(lines) + "\n" + told).encode()
