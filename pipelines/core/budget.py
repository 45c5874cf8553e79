"""Budget: which receipts of the republican budget count for which unit and year.

Here: matching one receipt with the register of units. Not here: since when and for whom the money goes to the budget
(``statute/budget_channel.yaml``), reconciling declared with received (``dbt_like_sql``). Amounts are in tiyn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from enum import StrEnum

from pipelines.core.regime import regime_of
from pipelines.core.units import Unit, holder_in, is_active
from pipelines.statute.law import Law
from pipelines.statute.model import BudgetChannel
from schemas.vocabulary import Regime, Sector


class Match(StrEnum):
    """Whether a receipt counts, or the first reason why it does not."""

    COUNTED = "counted"
    UNKNOWN_UNIT = "unknown_unit"
    OTHER_SECTOR = "other_sector"
    OTHER_KBK = "other_kbk"
    TOO_EARLY = "too_early"
    NOT_HOLDER = "not_holder"


@dataclass(frozen=True)
class Receipt:
    """One payment the budget received; ``unit_no`` is spelled as in the register of units, None if it is not there.

    ``kbk`` is None when the payer named none.
    """

    receipt_no: str
    received_on: date
    payer_bin: str
    unit_no: str | None
    kbk: str | None
    for_year: int | None
    amount_tiyn: int


@dataclass(frozen=True)
class MatchedReceipt:
    """A receipt with its verdict; ``unit_no`` and ``year`` are set only when it counts."""

    receipt: Receipt
    match: Match
    unit_no: str | None = None
    year: int | None = None


def match_receipt(receipt: Receipt, units: Mapping[str, Sequence[Unit]], law: Law) -> MatchedReceipt:
    """Return the unit and year a receipt counts for, or why it counts for none.

    ``units`` maps each unit number to its rows in the register; ``law`` is that of the year the receipt came in. A
    receipt that names no year is for the year it came in.
    """
    year = receipt.received_on.year if receipt.for_year is None else receipt.for_year
    rows = units.get(receipt.unit_no, ()) if receipt.unit_no is not None else ()
    held = MINYEAR <= year <= MAXYEAR and _is_obliged(rows, receipt.payer_bin, year)
    channels = [channel_of(regime_of(row, law), row.sector, receipt.received_on, law) for row in rows]
    to_budget = [channel for channel in channels if channel.kbk is not None]
    obstacles = (
        (not rows, Match.UNKNOWN_UNIT),
        (not to_budget, Match.OTHER_SECTOR),
        (receipt.kbk not in {channel.kbk for channel in to_budget}, Match.OTHER_KBK),
        (all(receipt.received_on < channel.start for channel in to_budget), Match.TOO_EARLY),
        (not held, Match.NOT_HOLDER),
    )
    for stands, reason in obstacles:
        if stands:
            return MatchedReceipt(receipt, reason)
    return MatchedReceipt(receipt, Match.COUNTED, receipt.unit_no, year)


def _is_obliged(rows: Sequence[Unit], payer_bin: str, year: int) -> bool:
    """Tell whether the payer is the obliged person of the unit for a year: a receipt pays that person's duty."""
    live = [row for row in rows if is_active(row, year)]
    return bool(live) and holder_in(live, year).user_bin == payer_bin


def channel_of(regime: Regime, sector: Sector, day: date, law: Law) -> BudgetChannel:
    """Return to whom the money of a regime and a sector goes on a day.

    Where it goes to performers still, but to the budget one day, that later channel: what is then received for an
    earlier year, and what came too early for it, are judged by it.
    """
    known = [channel for channel in law.budget_channel.values if channel.covers(regime, sector)]
    begun = [channel for channel in known if channel.start <= day] or known[:1]
    opening = [channel for channel in known if channel.start > day and channel.kbk is not None]
    return opening[0] if begun[-1].kbk is None and opening else begun[-1]
