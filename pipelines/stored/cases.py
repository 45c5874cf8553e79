"""Cases step helper: everything stored about each unit of a year, as the core wants it.

Belongs here: gathering stored rows into cases (``UnitYear``). Does not: judging them (``pipelines.core.assess``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from pipelines.core.directory import Directory
from pipelines.core.recognition.totals import LineTotals
from pipelines.core.verdict import UnitYear
from pipelines.stored.decisions import base_confirmations, decision_sources
from pipelines.stored.effective_filings import FiledRow, filed_units, first_submissions, line_totals
from pipelines.stored.registers import stored_registers
from pipelines.stored.year_before import YearBefore, year_before
from pipelines.warehouse.session import Warehouse
from schemas.registers import treasury_receipts


@dataclass(frozen=True)
class YearCases:
    """The cases of a year in order of unit number, with what they were gathered from."""

    cases: tuple[UnitYear, ...]
    filed: Mapping[tuple[str, str], FiledRow]
    before: YearBefore
    register_digests: Mapping[str, str]


def year_cases(warehouse: Warehouse, connection: sa.Connection, year: int, as_of: date) -> YearCases:
    """Return the cases of every unit active in a year, ``as_of`` being the day of the run.

    Raises:
        pipelines.stored.year_before.YearOrderError: the year before must be computed first.
    """
    registers = stored_registers(connection, warehouse.statute, without=("rates", "treasury"))
    before = year_before(warehouse, connection, year)
    directory = Directory.of(registers.units, warehouse.statute.at(year))
    filed = filed_units(connection, year)
    holders = {unit.unit_no: unit.user_bin for unit in directory.active.values()}
    lines = line_totals(connection, year, holders)
    decided = decision_sources(connection, year)
    confirmed = base_confirmations(connection, year, holders)
    submitted = first_submissions(connection, year)
    budget = _budget(connection, year)
    cases = []
    for key, unit in directory.active.items():
        amount, source = budget.get(unit.unit_no, (0, ""))
        case = UnitYear(
            year=year,
            unit=unit,
            rows=directory.rows[key],
            as_of=as_of,
            filing=row.unit if (row := filed.get((unit.user_bin, unit.unit_no))) else None,
            budget_tiyn=amount,
            budget_source=source,
            carried=before.carried(unit.unit_no),
            first_submitted_on=submitted.get(unit.user_bin),
            earlier_base_tiyn=before.bases.get(unit.unit_no),
            base_confirmed=confirmed.get(unit.unit_no, ""),
            lines=cited(lines.get(unit.unit_no, LineTotals()), decided.get(unit.unit_no, {})),
        )
        cases.append(case)
    return YearCases(tuple(cases), filed, before, registers.digests)


def cited(lines: LineTotals, decisions: Mapping[str, str]) -> LineTotals:
    """Return totals whose places also name the decisions that act there, by bucket or code."""
    if not decisions:
        return lines
    named = {part: f"{place}, {decisions[part]}" for part, place in lines.sources.items() if part in decisions}
    return replace(lines, sources={**lines.sources, **named})


def _budget(connection: sa.Connection, year: int) -> dict[str, tuple[int, str]]:
    """Return what the budget received for each unit in account of the year, and which receipts."""
    receipts = treasury_receipts
    rows = connection.execute(
        sa.select(receipts.c.counted_unit_no, receipts.c.receipt_no, receipts.c.amount_tiyn, receipts.c.source_row)
        .where(receipts.c.counted_year == year)
        .order_by(receipts.c.source_row)
    )
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        amount, source = found.get(row.counted_unit_no, (0, ""))
        told = f"treasury.xlsx row {row.source_row} (receipt {row.receipt_no})"
        found[row.counted_unit_no] = (amount + row.amount_tiyn, f"{source}, {told}" if source else told)
    return found
