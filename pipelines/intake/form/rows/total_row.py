"""Total row: the totals and subtotals of a table against the sums of its rows.

Belongs here: the comparison, column by column. Does not: finding the row (``region``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

from pipelines.intake.file.workbook import Grid
from pipelines.intake.form.column import Column
from pipelines.intake.form.decimals import number_text, plain, two_readings
from pipelines.intake.form.rows.region import Total
from pipelines.intake.form.values import clean
from pipelines.intake.result import Complaints, Rows
from pipelines.layouts.loader import CellType
from schemas.money import to_tiyn

WRONG_TOTAL = "W001"


def compare_totals(
    grid: Grid,
    columns: Mapping[str, Column],
    totals: Sequence[Total],
    multiplier: Decimal,
    complaints: Complaints,
    before: Rows | None = None,
) -> None:
    """Complain of each amount in a total row that is not the sum of the rows it can stand for.

    A total stands for its block, the rows since the total above it, or for several blocks that end with its own, and
    with these for the rows of the same table in earlier sheets (``before``).
    Compared to the tiyn, because Excel adds in binary; not compared when a cell of the column could not be read.
    """
    for column in columns.values():
        if column.field.type is not CellType.MONEY or column.index is None or not totals:
            continue
        sums = list(accumulate((Decimal(value or 0) for value in column.values), initial=Decimal(0)))
        earlier = [Decimal(value or 0) for value in before.columns[column.field.name]] if before is not None else []
        for place, total in enumerate(totals):
            said = _said(grid, column.index, total)
            if said is None:
                continue
            starts = [0, *dict.fromkeys(above.rows_above for above in totals[:place])]
            known = [start for start in starts if start < total.rows_above] or [0]
            blocks = [start for start in known if not any(start <= row < total.rows_above for row in column.unreadable)]
            if len(blocks) < len(known) or any(_agree(said, sums, start, total, multiplier) for start in blocks):
                continue
            if earlier and _agree(said - sum(earlier, Decimal(0)), sums, 0, total, multiplier):
                continue
            added = sums[total.rows_above] - sums[known[0] if total is totals[-1] else known[-1]]
            complaints.add(
                WRONG_TOTAL,
                grid.name,
                cells=[f"{column.letter}{total.number}"],
                field=column.field.name,
                value=plain(said),
                expected=plain(added),
                difference=plain(said - added),
            )


def _said(grid: Grid, column: int, total: Total) -> Decimal | None:
    """Return the amount of a total row, None when there is none or it reads two ways."""
    row = grid.cells[total.number - 1]
    raw = row[column] if column < len(row) else None
    text = number_text(clean(raw) if isinstance(raw, str) else raw)
    return None if text is None or (isinstance(raw, str) and two_readings(clean(raw))) else Decimal(text)


def _agree(said: Decimal, sums: Sequence[Decimal], start: int, total: Total, multiplier: Decimal) -> bool:
    added = sums[total.rows_above] - sums[start]
    return abs(said - added) < 1 and to_tiyn(said, multiplier) == to_tiyn(added, multiplier)
