"""Roles of PostgreSQL: what a writer and an auditor may do, and everything they try beyond it.

Belongs here: attempts by logins that are members of the group roles, the statements of the page for the DBA.
Does not: what nobody may do (``test_schema``), what ``verify`` finds afterwards (``test_verify``).
"""

import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.settings import SetupError
from pipelines.verification.verify import verify
from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.migrations.roles import AUDITOR, WRITER
from pipelines.warehouse.schema_version import upgrade
from pipelines.warehouse.writer import Writing
from schemas.registers import performers
from schemas.tables import metadata
from schemas.views import all_views
from tests.homes import User, a_home
from tests.warehouse.conftest import FACTS

PAGE = Path(__file__).parents[2] / "docs" / "deploying-postgresql.md"
USER = User(1)
YEARS = (2024, 2025)
CLERK, READER = "clerk", "reader"
ADDED_TO = ("loads", "load_inputs", "load_manifests", "compliance_history")
VIEWS = [view.name for view in all_views(metadata)]
READ = [*metadata.tables, *VIEWS, "alembic_version"]
EXPECTED = (
    {(role, name, "SELECT") for role in (WRITER, AUDITOR) for name in READ}
    | {(WRITER, name, "INSERT") for name in metadata.tables}
    | {(WRITER, name, right) for name in metadata.tables if name not in ADDED_TO for right in ("DELETE", "MAINTAIN")}
)
RIGHTS = """
    SELECT r.rolname, c.relname, a.privilege_type
    FROM pg_class AS c, aclexplode(c.relacl) AS a, pg_roles AS r
    WHERE r.oid = a.grantee AND r.rolname IN ('nedra_writer', 'nedra_auditor')
"""
RIGHTS_OF_COLUMNS = """
    SELECT r.rolname, c.relname, t.attname, a.privilege_type
    FROM pg_class AS c, pg_attribute AS t, aclexplode(t.attacl) AS a, pg_roles AS r
    WHERE t.attrelid = c.oid AND r.oid = a.grantee AND r.rolname IN ('nedra_writer', 'nedra_auditor')
"""
NOBODYS = [
    "UPDATE loads SET run_id = 'x'",
    "DELETE FROM loads",
    "TRUNCATE loads, load_inputs, load_manifests CASCADE",
    "UPDATE load_inputs SET digest = 'x'",
    "DELETE FROM load_manifests",
    "UPDATE compliance_by_unit SET due_tiyn = 0",
    "TRUNCATE compliance_by_unit",
    "UPDATE compliance_history SET cause = 'x'",
    "DELETE FROM compliance_history",
    "UPDATE compliance_versions SET cause = 'x'",
    "DELETE FROM compliance_versions",
    "UPDATE alembic_version SET version_num = '0001'",
    "DROP TABLE findings",
    "DROP VIEW compliance_versions",
    "DROP TRIGGER loads_append_only ON loads",
    "ALTER TABLE loads DISABLE TRIGGER ALL",
    "ALTER TABLE loads OWNER TO CURRENT_USER",
    "ALTER TABLE loads ADD COLUMN x int",
    "ALTER FUNCTION nedra_append_only() RENAME TO x",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION nedra_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE mine (x int)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE DATABASE mine",
    "CREATE ROLE mine",
    "SET ROLE postgres",
    "SELECT * FROM pg_authid",
    "SELECT * FROM elsewhere.secrets",
    "SELECT pg_read_file('/etc/hostname')",
    "COPY loads TO '/tmp/loads'",
    "COPY loads FROM '/etc/hostname'",
    "COPY loads TO PROGRAM 'true'",
]
AUDITORS_ALONE = [
    *(f"INSERT INTO {name} SELECT * FROM {name}" for name in metadata.tables),  # noqa: S608 - names are our own
    *(f"DELETE FROM {name}" for name in (*metadata.tables, *VIEWS)),  # noqa: S608
    "UPDATE compliance_history SET superseded_at = now()",
    "SELECT * FROM findings FOR UPDATE",
    "BEGIN; LOCK TABLE loads IN ROW EXCLUSIVE MODE",
    "COPY findings FROM STDIN",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory, postgresql):
    """A home whose years a writer runs: a surplus, a shortfall, and a correction that closes versions."""
    postgresql.drop(postgresql.migrated())  # the roles are made with the first warehouse of a server
    postgresql.execute(f"CREATE ROLE {CLERK} LOGIN IN ROLE {WRITER}", f"CREATE ROLE {READER} LOGIN IN ROLE {AUDITOR}")
    with a_home(tmp_path_factory.mktemp("roles"), database=postgresql, database_user=CLERK) as made:
        made.register("units", [USER.record()])
        for year in YEARS:
            made.hand_in("1.xlsx", User(1, year).filing(), year)
        made.run(*YEARS, marts=True)
        yield made
    postgresql.execute(f"DROP ROLE {CLERK}", f"DROP ROLE {READER}")


