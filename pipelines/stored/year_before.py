"""Year before: what the stored year before hands to a year.

Belongs here: credits, bases and whether the year before was computed at all. Does not: the arithmetic of credits.
"""

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from pipelines.core.doubt import TWO_UNITS, has_code
from pipelines.core.ledger import Credit
from pipelines.intake.inbox.inbox import Inbox
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import last_load
from schemas.verdicts import (
    compliance_by_unit,
    credits,  # noqa: A004 - the table is called so in the contract
    obligations,
)


class YearOrderError(Exception):
    """The year before has filings but was never computed; the message says which year to run first."""

    def __init__(self, message: str, before: int) -> None:
        """Carry the year to compute first."""
        super().__init__(message)
        self.before = before


@dataclass(frozen=True)
class YearBefore:
    """What the stored result of a year hands on; empty when the ledger starts with the next year."""

    credits: dict[str, tuple[Credit, ...]]
    bases: dict[str, int]
    digests: dict[str, str]

    def carried(self, unit_no: str) -> tuple[Credit, ...] | None:
        """Return the credits that left the year before, None when the unit has no stored result there."""
        return self.credits.get(unit_no)


def year_before(warehouse: Warehouse, connection: sa.Connection, year: int) -> YearBefore:
    """Return what the year before hands to ``year``.

    Raises:
        YearOrderError: the year before has filings in the inbox but was never computed.
    """
    before = year - 1
    last = last_load(connection, compliance_by_unit.name, before)
    if last is None:
        # Before the Code no year is a partition: the ledger of its first year starts from the opening credits.
        is_computable = before >= warehouse.statute.at(year).code_start.day.year
        if is_computable and Inbox(warehouse.settings.inbox_url).filings(before):
            message = (
                f"{before} has filings in the inbox but was never computed, and the ledger of {year} starts from its "
                f"result. Run {before} first: nedra run --years {before}-{year}."
            )
            raise YearOrderError(message, before)
        return YearBefore({}, {}, {})
    return YearBefore(
        _credits(connection, before),
        _bases(connection, before),
        {f"{compliance_by_unit.name}:{before}": last.output_digest},
    )


def _credits(connection: sa.Connection, year: int) -> dict[str, tuple[Credit, ...]]:
    found: defaultdict[str, list[Credit]] = defaultdict(list)
    units = connection.scalars(
        sa.select(compliance_by_unit.c.unit_no).where(compliance_by_unit.c.report_year == year)
    ).all()
    rows = connection.execute(
        sa.select(credits.c.unit_no, credits.c.origin_year, credits.c.amount_tiyn)
        .where(credits.c.report_year == year)
        .order_by(credits.c.unit_no, credits.c.origin_year)
    )
    for row in rows:
        found[row.unit_no].append(Credit(row.origin_year, row.amount_tiyn))
    return {unit_no: tuple(found[unit_no]) for unit_no in units}


def _bases(connection: sa.Connection, year: int) -> dict[str, int]:
    """Return the bases of a year by unit; one of a filing with two units of account is no measure for the next year."""
    verdict = compliance_by_unit.c
    rows = connection.execute(
        sa.select(obligations.c.unit_no, obligations.c.base_tiyn, verdict.doubt)
        .join(
            compliance_by_unit,
            sa.and_(verdict.report_year == obligations.c.report_year, verdict.unit_no == obligations.c.unit_no),
        )
        .where(obligations.c.report_year == year, obligations.c.base_tiyn.is_not(None))
    )
    return {row.unit_no: row.base_tiyn for row in rows if not has_code(row.doubt, TWO_UNITS)}
