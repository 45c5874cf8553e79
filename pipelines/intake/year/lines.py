"""Frames: the lines of all filings of a year, one long frame per sheet.

Belongs here: concatenation, dtypes, keys for comparing. Does not: rules (``schemas.frames``), findings.

Every frame has ``filing_no`` (position of the filing in the list), ``source_row``, ``codes`` (finding codes of
reading), ``user_bin`` and the fields of the form, dates as datetime64, whole numbers and tiyn as Int64, texts as str.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from pipelines.core.frames import plain_values
from pipelines.intake.result import FilingRead, Rows
from pipelines.intake.year.received import Received
from schemas.columns import Exact
from schemas.folding import unit_key

# Money on the form is called by its field; in the warehouse the base has a name of its own.
_RENAMED = {"base_amount_tiyn": "base_tiyn"}


def lines_frame(
    filings: Sequence[Received], sheet: Callable[[FilingRead], Rows | None], table: sa.Table
) -> pd.DataFrame:
    """Return the rows of one sheet over all filings, with the columns of ``table`` that reading can fill."""
    tables = [sheet(filing.read) for filing in filings]
    present = [(number, rows) for number, rows in enumerate(tables) if rows is not None]
    lengths = [len(rows.columns["source_row"]) for _, rows in present]
    number = np.repeat(np.array([number for number, _ in present], dtype="int64"), lengths)
    columns: dict[str, object] = {"filing_no": number}
    for name in _field_names(present):
        values = list(chain.from_iterable(rows.columns[name] for _, rows in present))
        target = _RENAMED.get(name, name)
        columns[target] = pd.array(values, dtype="str") if name == "codes" else _typed(values, table, target)
    columns["sheet"] = pd.array(list(chain.from_iterable([rows.sheet] * len(rows) for _, rows in present)), dtype="str")
    if not present:
        columns |= {name: _typed([], table, name) for name in [*table.columns.keys(), "unit_no", "codes"]}
    frame = pd.DataFrame(columns)
    bins = np.array([filing.user_bin or "" for filing in filings], dtype=object)
    frame["user_bin"] = pd.array(bins[number] if len(filings) else [], dtype="str")
    frame["unit_key"] = folded(frame["unit_no"])
    return frame


def typed_columns(columns: Mapping[str, list[object]], table: sa.Table, names: Iterable[str]) -> pd.DataFrame:
    """Return one workbook's columns as a frame that has every one of ``names``; what is not given is NA."""
    length = len(next(iter(columns.values()), []))
    return pd.DataFrame({name: _typed(columns.get(name, [None] * length), table, name) for name in names})


def folded(series: "pd.Series[str]") -> "pd.Series[str]":
    """Return the comparison form of numbers of units and documents, each distinct text folded once."""
    known: dict[Any, str | None] = {None: None}
    keys: list[str | None] = []
    for text in plain_values(series):
        if text not in known:
            known[text] = unit_key(text)
        keys.append(known[text])
    return pd.Series(pd.array(keys, dtype="str"), index=series.index)


def _field_names(present: list[tuple[int, Rows]]) -> list[str]:
    return list(dict.fromkeys(name for _, rows in present for name in rows.columns))


def _typed(values: list[Any], table: sa.Table, name: str) -> object:
    kind = table.columns[name].type if name in table.columns else None
    if isinstance(kind, Exact):
        return pd.Series(values, dtype=object)
    if isinstance(kind, sa.Date):
        return pd.to_datetime(pd.Series(values, dtype="str"), format="%Y-%m-%d").astype("datetime64[s]")
    if isinstance(kind, sa.Boolean):
        return pd.array(values, dtype="boolean")
    if isinstance(kind, sa.Integer) or name.endswith("_tiyn"):
        return pd.array(values, dtype="Int64")
    return pd.array(values, dtype="str")
