"""Reseal: a warehouse of an older version is taken over when it verifies, and is left as it is when it does not.

Here: the migration of a warehouse that the version before wrote, on both databases. Not here: the two formats
themselves (``test_row_formats``).
"""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from pipelines.verification.anchors import compare_anchors, read_anchors
from pipelines.verification.archive import archive_breaks
from pipelines.verification.reseal import ResealError
from pipelines.verification.row_formats import chain_hash
from pipelines.verification.verify import verify
from pipelines.warehouse import trail
from pipelines.warehouse.canonical import canonical
from pipelines.warehouse.engine import write_transaction
from pipelines.warehouse.schema_version import head_revision, upgrade
from pipelines.warehouse.trail import last_load
from pipelines.warehouse.writer import GENESIS, RunFacts, Writing
from schemas.columns import content_columns
from schemas.registers import units
from schemas.tables import metadata
from schemas.trail import RESEAL, Outcome, RowFormat, load_inputs, load_manifests, loads
from schemas.verdicts import compliance_by_unit, compliance_history
from tests.databases import DATABASES, POSTGRESQL
from tests.verification.older import REVISION, unpacked
from tests.verification.tampering import NothingDoneError, Tamperer, unguarded

ACTS = 25
THEN = [column for column in loads.columns if column.name != "row_format"]


@pytest.fixture(params=DATABASES)
def older(request, tmp_path):
    server = request.getfixturevalue("postgresql") if request.param == POSTGRESQL else None
    yield from unpacked(tmp_path, server)


def records(connection, *columns):
    return connection.execute(sa.select(*columns).order_by(loads.c.load_id)).all()


def test_a_warehouse_of_before_migrates_verifies_and_keeps_its_chain_its_anchor_and_its_archive(older):
    with older.engine.connect() as connection:
        before = records(connection, *THEN)
    upgrade(older.engine)
    with older.engine.connect() as connection:
        verified = verify(connection)
        assert verified.is_intact, verified.breaks
        assert verified.loads > len(before)
        assert records(connection, *THEN)[: len(before)] == before
        assert list(compare_anchors(connection, read_anchors(older.anchors))) == []
        assert list(archive_breaks(connection, older.folder / "archive")) == []


def test_each_older_load_whose_rows_still_stand_is_sealed_anew_by_a_load_that_names_it(older):
    upgrade(older.engine)
    with older.engine.connect() as connection:
        there = connection.execute(sa.select(loads)).all()
        names = sa.select(load_inputs.c.name).join(loads, loads.c.load_id == load_inputs.c.load_id)
        sealed = set(connection.scalars(names.where(loads.c.asset == RESEAL)))
    last = {
        (load.asset, load.table_name, load.partition): load.load_id
        for load in sorted(there, key=lambda each: each.load_id)
        if load.outcome == Outcome.WRITTEN and load.asset != RESEAL
    }
    assert sealed == {f"load:{load_id}" for load_id in last.values()}
    assert {load.row_format for load in there if load.asset == RESEAL} == {RowFormat.BY_NAME}
    assert {load.row_format for load in there if load.asset != RESEAL} == {None}


def test_no_question_about_the_loads_is_answered_otherwise_after_sealing_anew(older):
    def answers(connection):
        tables = [table.name for table in metadata.sorted_tables]
        return [
            trail.loads_of_years(connection),
            [trail.digests_behind(connection, tables, year) for year in (2024, 2025)],
            [trail.digests_of(connection, name) for name in tables],
        ]

    with older.engine.connect() as connection:
        before = answers(connection)
    upgrade(older.engine)
    with older.engine.connect() as connection:
        assert answers(connection) == before
        assert set(before[0]) >= {2024, 2025}


def test_a_warehouse_is_sealed_anew_once(older):
    upgrade(older.engine)
    with older.engine.connect() as connection:
        before = verify(connection)
    upgrade(older.engine)
    with older.engine.connect() as connection:
        assert verify(connection) == before


def a_row_was_altered(connection):
    connection.execute(sa.update(units).values(user_name="ТОО «Другое»"))
    return "units, "


def a_load_was_altered(connection):
    connection.execute(sa.text("UPDATE loads SET run_id = 'forged' WHERE load_id = 5"))
    return "loads, load_id 5: the record was altered"


