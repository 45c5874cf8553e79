"""Schema: whether the warehouse still has the tables, views and triggers the migrations gave it.

Belongs here: comparing what is there with what a fresh warehouse has. Does not: rows (``verifying``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from pipelines.warehouse.migrations.triggers import TRIGGERS_OF, trigger_names
from schemas.tables import metadata
from schemas.views import all_views


@dataclass(frozen=True)
class SchemaBreak:
    """One object that is not as the migrations made it; fatal when rows cannot be read because of it."""

    where: str
    what: str
    is_fatal: bool = False


def schema_breaks(connection: sa.Connection) -> Iterator[SchemaBreak]:
    """Yield every object that is missing or altered, and what the database itself says of its file."""
    if connection.dialect.name == "sqlite":
        yield from _sqlite_file(connection)
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
    yield from _definitions(connection)


def _sqlite_file(connection: sa.Connection) -> Iterator[SchemaBreak]:
    try:
        problems = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
    except sa.exc.DatabaseError as error:
        yield SchemaBreak("database file", f"cannot be read: {error.orig}", is_fatal=True)
        return
    for problem in problems:
        if problem != "ok":
            yield SchemaBreak("database file", problem)


def _definitions(connection: sa.Connection) -> Iterator[SchemaBreak]:
    if connection.dialect.name == "sqlite":
        query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        found = {(kind, name): sql for kind, name, sql in connection.exec_driver_sql(query)}
        for (kind, name), sql in _fresh_sqlite().items():
            if (kind, name) not in found:
                yield SchemaBreak(name, f"the {kind} is missing")
            elif found[kind, name] != sql:
                yield SchemaBreak(name, f"the {kind} is not as the migrations made it")
        return
    query = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"
    enabled = {row.tgname: row.tgenabled for row in connection.exec_driver_sql(query)}
    for table in TRIGGERS_OF:
        for name in trigger_names(table):
            if enabled.get(name) != "O":
                yield SchemaBreak(table, f"the trigger {name} is missing or disabled")


@cache
def _fresh_sqlite() -> dict[tuple[str, str], str]:
    """Return the definitions a new warehouse of this code has."""
    from pipelines.warehouse.engine import open_engine  # only verification needs a second warehouse
    from pipelines.warehouse.migrating import upgrade

    engine = open_engine("sqlite:///:memory:")
    upgrade(engine)
    with engine.connect() as connection:
        query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        return {(kind, name): sql for kind, name, sql in connection.exec_driver_sql(query)}
