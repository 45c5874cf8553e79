"""Daily verification: what ``nedra verify`` recomputes, once a day, as a check that stands on the verdicts.

Here: the check, the job that evaluates it and fails when something was altered, its schedule. Not here: recomputing
(``pipelines.verification.examination``), telling anybody: the sensor ``failures`` tells of every run that failed.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from assets.failures.messages import failure
from assets.jobs import UNALTERED
from assets.metadata.checks import evaluation_of
from assets.metadata.config import choices
from assets.metadata.samples import shown_table
from pipelines.settings import TIME_ZONE, Settings
from pipelines.verification.examination import Examination, OutdatedError, examine
from pipelines.warehouse.session import NoWarehouseError

_RESTORE = (
    "Run `nedra verify`, it names every row. Find out who wrote into the database, restore a backup (docs/backup.md), "
    "and run the years again that were computed since."
)


@dg.asset_check(
    asset=UNALTERED.asset_key, name=UNALTERED.name,
    description="Nothing in warehouse and archive was altered outside Nedra; the job verify looks every morning",
)  # fmt: skip
def warehouse_is_unaltered() -> dg.AssetCheckResult:
    """Look when somebody asks for it in the UI."""
    return _result(examine(Settings()))


@dg.op(description="Recomputes every row, the chain and the archive, and fails when something does not fit")
def verify_everything(context: dg.OpExecutionContext) -> None:
    """Record the outcome of the check; raise when something was altered, so that somebody is told."""
    try:
        found = examine(Settings())
    except NoWarehouseError as error:
        context.log.info("There is nothing to verify yet: %s", error)
        return
    except OutdatedError as error:
        raise failure(str(error), what=str(error), next_step="Run `nedra migrate`, then this job again.") from error
    result = _result(found)
    context.instance.report_runless_asset_event(evaluation_of(UNALTERED, result))
    context.log.info(result.description)
    if found.breaks:
        said = f"Altered outside Nedra: {result.description}"
        raise failure(said, what=said, **_metadata(found), next_step=_RESTORE)


@dg.job(
    name="verify",
    description="Whether anything in warehouse and archive was altered, lost or added outside Nedra",
    executor_def=dg.in_process_executor,
)
def verification() -> None:
    """Verify everything."""
    verify_everything()


def verify_daily(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule: after the night's run and before the office opens."""
    on = dg.DefaultScheduleStatus.RUNNING if settings.automation else dg.DefaultScheduleStatus.STOPPED
    return dg.ScheduleDefinition(
        job=verification,
        name="verify_daily",
        cron_schedule="30 6 * * *",
        execution_timezone=str(TIME_ZONE),
        default_status=on,
        description="Verifies warehouse and archive every morning; a break fails the run and is alerted",
    )


def _result(found: Examination) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not found.breaks,
        severity=dg.AssetCheckSeverity.ERROR,
        description=_said(found),
        metadata=_metadata(found),
    )


def _said(found: Examination) -> str:
    if not found.breaks:
        return f"Intact: {found.result.loads} loads, {found.result.rows} rows"
    more = f" (and {len(found.breaks) - 1} more)" if len(found.breaks) > 1 else ""
    return f"{found.breaks[0]}{more}"


def _metadata(found: Examination) -> Mapping[str, Any]:
    told: dict[str, Any] = {"loads": found.result.loads, "rows": found.result.rows, "head": found.result.head}
    if found.breaks:
        rows = [{"where": each.where, "what": each.what} for each in found.breaks[: choices().rows]]
        told |= {"breaks": len(found.breaks), "altered": shown_table(["where", "what"], rows)}
    return told
