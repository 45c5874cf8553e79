"""Decisions on payments: which decision of the authority counts for a line.

Here: matching accept and reject decisions with lines. Not here: notices and extensions
(``pipelines.core.arrears``).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.core.frames import Mask
from schemas.vocabulary import DecisionKind

_ON_PAYMENTS = (DecisionKind.ACCEPT, DecisionKind.REJECT)


@dataclass(frozen=True)
class PaymentDecisions:
    """For each line: whether the decision that counts accepts it, whether any rejects it, the number of the former.

    A line without a decision has no number. A rejection that a later decision overrides stays visible as a code.
    """

    accepted: Mask
    rejected: Mask
    decision_no: npt.NDArray[np.object_]


def decisions_on(lines: pd.DataFrame, decisions: pd.DataFrame | None, year: int) -> PaymentDecisions:
    """Return the decision that counts for each line of a reporting year.

    A decision names unit, reporting year and payment document, and the user unless its BIN is empty. Of several the
    latest counts, by date and then by number.
    """
    accepted, rejected = np.zeros(len(lines), dtype=bool), np.zeros(len(lines), dtype=bool)
    number = np.full(len(lines), None, dtype=object)
    ordered = _ordered(lines, decisions, year)
    if ordered is not None:
        rejected[ordered.loc[ordered["kind"] == DecisionKind.REJECT.value, "place"].to_numpy()] = True
        latest = ordered.drop_duplicates("place", keep="last")
        places = latest["place"].to_numpy()
        accepted[places] = (latest["kind"] == DecisionKind.ACCEPT.value).to_numpy(dtype=bool)
        number[places] = latest["decision_no"].to_numpy(dtype=object)
    return PaymentDecisions(accepted, rejected, number)


def _ordered(lines: pd.DataFrame, decisions: pd.DataFrame | None, year: int) -> pd.DataFrame | None:
    """Return every decision on every line, the one that counts last; None when there is none."""
    if decisions is None:
        return None
    named = decisions[
        decisions["kind"].isin([kind.value for kind in _ON_PAYMENTS])
        & (decisions["report_year"] == year).fillna(False).astype(bool)
        & decisions["payment_doc_key"].notna()
    ]
    places = np.flatnonzero(lines["payment_doc_key"].isin(named["payment_doc_key"]).to_numpy(dtype=bool))
    if len(named) == 0 or len(places) == 0:
        return None
    candidates = lines.iloc[places][["unit_no", "payment_doc_key", "user_bin"]].assign(place=places)
    both = candidates.merge(named, on=["unit_no", "payment_doc_key"], suffixes=("", "_decided"))
    both = both[both["user_bin_decided"].isna() | (both["user_bin_decided"] == both["user_bin"])]
    if len(both) == 0:
        return None
    return both.sort_values(["place", "decided_on", "decision_no"], na_position="first", kind="stable")
