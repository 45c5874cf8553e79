"""Writing: what is written reads back as the same row, once, in one piece or not at all.

Belongs here: the round trip of every table, unchanged and written, partitions, failing transactions, the chain.
Does not: verifying a tampered warehouse.
"""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.warehouse import canonical
from pipelines.warehouse.writer import GENESIS, Writing, canonical_record, manifest_of_rows, writing
from schemas.registers import affiliates, exchange_rates, performers
from schemas.trail import load_inputs, load_manifests, loads
from schemas.verdicts import credits as credit_rows
from tests.warehouse.conftest import FACTS
from tests.warehouse.rows import as_frame_value, content, published_tables, rows

ROW = ("file", 2, date(2025, 1, 1), "USD", "520.5")
OTHER = ("file", 3, date(2025, 1, 2), "USD", "521")


def replace(work, *given_rows, partition=None, asset="rates", table=exchange_rates, inputs=None):
    return work.replace(asset, table, given_rows, partition=partition, inputs=inputs or {})


def hashes_of(table, data):
    return canonical.row_hashes(table, canonical.columns_of(table, data))


@pytest.mark.parametrize("table", published_tables(), ids=lambda table: table.name)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_reads_back_to_the_same_hashes(scratch, table, data):
    written = data.draw(rows(table))
    with scratch.connection.begin_nested() as savepoint:
        load = scratch.replace("asset", table, written, partition="2025", inputs={})
        columns = [column for column in table.columns if column in content(table)]
        stored = scratch.connection.execute(sa.select(*columns).where(table.c.load_id == load.load_id)).all()
        assert load.rows == len(stored) == len(written)
        assert sorted(hashes_of(table, stored)) == sorted(hashes_of(table, written))
        savepoint.rollback()


@pytest.mark.parametrize("table", published_tables(), ids=lambda table: table.name)
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_frame_and_plain_rows_are_the_same_rows(table, data):
    plain = data.draw(rows(table))
    names = [column.name for column in content(table)]
    values = [[as_frame_value(value) for value in row] for row in plain]
    frame = pd.DataFrame(values, columns=names, dtype=object)
    assert canonical.columns_of(table, frame) == canonical.columns_of(table, plain)


def test_a_frame_of_the_bulk_step_is_written_as_its_python_values():
    frame = pd.DataFrame(
        {
            "file_id": pd.array(["file", "file"], dtype="str"),
            "source_row": pd.array([2, 3], dtype="Int64"),
            "on": pd.to_datetime(pd.Series(["2025-01-01", "2025-01-02"])).astype("datetime64[s]"),
            "currency": pd.array(["USD", "USD"], dtype="str"),
            "rate": pd.Series(["520.50", "521.0"], dtype=object),
        }
    )
    assert canonical.columns_of(exchange_rates, frame) == canonical.columns_of(exchange_rates, [ROW, OTHER])
    missing = pd.DataFrame(
        {
            "file_id": pd.array(["file"], dtype="str"),
            "source_row": pd.array([2], dtype="Int64"),
            "user_bin": pd.array(["1"], dtype="str"),
            "affiliate_bin": pd.array(["2"], dtype="str"),
            "valid_from": pd.to_datetime(pd.Series([None], dtype="str")).astype("datetime64[s]"),
            "valid_to": pd.to_datetime(pd.Series([None], dtype="str")).astype("datetime64[s]"),
            "ground": pd.array([None], dtype="str"),
        }
    )
    assert canonical.columns_of(affiliates, missing)[-3:] == [[None], [None], [None]]


def test_a_frame_that_lacks_a_column_is_refused():
    with pytest.raises(KeyError, match="rate"):
        canonical.columns_of(exchange_rates, pd.DataFrame({"file_id": [], "source_row": [], "on": [], "currency": []}))


def test_a_digest_depends_on_every_row_and_not_on_their_order():
    digests = set()
    for given_rows in ([ROW, OTHER], [OTHER, ROW], [ROW], []):
        columns = canonical.columns_of(exchange_rates, given_rows)
        digests.add(canonical.digest_of(manifest_of_rows(exchange_rates, columns)))
    assert len(digests) == 3


@pytest.mark.parametrize(("one", "other"), [("520.50", "520.5"), ("521", "521.000"), ("0", "-0"), ("1E+2", "100")])
def test_a_decimal_has_one_writing(one, other):
    assert hashes_of(exchange_rates, [(*ROW[:4], one)]) == hashes_of(exchange_rates, [(*ROW[:4], other)])


def test_null_is_neither_empty_nor_zero():
    row = ["file", 2, "bin", "name", "НИИ"]
    hashes = {hashes_of(performers, [(*row, number, None, None)])[0] for number in (None, "", "0", "None")}
    assert len(hashes) == 4


# unchanged and written


