"""Derive: columns of a model that SQL may not compute.

Belongs here: the few derivations a model's YAML may name; each says which columns and binds it reads. Does not: how an
amount is rounded (``schemas.money``), running models (``running``).
SQLite and PostgreSQL disagree on division, rounding and date arithmetic, and their products overflow differently.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from schemas.money import BASIS_POINTS, ratio_bp

Row = Mapping[str, Any]
Binds = Mapping[str, Any]


class Derivation(Protocol):
    """A column computed from others of the same row, and from binds."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns of the row it reads."""

    @property
    def binds(self) -> tuple[str, ...]:
        """Binds it reads."""

    def value(self, row: Row, binds: Binds) -> Any:
        """The derived value; None where an input is unknown."""


@dataclass(frozen=True)
class RatioBp:
    """Basis points of one amount, rounded half up; 10000 of nothing due."""

    numerator: tuple[str, ...]
    denominator: str
    binds: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """Amounts above and below the line."""
        return (*self.numerator, self.denominator)

    def value(self, row: Row, binds: Binds) -> int | None:
        """Return the ratio, None where any amount is unknown."""
        if any(row[name] is None for name in self.inputs):
            return None
        return ratio_bp(sum(row[name] for name in self.numerator), row[self.denominator])


@dataclass(frozen=True)
class DaysSince:
    """Whole days from a date of the row to a date given as a bind."""

    day: str
    until: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """The date of the row."""
        return (self.day,)

    @property
    def binds(self) -> tuple[str, ...]:
        """The later day."""
        return (self.until,)

    def value(self, row: Row, binds: Binds) -> int | None:
        """Return the days, None for an unknown date."""
        start: date | None = row[self.day]
        until: date = binds[self.until]
        return None if start is None else (until - start).days


@dataclass(frozen=True)
class Material:
    """Whether a difference exceeds a share of the larger amount (a bind, basis points) and a floor (a bind, tiyn)."""

    difference: str
    of: tuple[str, ...]
    margin: str
    floor: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """The difference and the amounts compared."""
        return (self.difference, *self.of)

    @property
    def binds(self) -> tuple[str, ...]:
        """Margin and floor."""
        return (self.margin, self.floor)

    def value(self, row: Row, binds: Binds) -> bool:
        """Return whether it does; an amount that is absent counts as nothing."""
        difference = abs(row[self.difference])
        larger = max(abs(row[name] or 0) for name in self.of)
        over_margin = difference * BASIS_POINTS > larger * binds[self.margin]
        return bool(over_margin and difference > binds[self.floor])


@dataclass(frozen=True)
class Lookup:
    """What a mapping given as a bind says about a column."""

    key: str
    mapping: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """The column looked up."""
        return (self.key,)

    @property
    def binds(self) -> tuple[str, ...]:
        """The mapping."""
        return (self.mapping,)

    def value(self, row: Row, binds: Binds) -> Any:
        """Return what it says, None where it says nothing."""
        return binds[self.mapping].get(row[self.key])


@dataclass(frozen=True)
class Named:
    """The names, given as binds, of those counts of the row that are not zero: sorted, comma separated."""

    counts: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The counts."""
        return self.counts

    @property
    def binds(self) -> tuple[str, ...]:
        """Their names, in the same order."""
        return self.names

    def value(self, row: Row, binds: Binds) -> str:
        """Return the names, empty where every count is zero."""
        return ",".join(sorted(binds[name] for count, name in zip(self.counts, self.names, strict=True) if row[count]))


_KINDS: dict[str, Callable[..., Derivation]] = {
    "ratio_bp": RatioBp,
    "days_since": DaysSince,
    "material": Material,
    "lookup": Lookup,
    "named": Named,
}


def from_data(spec: Mapping[str, Mapping[str, Any]]) -> Derivation:
    """Return the derivation a YAML names as ``{kind: {argument: value}}``; raises KeyError or TypeError for others."""
    ((kind, arguments),) = spec.items()
    return _KINDS[kind](
        **{name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
    )
