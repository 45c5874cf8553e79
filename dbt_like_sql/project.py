"""Project: the SQL models and checks beside this module, and the order models run in.

Belongs here: loading ``models/`` and ``checks/``, dependencies, column lineage. Does not: running them (``running``),
the tables they fill (``schemas.marts``), when they run (``assets``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from dbt_like_sql.derive import Derivation, from_data
from dbt_like_sql.facts import Facts, Source, facts_of
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
    only: Derivation | None = None
    """A flag computed last: rows it is not true of are no rows of the model."""

    @cached_property
    def facts(self) -> Facts:
        """What the SELECT reads, needs and returns."""
        return facts_of(self.sql)

    @property
    def table(self) -> sa.Table:
        """The table the model fills."""
        return metadata.tables[self.name]

    @property
    def columns(self) -> tuple[str, ...]:
        """Published columns in order, without what the load adds to each row."""
        return tuple(content_names(self.table))

    @property
    def sources(self) -> frozenset[str]:
        """Tables the model reads."""
        return self.facts.sources

    @cached_property
    def binds(self) -> frozenset[str]:
        """Names of the values the model needs to run, for the SELECT and for derived columns."""
        computed = [*self.derived.values(), *([self.only] if self.only else [])]
        return self.facts.binds.union(*(derivation.binds for derivation in computed))

    def lineage(self) -> dict[str, frozenset[Source]]:
        """Return for each published column the (table, column) pairs it comes from."""
        known = dict(self.facts.lineage)
        for column, derivation in self.derived.items():
            known[column] = frozenset[Source]().union(*(known[name] for name in derivation.inputs))
        return {column: known[column] for column in self.columns}


@dataclass(frozen=True)
class Check:
    """A SELECT of what must not be: no row is good."""

    name: str
    sql: str
    description: str
    severity: Severity
    message: Mapping[str, str]

    @cached_property
    def facts(self) -> Facts:
        """What the SELECT reads, needs and returns."""
        return facts_of(self.sql)

    @property
    def sources(self) -> frozenset[str]:
        """Tables the check reads."""
        return self.facts.sources

    @cached_property
    def binds(self) -> frozenset[str]:
        """Names of the values the check needs to run."""
        return frozenset(sa.text(self.sql).compile().params)


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
    only = data.pop("only", None)
    return Model(
        path.stem, path.read_text(encoding="utf-8"), derived=derived, only=from_data(only) if only else None, **data
    )


def _check(path: Path) -> Check:
    return Check(path.stem, path.read_text(encoding="utf-8"), **_beside(path))
