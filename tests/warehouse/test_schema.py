"""Schema: what the migrations make is what the code means, and the database refuses what nobody may do.

Belongs here: migrations against metadata, triggers, views. Does not: what loads write (``test_writing``).
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipelines.warehouse.schema_version import upgrade
from schemas.columns import Exact, Instant
from schemas.tables import metadata
from schemas.verdicts import compliance_by_unit, compliance_history
from schemas.views import all_views
from tests.sql.given import filled


def test_the_migrations_make_the_tables_of_the_code(engine):
    with engine.connect() as connection:
        views = {view.name for view in all_views(metadata)}
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name not in views},
        )
        assert compare_metadata(context, metadata) == []


def test_the_migrations_write_the_same_constraints_as_the_code(engine):
    inspector = sa.inspect(engine)
    for table in metadata.sorted_tables:
        stored = {check["name"] for check in inspector.get_check_constraints(table.name)}
        meant = {
            constraint.name
            for constraint in table.constraints
            if isinstance(constraint, sa.CheckConstraint) and constraint._create_rule is None
        }
        assert stored >= meant, table.name


def test_a_migrated_warehouse_is_left_alone(engine):
    def tables():
        return sorted(sa.inspect(engine).get_table_names()), sorted(sa.inspect(engine).get_view_names())

    before = tables()
    upgrade(engine)
    assert tables() == before


def given_load(scratch, number):
    loads = metadata.tables["loads"]
    scratch.connection.execute(loads.insert(), filled(loads, {"load_id": number, "row_format": "by name"}))


def test_a_program_that_cannot_name_the_row_format_adds_no_load(scratch):
    loads = metadata.tables["loads"]
    with pytest.raises(sa.exc.DBAPIError, match="stop the older one"), scratch.connection.begin_nested():
        scratch.connection.execute(loads.insert(), filled(loads, {"load_id": 900, "row_format": None}))


@pytest.mark.parametrize("table", ["loads", "load_inputs", "load_manifests"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_trail_can_only_grow(scratch, table, verb):
    given_load(scratch, 900)
    insert = {
        "load_inputs": {"load_id": 900, "name": "a", "digest": "b"},
        "load_manifests": {"load_id": 900, "row_hashes": b""},
    }
    if table in insert:
        scratch.connection.execute(metadata.tables[table].insert(), insert[table])
    stored = metadata.tables[table]
    statement = stored.update().values(load_id=stored.c.load_id) if verb == "UPDATE" else stored.delete()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), scratch.connection.begin_nested():
        scratch.connection.execute(statement)


def given_version(scratch):
    given_load(scratch, 900)
    scratch.connection.execute(
        compliance_history.insert(), filled(compliance_history, {"load_id": 900, "superseded_at": None})
    )


@pytest.mark.parametrize("column", [c.name for c in compliance_history.columns if c.name != "superseded_at"])
def test_a_version_of_a_verdict_is_never_changed(scratch, column):
    given_version(scratch)
    stored = compliance_history.c[column]
    old = scratch.connection.scalar(sa.select(stored))
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), scratch.connection.begin_nested():
        scratch.connection.execute(compliance_history.update().values({column: other_than(old, stored.type)}))


def other_than(old, kind):
    """Return another value of the column's type."""
    if isinstance(kind, sa.Boolean):
        return not old
    if isinstance(kind, sa.Date):
        return date(2001, 1, 1)
    if isinstance(kind, Instant):
        return datetime(2001, 1, 1, tzinfo=UTC)
    if isinstance(kind, Exact):
        return Decimal(7)
    return 7 if isinstance(kind, sa.Integer) else "7"


def test_a_version_of_a_verdict_is_closed_once_and_never_removed(scratch):
    given_version(scratch)
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    scratch.connection.execute(compliance_history.update().values(superseded_at=moment))
    with pytest.raises(sa.exc.DBAPIError, match="closed once"), scratch.connection.begin_nested():
        scratch.connection.execute(compliance_history.update().values(superseded_at=moment))
    with pytest.raises(sa.exc.DBAPIError, match=r"append-only|keeps every version"), scratch.connection.begin_nested():
        scratch.connection.execute(compliance_history.delete())


def test_a_row_of_an_unknown_load_is_refused(scratch):
    row = filled(compliance_by_unit, {"load_id": 12_345})
    with pytest.raises(sa.exc.IntegrityError), scratch.connection.begin_nested():  # noqa: PT012
        scratch.connection.execute(compliance_by_unit.insert(), row)
        # PostgreSQL may look at the end of the transaction only.
        scratch.connection.execute(sa.text("SELECT 1"))


def test_the_tenge_views_show_the_same_rows_in_tenge(scratch):
    given_load(scratch, 900)
    row = filled(compliance_by_unit, {"load_id": 900, "recognised_tiyn": 12_345, "due_tiyn": None, "budget_tiyn": -50})
    scratch.connection.execute(compliance_by_unit.insert(), row)
    shown = scratch.connection.execute(sa.text("SELECT * FROM compliance_by_unit_kzt")).mappings().one()
    assert [float(shown[name]) for name in ("recognised_kzt", "declared_kzt", "budget_kzt", "financing_kzt")] == [
        123.45, 123.45, -0.5, 122.95,
    ]  # fmt: skip
    assert shown["due_kzt"] is None
    assert shown["unit_no"] == row["unit_no"]


def test_every_table_with_amounts_has_a_view_in_tenge(engine):
    with_amounts = {t.name for t in metadata.sorted_tables if any(c.name.endswith("_tiyn") for c in t.columns)}
    views = [name for name in sa.inspect(engine).get_view_names() if name.endswith("_kzt")]
    assert {view.removesuffix("_kzt") for view in views} == with_amounts
