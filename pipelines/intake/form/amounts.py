"""Amounts: canonical decimal text to whole hundredths of a currency, at the speed of strings.

Belongs here: the unit of account and the rounding of one cell. Does not: exchange rates, sums that decide anything.
The rounding itself is ``schemas.money``; the shortcut here is exact and never rounds.
"""

from __future__ import annotations

from decimal import Decimal

from schemas.money import exact_tiyn, round_half_up

HUNDREDTHS = 2
"""Decimal places of every currency here."""


def hundredths(texts: list[str | None], multiplier: Decimal) -> tuple[list[int | None], list[int]]:
    """Return amount x multiplier x 100, rounded half up, for a column; and the rows that had to be rounded.

    ``texts`` are plain decimal numbers in the unit of account.
    """
    shift = multiplier.adjusted() + HUNDREDTHS if multiplier == Decimal(1).scaleb(multiplier.adjusted()) else -1
    values: list[int | None] = []
    rounded: list[int] = []
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
    return values, rounded
