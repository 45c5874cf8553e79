"""Schema: whether the warehouse still has the tables, views and triggers the migrations gave it.

Here: what both databases are asked, and SQLite's comparison with a fresh warehouse. Not here: PostgreSQL's catalogue
(``postgres_catalog``), rows (``verify``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from pipelines.verification.postgres_catalog import Found, catalogue_breaks
from pipelines.warehouse.engine import UNREADABLE, meaning_of
from pipelines.warehouse.schema_version import head_revision, older_revisions
from schemas.tables import metadata
from schemas.views import all_views

_REVISION = "alembic_version"
# What SQLite itself keeps beside the tables, such as statistics of ANALYZE.
_OWN_OF_SQLITE = ("sqlite_stat1", "sqlite_stat4", "sqlite_sequence")


@dataclass(frozen=True)
class SchemaBreak:
    """One object that is not as the migrations made it; fatal when rows cannot be read because of it."""

    where: str
    what: str
    is_fatal: bool = False


def schema_breaks(connection: sa.Connection) -> Iterator[SchemaBreak]:
    """Yield every object that is missing, altered or added, and what the database itself says of its file."""
    try:
        if connection.dialect.name == "sqlite":
            yield from _sqlite_file(connection)
        outdated = outdated_schema(connection)
        if outdated is not None:
            yield SchemaBreak(_REVISION, outdated, is_fatal=True)
        yield from _objects(connection)
        if connection.dialect.name == "sqlite":
            yield from _sqlite_definitions(connection)
        else:
            yield from (SchemaBreak(*found) for found in _catalogue(connection))
        yield from _revision(connection)
    except UNREADABLE as error:
        yield SchemaBreak("database", meaning_of(error), is_fatal=True)


def outdated_schema(connection: sa.Connection) -> str | None:
    """Return what to do about a warehouse that an older version made, None for any other."""
    if not sa.inspect(connection).has_table(_REVISION):
        return None
    found = connection.exec_driver_sql(f"SELECT version_num FROM {_REVISION}").scalars().all()  # noqa: S608 - our own
    if len(found) != 1 or found[0] not in older_revisions():
        return None
    return (
        f"the warehouse has schema {found[0]}, this version needs {head_revision()}: run nedra migrate, which verifies "
        f"what is stored before it changes anything"
    )


def _objects(connection: sa.Connection) -> Iterator[SchemaBreak]:
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in there:
            yield SchemaBreak(table.name, "the table is missing", is_fatal=True)
            continue
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                yield SchemaBreak(table.name, f"the column {column.name} is missing", is_fatal=True)
    views = set(inspector.get_view_names())
    for view in all_views(metadata):
        if view.name not in views:
            yield SchemaBreak(view.name, "the view is missing")


def _catalogue(connection: sa.Connection) -> list[Found]:
    with connection.begin_nested():
        return list(catalogue_breaks(connection))


def _revision(connection: sa.Connection) -> Iterator[SchemaBreak]:
    found = list(connection.exec_driver_sql(f"SELECT version_num FROM {_REVISION}").scalars())  # noqa: S608 - our own
    if found != [head_revision()]:
        told = (
            f"expected the one revision {head_revision()} of this program, found {', '.join(map(str, found)) or 'none'}"
        )
        yield SchemaBreak(_REVISION, told)


def _sqlite_file(connection: sa.Connection) -> Iterator[SchemaBreak]:
    for pragma in ("integrity_check", "foreign_key_check"):
        for row in connection.exec_driver_sql(f"PRAGMA {pragma}"):
            told = ", ".join(map(str, row))
            if told != "ok":
                yield SchemaBreak("database file", f"{pragma}: {told}")


def _sqlite_definitions(connection: sa.Connection) -> Iterator[SchemaBreak]:
    found, expected = _sqlite_objects(connection), _fresh_sqlite()
    for (kind, name), sql in expected.items():
        if (kind, name) not in found:
            yield SchemaBreak(name, f"the {kind} is missing")
        elif found[kind, name] != sql:
            yield SchemaBreak(name, f"the {kind} is not as the migrations made it")
    for kind, name in found.keys() - expected.keys():
        if name not in _OWN_OF_SQLITE:
            yield SchemaBreak(name, f"the {kind} is none of Nedra's")


def _sqlite_objects(connection: sa.Connection) -> dict[tuple[str, str], tuple[str, str | None]]:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    return {(kind, name): (table, sql) for kind, name, table, sql in connection.exec_driver_sql(query)}


@cache
def _fresh_sqlite() -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return the definitions a new warehouse of this code has."""
    from pipelines.warehouse.engine import open_engine  # only verification needs a second warehouse
    from pipelines.warehouse.schema_version import upgrade

    engine = open_engine("sqlite:///:memory:")
    upgrade(engine)
    with engine.connect() as connection:
        return _sqlite_objects(connection)
