"""Compliance: the verdict on every unit of a year.

Belongs here: the assets that hold verdicts and the dependence of a year on the year before.
Does not: the law (``pipelines.core``), storing (``pipelines.steps.compliance``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.failures.policy import told_to_the_operator
from assets.instance.year_gate import wait_for_the_year_before
from assets.metadata.checks import check_spec, found_check, rule_check
from assets.metadata.config import choices
from assets.metadata.findings import count_codes
from assets.metadata.materializations import record_caught_up, results
from assets.metadata.specs import table_spec
from assets.partitions import report_years, year_before
from assets.tables.intake import KEYS as INTAKE
from assets.tables.registers import KEYS as REGISTERS
from pipelines.staleness.catch_up import before_compliance
from pipelines.steps.compliance import load_compliance
from pipelines.steps.invariants import VERDICTS, warned, warning_checks
from pipelines.stored.ledger_findings import LEDGER_FINDINGS
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.writer import Load

_AGREE = "declared_figures_agree"
BESIDE = ("obligations", "credits", "compliance_terms")
WHOLE = ("arrears", "decision_effects")
# Dagster allows an asset to depend on itself a year back, not on a sibling: the one edge stands for the whole year.
_DEPS: list[dg.AssetDep | str] = [*REGISTERS, *INTAKE]
_SELF: list[dg.AssetDep | str] = [*_DEPS, dg.AssetDep("compliance_by_unit", partition_mapping=year_before)]


@dg.multi_asset(
    name="compliance",
    partitions_def=report_years,
    specs=[
        table_spec("compliance_by_unit", group="compliance", kinds={"python"}, deps=_SELF),
        *(table_spec(key, group="compliance", kinds={"python"}, deps=_DEPS) for key in BESIDE),
        *(table_spec(key, group="compliance", kinds={"python"}, deps=_DEPS, is_of_a_year=False) for key in WHOLE),
        table_spec(
            LEDGER_FINDINGS,
            group="compliance",
            kinds={"python"},
            deps=_DEPS,
            table="findings",
            description="One complaint about a declared figure that is not the computed one, or a base that jumped",
        ),
    ],
    check_specs=[
        *(check_spec(VERDICTS, check.name, check.description) for check in warning_checks(VERDICTS)),
        check_spec(LEDGER_FINDINGS, _AGREE, "What filers computed themselves is what the law and the ledger say"),
    ],
)
def compliance(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Decide every unit of the year; amounts that do not reconcile fail the partition and store nothing."""
    year = int(context.partition_key)
    with told_to_the_operator(context, warehouse):
        wait_for_the_year_before(context)
        record_caught_up(context, warehouse, before_compliance(warehouse, context.run.run_id, year))
        loads = load_compliance(warehouse, context.run.run_id, year)
        made = results(warehouse, loads, year)
        checked = _checks(warehouse, loads, year)
    yield from made
    yield from checked


def _checks(warehouse: Warehouse, loads: list[Load], year: int) -> list[dg.AssetCheckResult]:
    verdicts, told = (next(load for load in loads if load.asset == name) for name in (VERDICTS, LEDGER_FINDINGS))
    with warehouse.reading() as connection:
        counts = count_codes(connection, told, year)
        found = [(check, warned(connection, check, year, warehouse)) for check in warning_checks(VERDICTS)]
    return [
        *(rule_check(verdicts, check, str(year), violation) for check, violation in found),
        found_check(told, _AGREE, str(year), counts, tuple(choices().check_severity)),
    ]
