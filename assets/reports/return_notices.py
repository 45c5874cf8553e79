"""Return notices: what is returned to filers, and what starts the writing of it.

Belongs here: the asset, its job and the sensor that follows a computed year. Does not: what a notice says
(``pipelines.reports.return_notices``). It is no part of the job of a year: workbooks take longer to write than verdicts
to compute.
"""

import dagster as dg

from assets.failures.policy import told_to_the_operator
from assets.jobs import REPORTS, year_job
from assets.metadata.specs import OWNER
from assets.partitions import report_years
from pipelines.reports.return_notices.folder import Entry
from pipelines.reports.return_notices.notice import SEVERITIES
from pipelines.reports.return_notices.writing import NoticesReport, write_notices
from pipelines.settings import Settings
from pipelines.stored.ledger_findings import LEDGER_FINDINGS
from pipelines.warehouse.session import Warehouse

_FINDINGS = ("filings", "findings", LEDGER_FINDINGS)
# What the notice says beside the findings: rows and money that are not counted, the deadline.
_CONSEQUENCES = ("unit_lines", "financing_lines", "budget_lines", "compliance_by_unit")
_PARTITION = "dagster/partition"


@dg.asset(
    name="return_notices",
    partitions_def=report_years,
    group_name=REPORTS,
    kinds={"python", "excel"},
    owners=[OWNER],
    deps=[*_FINDINGS, *_CONSEQUENCES],
    description="One workbook for a filing with findings that stand: the filer's own, cells coloured, a note in each "
    "saying what to do, in Russian, Kazakh and English (NEDRA_HOME/reports/notices). Written again only when the "
    "filing or its findings changed; withdrawn when a correction settles it.",
)
def return_notices(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> dg.MaterializeResult[None]:
    """Write the notices of the year from what is stored."""
    with told_to_the_operator(context, warehouse):
        report = write_notices(warehouse, int(context.partition_key))
    return dg.MaterializeResult(metadata=shown(report))


notices_job = dg.define_asset_job(
    "notices",
    selection=dg.AssetSelection.assets(return_notices),
    description="The return notices of one reporting year, from what is stored",
    executor_def=dg.in_process_executor,
)


def notices_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that follows a computed year, on from the start unless the settings say otherwise."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        request_job=notices_job,
        name="notices_after_a_year",
        minimum_interval_seconds=settings.watch_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING if settings.automation else dg.DefaultSensorStatus.STOPPED,
        description="Writes the return notices of a year after a run that stored its findings",
    )
    def notices_after_a_year(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        """Request the notices of the run's year."""
        return request_after(context.dagster_run)

    return notices_after_a_year


def request_after(run: dg.DagsterRun) -> dg.RunRequest | dg.SkipReason:
    """Return the request for the notices of a run's year; the key is the run, so each is followed once."""
    year = run.tags.get(_PARTITION)
    if year is None or not _stored_findings(run):
        return dg.SkipReason(f"Run {run.run_id} stored no findings of a year, or wrote the notices itself.")
    return dg.RunRequest(run_key=f"notices:{run.run_id}", partition_key=year)


def _stored_findings(run: dg.DagsterRun) -> bool:
    if run.asset_selection is None:
        return run.job_name == year_job.name
    names = {key.to_user_string() for key in run.asset_selection}
    return not names.isdisjoint(_FINDINGS) and return_notices.key.to_user_string() not in names


def shown(report: NoticesReport) -> dict[str, dg.MetadataValue]:
    """Return what Dagster shows of the notices of a year: how many, where, and the ones to look at first."""
    counts = {severity: sum(entry.severity == severity for entry in report.entries) for severity in SEVERITIES}
    return {
        "notices": dg.MetadataValue.int(len(report.entries)),
        "written": dg.MetadataValue.int(report.written),
        "withdrawn": dg.MetadataValue.int(len(report.withdrawn)),
        "folder": dg.MetadataValue.path(str(report.folder)),
        "gravest_finding": dg.MetadataValue.json({name: count for name, count in counts.items() if count}),
        "worst": dg.MetadataValue.md(_worst(report)),
    }


def _worst(report: NoticesReport) -> str:
    """Return a table of the notices to look at first; a browser may not follow a link to a file, so paths are shown."""
    rows = [_row(report, entry) for entry in report.worst]
    return "\n".join(["| filer | filing | status | findings | notice |", "| --- | --- | --- | --- | --- |", *rows])


def _row(report: NoticesReport, entry: Entry) -> str:
    path = report.folder / entry.file
    codes = ", ".join(f"{code} ({places})" for code, places in entry.codes.items())
    cells = (
        f"{entry.user_bin or '–'} {entry.user_name or ''}",
        "; ".join(entry.file_names),
        entry.status,
        codes,
        f"[{path}]({path.as_uri()})",
    )
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"
