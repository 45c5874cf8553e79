"""Finding: one complaint about a workbook or a register, plain enough to cross a pipe.

Belongs here: the shape. Does not: how one comes about (``pipelines.intake``), what its code means and how it is told
(``catalogue``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One complaint; the same (code, sheet, field, expected) in many cells of a workbook is one finding."""

    code: str
    sheet: str | None = None
    cells: tuple[str, ...] = ()
    """Addresses such as ``M7``, in order; empty when the whole sheet or file is meant."""
    field: str | None = None
    value: str | None = None
    """As it stands in the cell, control characters as ``\\x00``; several distinct ones joined by ``; ``, shortened."""
    expected: str | None = None
    difference: str | None = None
