"""Lineage: from which columns the columns of each table come.

Belongs here: ``lineage.yaml`` for the tables Python writes, the SQL for those SQL writes. Does not: which asset depends
on which (``assets.tables.registers``, ``intake``, ``compliance``, ``marts``).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from dbt_like_sql.project import Model
from schemas.yaml_text import load_yaml

Lineage = Mapping[str, Sequence[tuple[str, str]]]
"""For a column, the (asset, column) pairs it comes from."""

# Tables that other assets fill than the one of their name, or others besides: whoever reads one depends on all.
FILLED_BY = {"compliance_history": ("compliance_by_unit",), "findings": ("findings", "ledger_findings")}


def of_python(asset: str) -> Lineage:
    """Return the lineage of a table that Python writes; a column that comes from a workbook alone is left out."""
    return _written_down().get(asset, {})


def of_sql(model: Model) -> Lineage:
    """Return the lineage of a model, read from its SQL."""
    return {
        column: [(asset, name) for table, name in sorted(sources) for asset in filled_by(table)]
        for column, sources in model.lineage().items()
    }


def filled_by(table: str) -> tuple[str, ...]:
    """Return the assets that fill a table."""
    return FILLED_BY.get(table, (table,))


@cache
def _written_down() -> Mapping[str, Lineage]:
    raw = load_yaml(Path(__file__).with_name("lineage.yaml").read_text(encoding="utf-8"))
    return {
        asset: {column: [_pair(source) for source in sources] for column, sources in columns.items()}
        for asset, columns in raw.items()
    }


def _pair(source: str) -> tuple[str, str]:
    asset, _, column = source.partition(".")
    return asset, column
