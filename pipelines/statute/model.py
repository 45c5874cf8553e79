"""Model of the statute: what a value of each parameter must hold, checked when it is loaded.

Here: one frozen model per parameter. Not here: how values follow one another (``pipelines.statute.dated``), values (the
YAML files beside), reading them (``pipelines.statute.law``), what follows from them (``pipelines.core``).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from pipelines.statute.dated import Frozen, Reference, RowValue, UnitValue, Value
from schemas.vocabulary import BaseKind, Operation, Regime, Sector, Status, UnitKind, WorkKind

MARKS = 6
"""So many codes the models of summaries can tell apart (``doubt_1`` to ``doubt_6``)."""

_WITH_A_DUTY = tuple(regime for regime in Regime if regime != Regime.NONE)


class CodeStart(Value):
    """The day the Subsoil Code took effect."""

    day: date


class RegimeRule(RowValue):
    """One rule of the order in which a unit's regime is decided; an absent condition always holds.

    A rule ``as_registered`` holds for units whose regime the register names, and gives that one.
    """

    key: ClassVar[str] = "rule"
    rule: str
    regime: Regime | None = None
    as_registered: bool = False
    sectors: tuple[Sector, ...] | None = None
    operations: tuple[Operation, ...] | None = None
    unit_kinds: tuple[UnitKind, ...] | None = None
    dated_before_code: bool = False

    @model_validator(mode="after")
    def _names_a_regime(self) -> Self:
        if (self.regime is None) != self.as_registered:
            message = f"{self.rule}: a rule names its regime, or is as_registered"
            raise ValueError(message)
        return self


class Rate(UnitValue):
    """Share of the base that is due, as a fraction."""

    value: Annotated[Decimal, Field(ge=0, le=1)]


class Base(UnitValue):
    """What the obligation is taken of."""

    needed_by: ClassVar[tuple[Regime, ...]] = _WITH_A_DUTY
    base_kind: BaseKind


class FirstYear(UnitValue):
    """How the first obliged year is counted, in calendar years after that of a date in the register."""

    needed_by: ClassVar[tuple[Regime, ...]] = _WITH_A_DUTY
    counted_from: Literal["unit_date", "production_start"]
    years_after: int
    years_after_if_resigned: int | None = None


CreditModeName = Literal["next_year", "following_years", "none"]


class CreditMode(UnitValue):
    """How long credit lives."""

    mode: CreditModeName


class Translated(Frozen):
    """What people read, in every language."""

    ru: str
    kk: str
    en: str

    def __str__(self) -> str:
        """Return all three, each spelling once."""
        return " / ".join(dict.fromkeys((self.ru, self.kk, self.en)))


class RecognitionCode(RowValue):
    """One reason to disallow a line or to warn about it; ``asks_unit``: it hangs on sector or regime of the unit."""

    key: ClassVar[str] = "code"
    code: Annotated[str, Field(pattern=r"^R\d\d$")]
    effect: Literal["disallow", "warn"]
    on_refund: bool = False
    asks_unit: bool = False
    title: Translated


class BudgetChannel(UnitValue):
    """To whom the money goes: a performer, or the budget under a classification code (КБК).

    ``not_for`` are the kinds of work that have a procedure of their own and go on being paid to a performer.
    """

    paid_to: Literal["performer", "budget"]
    kbk: str | None = None
    not_for: tuple[WorkKind, ...] = ()

    @model_validator(mode="after")
    def _has_a_code(self) -> Self:
        if (self.paid_to == "budget") != (self.kbk is not None):
            message = f"the value from {self.start}: a kbk goes with paid_to: budget, and only with it"
            raise ValueError(message)
        return self


class Digitalisation(UnitValue):
    """Whether digitalisation projects count, and whether that is disputed."""

    counts: bool
    disputed: bool = False


class Council(UnitValue):
    """Whether a decision of the scientific-technical council must come before the payment."""

    required: bool


class ForeignPerformer(Value):
    """Who is foreign, in which regimes that needs a permission, and in which it is a warning."""

    home_country: str
    permission_regimes: tuple[Regime, ...]
    warning_regimes: tuple[Regime, ...]


class Accreditation(Value):
    """Kinds of performer that need no accreditation number."""

    kinds_without_number: tuple[str, ...]


class Affiliation(Value):
    """Whether affiliation counts in both directions."""

    symmetric: bool


class ExcludedKind(RowValue):
    """Word beginnings that name one excluded kind of expense, and those that excuse it."""

    key: ClassVar[str] = "title"
    kind: str
    title: Translated
    stems: tuple[str, ...]
    exceptions: tuple[str, ...] = ()


class SetAside(Value):
    """That a line which cannot be read or breaks a rule of the form is set aside; there is nothing to set."""


class StatusThresholds(Value):
    """What separates a partial fulfilment from a breach (basis points), and where a breach is ground for a notice.

    ``elsewhere`` is what the threshold rests on in other sectors, where the article of the notice does not apply.
    """

    partial_from_bp: int
    notice_sectors: tuple[Sector, ...]
    elsewhere: Reference

    def reference_in(self, sector: Sector) -> Reference:
        """Return what a status rests on in a sector."""
        return self.reference if sector in self.notice_sectors else self.elsewhere


class Dust(Value):
    """Less than so many tenge is not missing where fulfilment, rounded to a basis point, is at least so much."""

    less_than_tenge: Annotated[int, Field(ge=0)]
    from_bp: Annotated[int, Field(gt=0)]


class UserStatus(Value):
    """The order in which a user's status is taken from those of its units."""

    worst_first: tuple[Status, ...]
    without_obligation: tuple[Status, ...]

    @property
    def order(self) -> tuple[Status, ...]:
        """Every status, the one that decides first first."""
        return (*self.worst_first, *self.without_obligation)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if sorted(self.order) != sorted(Status):
            message = f"the value from {self.start} must name every status once: {', '.join(sorted(Status))}"
            raise ValueError(message)
        return self


class FilingDeadline(UnitValue):
    """Last day to file, in the year after the reporting year."""

    month_day: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]


class Cure(Value):
    """Calendar months to cure a breach."""

    months_if_below_30: int
    months_otherwise: int

    def months(self, *, below_30: bool) -> int:
        """Return the months for a breach below 30%, or for another."""
        return self.months_if_below_30 if below_30 else self.months_otherwise


class Forfeit(UnitValue):
    """What a shortfall costs: the whole of it, the contract's percentage of it, or nobody knows."""

    share: Literal["whole", "contract_percent", "unknown"]


class Reconciliation(Value):
    """When a difference with the treasury is material: above the margin and above the floor."""

    margin_percent: Decimal
    floor_tenge: int


class ExchangeRateAge(Value):
    """How old an exchange rate may be, in days."""

    max_age_days: int


class BaseJump(Value):
    """How many times a base must differ from the one of a year earlier to be suspicious."""

    factor: int


class BaseDoubt(Value):
    """Codes of findings that mark a base, and how the two obligations of a filing with two units of account differ.

    ``factors`` are how many times one unit of account is another, ``within_bp`` by how much the larger obligation may
    miss the smaller one times a factor.
    """

    codes: Annotated[tuple[Annotated[str, Field(pattern=r"^W\d\d\d$")], ...], Field(max_length=MARKS)]
    factors: tuple[Annotated[int, Field(gt=1)], ...]
    within_bp: Annotated[int, Field(ge=0)]


class Direction(RowValue):
    """A national priority or the field of a competence centre."""

    key: ClassVar[str] = "code"
    code: str
    name: Translated
    centre: str | None = None
    priority: str | None = None
