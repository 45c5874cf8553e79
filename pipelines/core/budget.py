"""Budget: which receipts of the republican budget count for which unit and year (rules, section 3).

Belongs here: matching one receipt with the register of units, the materiality of a difference.
Does not: the SQL that reconciles declared and received (``dbt_like_sql``). Amounts are in tiyn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal
from enum import StrEnum

from pipelines.core.units import Unit, holder_in, is_active
from pipelines.statute.law import Statute
from schemas.money import TIYN_PER_TENGE

_PERCENT = Decimal(100)


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


def match_receipt(receipt: Receipt, units: Mapping[str, Sequence[Unit]], statute: Statute) -> MatchedReceipt:
    """Return the unit and year a receipt counts for, or why it counts for none.

    ``units`` maps each unit number to its rows in the register. A receipt that names no year is for the year
    it came in.
    """
    channel = statute.budget_channel
    year = receipt.received_on.year if receipt.for_year is None else receipt.for_year
    rows = units.get(receipt.unit_no, ()) if receipt.unit_no is not None else ()
    held = MINYEAR <= year <= MAXYEAR and _is_obliged(rows, receipt.payer_bin, year)
    obstacles = (
        (not rows, Match.UNKNOWN_UNIT),
        (not any(row.sector in channel.sectors for row in rows), Match.OTHER_SECTOR),
        (receipt.kbk != channel.kbk, Match.OTHER_KBK),
        (receipt.received_on < channel.start, Match.TOO_EARLY),
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


def is_material(declared_tiyn: int, received_tiyn: int, statute: Statute) -> bool:
    """Tell whether a difference exceeds both the margin (a percentage of the larger amount) and the floor."""
    difference = abs(declared_tiyn - received_tiyn)
    margin = max(abs(declared_tiyn), abs(received_tiyn)) * statute.reconciliation.margin_percent / _PERCENT
    return difference > margin and difference > statute.reconciliation.floor_tenge * TIYN_PER_TENGE
