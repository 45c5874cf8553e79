"""Arrears: a shortfall after its year - notice, time to cure, what later payments cured.

Here: one unit and one year with a shortfall. Not here: which lines cure (``pipelines.core.recognition.recognition``),
the months (``statute/cure.yaml``). Amounts are in tiyn.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.statute.law import Law
from schemas.vocabulary import DecisionKind

_MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class Notice:
    """A notice or an extension of the authority for a unit and a year; ``until`` is the term an extension sets."""

    decision_no: str
    decided_on: date
    kind: DecisionKind
    until: date | None = None


@dataclass(frozen=True)
class CurePayment:
    """A payment of a later year in account of this one; negative for a refund, no date when it is not known."""

    paid_on: date | None
    amount_tiyn: int


@dataclass(frozen=True)
class Arrears:
    """How far a shortfall is cured; always ``shortfall = cured + open``."""

    shortfall_tiyn: int
    cured_tiyn: int
    open_tiyn: int
    notice_on: date | None
    cure_until: date | None
    cured_on: date | None


def arrears_of(
    shortfall_tiyn: int,
    *,
    below_30: bool,
    notices: Sequence[Notice],
    cures: Sequence[CurePayment],
    law: Law,
) -> Arrears:
    """Return the arrears of a unit and a year with a shortfall above zero."""
    paid = sum(cure.amount_tiyn for cure in cures)
    open_tiyn = max(0, shortfall_tiyn - paid)
    notice_on = min((n.decided_on for n in notices if n.kind == DecisionKind.NOTICE), default=None)
    return Arrears(
        shortfall_tiyn=shortfall_tiyn,
        cured_tiyn=shortfall_tiyn - open_tiyn,
        open_tiyn=open_tiyn,
        notice_on=notice_on,
        cure_until=_cure_until(notice_on, notices, law, below_30=below_30),
        cured_on=_closing_day(shortfall_tiyn, cures) if open_tiyn == 0 else None,
    )


def _cure_until(notice_on: date | None, notices: Sequence[Notice], law: Law, *, below_30: bool) -> date | None:
    """Return the date of the latest extension, else the notice plus the months of the law on its day."""
    extensions = [n for n in notices if n.kind == DecisionKind.EXTENSION and n.until is not None]
    if extensions:
        return max(extensions, key=lambda n: (n.decided_on, n.decision_no)).until
    if notice_on is None:
        return None
    return add_months(notice_on, law.cure.on_or_first(notice_on).months(below_30=below_30))


def _closing_day(shortfall_tiyn: int, cures: Sequence[CurePayment]) -> date | None:
    """Return the day from which payments cover the shortfall for good; None if that payment has no date."""
    closed_on: date | None = None
    paid, closed = 0, False
    for cure in sorted(cures, key=lambda c: c.paid_on or date.max):
        paid += cure.amount_tiyn
        if paid < shortfall_tiyn:
            closed = False
        elif not closed:
            closed, closed_on = True, cure.paid_on
    return closed_on


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day: 31 January and one month is 28 or 29 February."""
    year, month = divmod(day.year * _MONTHS_IN_YEAR + day.month - 1 + months, _MONTHS_IN_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
