"""Checks: each is silent over good rows and speaks over bad ones (``checks/<check>.yaml``), on both databases."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from dbt_like_sql.project import Check, checks
from dbt_like_sql.running import run_check
from schemas.columns import LOAD_ID
from schemas.tables import metadata
from tests.sql.given import insert

CASES = Path(__file__).parent / "checks"
BINDS = {"report_year": 2025, "breach_below_bp": 3000, "dust_below_tiyn": 100, "dust_from_bp": 10_000}
TRAIL = {"loads", "load_inputs", "load_manifests"}


def _cases():
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(checks()[path.stem], case, id=f"{path.stem}: {case['case']}")


@pytest.mark.parametrize(("check", "case"), list(_cases()))
def test_a_check_speaks_when_it_should(connection: sa.Connection, check: Check, case: dict[str, Any]) -> None:
    insert(connection, case["given"])
    speaks = case["speaks"]
    found = [{name: row[name] for name in speaks[0]} if speaks else row for row in run_check(connection, check, BINDS)]
    assert sorted(found, key=repr) == sorted(speaks, key=repr)


@pytest.mark.parametrize("check", checks().values(), ids=list(checks()))
def test_a_check_is_silent_over_an_empty_warehouse(connection: sa.Connection, check: Check) -> None:
    assert run_check(connection, check, BINDS) == []


def test_every_check_has_a_case_where_it_is_silent_and_one_where_it_speaks() -> None:
    for name in checks():
        cases = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
        assert {bool(case["speaks"]) for case in cases} == {True, False}, name


@pytest.mark.parametrize("check", checks().values(), ids=list(checks()))
def test_a_check_says_what_is_wrong_in_three_languages(check: Check) -> None:
    assert set(check.message) == {"ru", "kk", "en"}
    assert all(check.message.values())
    assert check.severity in {"fail", "warn"}
    assert check.description


def test_every_table_with_loads_is_checked_for_them() -> None:
    published = {table.name for table in metadata.sorted_tables if LOAD_ID in table.columns} - TRAIL
    assert checks()["rows_have_loads"].sources == published | {"loads"}


def test_a_check_names_the_binds_it_misses(connection: sa.Connection) -> None:
    with pytest.raises(KeyError, match="status_agrees needs the binds breach_below_bp"):
        run_check(connection, checks()["status_agrees"], {"report_year": 2025})
