"""Seen otherwise: rows of units whose base looks like another amount than is counted (W008), from the warehouse.

Here: which rows of ``Объекты`` a finding about the column of bases is about. Not here: finding it
(``pipelines.intake.form.seen_amounts``), what follows for the verdict (``pipelines.core.doubt``).
"""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from pipelines.core.doubt import SEEN_OTHERWISE
from schemas.received import findings

BASE = "base_amount"
_ROW = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class SeenOtherwise:
    """The rows of the sheets of units with such a base, by file."""

    _rows: dict[str, list[frozenset[int]]] = field(default_factory=dict)

    def concerns(self, filing_id: str, source_row: int, rows: Collection[int]) -> bool:
        """Tell whether a finding is about the base in a row; ``rows`` are all rows of units of that file.

        A finding in cells of rows is about these; one beside the table, such as in its header, is about every row.
        """
        return any(source_row in told or told.isdisjoint(rows) for told in self._rows.get(filing_id, ()))


def seen_otherwise(connection: sa.Connection, year: int) -> SeenOtherwise:
    """Return what the findings of a year say about bases that look otherwise."""
    told = connection.execute(
        sa.select(findings.c.filing_id, findings.c.cell).where(
            findings.c.report_year == year, findings.c.code == SEEN_OTHERWISE, findings.c.field == BASE
        )
    )
    rows: defaultdict[str, list[frozenset[int]]] = defaultdict(list)
    for row in told:
        rows[row.filing_id].append(frozenset(map(int, _ROW.findall(row.cell or ""))))
    return SeenOtherwise(dict(rows))
