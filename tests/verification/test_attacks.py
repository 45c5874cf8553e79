"""Attacks: what somebody does who knows the code, short of rewriting a row, its manifest and the whole chain after it.

Belongs here: acts chosen to get past one guard each. Does not: acts at random (``test_verify``), a rewritten chain,
which only an anchor shows (``test_anchors``).
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from pipelines.verification.verify import verify
from pipelines.warehouse.writer import RunFacts, Writing
from schemas.columns import content_columns
from schemas.registers import units
from schemas.trail import load_inputs, load_manifests, loads
from schemas.verdicts import compliance_by_unit, compliance_history
from tests.verification.computed import YEARS
from tests.verification.tampering import unguarded

YEAR = YEARS[0]


def told(connection):
    return [str(each) for each in verify(connection).breaks]


def one(connection, table, *where):
    keys = list(table.primary_key.columns)
    return dict(connection.execute(sa.select(table).where(*where).order_by(*keys).limit(1)).mappings().one())


def key(table, row):
    return table.name + ", " + ", ".join(f"{column.name} {row[column.name]}" for column in table.primary_key.columns)


def reopened(connection):
    facts = RunFacts(run_id="forged", as_of=datetime.now(UTC).date(), code_version="0", statute_digest="0")
    return Writing(connection, facts, datetime.now(UTC))


def last_load(connection, asset, year=YEAR):
    return connection.scalar(
        sa.select(sa.func.max(loads.c.load_id)).where(
            loads.c.asset == asset, loads.c.partition == str(year), loads.c.outcome == "written"
        )
    )


# rows and loads


def test_a_partition_set_back_to_an_earlier_state_is_named(tampering):
    old = one(tampering, compliance_history, compliance_history.c.superseded_at.is_not(None))
    current = last_load(tampering, "compliance_by_unit", old["report_year"])
    names = [column.name for column in compliance_by_unit.columns]
    where = [compliance_by_unit.c.report_year == old["report_year"], compliance_by_unit.c.unit_no == old["unit_no"]]
    for load_id, what in ((current, "altered after load"), (old["load_id"], "no load put this row there")):
        with unguarded(tampering):
            values = {name: old[name] for name in names} | {"load_id": load_id}
            tampering.execute(sa.update(compliance_by_unit).where(*where).values(values))
        found = told(tampering)
        assert any(each.startswith(key(compliance_by_unit, old)) and what in each for each in found), found


def test_a_row_moved_to_another_load_of_the_table_is_missed_there_and_named_here(tampering):
    row = one(tampering, compliance_by_unit, compliance_by_unit.c.report_year == YEAR)
    other = last_load(tampering, "compliance_by_unit", YEARS[1])
    with unguarded(tampering):
        where = [compliance_by_unit.c.report_year == YEAR, compliance_by_unit.c.unit_no == row["unit_no"]]
        tampering.execute(sa.update(compliance_by_unit).where(*where).values(load_id=other))
    found = told(tampering)
    assert any(f"of load {row['load_id']} are gone" in each for each in found)
    assert any(key(compliance_by_unit, row) in each and f"added after load {other}" in each for each in found)


@pytest.mark.parametrize("column", ["outcome", "output_digest", "partition", "asset", "table_name", "finished_at"])
def test_a_load_record_says_the_same_for_ever(tampering, column):
    record = one(tampering, loads, loads.c.asset == "compliance_by_unit", loads.c.outcome == "written")
    other = {"outcome": "unchanged", "finished_at": record["finished_at"] + timedelta(microseconds=1)}
    with unguarded(tampering):
        where = loads.c.load_id == record["load_id"]
        tampering.execute(sa.update(loads).where(where).values({column: other.get(column, "2031")}))
    assert any(
        each.startswith(f"loads, load_id {record['load_id']}: the record was altered") for each in told(tampering)
    )


def test_a_manifest_rewritten_to_fit_a_forged_row_does_not_fit_its_load(tampering):
    row = one(tampering, compliance_by_unit, compliance_by_unit.c.report_year == YEAR)
    with unguarded(tampering):
        where = [compliance_by_unit.c.report_year == YEAR, compliance_by_unit.c.unit_no == row["unit_no"]]
        tampering.execute(sa.update(compliance_by_unit).where(*where).values(user_name="x"))
        tampering.execute(
            sa.update(load_manifests).where(load_manifests.c.load_id == row["load_id"]).values(row_hashes=b"x" * 16)
        )
    found = told(tampering)
    assert any(each.startswith(f"load_manifests, load_id {row['load_id']}") for each in found)
    assert any(each.startswith("compliance_by_unit: the rows are not those load") for each in found)


def test_an_input_added_under_a_load_is_named(tampering):
    with unguarded(tampering):
        tampering.execute(sa.insert(load_inputs), {"load_id": 5, "name": "zzz", "digest": "0"})
    assert told(tampering) == ["load_inputs, load_id 5: the inputs do not give the load's input_digest"]


def test_a_log_cut_short_leaves_rows_nobody_wrote(tampering):
    last = tampering.scalar(sa.select(sa.func.max(loads.c.load_id)).where(loads.c.outcome == "written"))
    table = tampering.scalar(sa.select(loads.c.table_name).where(loads.c.load_id == last))
    with unguarded(tampering):
        for each in (load_inputs, load_manifests, loads):
            tampering.execute(sa.delete(each).where(each.c.load_id >= last))
    assert any(each.startswith(f"{table}, ") and f"no load put this row there (load_id {last})" in each
               for each in told(tampering))  # fmt: skip


# forged loads at the end of the chain: everything about them fits but the history


def test_a_version_removed_and_the_rest_sealed_anew_is_missed_by_the_earlier_seal(tampering):
    old = one(tampering, compliance_history, compliance_history.c.superseded_at.is_not(None))
    history, where = compliance_history, compliance_history.c.unit_no == old["unit_no"]
    with unguarded(tampering):
        tampering.execute(sa.delete(history).where(where, history.c.version_no == old["version_no"]))
        tampering.execute(sa.update(history).where(where, history.c.version_no == 2).values(version_no=1))
    reopened(tampering).seal(history.name, history, year=old["report_year"], inputs={})
    found = told(tampering)
    assert any(f"report_year {old['report_year']}" in each and "sealed are gone or altered" in each for each in found)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"superseded_at": datetime(2026, 1, 1, tzinfo=UTC)}, "superseded_at is not the time of a load of its year"),
        ({"superseded_at": None}, "superseded_at does not lie between this version and the next"),
        ({"recorded_at": datetime(2026, 1, 1, tzinfo=UTC)}, "recorded_at is not the time of the load it names"),
        ({"shortfall_tiyn": 5}, "sealed are gone or altered"),
        ({"load_id": 1}, "no load of its year recorded this version"),
    ],
)
def test_a_closed_version_changed_and_sealed_anew_is_named(tampering, values, what):
    old = one(tampering, compliance_history, compliance_history.c.superseded_at.is_not(None))
    history = compliance_history
    where = [history.c[name] == old[name] for name in ("report_year", "unit_no", "version_no")]
    with unguarded(tampering):
        tampering.execute(sa.update(history).where(*where).values(values))
    reopened(tampering).seal(history.name, history, year=old["report_year"], inputs={})
    found = told(tampering)
    assert any(what in each and f"report_year {old['report_year']}" in each for each in found), found


def test_a_verdict_loaded_past_the_history_is_named(tampering):
    columns = content_columns(compliance_by_unit)
    query = sa.select(*columns).where(compliance_by_unit.c.report_year == YEAR)
    rows = [list(row) for row in tampering.execute(query.order_by(compliance_by_unit.c.unit_no))]
    rows[0][[column.name for column in columns].index("status")] = "MET"
    rows[0][[column.name for column in columns].index("user_name")] = "x"
    reopened(tampering).replace("compliance_by_unit", compliance_by_unit, rows, partition=str(YEAR), inputs={})
    assert told(tampering) == [
        f"compliance_by_unit, report_year {YEAR}, unit_no {rows[0][1]}: "
        "compliance_history has no open version that says the same"
    ]


# values nobody wrote so


@pytest.fixture
def raw(tampering):
    """Set a value of the first unit of the register as the database's own language says it; return what is told."""

    def change(column, expression):
        row = one(tampering, units)
        with unguarded(tampering):
            tampering.exec_driver_sql(
                f"UPDATE units SET {column} = {expression} WHERE source_row = {row['source_row']}"  # noqa: S608
            )
        found = told(tampering)
        where = f"units, source_row {row['source_row']}"
        assert any(each.startswith(where) for each in found), found
        return " ".join(found)

    return change


