"""Compliance step: the verdict on every unit of a year, from what is stored.

Belongs here: one transaction for the verdicts of a year, and the invariants that guard it.
Does not: gathering stored rows into cases (``pipelines.stored.cases``), the law (``pipelines.core``), SQL models
(``pipelines.steps.marts``), orchestration.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.core.assess import assess
from pipelines.core.units import Unit
from pipelines.core.verdict import Assessment
from pipelines.steps.invariants import VERDICTS, guard
from pipelines.stored.argument import arguments
from pipelines.stored.arrears import arrears_rows
from pipelines.stored.cases import year_cases
from pipelines.stored.decisions import effect_rows
from pipelines.stored.finding_rows import FindingRow
from pipelines.stored.ledger_findings import LEDGER_FINDINGS, declared_rows, recounted_filings
from pipelines.stored.year_before import YearBefore
from pipelines.verification.alteration import require_unaltered
from pipelines.warehouse.history import record_versions
from pipelines.warehouse.resumption import stored_by_run
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import digests_of, inputs_of, last_load
from pipelines.warehouse.writer import Counts, Load, Writing
from schemas import verdicts as tables
from schemas.columns import content_names
from schemas.received import filings, findings
from schemas.registers import decisions

YEAR_TABLES = ("obligations", "compliance_by_unit", "credits", "compliance_terms")
_OWN = {*YEAR_TABLES, LEDGER_FINDINGS, tables.decision_effects.name, tables.arrears.name}
_OF_INTAKE = "financing_lines"
# What a year starts from of the year before.
HANDED_ON = (tables.compliance_by_unit, tables.credits, tables.obligations)


@dataclass(frozen=True)
class YearVerdicts:
    """Every verdict of a year with the unit it is about, in order of unit number."""

    verdicts: tuple[tuple[Unit, Assessment], ...]
    findings: tuple[FindingRow, ...]
    inputs: dict[str, str]


def load_compliance(warehouse: Warehouse, run_id: str, year: int) -> list[Load]:
    """Compute and store the verdicts of a year; the arrears and the effects of decisions of every year.

    Raises:
        pipelines.stored.year_before.YearOrderError: the year before must be computed first.
        pipelines.steps.invariants.InvariantError: the amounts do not reconcile; nothing is stored.
        pipelines.verification.alteration.AlteredError: what the year before hands on was altered outside Nedra.
    """
    partition = str(year)
    with warehouse.writing(run_id) as writing:
        stored = stored_by_run(writing.connection, run_id, partition, _OWN)
        if stored:
            return stored
        require_unaltered(writing.connection, HANDED_ON, year - 1)
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
        made.append(_store_effects(writing))
        argue = arguments(writing.connection, warehouse.statute.at(year))
        record_versions(writing, verdicts, year, {verdicts.asset: verdicts.output_digest}, argue)
        filed = recounted_filings(writing.connection, year)
        writing.replace("filings", filings, filed, partition=partition, inputs=computed.inputs)
        made.append(_store_arrears(writing, warehouse))
        guard(writing.connection, VERDICTS, year, warehouse)
    return made


def compute_year(warehouse: Warehouse, connection: sa.Connection, year: int) -> YearVerdicts:
    """Return the verdicts of a year from what is stored; nothing is written."""
    gathered = year_cases(warehouse, connection, year, warehouse.settings.day_of_the_run())
    law = warehouse.statute.at(year)
    found = [(case.unit, assess(case, law)) for case in gathered.cases]
    by_holder = {(verdict.user_bin, verdict.unit_no): verdict for _, verdict in found}
    told = declared_rows(by_holder, gathered.filed, law)
    inputs = _inputs(connection, year, gathered.register_digests, gathered.before, warehouse)
    return YearVerdicts(tuple(found), tuple(told), inputs)


def _inputs(
    connection: sa.Connection, year: int, registers: Mapping[str, str], before: YearBefore, warehouse: Warehouse
) -> dict[str, str]:
    as_of = warehouse.settings.day_of_the_run().isoformat()
    return (
        inputs_of(connection, last_load(connection, _OF_INTAKE, year))
        | dict(registers)
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


def _store_effects(writing: Writing) -> Load:
    """What became of decisions of every year: any of them may have come since its year was computed."""
    inputs = _last_digests(writing.connection, tables.compliance_by_unit) | _last_digests(writing.connection, decisions)
    rows = effect_rows(writing.connection)
    return writing.replace(tables.decision_effects.name, tables.decision_effects, rows, partition=None, inputs=inputs)


def _store_arrears(writing: Writing, warehouse: Warehouse) -> Load:
    """Arrears of every year: a payment of this year may cure any year before."""
    rows = arrears_rows(writing.connection, warehouse.statute)
    inputs = _last_digests(writing.connection, tables.compliance_by_unit)
    return writing.replace("arrears", tables.arrears, rows, partition=None, inputs=inputs)


def _last_digests(connection: sa.Connection, table: sa.Table) -> dict[str, str]:
    """Return the digest of what each partition of a table holds, as inputs of a load."""
    held = digests_of(connection, table.name)
    return {f"{table.name}:{partition}" if partition else table.name: digest for partition, digest in held.items()}


def _obligation(verdict: Assessment) -> tuple[Any, ...]:
    return tuple(getattr(verdict, column) for column in _columns(tables.obligations))


def _compliance(unit: Unit, verdict: Assessment) -> tuple[Any, ...]:
    return tuple(
        getattr(verdict if hasattr(verdict, column) else unit, column) for column in _columns(tables.compliance_by_unit)
    )


def _columns(table: sa.Table) -> list[str]:
    return content_names(table)