def test_equal_rows_stay_with_the_load_that_wrote_them(scratch):
    first = replace(scratch, ROW, OTHER)
    second = replace(scratch, OTHER, ROW)
    assert (first.outcome, second.outcome) == ("written", "unchanged")
    assert first.output_digest == second.output_digest
    stored = scratch.connection.execute(sa.select(exchange_rates.c.load_id)).scalars().all()
    assert stored == [first.load_id] * 2


def test_other_rows_take_the_place_of_the_ones_before(scratch):
    replace(scratch, ROW)
    load = replace(scratch, OTHER)
    assert load.outcome == "written"
    assert scratch.connection.execute(sa.select(exchange_rates.c.source_row, exchange_rates.c.load_id)).all() == [
        (3, load.load_id)
    ]


def test_no_rows_are_written_and_then_unchanged(scratch):
    assert [replace(scratch).outcome, replace(scratch).outcome] == ["written", "unchanged"]
    assert [replace(scratch, ROW).outcome, replace(scratch).outcome] == ["written", "written"]
    assert scratch.connection.execute(sa.select(exchange_rates)).all() == []


def test_a_partition_leaves_the_others_alone(scratch):
    for year in (2024, 2025):
        replace(scratch, (year, "U1", year, 5), partition=str(year), asset="credits", table=credit_rows)
    replace(scratch, partition="2025", asset="credits", table=credit_rows)
    assert scratch.connection.execute(sa.select(credit_rows.c.report_year)).scalars().all() == [2024]


# one piece or none


def test_a_failing_write_leaves_no_trace(engine):
    def state():
        with engine.connect() as connection:
            tables = (loads, load_inputs, load_manifests, exchange_rates)
            return [connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]

    before = state()
    with pytest.raises(RuntimeError, match="on the way"), writing(engine, FACTS) as work:  # noqa: PT012
        replace(work, ROW, inputs={"register:rates.xlsx": "0"})
        message = "on the way"
        raise RuntimeError(message)
    with pytest.raises(Exception, match=r"UNIQUE|duplicate key"), writing(engine, FACTS) as work:
        replace(work, ROW, (*ROW[:2], *OTHER[2:]), inputs={"register:rates.xlsx": "0"})
    assert state() == before


def test_a_constraint_of_a_table_holds_whoever_writes(scratch):
    with pytest.raises(Exception, match="ck_credits_positive"), scratch.connection.begin_nested():
        replace(scratch, (2025, "U1", 2025, 0), partition="2025", asset="credits", table=credit_rows)


# the chain


def test_each_load_names_the_hash_of_the_one_before_and_its_own_recomputes(scratch):
    replace(scratch, ROW, inputs={"b": "2", "a": "1"})
    replace(scratch, ROW)
    replace(scratch, OTHER)
    records = scratch.connection.execute(sa.select(loads).order_by(loads.c.load_id)).mappings().all()
    head = scratch.made[0].load_id - 1
    previous = records[head - 1]["hash"] if head else GENESIS
    for record in records[head:]:
        assert record["previous_hash"] == previous
        assert canonical.chain_hash(canonical_record(record)) == record["hash"]
        previous = record["hash"]
    assert [record["load_id"] for record in records] == list(range(1, len(records) + 1))


@pytest.mark.parametrize("column", [column.name for column in loads.columns if column.name != "hash"])
def test_the_hash_of_a_load_covers_every_column(scratch, column):
    replace(scratch, ROW)
    last = sa.select(loads).order_by(loads.c.load_id.desc()).limit(1)
    record = dict(scratch.connection.execute(last).mappings().one())
    changed = {str: "x", int: 7, date: date(2000, 1, 1), datetime: datetime(2000, 1, 1, tzinfo=UTC), type(None): None}
    other = "2025" if record[column] is None and column == "partition" else changed[type(record[column])]
    other = 7 if other is None else other
    assert canonical.chain_hash(canonical_record(record | {column: other})) != record["hash"]


def test_the_inputs_of_a_load_give_its_input_digest(scratch):
    load = replace(scratch, ROW, inputs={"b": "2", "a": "1"})
    inputs = dict(
        tuple(row)
        for row in scratch.connection.execute(
            sa.select(load_inputs.c.name, load_inputs.c.digest).where(load_inputs.c.load_id == load.load_id)
        )
    )
    stored = scratch.connection.scalar(sa.select(loads.c.input_digest).where(loads.c.load_id == load.load_id))
    assert inputs == {"a": "1", "b": "2"}
    assert canonical.digest_of_parts(inputs) == stored


def test_a_clock_set_back_never_puts_a_load_before_its_predecessor(scratch, monkeypatch):
    first = replace(scratch, ROW)

    class SetBack(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr("pipelines.warehouse.writer.datetime", SetBack)
    second = replace(Writing(scratch.connection, FACTS, datetime.now(UTC)), OTHER)
    query = sa.select(loads.c.finished_at).where(loads.c.load_id.in_([first.load_id, second.load_id]))
    times = scratch.connection.execute(query.order_by(loads.c.load_id)).scalars().all()
    assert times[0] < times[1]
