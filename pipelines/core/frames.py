"""Frames: small vectorised helpers over columns that may hold NA.

Here: grouping by several columns, looking a key up in periods of a register. Not here: any rule.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int64]


def mask_of(condition: pd.Series) -> Mask:
    """Return a condition as plain booleans; unknown is False."""
    return condition.fillna(False).to_numpy(dtype=bool)


def days(column: pd.Series) -> npt.NDArray[np.datetime64]:
    """Return a column of dates as whole days, NaT where there is none."""
    return pd.to_datetime(column).to_numpy().astype("datetime64[D]")


def group_codes(columns: Sequence[pd.Series]) -> Codes:
    """Return one number per row, equal for rows that agree in every column; NA agrees with NA."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column)
        pairs = combined * (len(values) + 1) + codes + 1
        combined = pd.factorize(pairs)[0].astype(np.int64)
    return combined


def in_period(
    keys: pd.Series, on: npt.NDArray[np.datetime64], register: pd.DataFrame, key: str, candidates: Mask
) -> Mask:
    """Tell for each candidate whether the register has its key in a period that covers its day.

    ``register`` holds the column ``key`` with ``valid_from`` and ``valid_to``; an empty end is open.
    """
    found = np.zeros(len(keys), dtype=bool)
    known = register[register[key].notna()]
    places = np.flatnonzero(candidates & mask_of(keys.isin(known[key])))
    if len(places) == 0:
        return found
    lines = pd.DataFrame({"key": keys.to_numpy()[places], "place": places, "on": on[places]})
    periods = pd.DataFrame(
        {"key": known[key].to_numpy(), "from": days(known["valid_from"]), "to": days(known["valid_to"])}
    )
    both = lines.merge(periods, on="key")
    begun = both["from"].isna() | (both["from"] <= both["on"])
    open_still = both["to"].isna() | (both["to"] >= both["on"])
    found[both.loc[begun & open_still & both["on"].notna(), "place"].to_numpy()] = True
    return found


def plain_values(series: pd.Series) -> list[Any]:
    """Return a column as plain Python values, None where it is missing.

    Going through a column of pandas itself, value by value, takes thirty times as long.
    """
    missing: Any = None  # which the type of `na_value` does not foresee
    values: list[Any] = series.to_numpy(dtype=object, na_value=missing).tolist()
    return values
