"""Catch up: what a step that begins in the middle of a year has done for it before its own work.

Here: running the earlier steps again whose part of the year is not up to date. Not here: what makes a part of a year
behind (``pipelines.staleness.reasons``), the work of the steps, which of them a run has (``assets``).

A run that begins with the registers has nothing to catch up. One that begins later - re-executed from failure, or one
table materialised alone - would compute from what some other run had read: a register that was repaired since, lines
set aside for a unit that has been entered since. It would end green on the wrong tables.

What this run has itself stored counts as up to date, whatever came into the inbox meanwhile: the next run reads that.
"""

from collections.abc import Collection

from dbt_like_sql.project import models
from pipelines.staleness.observation import Observation
from pipelines.staleness.reasons import Part
from pipelines.staleness.stored_year import LINES, VERDICTS
from pipelines.steps.compliance import YEAR_TABLES, load_compliance
from pipelines.steps.intake import load_filings
from pipelines.steps.registers import load_registers
from pipelines.stored.registers import REGISTER_FINDINGS
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import has_made
from pipelines.warehouse.writer import Load
from schemas.received import findings
from schemas.verdicts import arrears, compliance_history, decision_effects

_LAST_ASSET = {Part.REGISTERS: REGISTER_FINDINGS, Part.LINES: LINES, Part.VERDICTS: VERDICTS}
# Tables the compliance step writes; to ``findings`` it adds its own.
_OF_COMPLIANCE = {*YEAR_TABLES, arrears.name, decision_effects.name, compliance_history.name, findings.name}


def before_intake(warehouse: Warehouse, run_id: str, year: int) -> list[Load]:
    """Read the registers when this run has not and what is stored of them is behind; return what was loaded.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
    """
    return load_registers(warehouse, run_id) if _is_behind(warehouse, run_id, year, Part.REGISTERS) else []


def before_compliance(warehouse: Warehouse, run_id: str, year: int) -> list[Load]:
    """Bring registers and lines of the year up to date, each when this run has not stored it; return what was loaded.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
    """
    made = before_intake(warehouse, run_id, year)
    if not _is_behind(warehouse, run_id, year, Part.LINES):
        return made
    return [*made, *load_filings(warehouse, run_id, year).loads]


def before_models(warehouse: Warehouse, run_id: str, year: int, names: Collection[str]) -> list[Load]:
    """Bring all that the named models read of the year up to date, each part when this run has not stored it.

    Verdicts are decided only when a model reads them. Returns what was loaded.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
        pipelines.stored.year_before.YearOrderError: the year before must be computed first.
        pipelines.steps.invariants.InvariantError: the amounts do not reconcile; nothing is stored.
    """
    made = before_compliance(warehouse, run_id, year)
    if not _tables_read(names) & _OF_COMPLIANCE or not _is_behind(warehouse, run_id, year, Part.VERDICTS):
        return made
    return [*made, *load_compliance(warehouse, run_id, year)]


def models_read(names: Collection[str]) -> set[str]:
    """Return the models and those they read, directly or not."""
    found = set(names)
    for name, model in reversed(list(models().items())):  # in order, each after those it reads
        if name in found:
            found |= model.sources & models().keys()
    return found


def _tables_read(names: Collection[str]) -> set[str]:
    return {table for name in models_read(names) for table in models()[name].sources}


def _is_behind(warehouse: Warehouse, run_id: str, year: int, part: Part) -> bool:
    with warehouse.reading() as connection:
        if has_made(connection, run_id, _LAST_ASSET[part]):
            return False
        return bool(Observation.of(warehouse, connection).reasons(year, part))
