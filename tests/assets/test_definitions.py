"""Definitions: what Dagster loads, before anything runs."""

import datetime as dt
from typing import Any

import dagster as dg
import pytest

from assets.definitions import defs
from assets.metadata.lineage import _written_down
from assets.metadata.specs import OWNER
from assets.partitions import report_years
from dbt_like_sql.project import checks, models
from schemas.tables import metadata
from tests.assets.graph import SNAPSHOT, as_text

TABLES = {"register_findings": "findings", "ledger_findings": "findings"}
SPECS = {spec.key.to_user_string(): spec for spec in defs().resolve_all_asset_specs()}
# Files for people, not tables.
REPORTS = {key for key, spec in SPECS.items() if spec.group_name == "reports"}

# What is published of all years at once.
OF_ALL_YEARS = {"open_data"}


def test_the_definitions_can_be_loaded():
    dg.Definitions.validate_loadable(defs())


def test_the_asset_graph_is_the_one_written_down():
    assert as_text() == SNAPSHOT.read_text(encoding="utf-8"), "if meant: python -m tests.assets.graph"


@pytest.mark.parametrize("key", sorted(SPECS))
def test_an_asset_says_what_it_is_and_whose(key):
    spec = SPECS[key]
    assert spec.description
    assert list(spec.owners) == [OWNER]
    assert spec.group_name in ("registers", "intake", "compliance", "marts", "reports")
    assert spec.kinds
    assert spec.partitions_def == (None if key in OF_ALL_YEARS else report_years)


@pytest.mark.parametrize("key", sorted(SPECS.keys() - REPORTS))
def test_an_asset_shows_the_columns_of_its_table(key):
    table = metadata.tables[TABLES.get(key, key)]
    shown = SPECS[key].metadata
    assert shown["dagster/table_name"] == table.name
    assert [column.name for column in shown["dagster/column_schema"].columns] == [each.name for each in table.columns]
    assert all(column.description for column in shown["dagster/column_schema"].columns)


def test_every_table_a_load_fills_is_an_asset():
    trail = {"loads", "load_inputs", "load_manifests", "compliance_history"}
    assert {TABLES.get(key, key) for key in SPECS.keys() - REPORTS} == set(metadata.tables) - trail


@pytest.mark.parametrize("key", sorted(SPECS.keys() - REPORTS))
def test_an_asset_says_its_grain_and_what_a_partition_holds(key):
    table = metadata.tables[TABLES.get(key, key)]
    text = str(SPECS[key].description)
    grain = ", ".join(f"`{column.name}`" for column in table.primary_key.columns)
    assert f"**Grain**: one row for each {grain}." in text
    assert "A partition holds" in text or "one for all years" in text


@pytest.mark.parametrize("key", sorted(SPECS.keys() - REPORTS))
def test_the_lineage_of_a_column_names_columns_that_exist(key):
    lineage = SPECS[key].metadata["dagster/column_lineage"].deps_by_column
    assert lineage.keys() <= {column.name for column in metadata.tables[TABLES.get(key, key)].columns}
    for sources in lineage.values():
        for source in sources:
            asset = source.asset_key.to_user_string()
            assert asset in SPECS
            table = TABLES.get(asset, asset)
            known = {column.name for column in metadata.tables[table].columns}
            if table == "compliance_by_unit":
                known |= {column.name for column in metadata.tables["compliance_history"].columns}
            assert source.column_name in known


@pytest.mark.parametrize("key", sorted([*models(), "compliance_by_unit", "obligations", "arrears"]))
def test_what_is_computed_from_other_tables_says_from_which(key):
    assert SPECS[key].metadata["dagster/column_lineage"].deps_by_column
    told = [column.description for column in SPECS[key].metadata["dagster/column_schema"].columns]
    assert any("; from `" in text for text in told)


def test_only_tables_have_a_lineage_written_down():
    assert _written_down().keys() <= SPECS.keys() - set(models())


def test_every_rule_that_only_warns_is_a_check():
    names = {key.name for key in defs().resolve_asset_graph().asset_check_keys}
    assert {check.name for check in checks().values() if check.severity == "warn"} <= names


def test_no_check_stops_the_year():
    graph = defs().resolve_asset_graph()
    assert not [key for key in graph.asset_check_keys if graph.get(key).blocking]


def test_a_year_depends_on_the_year_before():
    mapping: Any = next(dep.partition_mapping for dep in SPECS["compliance_by_unit"].deps if dep.asset_key.path == [
        "compliance_by_unit"
    ])  # fmt: skip
    parents = mapping.get_upstream_mapped_partitions_result_for_partitions(
        downstream_partitions_subset=report_years.subset_with_partition_keys(["2024"]),
        downstream_partitions_def=report_years,
        upstream_partitions_def=report_years,
    )
    assert list(parents.partitions_subset.get_partition_keys()) == ["2023"]


def test_years_begin_with_the_code_and_end_with_the_running_one():
    at = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    keys = report_years.get_partition_keys(current_time=at)
    assert (keys[0], keys[-1]) == ("2018", "2026")
