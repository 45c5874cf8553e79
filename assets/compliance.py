"""Compliance: the verdict on every unit of a year.

Belongs here: the assets that hold verdicts and the dependence of a year on the year before.
Does not: the law (``pipelines.core``), storing (``pipelines.steps.compliance``).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.caught_up import show
from assets.described import materialised, table_spec
from assets.failing import told_to_the_operator
from assets.intake import KEYS as INTAKE
from assets.partitions import report_years, year_before
from assets.registers import KEYS as REGISTERS
from pipelines.steps.catching_up import before_compliance
from pipelines.steps.compliance import LEDGER_FINDINGS, load_compliance
from pipelines.warehouse.opening import Warehouse
from schemas.verdicts import compliance_by_unit

BESIDE = ("obligations", "credits", "compliance_terms", "arrears", "decision_effects")
# Dagster allows an asset to depend on itself a year back, not on a sibling: the one edge stands for the whole year.
_DEPS: list[dg.AssetDep | str] = [*REGISTERS, *INTAKE]
_SELF: list[dg.AssetDep | str] = [*_DEPS, dg.AssetDep("compliance_by_unit", partition_mapping=year_before)]


@dg.multi_asset(
    name="compliance",
    partitions_def=report_years,
    specs=[
        table_spec("compliance_by_unit", group="compliance", kinds={"python"}, deps=_SELF),
        *(table_spec(key, group="compliance", kinds={"python"}, deps=_DEPS) for key in BESIDE),
        table_spec(
            LEDGER_FINDINGS,
            group="compliance",
            kinds={"python"},
            deps=_DEPS,
            table="findings",
            description="One complaint about a declared figure that is not the computed one, or a base that jumped",
        ),
    ],
)
def compliance(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> Iterator[dg.MaterializeResult[Any]]:
    """Decide every unit of the year; amounts that do not reconcile fail the partition and store nothing."""
    year = int(context.partition_key)
    with told_to_the_operator(context, warehouse):
        show(context, before_compliance(warehouse, context.run.run_id, year))
        loads = load_compliance(warehouse, context.run.run_id, year)
    statuses = _statuses(warehouse, year)
    for load in loads:
        yield materialised(load, **({"statuses": statuses} if load.asset == "compliance_by_unit" else {}))


def _statuses(warehouse: Warehouse, year: int) -> dict[str, int]:
    column = compliance_by_unit.c.status
    with warehouse.reading() as connection:
        found = connection.scalars(sa.select(column).where(compliance_by_unit.c.report_year == year)).all()
    return dict(sorted(Counter(found).items()))