def engine_of(home, user):
    return sa.create_engine(sa.make_url(home.database_url).set(username=user))


@pytest.fixture(scope="module")
def engines(home):
    made = {user: engine_of(home, user) for user in (CLERK, READER, "postgres")}
    with made["postgres"].begin() as owner:
        owner.exec_driver_sql("CREATE SCHEMA elsewhere")
        owner.exec_driver_sql("CREATE TABLE elsewhere.secrets (x int)")
    yield made
    for engine in made.values():
        engine.dispose()


def rights(engine):
    with engine.connect() as connection:
        columns = {tuple(row) for row in connection.exec_driver_sql(RIGHTS_OF_COLUMNS)}
        return {tuple(row) for row in connection.exec_driver_sql(RIGHTS)}, columns


def refused(engine, statement):
    # Each attempt is a transaction of its own, and none may leave anything behind.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        with pytest.raises(sa.exc.DBAPIError) as refusal:
            connection.exec_driver_sql(statement)
        assert getattr(refusal.value.orig, "sqlstate", None) in ("42501", "55000"), refusal.value


def test_the_roles_have_their_rights_and_no_other(engines):
    tables, columns = rights(engines["postgres"])
    assert tables == EXPECTED
    assert columns == {(WRITER, "compliance_history", "superseded_at", "UPDATE")}


def test_the_roles_can_do_nothing_to_the_server_and_nobody_logs_in_as_them(engines):
    with engines["postgres"].connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls "
            "FROM pg_roles WHERE rolname IN ('nedra_writer', 'nedra_auditor')"
        ).all()
    assert [tuple(row) for row in rows] == [(False,) * 6] * 2


def test_a_writer_runs_whole_years_and_a_correction_that_closes_versions(home):
    assert home.rows("compliance_by_unit", "report_year", "status") == [(2024, "MET"), (2025, "MET")]
    home.hand_in("2.xlsx", User(1, 2024).filing(cover={"submission_no": 2}, lines=[]), 2024)
    home.run(*YEARS, marts=True)
    assert home.value("compliance_by_unit", "status", report_year=2024) == "BREACH"
    closed = home.rows("compliance_history", "version_no", "superseded_at", report_year=2024)
    assert [(number, moment is None) for number, moment in closed] == [(1, False), (2, True)]


def test_what_a_writer_wrote_in_bulk_has_statistics_before_it_is_read(engines):
    frame = [("file", number, f"{number:012d}", "name", None, None, None, None) for number in range(2, 2_002)]
    with engines[CLERK].connect() as connection:
        Writing(connection, FACTS, datetime.now(UTC)).replace(
            "performers", performers, frame, partition="statistics", inputs={}
        )
        rows = "SELECT reltuples FROM pg_class WHERE relname = 'performers'"
        assert connection.exec_driver_sql(rows).scalar_one() >= 2_000


@pytest.mark.parametrize("user", [CLERK, READER])
def test_a_member_reads_every_table_and_view(engines, user):
    with engines[user].connect() as connection:
        for name in READ:
            connection.exec_driver_sql(f"SELECT * FROM {name}").all()  # noqa: S608


@pytest.mark.parametrize("user", [CLERK, READER])
def test_a_member_verifies_the_warehouse(engines, user):
    with engines[user].connect() as connection:
        assert [str(each) for each in verify(connection).breaks] == []


@pytest.mark.parametrize("statement", NOBODYS)
@pytest.mark.parametrize("user", [CLERK, READER])
def test_a_member_is_refused(engines, user, statement):
    refused(engines[user], statement)


@pytest.mark.parametrize("statement", AUDITORS_ALONE)
def test_an_auditor_is_refused(engines, statement):
    refused(engines[READER], statement)


@pytest.mark.parametrize("user", [CLERK, READER])
def test_a_member_cannot_pass_on_what_it_may(engines, user):
    before = rights(engines["postgres"])
    with engines[user].begin() as connection:
        connection.exec_driver_sql("GRANT SELECT ON loads TO PUBLIC")  # a warning of the server
    with engines["postgres"].connect() as connection:
        given = connection.exec_driver_sql(
            "SELECT grantee FROM information_schema.role_table_grants WHERE table_name = 'loads'"
        )
        assert set(given.scalars()) == {"postgres", WRITER, AUDITOR}
    assert rights(engines["postgres"]) == before


