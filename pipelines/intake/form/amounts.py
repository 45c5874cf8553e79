"""Amounts: canonical decimal text to whole hundredths of a currency, at the speed of strings.

Belongs here: the unit of account and the rounding of one cell. Does not: exchange rates, sums that decide anything.
The rounding itself is ``schemas.money``; the shortcut here is exact and never rounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from schemas.money import exact_tiyn, round_half_up

HUNDREDTHS = 2
"""Decimal places of every currency here."""


@dataclass
class Hundredths:
    """A column of amounts: whole hundredths by row, the rows that were rounded, those too large to be an amount."""

    values: list[int | None] = field(default_factory=list)
    rounded: list[int] = field(default_factory=list)
    too_large: list[int] = field(default_factory=list)


def hundredths(texts: list[str | None], multiplier: Decimal, largest: int) -> Hundredths:
    """Return amount x multiplier x 100, rounded half up, for a column; None where it is beyond ``largest`` x 100.

    ``texts`` are plain decimal numbers in the unit of account, ``largest`` is in whole units of the currency.
    """
    made = Hundredths()
    _multiply(texts, multiplier, made)
    bound = largest * 10**HUNDREDTHS
    known = [value for value in made.values if value is not None]
    if known and max(max(known), -min(known)) > bound:
        made.too_large = [row for row, value in enumerate(made.values) if value is not None and abs(value) > bound]
        for row in made.too_large:
            made.values[row] = None
        made.rounded = [row for row in made.rounded if made.values[row] is not None]
    return made


def _multiply(texts: list[str | None], multiplier: Decimal, made: Hundredths) -> None:
    shift = multiplier.adjusted() + HUNDREDTHS if multiplier == Decimal(1).scaleb(multiplier.adjusted()) else -1
    values, rounded = made.values, made.rounded
    for row, text in enumerate(texts):
        if text is None:
            values.append(None)
            continue
        whole, _, fraction = text.partition(".")
        if len(fraction) <= shift:
            values.append(int(whole + fraction.ljust(shift, "0")))
            continue
        exact = exact_tiyn(Decimal(text), multiplier)
        values.append(round_half_up(exact))
        if exact != values[-1]:
            rounded.append(row)
