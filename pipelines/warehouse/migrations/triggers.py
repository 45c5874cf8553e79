"""Triggers: what the database itself refuses.

Here: rules that hold whoever is connected, for SQLite and PostgreSQL. Not here: checks of contents.
A user who may drop a trigger can get round one; the chain of hashes shows it afterwards.
"""

from typing import NamedTuple

import sqlalchemy as sa

# Tables nobody may update or delete from.
APPEND_ONLY = ("loads", "load_inputs", "load_manifests")
# A version of a verdict may be closed once, never changed or removed.
HISTORY = "compliance_history"
# A load says how its rows were hashed. A program of before that is still running cannot, and must not go on.
LOADS = "loads"

# Bits of pg_trigger.tgtype.
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
_REFUSE = "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END"
_OUTDATED = "a newer version of Nedra has taken over this warehouse: stop the older one"
_NAMED = f"BEGIN IF NEW.row_format IS NULL THEN RAISE EXCEPTION '{_OUTDATED}'; END IF; RETURN NEW; END"


class Trigger(NamedTuple):
    """What PostgreSQL's catalogue says of a trigger that is as it was made: type bits, body with single spaces."""

    kind: int
    body: str


def postgresql_triggers(connection: sa.Connection, table: str) -> dict[str, Trigger]:
    """Return the triggers a table has on PostgreSQL, by name."""
    if table in APPEND_ONLY:
        found = {f"{table}_append_only": Trigger(_BEFORE | _UPDATE | _DELETE | _TRUNCATE, _REFUSE)}
        return found | ({f"{LOADS}_row_format": Trigger(_ROW | _BEFORE | _INSERT, _NAMED)} if table == LOADS else {})
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


def create_format_trigger(connection: sa.Connection) -> None:
    """Create the trigger that takes no load without the name of its row format."""
    if connection.dialect.name == "sqlite":
        connection.execute(
            sa.text(
                f"""CREATE TRIGGER {LOADS}_row_format BEFORE INSERT ON {LOADS} WHEN NEW.row_format IS NULL
                BEGIN SELECT RAISE(ABORT, '{_OUTDATED}'); END"""
            )
        )
        return
    connection.execute(
        sa.text(f"CREATE FUNCTION nedra_row_format() RETURNS trigger LANGUAGE plpgsql AS $$ {_NAMED} $$")
    )
    connection.execute(
        sa.text(
            f"""CREATE TRIGGER {LOADS}_row_format BEFORE INSERT ON {LOADS}
            FOR EACH ROW EXECUTE FUNCTION nedra_row_format()"""
        )
    )


def _sqlite(connection: sa.Connection) -> list[str]:
    statements = [
        f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_no_delete BEFORE DELETE ON {HISTORY}
            BEGIN SELECT RAISE(ABORT, '{HISTORY} keeps every version'); END"""
    )
    statements.append(_never_changed(connection))
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_closed_once BEFORE UPDATE OF superseded_at ON {HISTORY}
            WHEN OLD.superseded_at IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'a version of {HISTORY} is closed once'); END"""
    )
    return statements


def renew_history_triggers(connection: sa.Connection) -> None:
    """Let the triggers of versions know the table's present columns: for a migration that has added some."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text(f"DROP TRIGGER {HISTORY}_no_change"))
        connection.execute(sa.text(_never_changed(connection)))
    else:
        connection.execute(sa.text(_closing_function(connection)))


def _never_changed(connection: sa.Connection) -> str:
    kept = ", ".join(_history_columns(connection))
    return f"""CREATE TRIGGER {HISTORY}_no_change BEFORE UPDATE OF {kept} ON {HISTORY}
            BEGIN SELECT RAISE(ABORT, 'a version of {HISTORY} is never changed'); END"""


def _closing_function(connection: sa.Connection) -> str:
    return f"""CREATE OR REPLACE FUNCTION nedra_version_closed_once() RETURNS trigger LANGUAGE plpgsql AS
            $${_closed_once(connection)}$$"""


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
    statements.append(_closing_function(connection))
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
