"""Shapes of the statute: what each parameter file must hold, checked when it is loaded.

Belongs here: one frozen model per kind of parameter, with lookups by regime, sector and date.
Does not: values (the YAML files beside), reading them (``law``), what follows from them (``pipelines.core``).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.vocabulary import BaseKind, Operation, Regime, Sector, Status, UnitKind, WorkKind

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


class Backed(Frozen):
    """Anything that can say where it comes from."""

    reference: Reference
    confidence: Confidence


class Parameter(Backed):
    """One file: what it is, in which unit, and when somebody last looked whether it still holds."""

    title: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    last_checked_on: date
    note: str = ""


class Day(Parameter):
    """A single date."""

    day: date


class RateSince(Backed):
    """A rate and the day it starts."""

    start: date = Field(alias="from")
    value: Decimal


class Rate(Parameter):
    """A rate through time, newest first."""

    values: tuple[RateSince, ...]

    def on(self, day: date) -> RateSince:
        """Return the rate in force on a day.

        Raises:
            LookupError: the day is before the first known rate.
        """
        for value in self.values:
            if value.start <= day:
                return value
        message = f"no rate is known on {day}: the first one starts on {self.values[-1].start}"
        raise LookupError(message)


class RegimeRule(Backed):
    """One rule of the order in which a unit's regime is decided; an absent condition always holds."""

    regime: Regime
    sectors: tuple[Sector, ...] | None = None
    operations: tuple[Operation, ...] | None = None
    unit_kinds: tuple[UnitKind, ...] | None = None
    dated_before_code: bool = False


class Regimes(Parameter):
    """The rules that decide a regime, in their order."""

    entries: tuple[RegimeRule, ...]


class BaseKindRule(Backed):
    """The base of one regime."""

    regime: Regime
    base_kind: BaseKind


class BaseKinds(Parameter):
    """The base of each regime."""

    entries: tuple[BaseKindRule, ...]

    def of(self, regime: Regime) -> BaseKindRule | None:
        """Return the base of a regime, None for a regime without an obligation."""
        return next((entry for entry in self.entries if entry.regime == regime), None)


class FirstYearRule(Backed):
    """How the first obliged year of one regime is counted."""

    regime: Regime
    counted_from: Literal["unit_date", "production_start"]
    years_after: int
    years_after_if_resigned: int | None = None


class FirstYears(Parameter):
    """The first obliged year of each regime."""

    entries: tuple[FirstYearRule, ...]

    def of(self, regime: Regime) -> FirstYearRule | None:
        """Return the rule of a regime, None for a regime without an obligation."""
        return next((entry for entry in self.entries if entry.regime == regime), None)


CreditModeName = Literal["next_year", "following_years", "none"]


class CreditModeRule(Backed):
    """How long one regime's credit lives."""

    regime: Regime
    mode: CreditModeName


class CreditModes(Parameter):
    """How long each regime's credit lives."""

    entries: tuple[CreditModeRule, ...]

    def of(self, regime: Regime) -> CreditModeRule:
        """Return the rule of a regime."""
        return next(entry for entry in self.entries if entry.regime == regime)


class RecognitionCode(Backed):
    """One reason to disallow a line or to warn about it."""

    code: Annotated[str, Field(pattern=r"^R\d\d$")]
    effect: Literal["disallow", "warn"]
    on_refund: bool = False
    title_ru: str
    title_kk: str
    title_en: str


class Recognition(Parameter):
    """The codes of recognition, disallowing ones in the order in which they decide."""

    entries: tuple[RecognitionCode, ...]

    def of(self, code: str) -> RecognitionCode:
        """Return one code.

        Raises:
            LookupError: no such code.
        """
        for entry in self.entries:
            if entry.code == code:
                return entry
        message = f"no recognition code {code}"
        raise LookupError(message)


class BudgetChannel(Parameter):
    """Since when, for whom and under which code the money goes to the budget."""

    start: date
    sectors: tuple[Sector, ...]
    kbk: str


class DigitalisationRule(Backed):
    """Where and since when digitalisation counts."""

    regimes: tuple[Regime, ...]
    sectors: tuple[Sector, ...] | None = None
    start: date = Field(alias="from")


class Digitalisation(Parameter):
    """The cases in which digitalisation counts."""

    work_kind: WorkKind
    entries: tuple[DigitalisationRule, ...]


class Council(Parameter):
    """Since when and for whom a decision of the scientific-technical council must come before the payment."""

    start: date
    sectors: tuple[Sector, ...]


class ForeignPerformer(Parameter):
    """Regimes in which a foreign performer needs a permission, and in which one is a warning."""

    home_country: str
    permission_regimes: tuple[Regime, ...]
    warning_regimes: tuple[Regime, ...]


class Accreditation(Parameter):
    """Kinds of performer that need no accreditation number."""

    kinds_without_number: tuple[str, ...]


class Affiliation(Parameter):
    """Whether affiliation counts in both directions."""

    symmetric: bool


class ExcludedKind(Backed):
    """Word beginnings that name one excluded kind of expense, and those that excuse it."""

    kind: str
    title_ru: str
    title_kk: str
    title_en: str
    stems: tuple[str, ...]
    exceptions: tuple[str, ...] = ()


class ExcludedKinds(Parameter):
    """The word list of excluded expenses."""

    entries: tuple[ExcludedKind, ...]


class StatusThresholds(Parameter):
    """What separates a partial fulfilment from a breach."""

    partial_from_bp: int
    notice_sectors: tuple[Sector, ...]


class UserStatus(Parameter):
    """The order in which a user's status is taken from those of its units."""

    worst_first: tuple[Status, ...]
    without_obligation: tuple[Status, ...]


class DeadlineRule(Backed):
    """Last day to file under one regime."""

    regime: Regime
    month_day: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]


class FilingDeadline(Parameter):
    """Last day to file, in the year after the reporting year."""

    entries: tuple[DeadlineRule, ...]

    def of(self, regime: Regime) -> DeadlineRule:
        """Return the rule of a regime."""
        return next(entry for entry in self.entries if entry.regime == regime)


class Cure(Parameter):
    """Calendar months to cure a breach."""

    months_if_below_30: int
    months_otherwise: int


class ForfeitRule(Backed):
    """What a shortfall costs where the conditions hold."""

    regimes: tuple[Regime, ...] | None = None
    sectors: tuple[Sector, ...] | None = None
    share: Literal["whole", "contract_percent"]


class Forfeit(Parameter):
    """What a shortfall costs; the first rule whose conditions hold decides."""

    entries: tuple[ForfeitRule, ...]


class Reconciliation(Parameter):
    """When a difference with the treasury is material: above the margin and above the floor."""

    margin_percent: Decimal
    floor_tenge: Decimal


class ExchangeRateAge(Parameter):
    """How old an exchange rate may be."""

    max_age_days: int


class BaseJump(Parameter):
    """When a base is suspiciously far from the one of a year earlier."""

    factor: int


class Direction(Backed):
    """A national priority or the field of a competence centre."""

    code: str
    name_ru: str
    name_kk: str
    name_en: str
    centre: str | None = None
    priority: str | None = None
    valid_from: date


class Directions(Parameter):
    """Directions a line may name."""

    entries: tuple[Direction, ...]