@pytest.mark.parametrize("computed", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "expression", "says"),
    [
        ("rate_override", "'0.5%%'", "expected a number, found text"),
        ("fixed_due_tiyn", "12.5", "expected a whole number, found a number"),
        ("fixed_due_tiyn", "'1_2'", "expected a whole number, found text"),
        ("unit_date", "'20240101'", "expected text, found a whole number"),
        ("unit_date", "'2024-W01-1'", "expected YYYY-MM-DD"),
        ("unit_date", "unit_date || 'x'", "Invalid isoformat"),
        ("mineral", "CAST(mineral AS BLOB)", "expected text, found bytes"),
        ("mineral", "CAST(x'd09ff0' AS TEXT)", "bytes that are no text"),
        ("mineral", "mineral || char(0)", "was altered"),
        ("resigned", "2", "expected 0 or 1"),
        ("source_row", "source_row + 0.5", "units"),
    ],
)
def test_a_value_sqlite_keeps_in_another_type_or_spelling_is_named(raw, tampering, column, expression, says):
    assert says in raw(column, expression)


@pytest.mark.parametrize("computed", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("column", "expression", "says"),
    [
        ("rate_override", "coalesce(rate_override, 1) + 0.00000000000000000000001", "expected"),
        ("rate_override", "'NaN'", "units"),
        ("unit_date", "'infinity'", "Invalid isoformat"),
        ("unit_date", "'0044-03-15 BC'", "Invalid isoformat"),
    ],
)
def test_a_value_python_has_no_room_for_is_named(raw, tampering, column, expression, says):
    assert says in raw(column, expression)


