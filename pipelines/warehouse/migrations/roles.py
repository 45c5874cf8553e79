"""Roles: who may do what on PostgreSQL, enforced by the server. SQLite knows no users: whoever has the file has all.

Here: the two group roles and their rights. Not here: logins, which are the DBA's (``docs/deploying-postgresql.md``),
what nobody may do (``triggers``).
"""

import logging
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from pipelines.warehouse.migrations.triggers import APPEND_ONLY, HISTORY

WRITER = "nedra_writer"
AUDITOR = "nedra_auditor"
GUIDE = "docs/deploying-postgresql.md"
# The first version with a privilege to analyse the tables of another.
_MAINTAINED = (17,)

_log = logging.getLogger(__name__)


def create_roles(connection: sa.Connection, published: Iterable[str]) -> None:
    """Create the group roles where they are missing and give them their rights.

    A login that may not create roles is no reason to refuse the warehouse to its owner: it is told what is left to do.
    """
    if connection.dialect.name != "postgresql":
        return
    there = set(connection.scalars(sa.text("SELECT rolname FROM pg_roles")))
    missing = [role for role in (WRITER, AUDITOR) if role not in there]
    may_create = connection.scalar(
        sa.text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    )
    if missing and not may_create:
        user, names = connection.scalar(sa.text("SELECT current_user")), " and ".join(missing)
        _log.warning(
            "The database user %s may not create roles (it lacks CREATEROLE), so %s were not made and nobody but the "
            "owner can use the warehouse yet. A DBA makes them with the statements in %s.",
            user,
            names,
            GUIDE,
        )
        return
    for role in missing:
        connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for statement in (*_closing(connection, str(schema)), *rights(str(schema), published)):
        connection.exec_driver_sql(statement)
    _let_analyse(connection, published)


def grant_writing(connection: sa.Connection, *tables: str) -> None:
    """Let the writer replace the rows of published tables a later migration makes; reading is granted already."""
    if connection.dialect.name != "postgresql":
        return
    if connection.scalar(sa.text("SELECT true FROM pg_roles WHERE rolname = :name"), {"name": WRITER}):
        connection.exec_driver_sql(f"GRANT INSERT, DELETE ON {', '.join(tables)} TO {WRITER}")
        _let_analyse(connection, tables)
    else:
        _log.warning("The role %s is missing: see %s.", WRITER, GUIDE)


def rights(schema: str, published: Iterable[str]) -> Iterator[str]:
    """Yield the statements, for the owner of the tables, that give both roles their rights."""
    both = f"{WRITER}, {AUDITOR}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {both}"
    # Tables and views, those there are and those the same owner will make.
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {both}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {both}"
    yield f"GRANT INSERT, DELETE ON {', '.join(published)} TO {WRITER}"
    yield f"GRANT INSERT ON {', '.join((*APPEND_ONLY, HISTORY))} TO {WRITER}"
    yield f"GRANT UPDATE (superseded_at) ON {HISTORY} TO {WRITER}"


def _let_analyse(connection: sa.Connection, tables: Iterable[str]) -> None:
    """Let the writer collect statistics of what it has written; older servers leave that to autovacuum."""
    if (connection.dialect.server_version_info or ()) >= _MAINTAINED:
        connection.exec_driver_sql(f"GRANT MAINTAIN ON {', '.join(tables)} TO {WRITER}")


def _closing(connection: sa.Connection, schema: str) -> Iterator[str]:
    """Yield what takes from everybody the making of tables, also temporary ones, as far as this user may."""
    owns = "SELECT pg_has_role(current_user, {}, 'USAGE') FROM {} WHERE {}"
    if connection.scalar(sa.text(owns.format("nspowner", "pg_namespace", "nspname = current_schema()"))):
        yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
    if connection.scalar(sa.text(owns.format("datdba", "pg_database", "datname = current_database()"))):
        database = connection.scalar(sa.text("SELECT quote_ident(current_database())"))
        yield f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"
