"""Older: a warehouse as the version before named row formats wrote it, on either database.

Here: unpacking it, with its archive and its anchor. Not here: what becomes of it (``test_reseal``).

``warehouse-0002.tar.xz`` was written by that version itself: three users, 2024 and 2025, both years run twice with a
filing that came in between, and the head signed off. On PostgreSQL its rows are copied into tables of that schema: how
rows are hashed does not depend on the database.
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.schema_version import upgrade
from schemas.tables import metadata
from tests.databases import Server

PACKED = Path(__file__).with_name("warehouse-0002.tar.xz")
REVISION = "0002"


@dataclass(frozen=True)
class Older:
    """An unpacked warehouse: its folder (archive, anchor.jsonl) and its database."""

    folder: Path
    engine: sa.Engine

    @property
    def anchors(self) -> Path:
        """The file of the head that was signed off."""
        return self.folder / "anchor.jsonl"


def unpacked(folder: Path, server: Server | None) -> Iterator[Older]:
    """Yield the warehouse in a folder, on the server when one is given."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(folder, filter="data")
    file = open_engine(f"sqlite:///{folder / 'warehouse.db'}")
    engine = file if server is None else open_engine(server.empty())
    if engine is not file:
        upgrade(engine, REVISION)
        _copy(file, engine)
    yield Older(folder, engine)
    engine.dispose()
    file.dispose()


def _copy(source: sa.Engine, target: sa.Engine) -> None:
    inspector = sa.inspect(target)
    with source.connect() as reading, target.begin() as writing:
        for table in metadata.sorted_tables:
            there = inspector.get_columns(table.name) if inspector.has_table(table.name) else []
            # With the types of today, which both databases understand alike; columns never change theirs.
            columns = [table.c[column["name"]] for column in there]
            rows = [dict(row) for row in reading.execute(sa.select(*columns)).mappings()] if columns else []
            if rows:
                writing.execute(sa.insert(table), rows)