def test_what_a_later_migration_makes_can_be_read_and_not_written(engines):
    with engines["postgres"].begin() as owner:
        owner.exec_driver_sql("CREATE TABLE later (x int)")
        owner.exec_driver_sql("CREATE VIEW later_view AS SELECT x FROM later")
    for user in (CLERK, READER):
        with engines[user].connect() as connection:
            assert connection.exec_driver_sql("SELECT * FROM later, later_view").all() == []
        refused(engines[user], "INSERT INTO later VALUES (1)")
        refused(engines[user], "INSERT INTO later_view VALUES (1)")
    with engines["postgres"].begin() as owner:
        owner.exec_driver_sql("DROP TABLE later CASCADE")


def test_a_member_at_a_warehouse_of_another_version_is_told_who_may_migrate_it(postgresql, home):
    assert home
    url = postgresql.migrated()
    owner = open_engine(url)
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    member = sa.create_engine(sa.make_url(url).set(username=CLERK))
    with pytest.raises(SetupError, match=r"has schema 0001, this version of Nedra needs .* as the owner"):
        upgrade(member)
    for engine in (owner, member):
        engine.dispose()
    postgresql.drop(url)


# the page for the DBA


def statements(number):
    """Return the statements of the page's n-th block of SQL."""
    block = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[number]
    return [statement.strip() for statement in block.split(";") if statement.strip()]


@pytest.fixture
def untouched(postgresql):
    """A server on which no role of Nedra was ever made; the ones there are set aside meanwhile."""
    postgresql.drop(postgresql.migrated())
    postgresql.execute(f"ALTER ROLE {WRITER} RENAME TO kept_writer", f"ALTER ROLE {AUDITOR} RENAME TO kept_auditor")
    yield postgresql
    postgresql.execute("DROP DATABASE IF EXISTS nedra WITH (FORCE)")
    for role in ("nedra_app", "inspector", WRITER, AUDITOR, "nedra_owner"):
        postgresql.execute(f"DROP ROLE IF EXISTS {role}")
    postgresql.execute(f"ALTER ROLE kept_writer RENAME TO {WRITER}", f"ALTER ROLE kept_auditor RENAME TO {AUDITOR}")


def migrated_by_owner(server):
    engine = open_engine(server.url("nedra", "nedra_owner"))
    upgrade(engine)
    return engine


def test_a_dba_who_follows_the_page_has_an_owner_a_writer_and_an_auditor(untouched, caplog):
    untouched.execute(*statements(0), *statements(1))
    with caplog.at_level(logging.WARNING, "pipelines.warehouse.migrations.roles"):
        engine = migrated_by_owner(untouched)
    assert caplog.messages == []
    assert rights(engine)[0] == EXPECTED
    engine.dispose()
    for user in ("nedra_app", "inspector"):
        member = sa.create_engine(untouched.url("nedra", user))
        refused(member, "CREATE TABLE mine (x int)")
        refused(member, "CREATE TEMPORARY TABLE mine (x int)")
        with member.connect() as connection:
            assert verify(connection).is_intact
        member.dispose()


def test_an_owner_who_may_not_make_roles_goes_on_and_is_told_what_a_dba_has_to_do(untouched, caplog):
    untouched.execute(*statements(0)[:2])
    with caplog.at_level(logging.WARNING, "pipelines.warehouse.migrations.roles"):
        engine = migrated_by_owner(untouched)
    told, *later = caplog.messages
    assert all(WRITER in again for again in later), "a later migration says it of its own tables"
    for piece in ("nedra_owner", "CREATEROLE", WRITER, AUDITOR, "docs/deploying-postgresql.md"):
        assert piece in told
    assert rights(engine) == (set(), set())
    admin = sa.create_engine(untouched.url("nedra"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in (*statements(2), *statements(3)):
            connection.exec_driver_sql(statement)
    admin.dispose()
    tables, columns = rights(engine)
    assert tables == EXPECTED
    assert columns == {(WRITER, "compliance_history", "superseded_at", "UPDATE")}
    engine.dispose()


def test_an_owner_who_may_make_roles_makes_them(untouched):
    untouched.execute(*statements(0)[:2], "ALTER ROLE nedra_owner CREATEROLE")
    engine = migrated_by_owner(untouched)
    assert rights(engine)[0] == EXPECTED
    engine.dispose()
