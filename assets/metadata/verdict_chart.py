"""Verdict chart: how many units of each sector met the obligation, as a chart a person reads at a glance.

Belongs here: counting stored verdicts and drawing them in Markdown. Does not: the verdicts (``pipelines.core``).
"""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from assets.metadata.format import MARKS, markdown_table, stacked
from schemas.verdicts import compliance_by_unit
from schemas.vocabulary import Sector, Status

_DECIDED = (Status.MET, Status.PARTIAL, Status.BREACH)
_OPEN = (Status.NOT_REPORTED, Status.UNDETERMINED, Status.PENDING)


def count_verdicts(connection: sa.Connection, year: int) -> dict[tuple[str, str], int]:
    """Return how many units have each status in each sector of a year."""
    sector, status = compliance_by_unit.c.sector, compliance_by_unit.c.status
    rows = connection.execute(
        sa.select(sector, status, sa.func.count())
        .where(compliance_by_unit.c.report_year == year)
        .group_by(sector, status)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def by_status(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Return how many units have each status, in the order of the vocabulary, those that nobody has left out."""
    found: Counter[str] = Counter()
    for (_, status), number in counts.items():
        found[status] += number
    return {str(status): found[str(status)] for status in Status if found[str(status)]}


def chart(counts: Mapping[tuple[str, str], int]) -> str | None:
    """Return a row a sector with the shares of MET, PARTIAL and BREACH among the units that are decided.

    NOT_REPORTED, UNDETERMINED and PENDING are obliged but not decided, and stand apart; a sector where nobody is
    obliged is left out.
    """
    rows = []
    for sector in Sector:
        decided = [counts.get((str(sector), str(status)), 0) for status in _DECIDED]
        waiting = sum(counts.get((str(sector), str(status)), 0) for status in _OPEN)
        if sum(decided) + waiting:
            drawn = f"`{stacked(decided)}`" if sum(decided) else "nothing decided"
            rows.append((sector, drawn, *decided, waiting))
    titles = [f"{status} {mark}" for status, mark in zip(_DECIDED, MARKS, strict=True)]
    header = ("sector", "share of units", *titles, "not decided")
    return markdown_table(header, rows, numbers=len(_DECIDED) + 1) if rows else None
