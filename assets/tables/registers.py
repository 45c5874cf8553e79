"""Registers: units, performers, affiliates, treasury receipts, decisions, exchange rates, and what values mean.

Belongs here: the assets. Does not: reading the workbooks (``pipelines.intake.year.registers``), storing them
(``pipelines.steps``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.failures.policy import told_to_the_operator
from assets.metadata.checks import check_spec, found_check
from assets.metadata.config import choices
from assets.metadata.findings import count_codes
from assets.metadata.materializations import results
from assets.metadata.specs import table_spec
from assets.partitions import report_years
from pipelines.intake.year.registers import TABLES
from pipelines.steps.registers import load_registers
from pipelines.stored.reference_rows import REFERENCE
from pipelines.stored.registers import REGISTER_FINDINGS
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.writer import Load

KEYS = tuple(table.name for table in TABLES.values())
_KINDS = {"python", "pandera", "excel"}
_CHECK = "every_register_row_is_usable"


@dg.multi_asset(
    name="registers",
    partitions_def=report_years,
    specs=[
        *(table_spec(key, group="registers", kinds=_KINDS, is_of_a_year=False) for key in KEYS),
        *(table_spec(key, group="registers", kinds={"python", "yaml"}, is_of_a_year=False) for key in REFERENCE),
        table_spec(
            REGISTER_FINDINGS,
            group="registers",
            kinds=_KINDS,
            table="findings",
            is_of_a_year=False,
            description="One complaint about a row of a register: the row is set aside until it is corrected",
        ),
    ],
    check_specs=[check_spec(REGISTER_FINDINGS, _CHECK, "Every row of the registers can be used")],
)
def registers(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Read the six registers; a missing or unusable required one fails the partition."""
    with told_to_the_operator(context, warehouse):
        loads = load_registers(warehouse, context.run.run_id)
        made = results(warehouse, loads, int(context.partition_key))
        checked = _check(warehouse, loads, context.partition_key)
    yield from made
    yield checked


def _check(warehouse: Warehouse, loads: list[Load], year: str) -> dg.AssetCheckResult:
    found = next(load for load in loads if load.asset == REGISTER_FINDINGS)
    with warehouse.reading() as connection:
        counts = count_codes(connection, found, int(year))
    return found_check(found, _CHECK, year, counts, tuple(choices().check_severity))
