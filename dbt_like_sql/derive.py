"""Derive: columns of a model that SQL may not compute.

Belongs here: the few derivations a model's YAML may name; each says which columns and binds it reads. Does not: how an
amount is rounded (``schemas.money``), running models (``running``).
SQLite and PostgreSQL disagree on division, rounding and date arithmetic, and their products overflow differently.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import exp, factorial, log10
from operator import ge, gt, le, lt
from typing import Any, Protocol

from schemas.columns import plain_decimal
from schemas.money import BASIS_POINTS, ratio_bp

_BIN_DIGITS, _MONTHS, _CENTURY = 12, 12, 100
_HALF_THE_DEGREES = 4  # nine digits leave eight degrees of freedom
_BOUNDS = {"above": gt, "at_least": ge, "at_most": le, "below": lt}

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


@dataclass(frozen=True)
class AgeOfBin:
    """Days from the first day of the month in which a BIN was issued (its first four digits) to a date of the row."""

    bin: str
    day: str
    binds: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The BIN and the date."""
        return (self.bin, self.day)

    def value(self, row: Row, binds: Binds) -> int | None:
        """Return the days, None for an unknown date or what is no BIN; a year to come is one of the century before."""
        text, until = row[self.bin], row[self.day]
        if until is None or text is None or not (text.isdecimal() and len(text) == _BIN_DIGITS):
            return None
        month = int(text[2:4])
        if not 1 <= month <= _MONTHS:
            return None
        year = until.year - until.year % _CENTURY + int(text[:2])
        issued = date(year if year <= until.year else year - _CENTURY, month, 1)
        return int((until - issued).days)


@dataclass(frozen=True)
class Benford:
    """Chi-square of how often each first digit stands against Benford's law, rounded to thousandths; 8 degrees.

    Frank Benford, The law of anomalous numbers, 1938: digit d begins log10(1 + 1/d) of all numbers.
    """

    digits: tuple[str, ...]
    binds: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """How many numbers begin with 1, 2, ... 9."""
        return self.digits

    def value(self, row: Row, binds: Binds) -> Decimal | None:
        """Return the statistic, None where nothing was counted."""
        counts = [row[name] for name in self.digits]
        if None in counts or not sum(counts):
            return None
        expected = [sum(counts) * log10(1 + 1 / digit) for digit in range(1, len(counts) + 1)]
        statistic = sum((count - wanted) ** 2 / wanted for count, wanted in zip(counts, expected, strict=True))
        return plain_decimal(Decimal(f"{statistic:.3f}"))


@dataclass(frozen=True)
class Chance:
    """How likely a chi-square of 8 degrees of freedom is at least so large, rounded to six decimals."""

    statistic: str
    binds: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The statistic."""
        return (self.statistic,)

    def value(self, row: Row, binds: Binds) -> Decimal | None:
        """Return the probability; for even degrees it is a finite sum."""
        if row[self.statistic] is None:
            return None
        half = float(row[self.statistic]) / 2
        terms = (half**power / factorial(power) for power in range(_HALF_THE_DEGREES))
        return plain_decimal(Decimal(f"{exp(-half) * sum(terms):.6f}"))


@dataclass(frozen=True)
class WithinLimits:
    """Whether a row keeps the limit that a bind names for its kind: a column and a bound; no limit keeps every row."""

    key: str
    of: tuple[str, ...]
    limits: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """The kind and the columns that limits may name."""
        return (self.key, *self.of)

    @property
    def binds(self) -> tuple[str, ...]:
        """The limits by kind."""
        return (self.limits,)

    def value(self, row: Row, binds: Binds) -> bool:
        """Return whether it does; an unknown value keeps none."""
        limit = binds[self.limits][row[self.key]]
        if limit is None:
            return True
        value = row[limit["column"]]
        return value is not None and all(
            test(value, Decimal(str(limit[name]))) for name, test in _BOUNDS.items() if name in limit
        )


_KINDS: dict[str, Callable[..., Derivation]] = {
    "ratio_bp": RatioBp,
    "days_since": DaysSince,
    "material": Material,
    "lookup": Lookup,
    "named": Named,
    "age_of_bin": AgeOfBin,
    "benford": Benford,
    "chance": Chance,
    "within_limits": WithinLimits,
}


def from_data(spec: Mapping[str, Mapping[str, Any]]) -> Derivation:
    """Return the derivation a YAML names as ``{kind: {argument: value}}``; raises KeyError or TypeError for others."""
    ((kind, arguments),) = spec.items()
    return _KINDS[kind](
        **{name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
    )
