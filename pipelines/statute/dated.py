"""Dated: a parameter of the law through time - what holds from which day, by which article, how sure we are.

Here: the three kinds of dated parameter (one value for all, a value by regime and sector, a list of rows), what is in
force on a day, and what no parameter may say. Not here: what each parameter holds (``pipelines.statute.model``), values
(the YAML files beside), reading them (``pipelines.statute.law``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.vocabulary import Regime, Sector

Confidence = Literal["S", "X", "I", "M"]
"""S seen in the source, X seen as an excerpt, I inferred, M a working assumption."""


class Frozen(BaseModel):
    """A model nobody can change, that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reference(Frozen):
    """The article a value rests on."""

    article: str = Field(min_length=1)
    title: str
    short: str
    url: str | None

    def __str__(self) -> str:
        """Return the reference as a person cites it."""
        return f"{self.short}, {self.article}"


class Value(Frozen):
    """What holds from a day on, until a later value takes its place.

    ``published_on`` is the day the act was published; a value that begins after its parameter was last checked must
    name it.
    """

    start: date = Field(alias="from")
    published_on: date | None = None
    reference: Reference
    confidence: Confidence


class UnitValue(Value):
    """A value of some regimes or sectors only; None means all of them.

    ``needed_by`` are the regimes that cannot be without a value.
    """

    needed_by: ClassVar[tuple[Regime, ...]] = tuple(Regime)
    regimes: Annotated[tuple[Regime, ...], Field(min_length=1)] | None = None
    sectors: Annotated[tuple[Sector, ...], Field(min_length=1)] | None = None

    def covers(self, regime: Regime, sector: Sector) -> bool:
        """Tell whether units of a regime and a sector are meant."""
        return (self.regimes is None or regime in self.regimes) and (self.sectors is None or sector in self.sectors)


class RowValue(Value):
    """A value of one row of a list; ``until`` is its last day, None while it goes on.

    ``key`` names the field that says which row it is.
    """

    key: ClassVar[str]
    until: date | None = None

    @property
    def row(self) -> str:
        """Return which row of the list this is."""
        return str(getattr(self, self.key))


V = TypeVar("V", bound=Value)
U = TypeVar("U", bound=UnitValue)
R = TypeVar("R", bound=RowValue)


class Dated(Frozen, Generic[V]):
    """One file: what the parameter is, in which unit, its values, and when somebody last looked whether they hold."""

    title: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    note: str = ""
    last_checked_on: date
    values: Annotated[tuple[V, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_checked(self) -> Self:
        for value in self.values:
            if value.start > self.last_checked_on and value.published_on is None:
                message = (
                    f"the value from {value.start} begins after last_checked_on ({self.last_checked_on}): say in "
                    "published_on when its act was published, or check the parameter again"
                )
                raise ValueError(message)
        return self


class DatedValue(Dated[V], Generic[V]):
    """A parameter with one value at a time, oldest first."""

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        _refuse_disorder(self.values)
        for earlier, later in pairwise(self.values):
            if earlier.start == later.start:
                message = f"two values begin on {later.start}"
                raise ValueError(message)
        return self

    def on(self, day: date) -> V:
        """Return the value in force on a day.

        Raises:
            LookupError: the day is before the first known value.
        """
        if day < self.values[0].start:
            message = f"nothing is known on {day} of «{self.title}»: the first value begins on {self.values[0].start}"
            raise LookupError(message)
        return self.on_or_first(day)

    def on_or_first(self, day: date) -> V:
        """Return the value in force on a day somebody typed, the first one for any day before it.

        Such a day is of no year that is computed, and a wrong date in a register must not stop a year.
        """
        return next((value for value in reversed(self.values) if value.start <= day), self.values[0])


@dataclass(frozen=True)
class ForUnits(Generic[U]):
    """What is in force on one day: ``begun`` are the values that have begun, the last of them first."""

    title: str
    day: date
    begun: tuple[U, ...]

    def find(self, regime: Regime, sector: Sector) -> U | None:
        """Return the value of a regime and a sector: of those that cover them the one that began last."""
        return next((value for value in self.begun if value.covers(regime, sector)), None)

    def of(self, regime: Regime, sector: Sector) -> U:
        """Return the value of a regime and a sector.

        Raises:
            LookupError: none is known on this day.
        """
        found = self.find(regime, sector)
        if found is None:
            message = f"nothing is known on {self.day} of «{self.title}» for {regime}, {sector}"
            raise LookupError(message)
        return found


class DatedByUnit(Dated[U], Generic[U]):
    """A parameter whose values may be of some regimes or sectors only, oldest first.

    Of the values that cover a unit the one that began last decides; two that begin on one day never cover the same.
    """

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        _refuse_disorder(self.values)
        for place, value in enumerate(self.values):
            for other in self.values[place + 1 :]:
                if value.start == other.start and (both := _covered_by_both(value, other)):
                    message = f"two values begin on {value.start} and cover {both[0]}, {both[1]}"
                    raise ValueError(message)
        return self

    def on(self, day: date) -> ForUnits[U]:
        """Return what is in force on a day, to be asked by regime and sector."""
        return ForUnits(self.title, day, tuple(value for value in reversed(self.values) if value.start <= day))


class DatedRows(Dated[R], Generic[R]):
    """A list whose rows change through time; rows in the order of the list, the values of each oldest first.

    In a file each entry says once what its row is, and under ``values`` what holds of it from when.
    """

    @model_validator(mode="before")
    @classmethod
    def _flattened(cls, content: dict[str, object]) -> dict[str, object]:
        """Turn ``entries`` with ``values`` into values that repeat what their entry says of the row."""
        flat = {name: value for name, value in content.items() if name != "entries"}
        entries = content.get("entries")
        if isinstance(entries, list):
            flat["values"] = [
                {name: fact for name, fact in entry.items() if name != "values"} | value
                for entry in entries
                for value in entry["values"]
            ]
        return flat

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        by_row: defaultdict[str, list[R]] = defaultdict(list)
        for value in self.values:
            by_row[value.row].append(value)
            if value.until is not None and value.until < value.start:
                message = f"{value.row}: the value from {value.start} ends on {value.until}, before it begins"
                raise ValueError(message)
        for row, values in by_row.items():
            for earlier, later in pairwise(values):
                if later.start <= (earlier.until or earlier.start):
                    message = (
                        f"{row}: values stand oldest first and do not overlap; {later.start} follows {earlier.start}"
                    )
                    raise ValueError(message)
        return self

    @property
    def rows(self) -> tuple[R, ...]:
        """Return every row there ever is, as its last value has it."""
        return tuple({value.row: value for value in self.values}.values())

    def on(self, day: date) -> tuple[R, ...]:
        """Return the rows in force on a day, in the order of the list."""
        latest = {value.row: value for value in self.values if value.start <= day}
        return tuple(value for value in latest.values() if value.until is None or day <= value.until)


def _refuse_disorder(values: Sequence[Value]) -> None:
    for earlier, later in pairwise(values):
        if later.start < earlier.start:
            message = f"values stand oldest first: {later.start} follows {earlier.start}"
            raise ValueError(message)


def _covered_by_both(one: UnitValue, other: UnitValue) -> tuple[Regime, Sector] | None:
    pairs: Iterable[tuple[Regime, Sector]] = ((regime, sector) for regime in Regime for sector in Sector)
    return next((pair for pair in pairs if one.covers(*pair) and other.covers(*pair)), None)
