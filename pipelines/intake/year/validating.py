"""Validating: Pandera's verdict on a frame, as finding codes per row and findings per cell.

Belongs here: running a schema once over a whole partition, turning its failure cases into our findings.
Does not: the rules themselves (``schemas.frames``), messages (``pipelines.findings.catalogue``).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import pandera.errors
import pandera.pandas as pa


class RuleCrashedError(RuntimeError):
    """A rule raised instead of answering: our defect, never the filer's, and never silence."""


@dataclass(frozen=True)
class Failure:
    """One value that broke one rule: the row's label in the frame, the column, the finding code."""

    row: int
    column: str
    code: str


def failures(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> list[Failure]:
    """Return every broken rule, in order of row; an empty frame breaks none.

    Raises:
        RuleCrashedError: a rule could not be evaluated.
    """
    if frame.empty:
        return []
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        crashed = cases[cases["index"].isna()]
        if not crashed.empty:
            message = f"a rule crashed: {crashed[['column', 'check', 'failure_case']].to_dict('records')}"
            raise RuleCrashedError(message) from errors
        unique = cases[["index", "column", "check"]].drop_duplicates().sort_values(["index", "check", "column"])
        return [Failure(int(row), str(column), str(code)) for row, column, code in unique.itertuples(index=False)]
    return []


def merge_codes(codes: "pd.Series[str]", failed: Iterable[Failure]) -> "pd.Series[str]":
    """Return the codes of each row with those of the failures added: sorted, comma separated, "" for none."""
    added: dict[int, set[str]] = {}
    for failure in failed:
        added.setdefault(failure.row, set()).add(failure.code)
    if not added:
        return codes
    merged = codes.copy()
    for row, new in added.items():
        old = {code for code in str(codes.at[row]).split(",") if code}
        merged.at[row] = ",".join(sorted(old | new))
    return merged
