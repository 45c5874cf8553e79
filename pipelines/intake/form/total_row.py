"""Total row: the total row of a table against the sum of its rows.

Belongs here: the comparison, column by column. Does not: finding the row (``region``).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.column import Column
from pipelines.intake.form.decimals import number_text, plain, two_readings
from pipelines.intake.form.values import clean
from pipelines.intake.result import Complaints
from pipelines.layouts.loader import CellType
from schemas.money import to_tiyn

WRONG_TOTAL = "W001"


def compare_totals(
    grid: Grid, columns: Mapping[str, Column], total_row: int, multiplier: Decimal, complaints: Complaints
) -> None:
    """Complain of each amount in the total row that is not the sum of its column.

    Compared to the tiyn, because Excel adds in binary; not compared when a cell of the column could not be read.
    ``total_row`` is 1-based.
    """
    for column in columns.values():
        if column.field.type is not CellType.MONEY or column.index is None or column.unreadable:
            continue
        row = grid.cells[total_row - 1]
        raw = row[column.index] if column.index < len(row) else None
        text = number_text(clean(raw) if isinstance(raw, str) else raw)
        if text is None or (isinstance(raw, str) and two_readings(clean(raw))):
            continue
        total = Decimal(text)
        added = sum((Decimal(value) for value in column.values if value is not None), Decimal(0))
        if _differ(total, added, multiplier):
            complaints.add(
                WRONG_TOTAL,
                grid.name,
                cells=[f"{column.letter}{total_row}"],
                field=column.field.name,
                value=text,
                expected=plain(added),
                difference=plain(total - added),
            )


def _differ(total: Decimal, added: Decimal, multiplier: Decimal) -> bool:
    return abs(total - added) >= 1 or to_tiyn(total, multiplier) != to_tiyn(added, multiplier)
