"""Compliance step: the verdict on every unit of a year, from what is stored.

Belongs here: gathering stored rows into cases, one transaction for the verdicts, the invariants that guard it.
Does not: the law (``pipelines.core``), SQL models (``pipelines.steps.marts``), orchestration.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.core.assess import assess
from pipelines.core.directory import Directory
from pipelines.core.units import Unit
from pipelines.core.verdict import Assessment, UnitYear
from pipelines.explaining import arguments
from pipelines.steps.arrears import arrears_rows
from pipelines.steps.declared import LEDGER_FINDINGS, declared_rows, recounted_filings
from pipelines.steps.filed import filed_units, first_submissions, line_totals
from pipelines.steps.findings import FindingRow
from pipelines.steps.invariants import VERDICTS, guard
from pipelines.steps.ledger import YearBefore, year_before
from pipelines.steps.registers import stored_registers
from pipelines.warehouse.history import record_versions
from pipelines.warehouse.loading import Counts, Load, Writing
from pipelines.warehouse.opening import Warehouse
from schemas import verdicts as tables
from schemas.columns import content_names
from schemas.received import filings, findings
from schemas.registers import treasury_receipts
from schemas.trail import load_inputs, loads

__all__ = ["LEDGER_FINDINGS", "compute_year", "load_compliance"]

YEAR_TABLES = ("obligations", "compliance_by_unit", "credits", "compliance_terms")
_OF_INTAKE = "financing_lines"


@dataclass(frozen=True)
class YearVerdicts:
    """Every verdict of a year with the unit it is about, in order of unit number."""

    verdicts: tuple[tuple[Unit, Assessment], ...]
    findings: tuple[FindingRow, ...]
    inputs: dict[str, str]


def load_compliance(warehouse: Warehouse, run_id: str, year: int) -> list[Load]:
    """Compute and store the verdicts of a year, and the arrears of every year.

    Raises:
        pipelines.steps.ledger.YearOrderError: the year before must be computed first.
        pipelines.steps.invariants.InvariantError: the amounts do not reconcile; nothing is stored.
    """
    partition = str(year)
    with warehouse.writing(run_id) as writing:
        computed = compute_year(warehouse, writing.connection, year)
        rows = {
            "obligations": [_obligation(verdict) for _, verdict in computed.verdicts],
            "compliance_by_unit": [_compliance(unit, verdict) for unit, verdict in computed.verdicts],
            "credits": [
                (year, verdict.unit_no, credit.origin_year, credit.amount_tiyn)
                for _, verdict in computed.verdicts
                for credit in verdict.credits_out
            ],
            "compliance_terms": [
                (year, verdict.unit_no, term.seq, term.term, term.amount_tiyn, term.reference, term.source)
                for _, verdict in computed.verdicts
                for term in verdict.terms
            ],
        }
        made = [
            _store(writing, name, rows[name], partition, computed.inputs, _counts(computed)) for name in YEAR_TABLES
        ]
        made.append(
            writing.replace(LEDGER_FINDINGS, findings, computed.findings, partition=partition, inputs=computed.inputs)
        )
        verdicts = next(load for load in made if load.asset == tables.compliance_by_unit.name)
        argue = arguments(writing.connection, year, warehouse.statute)
        record_versions(writing, verdicts, year, {verdicts.asset: verdicts.output_digest}, argue)
        filed = recounted_filings(writing.connection, year)
        writing.replace("filings", filings, filed, partition=partition, inputs=computed.inputs)
        made.append(_store_arrears(writing, warehouse))
        guard(writing.connection, VERDICTS, year, warehouse)
    return made


def compute_year(warehouse: Warehouse, connection: sa.Connection, year: int) -> YearVerdicts:
    """Return the verdicts of a year from what is stored; nothing is written."""
    registers = stored_registers(connection, warehouse.statute, without=("rates", "treasury"))
    before = year_before(warehouse, connection, year)
    directory = Directory.of(registers.units, year, warehouse.statute)
    filed = filed_units(connection, year)
    holders = {unit.unit_no: unit.user_bin for unit in directory.active.values()}
    lines = line_totals(connection, year, holders)
    submitted = first_submissions(connection, year)
    budget = _budget(connection, year)
    as_of = warehouse.settings.day_of_the_run()
    found: list[tuple[Unit, Assessment]] = []
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
            **({"lines": lines[unit.unit_no]} if unit.unit_no in lines else {}),
        )
        found.append((unit, assess(case, warehouse.statute)))
    by_holder = {(verdict.user_bin, verdict.unit_no): verdict for _, verdict in found}
    told = declared_rows(by_holder, filed, before, year, warehouse.statute)
    return YearVerdicts(tuple(found), tuple(told), _inputs(connection, year, registers.digests, before, warehouse))


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


def _inputs(
    connection: sa.Connection, year: int, registers: dict[str, str], before: YearBefore, warehouse: Warehouse
) -> dict[str, str]:
    intake = connection.scalar(
        sa.select(sa.func.max(loads.c.load_id)).where(loads.c.asset == _OF_INTAKE, loads.c.partition == str(year))
    )
    rows = connection.execute(
        sa.select(load_inputs.c.name, load_inputs.c.digest).where(load_inputs.c.load_id == intake)
    )
    as_of = warehouse.settings.day_of_the_run().isoformat()
    return (
        {row.name: row.digest for row in rows}
        | registers
        | before.digests
        | {"statute": warehouse.statute.digest, "as_of": as_of}
    )


def _counts(computed: YearVerdicts) -> Counts:
    known = [verdict for _, verdict in computed.verdicts]
    return Counts(
        rows_in=len(known),
        rows_accepted=len(known),
        amount_in_tiyn=sum(verdict.declared_tiyn + verdict.budget_tiyn for verdict in known),
        amount_out_tiyn=sum(verdict.financing_tiyn for verdict in known),
    )


def _store(
    writing: Writing,
    name: str,
    rows: Iterable[Sequence[Any]],
    partition: str | None,
    inputs: dict[str, str],
    counts: Counts,
) -> Load:
    table = tables.compliance_by_unit.metadata.tables[name]
    return writing.replace(name, table, rows, partition=partition, inputs=inputs, counts=counts)


def _store_arrears(writing: Writing, warehouse: Warehouse) -> Load:
    """Arrears of every year: a payment of this year may cure any year before."""
    rows = arrears_rows(writing.connection, warehouse.statute)
    last = (
        sa.select(sa.func.max(loads.c.load_id))
        .where(loads.c.asset == tables.compliance_by_unit.name)
        .group_by(loads.c.partition)
    )
    verdicts = writing.connection.execute(
        sa.select(loads.c.partition, loads.c.output_digest).where(loads.c.load_id.in_(last))
    )
    inputs = {f"{tables.compliance_by_unit.name}:{row.partition}": row.output_digest for row in verdicts}
    return writing.replace("arrears", tables.arrears, rows, partition=None, inputs=inputs)


def _obligation(verdict: Assessment) -> tuple[Any, ...]:
    return tuple(getattr(verdict, column) for column in _columns(tables.obligations))


def _compliance(unit: Unit, verdict: Assessment) -> tuple[Any, ...]:
    return tuple(
        getattr(verdict if hasattr(verdict, column) else unit, column) for column in _columns(tables.compliance_by_unit)
    )


def _columns(table: sa.Table) -> list[str]:
    return content_names(table)