def a_version_was_altered(connection):
    connection.execute(sa.update(compliance_history).values(argument="{}"))
    return "compliance_history, "


def a_manifest_was_altered(connection):
    connection.execute(sa.update(load_manifests).where(load_manifests.c.load_id == 1).values(row_hashes=b"0" * 16))
    return "load_manifests, load_id 1"


def a_row_was_added(connection):
    row = connection.execute(sa.select(units).limit(1)).mappings().one()
    connection.execute(sa.insert(units), {**row, "source_row": 900})
    return "units, "


def a_load_was_removed(connection):
    # One that no row names: those are held by the rows.
    number = connection.scalar(sa.select(sa.func.min(loads.c.load_id)).where(loads.c.outcome == Outcome.UNCHANGED))
    for table in (load_inputs, loads):
        connection.execute(sa.delete(table).where(table.c.load_id == number))
    return f"loads, load_id {number + 1}: what was loaded between load {number - 1} and this load is missing"


@pytest.mark.parametrize(
    "tamper",
    [
        a_row_was_altered,
        a_load_was_altered,
        a_version_was_altered,
        a_manifest_was_altered,
        a_row_was_added,
        a_load_was_removed,
    ],
)
def test_what_does_not_verify_is_not_sealed_anew_and_nothing_is_changed(older, tamper):
    with older.engine.connect() as connection, connection.begin(), unguarded(connection):
        said = tamper(connection)
    with older.engine.connect() as connection:
        before = records(connection, *THEN)
    for _ in range(2):  # it is no better the second time
        with pytest.raises(ResealError) as raised:
            upgrade(older.engine)
        assert said in str(raised.value)
        assert "docs/backup.md" in str(raised.value)
    with older.engine.connect() as connection:
        columns = {column["name"] for column in sa.inspect(connection).get_columns("loads")}
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == REVISION
        assert "row_format" not in columns
        assert records(connection, *THEN) == before


def test_verify_says_of_a_warehouse_of_before_that_it_must_be_migrated(older):
    with older.engine.connect() as connection:
        verified = verify(connection)
    assert [each.where for each in verified.breaks] == ["alembic_version"]
    assert f"has schema {REVISION}, this version needs {head_revision()}: run nedra migrate" in verified.breaks[0].what


def test_a_chain_rewritten_before_the_migration_is_still_seen_by_the_anchor(older):
    with older.engine.connect() as connection, connection.begin(), unguarded(connection):
        connection.execute(sa.text("UPDATE loads SET run_id = 'forged' WHERE load_id = 1"))
        previous = GENESIS
        for record in connection.execute(sa.select(*THEN).order_by(loads.c.load_id)).mappings().all():
            forged = dict(record) | {"previous_hash": previous}
            plain = {column.name: canonical(forged[column.name], column) for column in THEN}
            previous = chain_hash({**plain, "row_format": None})
            values = {"previous_hash": forged["previous_hash"], "hash": previous}
            connection.execute(sa.update(loads).where(loads.c.load_id == record["load_id"]).values(values))
    upgrade(older.engine)
    with older.engine.connect() as connection:
        assert verify(connection).is_intact
        told = [str(each) for each in compare_anchors(connection, read_anchors(older.anchors))]
    assert len(told) == 1
    assert "another hash than was signed off" in told[0]


def test_random_acts_on_a_warehouse_that_was_sealed_anew_are_each_detected(older):
    upgrade(older.engine)
    done = seed = 0
    with older.engine.connect() as connection:
        while done < ACTS:
            seed += 1
            with connection.begin_nested() as savepoint:
                try:
                    with unguarded(connection):
                        act = Tamperer(connection, seed).act()
                except (NothingDoneError, sa.exc.DBAPIError):
                    savepoint.rollback()
                    continue
                told = verify(connection).breaks
                savepoint.rollback()
            assert told, f"seed {seed}: {act.told} went unseen"
            done += 1


@pytest.fixture
def installed(older, monkeypatch):
    """The older warehouse as the installation of the environment."""
    monkeypatch.setenv("NEDRA_HOME", str(older.folder))
    monkeypatch.setenv("NEDRA_DATABASE_URL", older.engine.url.render_as_string(hide_password=False))
    return older


