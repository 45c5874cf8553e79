"""The invented country as data: typed access to ``country.yaml`` and ``mistakes.yaml``.

Belongs here: loading and weighted draws. Does not: what is drawn (``population``, ``story``) or written (``workbook``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml


@dataclass(frozen=True)
class Archetype:
    """A kind of unit: which document, which base, from when it is obliged, what becomes of a surplus."""

    key: str
    sector: str
    kind: str
    operation: str
    base_kind: str
    dated: tuple[float, float]
    obliged: str | None
    credit: str
    number: str
    weight: float
    first: int
    base: tuple[float, float]

    @property
    def by_costs(self) -> bool:
        """Whether the unit is obliged under the Code, by production costs."""
        return self.obliged is not None and self.credit == "next"


@dataclass(frozen=True)
class MistakeRate:
    """How often a mistake is made: ``rate`` of all its candidates of ``scope``, and never less than once."""

    name: str
    scope: str
    rate: float
    codes: tuple[str, ...]


@lru_cache(maxsize=1)
def country() -> Mapping[str, Any]:
    """The content of ``country.yaml``."""
    content: Mapping[str, Any] = _load("country.yaml")
    return content


@lru_cache(maxsize=1)
def archetypes() -> Mapping[str, Archetype]:
    """Kinds of units by key."""
    return {
        key: Archetype(key=key, **{**row, "dated": tuple(row["dated"]), "base": tuple(row["base"])})
        for key, row in country()["archetypes"].items()
    }


@lru_cache(maxsize=1)
def mistake_rates() -> tuple[MistakeRate, ...]:
    """The mistakes in the order in which they are made."""
    rows = _load("mistakes.yaml")["mistakes"]
    return tuple(MistakeRate(row["name"], row["scope"], row["rate"], tuple(row["codes"])) for row in rows)


def weighted(rng: Random, weights: Mapping[str, float]) -> str:
    """Draw one key of a table of weights."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def _load(name: str) -> Any:
    return yaml.safe_load(files("pipelines.demo").joinpath(name).read_text(encoding="utf-8"))
