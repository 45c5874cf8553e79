"""Appearance: what a person sees of a sheet and the values do not say.

Here: hidden rows and columns, merged cells, number formats that show another number than the stored one. Not here:
finding them (``sheet_xml``), the values, what follows (``pipelines.intake.form``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Merge:
    """Merged cells, rows and columns counted from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Appearance:
    """What is seen; rows and columns are counted from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    scales: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    """By (row, column): the number seen is the stored one times this; 0.001 for ``#,##0,`` and 100 for a percent."""