@pytest.mark.parametrize("computed", ["sqlite"], indirect=True)
def test_an_instant_in_another_spelling_is_named(tampering):
    with unguarded(tampering):
        tampering.exec_driver_sql("UPDATE loads SET finished_at = replace(finished_at, ' ', 'T') WHERE load_id = 3")
    assert any(each.startswith("loads, load_id 3: finished_at holds") for each in told(tampering))


# guards

ON_BOTH = [
    ("DROP VIEW compliance_by_unit_kzt", "compliance_by_unit_kzt: the view is missing"),
    ("UPDATE alembic_version SET version_num = '0000'", "alembic_version: expected the one revision"),
    ("DELETE FROM alembic_version", "found none"),
    ("ALTER TABLE credits ADD COLUMN note TEXT", "credits: "),
    ("DROP TABLE restatements", "restatements: the table is missing"),
]
ON_SQLITE = [
    ("DROP TRIGGER loads_no_update", "loads_no_update: the trigger is missing"),
    ("DROP INDEX ix_credits_load_id", "ix_credits_load_id: the index is missing"),
    ("CREATE TABLE beside (x)", "beside: the table is none of Nedra's"),
    ("CREATE VIEW beside AS SELECT 1", "beside: the view is none of Nedra's"),
    (
        "CREATE TRIGGER sly AFTER INSERT ON credits BEGIN UPDATE credits SET amount_tiyn = 1; END",
        "sly: the trigger is none of Nedra's",
    ),
]
ON_POSTGRESQL = [
    ("ALTER TABLE loads DISABLE TRIGGER loads_append_only", "loads: the trigger loads_append_only is missing or disab"),
    ("ALTER TABLE loads ENABLE REPLICA TRIGGER loads_append_only", "loads_append_only is missing or disabled"),
    ("DROP TRIGGER loads_append_only ON loads", "loads: the trigger loads_append_only is missing or disabled"),
    (
        "CREATE OR REPLACE FUNCTION nedra_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "loads: the trigger loads_append_only is not as the migrations made it",
    ),
    (
        "CREATE OR REPLACE TRIGGER loads_append_only BEFORE INSERT ON loads EXECUTE FUNCTION nedra_append_only()",
        "loads: the trigger loads_append_only is not as the migrations made it",
    ),
    (
        "CREATE TRIGGER sly BEFORE UPDATE ON credits EXECUTE FUNCTION nedra_append_only()",
        "credits: the trigger sly is none of Nedra's",
    ),
    ("CREATE RULE sly AS ON INSERT TO credits DO INSTEAD NOTHING", "credits: a rule rewrites"),
    ("ALTER TABLE credits ENABLE ROW LEVEL SECURITY", "credits: row security hides rows"),
    ("CREATE TABLE child () INHERITS (credits)", "credits: it inherits"),
    ("ALTER TABLE restatements SET UNLOGGED", "restatements: it does not survive a crash"),
    ("ALTER TABLE arrears ALTER COLUMN notice_on TYPE text", "arrears: the column notice_on is text, expected date"),
    ("ALTER TABLE arrears ALTER COLUMN open_tiyn DROP NOT NULL", "arrears: the column open_tiyn"),
    ("ALTER TABLE arrears DROP CONSTRAINT pk_arrears CASCADE", "arrears: the constraint pk_arrears is missing"),
]


