"""Models: what goes in and what comes out, case by case (``cases/<model>.yaml``), on both databases.

The binds are the law of 2025, unless a case says otherwise.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from dbt_like_sql.project import Model, models
from dbt_like_sql.running import run_model
from pipelines.statute.law import load_statute
from pipelines.steps.invariants import binds_of
from schemas.columns import Exact
from tests.sql.given import filled, insert

LAW = binds_of(load_statute().at(2025), date(2026, 9, 1))
CASES = Path(__file__).parent / "cases"
MODELS = list(models().values())


def _cases():
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(models()[path.stem], case, id=f"{path.stem}: {case['case']}")


@pytest.mark.parametrize(("model", "case"), list(_cases()))
def test_a_model_gives_what_its_case_expects(connection: sa.Connection, model: Model, case: dict[str, Any]) -> None:
    insert(connection, case["given"])
    result = run_model(connection, model, LAW | case.get("binds", {}))
    assert result.columns == model.columns
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    looked_at = [name for name in result.columns if any(name in row for row in case["expect"])] or ["report_year"]
    found = [{name: row[name] for name in looked_at} for row in rows]
    expected = [{name: _exact(model, name, row.get(name)) for name in looked_at} for row in case["expect"]]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    _store(connection, model, rows)


def _exact(model, name, value):
    """Return a figure of a case as the table's: YAML knows no decimals, so they stand there as text."""
    is_exact = isinstance(model.table.columns[name].type, Exact)
    return Decimal(value) if is_exact and value is not None else value


def _store(connection, model, rows):
    """The table takes the rows: keys, NOT NULL, accepted values and types hold."""
    for row in rows:
        connection.execute(model.table.insert(), filled(model.table, row))
    assert connection.scalar(sa.select(sa.func.count()).select_from(model.table)) == len(rows)


def test_every_model_has_a_case() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == {model.name for model in MODELS}
