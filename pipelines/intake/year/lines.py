"""Lines: the lines of all filings of a year, one long frame per sheet, whatever their editions.

Here: concatenation, dtypes, keys for comparing. Not here: rules (``schemas.frames``), findings, which column of the
warehouse holds which field (``pipelines.intake.year.form_columns``).

Every frame has ``filing_no`` (position of the filing in the list), ``sheet``, ``source_row``, ``codes`` (findings of
reading), ``user_bin`` and the fields of every edition of the form, dates as datetime64, whole numbers and tiyn as
Int64, texts as str. A field that a filing's edition lacks is NA in its lines: unknown, never a default.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from pipelines.core.frames import plain_values
from pipelines.intake.result import CODES, SHEET, SOURCE_ROW, Rows
from pipelines.intake.year.form_columns import form_columns
from pipelines.intake.year.received import Received
from schemas.columns import Exact
from schemas.folding import unit_key


def lines_frame(filings: Sequence[Received], sheet: str, table: sa.Table) -> pd.DataFrame:
    """Return the rows of one sheet (``units``, ``financing``, ``budget``) over all filings.

    They have the columns of ``table`` that reading can fill.

    Raises:
        pipelines.layouts.differences.LayoutError: an edition has a field that the table has no column for.
    """
    tables: list[Rows | None] = [getattr(filing.read, sheet) for filing in filings]
    present = [(number, rows) for number, rows in enumerate(tables) if rows is not None]
    number = np.repeat(np.array([number for number, _ in present], dtype="int64"), [len(rows) for _, rows in present])
    columns: dict[str, object] = {"filing_no": number}
    for name, column in {SHEET: SHEET, SOURCE_ROW: SOURCE_ROW, **form_columns(sheet, table), CODES: CODES}.items():
        columns[column] = _typed(list(chain.from_iterable(_values(rows, name) for _, rows in present)), table, column)
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


def _values(rows: Rows, name: str) -> list[Any]:
    """Return a column of a workbook; nothing in every row when its edition has no such field."""
    found = rows.columns.get(name)
    return [None] * len(rows) if found is None else found


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
