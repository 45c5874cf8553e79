"""Checks: what a filer or a clerk did wrong, as asset checks that never fail the country's year.

Belongs here: names, what passes, how grave it is (by the catalogue of findings), counts.
Does not: finding anything, rules that guard the pipeline itself (``pipelines.steps.invariants``): those fail a step.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from warnings import catch_warnings, simplefilter

import dagster as dg

from assets.metadata.config import choices
from assets.metadata.findings import CodeCount, by_code
from assets.metadata.format import Cell, in_tenge, written
from assets.metadata.samples import shown_table
from assets.partitions import report_years
from dbt_like_sql.project import Check
from pipelines.intake.inbox.unread import Unread
from pipelines.steps.invariants import Violation
from pipelines.warehouse.writer import Load
from schemas.vocabulary import Language, Severity


def check_spec(asset: str, name: str, description: str) -> dg.AssetCheckSpec:
    """Return the spec of a check that blocks nothing, partitioned by year: one year's outcome never hides another's."""
    with catch_warnings():
        simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(name, asset=asset, description=description, partitions_def=report_years)


def evaluation_of(check: dg.AssetCheckKey, result: dg.AssetCheckResult) -> dg.AssetCheckEvaluation:
    """Return the outcome of a check for the event log, where no run of the check's own evaluates it."""
    return dg.AssetCheckEvaluation(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=result.passed,
        severity=result.severity,
        description=result.description,
        metadata=result.metadata,
    )


def found_check(
    load: Load, name: str, year: str, counts: Sequence[CodeCount], severities: Collection[Severity], **facts: Any
) -> dg.AssetCheckResult:
    """Return whether no finding of these severities stands; as grave as the gravest of those that do."""
    judged = [each for each in counts if each.severity in severities and each.severity in choices().check_severity]
    reproached = [each for each in judged if each.standing]
    shown = {"by_code": by_code(reproached)} if reproached else {}
    return dg.AssetCheckResult(
        asset_key=load.asset,
        check_name=name,
        passed=not reproached,
        severity=_gravest([each.severity for each in reproached] or severities),
        description=_told(reproached, year),
        metadata={
            "report_year": year,
            "load_id": load.load_id,
            "findings": sum(each.findings for each in judged),
            "still_standing": sum(each.standing for each in reproached),
            **facts,
            **shown,
        },
    )


def unread_check(load: Load, name: str, year: str, unread: Sequence[Unread]) -> dg.AssetCheckResult:
    """Return whether every file of the inbox that may concern a year is read."""
    told = [file.told(Language.EN) for file in unread]
    facts = {"not_read": shown_table(["file"], [{"file": each} for each in told[: choices().rows]])} if told else {}
    return dg.AssetCheckResult(
        asset_key=load.asset,
        check_name=name,
        passed=not unread,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{year}: {_list(told)}",
        metadata={"report_year": year, "load_id": load.load_id, "files_not_read": len(unread), **facts},
    )


def _list(told: Sequence[str]) -> str:
    return f"{len(told)} files that nobody reads. {told[0]}" if told else "every file is read"


def rule_check(load: Load, check: Check, year: str, violation: Violation | None) -> dg.AssetCheckResult:
    """Return whether a SQL rule that only warns found no row."""
    facts: dict[str, Any] = {}
    if violation is not None:
        columns = [in_tenge(name) for name in violation.rows[0]]
        facts["rows"] = shown_table(columns, [_record(row) for row in violation.rows[: choices().rows]])
    return dg.AssetCheckResult(
        asset_key=load.asset,
        check_name=check.name,
        passed=violation is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{year}: {check.message['en'] if violation is not None else 'nothing found'}",
        metadata={
            "report_year": year,
            "load_id": load.load_id,
            "rows_found": 0 if violation is None else len(violation.rows),
            **facts,
        },
    )


def _record(row: Mapping[str, Any]) -> dict[str, Cell]:
    return {in_tenge(name): written(name, value) for name, value in row.items()}


def _gravest(severities: Collection[Severity]) -> dg.AssetCheckSeverity:
    gravest = min(severities, key=choices().worst_first.index)
    return dg.AssetCheckSeverity(choices().check_severity[gravest])


def _told(reproached: Sequence[CodeCount], year: str) -> str:
    if not reproached:
        return f"{year}: nothing found"
    codes = ", ".join(f"{each.code} ({each.standing})" for each in reproached)
    return f"{year}: {codes}"
