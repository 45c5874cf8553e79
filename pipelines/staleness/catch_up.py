"""Catching up: what a step that begins in the middle of a year does before its own work.

Belongs here: telling whether what an earlier step stored is what it would store from today's inbox, and running that
step again if not. Does not: the work of the steps, which of them a run has (``assets``).

A run that begins with the registers has nothing to catch up. One that begins later - re-executed from failure, or one
table materialised alone - would compute from what some other run had read: a register that was repaired since, lines
set aside for a unit that has been entered since. It would end green on the wrong tables.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from dbt_like_sql.project import models
from pipelines.intake.digests import reading_digests
from pipelines.intake.inbox.inbox import Inbox, digest_of
from pipelines.intake.year.registers import register_digests
from pipelines.staleness.stored_year import stored_files
from pipelines.steps.compliance import YEAR_TABLES, load_compliance
from pipelines.steps.intake import load_filings
from pipelines.steps.registers import REGISTER_FINDINGS, load_registers
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.writer import Load
from schemas.received import financing_lines, findings
from schemas.trail import load_inputs, loads
from schemas.verdicts import arrears, compliance_by_unit, compliance_history, decision_effects

_LINES, _VERDICTS = financing_lines.name, compliance_by_unit.name
# Tables the compliance step writes; to ``findings`` it adds its own.
_OF_COMPLIANCE = {*YEAR_TABLES, arrears.name, decision_effects.name, compliance_history.name, findings.name}


def before_intake(warehouse: Warehouse, run_id: str) -> list[Load]:
    """Read the registers when this run has not and their files are others than the stored; return what was loaded.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
    """
    with warehouse.reading() as connection:
        if _has_made(connection, run_id, REGISTER_FINDINGS):
            return []
        stored = _inputs(connection, REGISTER_FINDINGS, None)
    found = register_digests(Inbox(warehouse.settings.inbox_url)) | reading_digests()
    by_name = {_without_extension(name.removeprefix("register:")): digest for name, digest in stored.items()}
    return [] if by_name == found else load_registers(warehouse, run_id)


def before_compliance(warehouse: Warehouse, run_id: str, year: int) -> list[Load]:
    """Do the same, then read the year's filings when this run has not and they or the registers are others.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
    """
    made = before_intake(warehouse, run_id)
    with warehouse.reading() as connection:
        if _has_made(connection, run_id, _LINES) or (not made and _lines_are_current(connection, warehouse, year)):
            return made
    return [*made, *load_filings(warehouse, run_id, year).loads]


def before_models(warehouse: Warehouse, run_id: str, year: int, names: Collection[str]) -> list[Load]:
    """Do the same, then decide the year when a model needs it, this run has not, and it would come out differently.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
        pipelines.stored.year_before.YearOrderError: the year before must be computed first.
        pipelines.steps.invariants.InvariantError: the amounts do not reconcile; nothing is stored.
    """
    made = before_compliance(warehouse, run_id, year)
    if not _tables_read(names) & _OF_COMPLIANCE:
        return made
    with warehouse.reading() as connection:
        if _has_made(connection, run_id, _VERDICTS) or (
            not made and _verdicts_are_current(connection, warehouse, year)
        ):
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


def _lines_are_current(connection: sa.Connection, warehouse: Warehouse, year: int) -> bool:
    made_from = _inputs(connection, _LINES, year)
    wanted = _inputs(connection, REGISTER_FINDINGS, None) | reading_digests() | {"statute": warehouse.statute.digest}
    if not wanted.items() <= made_from.items():
        return False
    inbox = Inbox(warehouse.settings.inbox_url)
    return stored_files(connection, year) == {file.name: digest_of(inbox.read(file)) for file in inbox.filings(year)}


def _verdicts_are_current(connection: sa.Connection, warehouse: Warehouse, year: int) -> bool:
    """Tell whether the verdicts came from what is stored now; the day they were decided on is the schedule's matter."""
    before = _last(connection, _VERDICTS, year - 1)
    wanted = (
        _inputs(connection, _LINES, year)
        | _inputs(connection, REGISTER_FINDINGS, None)
        | ({} if before is None else {f"{_VERDICTS}:{year - 1}": str(before.output_digest)})
        | {"statute": warehouse.statute.digest}
    )
    made_from = _inputs(connection, _VERDICTS, year)
    made_from.pop("as_of", None)
    return made_from == wanted


def _without_extension(file_name: str) -> str:
    return file_name.rpartition(".")[0] or file_name


def _has_made(connection: sa.Connection, run_id: str, asset: str) -> bool:
    query = sa.select(sa.func.count()).where(loads.c.asset == asset, loads.c.run_id == run_id)
    return bool(connection.scalar(query))


def _inputs(connection: sa.Connection, asset: str, year: int | None) -> dict[str, str]:
    """Return what the last load of an asset's partition was made from; nothing when there was none."""
    last = _last(connection, asset, year)
    if last is None:
        return {}
    rows = connection.execute(
        sa.select(load_inputs.c.name, load_inputs.c.digest).where(load_inputs.c.load_id == last.load_id)
    )
    return {row.name: row.digest for row in rows}


def _last(connection: sa.Connection, asset: str, year: int | None) -> sa.Row[Any, Any] | None:
    partition = loads.c.partition.is_(None) if year is None else loads.c.partition == str(year)
    return connection.execute(
        sa.select(loads.c.load_id, loads.c.output_digest)
        .where(loads.c.asset == asset, partition)
        .order_by(loads.c.load_id.desc())
        .limit(1)
    ).one_or_none()