def the_change_is_named(tampering, statement, says):
    tampering.exec_driver_sql(statement)
    found = told(tampering)
    assert any(says in each for each in found), found


@pytest.mark.parametrize(("statement", "says"), ON_BOTH)
def test_a_guard_taken_away_is_named(tampering, statement, says):
    if "DROP TABLE" in statement and tampering.dialect.name == "postgresql":
        statement += " CASCADE"
    the_change_is_named(tampering, statement, says)


@pytest.mark.parametrize("computed", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("statement", "says"), ON_SQLITE)
def test_an_object_taken_from_or_put_into_the_file_is_named(tampering, statement, says):
    the_change_is_named(tampering, statement, says)


@pytest.mark.parametrize("computed", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("statement", "says"), ON_POSTGRESQL)
def test_what_bends_a_table_of_the_server_is_named(tampering, statement, says):
    if "arrears" in statement:
        tampering.exec_driver_sql("DROP VIEW arrears_kzt")
    the_change_is_named(tampering, statement, says)


def test_a_view_that_shows_other_rows_under_its_name_is_named(tampering):
    view = "credits_kzt"
    columns = "report_year, unit_no, origin_year, amount_tiyn / 50.0 AS amount_kzt, load_id"
    tampering.exec_driver_sql(f"DROP VIEW {view}")
    tampering.exec_driver_sql(f"CREATE VIEW {view} AS SELECT {columns} FROM credits")  # noqa: S608
    assert told(tampering) == [f"{view}: the view is not as the migrations made it"]


@pytest.mark.parametrize("computed", ["postgresql"], indirect=True)
def test_a_table_of_the_same_name_before_ours_is_named(tampering):
    tampering.exec_driver_sql("CREATE SCHEMA postgres")  # "$user" comes first on PostgreSQL's search path
    tampering.exec_driver_sql("CREATE TABLE postgres.credits AS SELECT * FROM public.credits")
    assert any("more than one table of this name" in each for each in told(tampering))


def test_a_decimal_is_compared_digit_by_digit(tampering):
    row = one(tampering, compliance_by_unit, compliance_by_unit.c.rate.is_not(None))
    with unguarded(tampering):
        where = [compliance_by_unit.c.report_year == row["report_year"], compliance_by_unit.c.unit_no == row["unit_no"]]
        near = Decimal(repr(float(row["rate"]) * (1 + 2**-52)))
        tampering.execute(sa.update(compliance_by_unit).where(*where).values(rate=near))
    assert any(each.startswith(key(compliance_by_unit, row)) for each in told(tampering))
