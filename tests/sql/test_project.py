"""Project: SQL, YAML and tables agree; order, lineage and binds are read out of the SQL."""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from dbt_like_sql.lint import complaints
from dbt_like_sql.parsing import column_names, parse
from dbt_like_sql.project import Check, Model, checks, models
from dbt_like_sql.running import run_model
from schemas.columns import LOAD_ID
from schemas.marts import AMOUNTS
from schemas.tables import marts, metadata
from schemas.verdicts import compliance_by_unit

QUERIES: Mapping[str, Model | Check] = {**models(), **checks()}
each_model = pytest.mark.parametrize("model", models().values(), ids=list(models()))
each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))

NOT_PORTABLE = [
    ("SELECT a.x / 2 AS y FROM a", "div"),
    ("SELECT a.x % 2 AS y FROM a", "mod"),
    ("SELECT a.x * 2 AS y FROM a", "mul"),
    ("SELECT 1.5 AS y FROM a", "literal"),
    ("SELECT round(a.x) AS y FROM a", "round"),
    ("SELECT avg(a.x) AS y FROM a", "avg"),
    ("SELECT CAST(a.x AS INT) AS y FROM a", "cast"),
    ("SELECT a.x::int AS y FROM a", "cast"),
    ("SELECT a.x FROM a WHERE a.x LIKE 'y%'", "like"),
    ("SELECT lower(a.x) AS y FROM a", "lower"),
    ("SELECT date(a.x) AS y FROM a", "date"),
    ("SELECT strftime('%Y', a.x) AS y FROM a", "STRFTIME"),
    ("SELECT CURRENT_DATE AS y FROM a", "currentdate"),
    ("SELECT a.x FROM a LIMIT 3", "limit"),
    ("SELECT a.x IS DISTINCT FROM a.y AS z FROM a", "nullsafeneq"),
    ("SELECT * FROM a", "instead of *"),
    ("SELECT a.* FROM a", "instead of *"),
    ("SELECT x FROM a", "which table"),
    ("SELECT a.x FROM a, b", "what is joined"),
    ("SELECT a.x FROM a FULL JOIN b ON b.x = a.x", "older SQLite"),
    ("SELECT a.x FROM a INNER JOIN b USING (x)", "hides columns"),
    ("SELECT a.x FROM a GROUP BY 1", "not by positions"),
    ("SELECT a.x FROM a ORDER BY a.x NULLS LAST", "sort where they are shown"),
    ("SELECT rank() OVER (ORDER BY a.x) AS y FROM a", "NULLS FIRST or NULLS LAST"),
    ("SELECT :year AS y FROM a", "cannot tell the type of :year"),
    ("DELETE FROM a", "one SELECT"),
    ("SELECT FROM WHERE", "cannot read"),
]


@each_query
def test_a_query_is_portable(query: Model | Check) -> None:
    assert complaints(query.sql) == []


@pytest.mark.parametrize(("sql", "complaint"), NOT_PORTABLE, ids=[sql for sql, _ in NOT_PORTABLE])
def test_what_the_databases_disagree_on_is_refused(sql: str, complaint: str) -> None:
    assert any(complaint in found for found in complaints(sql)), complaints(sql)


@each_query
def test_a_query_reads_tables_and_columns_that_exist(query: Model | Check) -> None:
    assert query.sources
    assert query.sources <= metadata.tables.keys()


@each_model
def test_a_model_selects_its_table_and_what_derived_columns_need(model: Model) -> None:
    selected = column_names(parse(model.sql))
    computed = [*model.derived.values(), *([model.only] if model.only else [])]
    inputs = {name for derivation in computed for name in derivation.inputs}
    published = [name for name in selected if name in model.columns]
    assert published == [name for name in model.columns if name not in model.derived]
    assert set(selected) - set(published) <= inputs <= {*selected, *model.derived}


@each_model
def test_a_model_takes_the_year_exactly_when_it_is_partitioned(model: Model) -> None:
    assert ("report_year" in model.binds) == model.partitioned
    assert ("report_year" in model.table.primary_key.columns) == model.partitioned


@each_model
def test_a_model_has_a_description_a_key_and_a_comment_on_every_column(model: Model) -> None:
    assert model.description.strip()
    assert model.table.comment
    assert len(model.table.primary_key.columns) > 0
    assert all(column.comment for column in model.table.columns)


def test_every_mart_has_a_model_and_every_model_a_mart() -> None:
    declared = {table.name for table in vars(marts).values() if isinstance(table, sa.Table)}
    assert declared - {compliance_by_unit.name} == set(models())


def test_a_model_comes_after_the_models_it_reads() -> None:
    seen: set[str] = set()
    for model in models().values():
        assert model.sources & models().keys() <= seen
        seen.add(model.name)


@each_model
def test_lineage_leads_to_columns_of_the_tables_a_model_reads(model: Model) -> None:
    lineage = model.lineage()
    assert tuple(lineage) == model.columns
    for sources in lineage.values():
        for table, column in sources:
            assert table in model.sources
            assert column in metadata.tables[table].columns


def test_lineage_goes_through_common_table_expressions_and_derived_columns() -> None:
    unit = "compliance_by_unit"
    lineage = models()["compliance_by_user"].lineage()
    assert lineage["due_tiyn"] == {(unit, "due_tiyn")}
    assert lineage["user_name"] == {("units", "user_name"), (unit, "user_name")}
    assert lineage["fulfilment_bp"] == {(unit, "credit_used_tiyn"), (unit, "financing_tiyn"), (unit, "due_tiyn")}
    assert models()["submission_changes"].lineage()["after_tiyn"] >= {
        ("unit_lines", "base_tiyn"),
        ("financing_lines", "amount_tiyn"),
    }


def test_a_user_has_every_amount_of_a_unit_in_the_same_order() -> None:
    amounts = [name for name in models()["compliance_by_user"].columns if name.endswith("_tiyn")]
    assert [name for name in amounts if not name.endswith("_certain_tiyn")] == list(AMOUNTS)


def test_a_model_names_the_binds_it_misses(connection: sa.Connection) -> None:
    with pytest.raises(KeyError, match="budget_reconciliation needs the binds as_of, margin_bp"):
        run_model(connection, models()["budget_reconciliation"], {"report_year": 2025, "floor_tiyn": 1})


def test_the_base_of_a_user_is_never_disclosed() -> None:
    columns = {column for sources in models()["disclosure"].lineage().values() for _, column in sources}
    assert not columns & {"base_tiyn", "rate"}


def test_the_load_columns_are_left_to_the_load() -> None:
    found: set[Any] = {name for model in models().values() for name in model.columns}
    assert LOAD_ID not in found
