"""Row formats: what the hash of a row and of a load covers, and what it leaves alone.

Here: both formats on rows of every table, without a database. Not here: warehouses (``test_reseal``, ``test_verify``).
"""

import hashlib
import json
from itertools import chain

import pytest
import sqlalchemy as sa

from pipelines.verification import row_formats
from pipelines.warehouse import canonical
from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.schema_version import upgrade
from pipelines.warehouse.writer import manifest_of_rows
from schemas.columns import LOAD_ID, content_columns, content_names
from schemas.tables import metadata
from schemas.trail import RowFormat, load_inputs, load_manifests, loads
from tests.verification.older import REVISION

HASHED = [table for table in metadata.sorted_tables if table not in (loads, load_inputs, load_manifests)]
FORMATS = list(row_formats.KNOWN)
BY_NAME = RowFormat.BY_NAME
each_table = pytest.mark.parametrize("table", HASHED, ids=lambda table: table.name)
each_format = pytest.mark.parametrize("row_format", FORMATS, ids=str)


def a_row(table, start=0):
    """Return a row of canonical values, no two of which are the same."""
    return [a_value(column, start + number) for number, column in enumerate(content_columns(table))]


def a_value(column, number):
    if isinstance(column.type, sa.Boolean):
        return bool(number % 2)
    return number if isinstance(column.type, sa.Integer) else f"value {number}"


def hashed(row_format, table, *rows):
    return row_formats.row_hashes(row_format, table, rows)


@each_format
@each_table
def test_the_hash_of_a_row_covers_every_column(row_format, table):
    row = a_row(table)
    altered = [row]
    for place, column in enumerate(content_columns(table)):
        other = not row[place] if isinstance(row[place], bool) else a_value(column, 1_000)
        altered += [[*row[:place], value, *row[place + 1 :]] for value in (other, None)]
    assert len(set(hashed(row_format, table, *altered))) == len(altered)


@each_table
def test_a_value_that_moves_to_another_column_gives_another_hash(table):
    row = a_row(table)
    moved = [[None] * place + [row[0]] + [None] * (len(row) - place - 1) for place in range(len(row))]
    assert len(set(hashed(BY_NAME, table, *moved))) == len(moved)


def test_the_text_of_a_value_cannot_pass_for_a_name_or_for_another_value():
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Text), sa.Column("b", sa.Text), sa.Column("c", sa.Integer))
    rows = [
        ("1", None, None), (None, "1", None), (None, None, 1), ('1,"b",1', None, None), ('1","b","1', None, None),
        ("1", "1", None), ("b", None, None), ("", None, None), (None, None, None), ("null", None, None),
        ("\\", None, None), ("\n", None, None), ("]", None, None), ("1", None, 1), ("11", None, None),
    ]  # fmt: skip
    assert len(set(hashed(BY_NAME, table, *rows))) == len(rows)


@each_table
def test_a_row_is_hashed_as_anyone_with_a_json_library_would(table):
    row = a_row(table)
    row[-1] = None
    pairs = sorted((name, value) for name, value in zip(content_names(table), row, strict=True) if value is not None)
    text = json.dumps([table.name, *chain.from_iterable(pairs)], ensure_ascii=False, separators=(",", ":"))
    assert hashed(BY_NAME, table, row) == [hashlib.blake2b(text.encode(), digest_size=16).digest()]


@each_table
def test_reordered_columns_and_a_new_one_without_values_leave_the_manifest_as_it_is(table):
    rows = [a_row(table, start) for start in (50, 0, 100)]
    named = dict(zip(content_names(table), map(list, zip(*rows, strict=True)), strict=True))
    columns = [sa.Column(column.name, column.type, primary_key=column.primary_key) for column in table.columns]
    later = sa.Table(table.name, sa.MetaData(), sa.Column("added_later", sa.Text), *reversed(columns))
    given = [named.get(name, [None] * len(rows)) for name in content_names(later)]
    assert manifest_of_rows(later, given) == manifest_of_rows(table, list(named.values()))


def test_rows_are_hashed_alike_however_many_there_are():
    table = metadata.tables["exchange_rates"]
    number = canonical._AT_ONCE + 3
    row, last = a_row(table), a_row(table, 7)
    many = hashed(BY_NAME, table, *[row] * number, last)
    assert set(many[:number]) == set(hashed(BY_NAME, table, row))
    assert many[number:] == hashed(BY_NAME, table, last)


@pytest.fixture(scope="module")
def older_columns():
    """The content columns of each table as the migrations of that time make them."""
    engine = open_engine("sqlite:///:memory:")
    upgrade(engine, REVISION)
    inspector = sa.inspect(engine)
    names = {name: [each["name"] for each in inspector.get_columns(name)] for name in inspector.get_table_names()}
    return {table: [name for name in found if name != LOAD_ID or table == loads.name] for table, found in names.items()}


@each_table
def test_the_columns_hashed_by_position_are_those_of_the_migrations_of_that_time(table, older_columns):
    assert row_formats._columns_then(table) == older_columns.get(table.name, ())


def test_the_columns_of_loads_hashed_then_are_those_of_that_time(older_columns):
    assert row_formats._columns_then(loads) == [name for name in older_columns["loads"] if name != "hash"]


def test_a_value_in_a_column_that_came_later_gives_another_hash_by_position():
    then = metadata.tables["units"]
    columns = [sa.Column(column.name, column.type) for column in content_columns(then)]
    later = sa.Table("units", sa.MetaData(), sa.Column("added_later", sa.Text), *columns)
    row = a_row(then)
    assert hashed(None, later, [None, *row]) == hashed(None, then, row)
    assert hashed(None, later, ["x", *row]) != hashed(None, then, row)


@each_format
def test_the_hash_of_a_load_covers_every_column(row_format):
    names = [column.name for column in loads.columns if column.name not in ("hash", "row_format")]
    record = {name: f"value {number}" for number, name in enumerate(names)} | {"row_format": row_format}
    altered = [record, *({**record, name: "x"} for name in names), *({**record, name: None} for name in names)]
    altered += [{**record, "row_format": other} for other in (*FORMATS, "x") if other != row_format]
    assert len({row_formats.chain_hash(each) for each in altered}) == len(altered)
    assert row_formats.chain_hash({**record, "hash": "x"}) == row_formats.chain_hash(record)


@each_format
def test_a_column_without_a_value_that_came_later_leaves_the_hash_of_a_load_as_it_is(row_format):
    record = {"load_id": 1, "asset": "units", "row_format": row_format}
    assert row_formats.chain_hash({**record, "added_later": None}) == row_formats.chain_hash(record)
