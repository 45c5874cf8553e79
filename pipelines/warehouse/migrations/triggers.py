"""Triggers: what the database itself refuses.

Belongs here: rules that hold whoever is connected, for SQLite and PostgreSQL. Does not: checks of contents.
A user who may drop a trigger can get round one; the chain of hashes shows it afterwards.
"""

import sqlalchemy as sa

# Tables nobody may update or delete from.
APPEND_ONLY = ("loads", "load_inputs", "load_manifests")
# A version of a verdict may be closed once, never changed or removed.
HISTORY = "compliance_history"


TRIGGERS_OF = (*APPEND_ONLY, HISTORY)


def trigger_names(table: str) -> tuple[str, ...]:
    """Return the triggers a table has on PostgreSQL."""
    return (f"{table}_append_only",) if table in APPEND_ONLY else (f"{table}_no_delete", f"{table}_closed_once")


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
    statements = [
        """CREATE FUNCTION nedra_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
    ]
    statements += [
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION nedra_append_only()"""
        for table in APPEND_ONLY
    ]
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_no_delete BEFORE DELETE OR TRUNCATE ON {HISTORY}
            FOR EACH STATEMENT EXECUTE FUNCTION nedra_append_only()"""
    )
    same = " AND ".join(f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}" for name in _history_columns(connection))
    statements.append(
        f"""CREATE FUNCTION nedra_version_closed_once() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF OLD.superseded_at IS NULL AND {same} THEN RETURN NEW; END IF;
              RAISE EXCEPTION 'a version of {HISTORY} is closed once and never changed';
            END $$"""
    )
    statements.append(
        f"""CREATE TRIGGER {HISTORY}_closed_once BEFORE UPDATE ON {HISTORY}
            FOR EACH ROW EXECUTE FUNCTION nedra_version_closed_once()"""
    )
    return statements


def _history_columns(connection: sa.Connection) -> list[str]:
    columns = sa.inspect(connection).get_columns(HISTORY)
    return [str(column["name"]) for column in columns if column["name"] != "superseded_at"]
