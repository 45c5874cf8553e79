"""Verdict: what goes into the assessment of a unit and a year, and what comes out of it.

Here: the frozen shapes. Not here: any rule (``pipelines.core.assess``). Amounts are in tiyn; None is unknown,
never zero.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipelines.core.doubt import TwoUnits
from pipelines.core.ledger import Credit
from pipelines.core.recognition.totals import LineTotals
from pipelines.core.terms import Term
from pipelines.core.units import Unit
from schemas.vocabulary import BaseKind, Regime, Status


@dataclass(frozen=True)
class FiledUnit:
    """The unit's row in the effective filing of its holder; amounts in tiyn, None = empty or unreadable.

    ``unit_of_account`` is tenge in one of the cover's. ``is_seen_otherwise`` tells that the base looks like another
    amount than is counted (W008). ``tolerances`` maps ``declared_due`` and ``declared_credit`` to half a unit of the
    last decimal place the filer wrote there, in tiyn; without one they are compared to the tiyn. ``sources`` maps
    ``base``, ``declared_due`` and ``declared_credit`` to file and cell.
    """

    filing_id: str
    user_bin: str
    base_kind: BaseKind | None = None
    base_tiyn: int | None = None
    declared_due_tiyn: int | None = None
    declared_credit_tiyn: int | None = None
    is_set_aside: bool = False
    unit_of_account: int = 1
    is_seen_otherwise: bool = False
    tolerances: dict[str, Decimal] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitYear:
    """Everything known about a unit and a reporting year.

    ``rows`` are all rows of the unit in the register, whatever the holder (empty = there is only ``unit``). ``carried``
    are the credits that left the stored year before, None when no result of that year is stored. ``earlier_base_tiyn``
    is the base of the year before, None when unknown or not believed. ``base_confirmed`` cites the decision that
    confirms the base of the year, empty when there is none.
    """

    year: int
    unit: Unit
    as_of: date
    filing: FiledUnit | None = None
    lines: LineTotals = field(default_factory=LineTotals)
    budget_tiyn: int = 0
    budget_source: str = ""
    rows: tuple[Unit, ...] = ()
    carried: tuple[Credit, ...] | None = None
    first_submitted_on: date | None = None
    earlier_base_tiyn: int | None = None
    base_confirmed: str = ""


@dataclass(frozen=True)
class Difference:
    """A figure that is not the one it is compared with, in tiyn.

    A declared due or credit is compared with the computed one (W003, W004; W013 where they are a unit of account
    apart), a base with that of a year earlier (W005). ``field`` is that of the form the figure stands in.
    """

    code: str
    field: str
    declared_tiyn: int
    computed_tiyn: int
    source: str
    two_units: TwoUnits | None = None

    @property
    def difference_tiyn(self) -> int:
        """Return declared less computed."""
        return self.declared_tiyn - self.computed_tiyn


@dataclass(frozen=True)
class Assessment:
    """The verdict on a unit and a year, named as the columns of ``compliance_by_unit``; None is unknown."""

    report_year: int
    unit_no: str
    user_bin: str
    regime: Regime
    first_obliged_year: int | None
    base_kind: BaseKind | None
    base_tiyn: int | None
    rate: Decimal | None
    due_tiyn: int | None
    credit_in_tiyn: int
    credit_opening_tiyn: int
    credit_available_tiyn: int
    credit_used_tiyn: int | None
    credit_lapsed_tiyn: int
    declared_tiyn: int
    recognised_tiyn: int
    clean_tiyn: int
    cure_tiyn: int
    disallowed_tiyn: int
    set_aside_tiyn: int
    budget_tiyn: int
    financing_tiyn: int
    shortfall_tiyn: int | None
    surplus_tiyn: int | None
    credit_out_tiyn: int
    fulfilment_bp: int | None
    status: Status
    below_30: bool
    forfeit_tiyn: int | None
    deadline: date
    late_days: int | None
    filing_id: str | None
    doubt: str
    credits_out: tuple[Credit, ...]
    differences: tuple[Difference, ...]
    terms: tuple[Term, ...]
