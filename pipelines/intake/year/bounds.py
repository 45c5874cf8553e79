"""Bounds: amounts that are possible alone but not together, so that no sum of the warehouse can overflow.

Here: running sums of a filing, a year or a register against the limits. Not here: the bound of one amount
(``pipelines.intake.form.amounts``), what becomes of the row (``schemas.frames``).
"""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import pandas as pd

from pipelines.core.frames import plain_values
from pipelines.intake.limits import Limits
from schemas.frames import IS_BOUNDED
from schemas.money import TIYN_PER_TENGE


def bound_amounts(frame: pd.DataFrame, amounts: Sequence[str], limits: Limits) -> pd.DataFrame:
    """Return a frame with a column beside each of its ``amounts`` that says whether it fits into the sums above it.

    A filing's rows are told by ``filing_no``; a register has none. A column that already says no stays so.
    """
    bounds = {}
    for amount in amounts:
        fits = bounded(frame[amount], limits, frame.get("filing_no"))
        beside = amount + IS_BOUNDED
        bounds[beside] = fits & frame[beside] if beside in frame else fits
    return frame.assign(**bounds)


def without_the_unbounded(frame: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
    """Return a frame whose ``amounts`` that fit into no sum are unknown."""
    return frame.assign(**{amount: frame[amount].where(frame[amount + IS_BOUNDED], other=None) for amount in amounts})


def bounded(amounts: pd.Series, limits: Limits, filing_no: pd.Series | None = None) -> "pd.Series[bool]":
    """Tell of each amount (tiyn, NA is unknown) whether it can be added to those above it.

    Those above it are its filing's (``filing_no``), then the whole frame's. Refunds count as they were paid.
    """
    sizes = amounts.abs()
    possible = pd.Series(pd.array(np.full(len(amounts), True), dtype="boolean"), index=amounts.index)
    # A country's honest year is far below what one filing may hold: one addition settles it.
    if sizes.astype("Float64").sum() <= limits.amount_tenge * TIYN_PER_TENGE:
        return possible
    if filing_no is not None:
        for _, own in sizes.groupby(filing_no, sort=False):
            possible[own.index] = _together(own, limits.amount_tenge)
    fitting = sizes.where(possible, other=None)
    return possible & pd.Series(pd.array(_together(fitting, limits.year_tenge), dtype="boolean"), index=amounts.index)


def _together(sizes: pd.Series, largest_tenge: int) -> list[bool]:
    """Tell of each amount whether the sum down to it stays within a bound; whole numbers of Python do not overflow."""
    bound = largest_tenge * TIYN_PER_TENGE
    return [total <= bound for total in accumulate(size or 0 for size in plain_values(sizes))]
