"""Postgres catalog: what the server says of tables, views and triggers, against what the migrations made.

Here: everything that could make a table show other rows than it holds, or take other rows than Nedra gives it: types,
keys, triggers, rules, policies, inheritance, a table of the same name before it, views. Not here: rows, roles.
Tables of others in the same schema are left alone: Dagster may keep its own there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse.migrations.triggers import postgresql_triggers
from schemas.tables import metadata
from schemas.views import all_views

Found = tuple[str, str]

_TABLES = """
SELECT c.relname, n.nspname, c.relkind::text, c.relpersistence::text, c.relrowsecurity, c.relhasrules,
       EXISTS (SELECT 1 FROM pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid)) AS inherits,
       pg_table_is_visible(c.oid) AS is_visible
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = ANY(:names) AND n.nspname = ANY(current_schemas(false)) ORDER BY 1, 2
"""
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relname = ANY(:names) AND pg_table_is_visible(c.oid) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY 1, a.attnum
"""
_CONSTRAINTS = """
SELECT c.relname, k.conname, k.convalidated FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relname = ANY(:names) AND pg_table_is_visible(c.oid) ORDER BY 1, 2
"""
_TRIGGERS = """
SELECT c.relname, t.tgname, t.tgenabled::text, t.tgtype::int, t.tgqual IS NULL AND t.tgattr::text = '', p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relname = ANY(:names) AND pg_table_is_visible(c.oid) AND NOT t.tgisinternal ORDER BY 1, 2
"""
_VIEWS = """
SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c
WHERE c.relname = ANY(:names) AND c.relkind = 'v' AND pg_table_is_visible(c.oid)
"""
_ANEW = "nedra_anew_"
_ORDINARY, _PERMANENT, _ENABLED = "r", "p", "O"


def catalogue_breaks(connection: sa.Connection) -> Iterator[Found]:
    """Yield every object that is not as the migrations made it."""
    seen: set[str] = set()
    names = [table.name for table in metadata.sorted_tables]
    for row in connection.execute(sa.text(_TABLES), {"names": names}):
        yield from _table(tuple(row), seen)
    columns, constraints, triggers = (_by_table(connection, query) for query in (_COLUMNS, _CONSTRAINTS, _TRIGGERS))
    for table in metadata.sorted_tables:
        yield from _columns(connection, table, columns[table.name])
        yield from _constraints(connection, table, constraints[table.name])
        yield from _triggers(connection, table.name, triggers[table.name])
    yield from _views(connection)


def _by_table(connection: sa.Connection, query: str) -> defaultdict[str, dict[str, tuple[Any, ...]]]:
    """Return what a query says of each object of each table, by name."""
    found: defaultdict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    names = [table.name for table in metadata.sorted_tables]
    for table, name, *facts in connection.execute(sa.text(query), {"names": names}):
        found[table][name] = tuple(facts)
    return found


def _table(row: Sequence[Any], seen: set[str]) -> Iterator[Found]:
    name, schema, kind, persistence, policies, rules, inherits, is_visible = row
    if name in seen or not is_visible:
        yield name, f"there is more than one table of this name; one in the schema {schema}"
    seen.add(name)
    told = {
        "it is not an ordinary table": kind != _ORDINARY,
        "it does not survive a crash of the server (unlogged)": persistence != _PERMANENT,
        "row security hides rows of it": policies,
        "a rule rewrites what is written to it": rules,
        "it inherits, or is inherited from": inherits,
    }
    yield from ((name, what) for what, is_so in told.items() if is_so)


def _columns(connection: sa.Connection, table: sa.Table, found: dict[str, tuple[Any, ...]]) -> Iterator[Found]:
    for column in table.columns:
        if column.name not in found:
            continue  # told as missing
        kind, is_required, generated = found.pop(column.name)
        expected = str(column.type.compile(connection.dialect)).lower()
        if kind != expected or bool(generated):
            yield (
                table.name,
                f"the column {column.name} is {kind}{' (generated)' * bool(generated)}, expected {expected}",
            )
        if is_required == column.nullable:
            yield table.name, f"the column {column.name} {'must' if is_required else 'need'} not be NULL, unlike before"
    for name in found:
        yield table.name, f"the column {name} is none of Nedra's"


def _constraints(connection: sa.Connection, table: sa.Table, found: dict[str, tuple[Any, ...]]) -> Iterator[Found]:
    valid = {name for name, (is_valid,) in found.items() if is_valid}
    for constraint in sorted(table.constraints, key=lambda each: str(each.name)):
        if getattr(constraint, "_type_bound", False):
            continue  # that a flag is 0 or 1: PostgreSQL has booleans
        name = connection.dialect.identifier_preparer.format_constraint(constraint)
        if name is not None and name.strip('"') not in valid:
            yield table.name, f"the constraint {name} is missing or not validated"


def _triggers(connection: sa.Connection, table: str, found: dict[str, tuple[Any, ...]]) -> Iterator[Found]:
    for name, expected in postgresql_triggers(connection, table).items():
        state, kind, is_plain, body = found.pop(name, (None, 0, False, ""))
        if state != _ENABLED:
            yield table, f"the trigger {name} is missing or disabled"
        elif kind != expected.kind or not is_plain or " ".join(body.split()) != expected.body:
            yield table, f"the trigger {name} is not as the migrations made it"
    for name in found:
        yield table, f"the trigger {name} is none of Nedra's"


def _views(connection: sa.Connection) -> Iterator[Found]:
    """Compare each view with one made anew; who may make none compares what they show."""
    views = all_views(metadata)
    stored = _definitions(connection, [view.name for view in views])
    anew: dict[str, str] | None = None
    savepoint = connection.begin_nested()
    with suppress(sa.exc.DBAPIError):
        for number, view in enumerate(views):
            connection.execute(sa.text(f"CREATE TEMPORARY VIEW {_ANEW}{number} AS {view.select}"))
        anew = _definitions(connection, [f"{_ANEW}{number}" for number in range(len(views))])
    savepoint.rollback()
    for number, view in enumerate(views):
        if view.name not in stored:
            continue  # told as missing
        if anew is None:
            is_same = _shows_the_same(connection, view.name, view.select)
        else:
            is_same = stored[view.name] == anew[f"{_ANEW}{number}"]
        if not is_same:
            yield view.name, "the view is not as the migrations made it"


def _definitions(connection: sa.Connection, names: list[str]) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(sa.text(_VIEWS), {"names": names})}


def _shows_the_same(connection: sa.Connection, name: str, select: str) -> bool:
    view = f'SELECT * FROM "{name}"'  # noqa: S608 - the name is our own
    both = [f"({one} EXCEPT ALL {other})" for one, other in ((view, select), (select, view))]
    try:
        with connection.begin_nested():
            return connection.execute(sa.text(" UNION ALL ".join(both) + " LIMIT 1")).first() is None
    except sa.exc.DBAPIError:  # other columns
        return False
