"""Project: the SQL models and checks beside this module, and the order models run in.

Belongs here: loading ``models/`` and ``checks/``, dependencies, column lineage. Does not: running them (``running``),
the tables they fill (``schemas.marts``), when they run (``assets``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlglot import exp

from dbt_like_sql import parsing
from dbt_like_sql.derive import Derivation, from_data
from schemas.columns import content_names
from schemas.tables import metadata
from schemas.yaml_text import load_yaml

_HERE = Path(__file__).parent
Severity = Literal["fail", "warn"]


@dataclass(frozen=True)
class Model:
    """A SELECT that fills the table of its name, and the columns derived from its rows afterwards."""

    name: str
    sql: str
    description: str
    partitioned: bool
    derived: Mapping[str, Derivation] = field(default_factory=dict)

    @property
    def tree(self) -> exp.Query:
        """The parsed SELECT; do not change it."""
        return _parsed(self.sql)

    @property
    def table(self) -> sa.Table:
        """The table the model fills."""
        return metadata.tables[self.name]

    @property
    def columns(self) -> tuple[str, ...]:
        """Published columns in order, without what the load adds to each row."""
        return tuple(content_names(self.table))

    @cached_property
    def sources(self) -> frozenset[str]:
        """Tables the model reads."""
        return parsing.tables(self.tree)

    @cached_property
    def binds(self) -> frozenset[str]:
        """Names of the values the model needs to run, for the SELECT and for derived columns."""
        return parsing.binds(self.tree).union(*(derivation.binds for derivation in self.derived.values()))

    def lineage(self) -> dict[str, frozenset[parsing.Source]]:
        """Return for each published column the (table, column) pairs it comes from."""
        return _lineage(self.name)


@dataclass(frozen=True)
class Check:
    """A SELECT of what must not be: no row is good."""

    name: str
    sql: str
    description: str
    severity: Severity
    message: Mapping[str, str]

    @property
    def tree(self) -> exp.Query:
        """The parsed SELECT; do not change it."""
        return _parsed(self.sql)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Tables the check reads."""
        return parsing.tables(self.tree)

    @cached_property
    def binds(self) -> frozenset[str]:
        """Names of the values the check needs to run."""
        return frozenset(sa.text(self.sql).compile().params)

    def reads(self, table: str) -> bool:
        """Tell whether the check reads a table, by name and without parsing: checks run in every transaction."""
        return re.search(rf"\b(?:FROM|JOIN)\s+{table}\b", self.sql) is not None


@cache
def models() -> Mapping[str, Model]:
    """Return every model by name, each after the models it reads; raises graphlib.CycleError."""
    loaded = {path.stem: _model(path) for path in _files("models")}
    graph = {name: sorted(model.sources & loaded.keys()) for name, model in loaded.items()}
    return {name: loaded[name] for name in TopologicalSorter(graph).static_order()}


@cache
def checks() -> Mapping[str, Check]:
    """Return every check by name."""
    return {path.stem: _check(path) for path in _files("checks")}


def _files(folder: str) -> list[Path]:
    return sorted((_HERE / folder).glob("*.sql"))


def _beside(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    return data


def _model(path: Path) -> Model:
    data = _beside(path)
    derived = {column: from_data(spec) for column, spec in data.pop("derived", {}).items()}
    return Model(path.stem, path.read_text(encoding="utf-8"), derived=derived, **data)


def _check(path: Path) -> Check:
    return Check(path.stem, path.read_text(encoding="utf-8"), **_beside(path))


@cache
def _parsed(sql: str) -> exp.Query:
    return parsing.parse(sql)


@cache
def _lineage(name: str) -> dict[str, frozenset[parsing.Source]]:
    model = models()[name]
    # sqlglot needs names only; a bind type that both dialects know keeps it from guessing.
    schema = {table.name: {column.name: "text" for column in table.columns} for table in metadata.sorted_tables}
    known = parsing.column_sources(model.tree, schema)
    for column, derivation in model.derived.items():
        known[column] = frozenset[parsing.Source]().union(*(known[name] for name in derivation.inputs))
    return {column: known[column] for column in model.columns}
