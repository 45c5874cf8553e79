"""Triggers: what the database itself refuses.

Belongs here: rules that hold whoever is connected, for SQLite and PostgreSQL. Does not: checks of contents.
A user who may drop a trigger can get round one; the chain of hashes shows it afterwards.
"""

from typing import NamedTuple

import sqlalchemy as sa

# Tables nobody may update or delete from.
APPEND_ONLY = ("loads", "load_inputs", "load_manifests")
# A version of a verdict may be closed once, never changed or removed.
HISTORY = "compliance_history"


TRIGGERS_OF = (*APPEND_ONLY, HISTORY)

# Bits of pg_trigger.tgtype.
_ROW, _BEFORE, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 8, 16, 32
_REFUSE = "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END"


class Trigger(NamedTuple):
    """What PostgreSQL's catalogue says of a trigger that is as it was made: type bits, body with single spaces."""

    kind: int
    body: str


def postgresql_triggers(connection: sa.Connection, table: str) -> dict[str, Trigger]:
    """Return the triggers a table has on PostgreSQL, by name."""
    if table in APPEND_ONLY:
        return {f"{table}_append_only": Trigger(_BEFORE | _UPDATE | _DELETE | _TRUNCATE, _REFUSE)}
    if table != HISTORY:
        return {}
    return {
        f"{table}_no_delete": Trigger(_BEFORE | _DELETE | _TRUNCATE, _REFUSE),
        f"{table}_closed_once": Trigger(_ROW | _BEFORE | _UPDATE, " ".join(_closed_once(connection).split())),
    }


def create_triggers(connection: sa.Connection) -> None:
    """Create the triggers of the warehouse."""
    make = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    for statement in make(connection):
        connection.execute(sa.text(statement))


def _sqlite(connection: sa.Connection) -> list[str]:
    statements = [
        f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    kept = ", ".join(name for name in _history_columns(connection))
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_no_delete BEFORE DELETE ON {HISTORY}
            BEGIN SELECT RAISE(ABORT, '{HISTORY} keeps every version'); END"""
    )
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_no_change BEFORE UPDATE OF {kept} ON {HISTORY}
            BEGIN SELECT RAISE(ABORT, 'a version of {HISTORY} is never changed'); END"""
    )
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_closed_once BEFORE UPDATE OF superseded_at ON {HISTORY}
            WHEN OLD.superseded_at IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'a version of {HISTORY} is closed once'); END"""
    )
    return statements


def _postgresql(connection: sa.Connection) -> list[str]:
    statements = [f"CREATE FUNCTION nedra_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ {_REFUSE} $$"]
    statements += [
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION nedra_append_only()"""
        for table in APPEND_ONLY
    ]
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_no_delete BEFORE DELETE OR TRUNCATE ON {HISTORY}
            FOR EACH STATEMENT EXECUTE FUNCTION nedra_append_only()"""
    )
    statements.append(
        f"""CREATE FUNCTION nedra_version_closed_once() RETURNS trigger LANGUAGE plpgsql AS
            $${_closed_once(connection)}$$"""
    )
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_closed_once BEFORE UPDATE ON {HISTORY}
            FOR EACH ROW EXECUTE FUNCTION nedra_version_closed_once()"""
    )
    return statements


def _closed_once(connection: sa.Connection) -> str:
    same = " AND ".join(f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}" for name in _history_columns(connection))
    return f"""
        BEGIN
          IF OLD.superseded_at IS NULL AND {same} THEN RETURN NEW; END IF;
          RAISE EXCEPTION 'a version of {HISTORY} is closed once and never changed';
        END"""


def _history_columns(connection: sa.Connection) -> list[str]:
    columns = sa.inspect(connection).get_columns(HISTORY)
    return [str(column["name"]) for column in columns if column["name"] != "superseded_at"]
