"""Registers: units, performers, affiliates, treasury receipts, decisions and exchange rates of the authority.

Belongs here: the assets. Does not: reading the workbooks (``pipelines.intake.registers``), storing them
(``pipelines.steps``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.described import materialised, table_spec
from assets.failing import told_to_the_operator
from assets.partitions import report_years
from pipelines.intake.registers import TABLES
from pipelines.steps.registers import REGISTER_FINDINGS, load_registers
from pipelines.warehouse.opening import Warehouse

KEYS = tuple(table.name for table in TABLES.values())
_KINDS = {"python", "pandera", "excel"}


@dg.multi_asset(
    name="registers",
    partitions_def=report_years,
    specs=[
        *(table_spec(key, group="registers", kinds=_KINDS) for key in KEYS),
        table_spec(
            REGISTER_FINDINGS,
            group="registers",
            kinds=_KINDS,
            table="findings",
            description="One complaint about a row of a register: the row is set aside until it is corrected",
        ),
    ],
)
def registers(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> Iterator[dg.MaterializeResult[Any]]:
    """Read the six registers; a missing or unusable required one fails the partition."""
    with told_to_the_operator(context, warehouse):
        loads = load_registers(warehouse, context.run.run_id)
    for load in loads:
        yield materialised(load)
