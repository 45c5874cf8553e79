"""Facts: what is kept of a query equals what its text says, and a changed query or table is read anew."""

import subprocess
import sys

import pytest

from dbt_like_sql import facts
from dbt_like_sql.project import checks, models

QUERIES = {
    **{name: model.sql for name, model in models().items()},
    **{name: check.sql for name, check in checks().items()},
}


@pytest.mark.parametrize("name", QUERIES)
def test_what_is_kept_of_a_query_is_what_its_text_says(name):
    assert facts.facts_of(QUERIES[name]) == facts._parsed(QUERIES[name])


def test_every_query_is_kept_as_it_stands():
    assert facts.as_text(QUERIES) == facts._KEPT.read_text(encoding="utf-8"), "run make docs and commit facts.json"


def test_a_query_that_is_not_kept_is_read_from_its_text():
    found = facts.facts_of("SELECT u.unit_no AS number FROM units u WHERE u.sector = :sector")
    assert found.sources == {"units"}
    assert found.binds == {"sector"}
    assert found.columns == ("number",)
    assert found.lineage == {"number": frozenset({("units", "unit_no")})}


def test_a_query_over_a_table_with_another_column_is_read_again(monkeypatch):
    sql = QUERIES["largest_shortfalls"]
    monkeypatch.setattr(facts, "_schema_digest", lambda tables: "of other columns")
    read: list[str] = []
    monkeypatch.setattr(facts, "_parsed", read.append)
    facts.facts_of(sql)
    assert read == [sql]


def test_models_and_checks_are_loaded_without_parsing_sql():
    code = (
        "import sys; from dbt_like_sql.project import models, checks; "
        "[(m.sources, m.binds, m.lineage()) for m in models().values()]; [c.sources for c in checks().values()]; "
        "print('sqlglot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