def test_the_commands_take_an_installation_over_and_keep_its_anchor(installed, nedra):
    code, _, err = nedra("verify", "--anchor", str(installed.anchors))
    assert (code, "run nedra migrate" in " ".join(err.split())) == (2, True)
    assert nedra("migrate")[0] == 0
    code, out, _ = nedra("verify", "--anchor", str(installed.anchors))
    assert (code, out.startswith("Intact"), len(read_anchors(installed.anchors))) == (0, True, 2)


def test_the_command_that_migrates_says_what_it_found_and_ends_in_red(installed, nedra):
    with installed.engine.connect() as connection, connection.begin(), unguarded(connection):
        a_row_was_altered(connection)
    code, _, err = nedra("migrate")
    told = " ".join(err.split())
    assert code not in (0, None)
    assert "nothing in it was changed" in told
    assert "the row was altered after load" in told


FACTS = RunFacts(run_id="after", as_of=date(2026, 10, 1), code_version="2", statute_digest="0" * 64)


def test_rows_that_stay_the_same_after_the_migration_are_unchanged_and_repeat_the_digest_of_before(older):
    upgrade(older.engine)
    years = {"2024", "2025"}
    with write_transaction(older.engine) as connection:
        writing = Writing(connection, FACTS, datetime.now(UTC))
        for table, partition in [(units, None), *((compliance_by_unit, year) for year in sorted(years))]:
            rows = sa.select(*content_columns(table))
            if partition is not None:
                rows = rows.where(table.c.report_year == int(partition))
            held = connection.execute(rows).all()
            load = writing.replace(table.name, table, held, partition=partition, inputs={})
            assert load.outcome == Outcome.UNCHANGED, table.name
            before = last_load(connection, table.name, partition, before=load.load_id)
            assert before is not None
            assert (load.output_digest, before.row_format) == (before.output_digest, None)
    with older.engine.connect() as connection:
        assert verify(connection).is_intact


def test_rows_that_change_after_the_migration_are_sealed_by_their_own_load(older):
    upgrade(older.engine)
    with write_transaction(older.engine) as connection:
        held = connection.execute(sa.select(*content_columns(units))).all()
        load = Writing(connection, FACTS, datetime.now(UTC)).replace(
            "units", units, held[1:], partition=None, inputs={}
        )
        assert load.outcome == Outcome.WRITTEN
    with older.engine.connect() as connection:
        assert verify(connection).is_intact


def append(connection, **changes):
    """Append a copy of the last load with changes, with inputs of none, a hash that fits and no rows."""
    last = connection.execute(sa.select(loads).order_by(loads.c.load_id.desc()).limit(1)).mappings().one()
    work = Writing(connection, FACTS, datetime.now(UTC))
    made = work.replace("performers", metadata.tables["performers"], [], partition="2031", inputs={})
    assert made.load_id == last["load_id"] + 1
    record = dict(connection.execute(sa.select(loads).where(loads.c.load_id == made.load_id)).mappings().one())
    forged = record | changes
    plain = {column.name: canonical(forged[column.name], column) for column in loads.columns}
    connection.execute(
        sa.update(loads).where(loads.c.load_id == made.load_id).values(changes | {"hash": chain_hash(plain)})
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"row_format": None}, "its row format is older than that of the loads before it"),
        ({"row_format": "by colour"}, "row_format by colour is unknown"),
        ({"asset": RESEAL}, "it seals nothing anew"),
    ],
)
def test_a_load_that_fits_the_chain_but_not_the_order_of_formats_is_named(older, changes, said):
    upgrade(older.engine)
    with older.engine.connect() as connection:
        with unguarded(connection):
            append(connection, **changes)
        told = [each.what for each in verify(connection).breaks]
        connection.rollback()
    assert any(said in each for each in told), told


def test_nothing_is_sealed_anew_once_a_newer_load_has_come(older):
    upgrade(older.engine)
    with older.engine.connect() as connection:
        with unguarded(connection):
            append(connection)
            append(connection, asset=RESEAL)
        told = [each.what for each in verify(connection).breaks]
        connection.rollback()
    assert any("loads in the newer format have come before it" in each for each in told), told
