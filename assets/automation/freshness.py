"""Freshness: what the UI shows of whether the running year is computed every night.

Here: Dagster's policy and the check of the running year. Not here: the age itself
(``pipelines.alerts.freshness``), telling anybody (``assets.automation.alert_sensors``), the night
(``assets.automation.inbox_sensor``).

Dagster's policy looks at the asset, not at its partitions: any year computed in the night makes it fresh. It says that
the night's run happened; the check says that the running year was computed.
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from assets.jobs import FRESHNESS
from assets.metadata.checks import evaluation_of
from assets.partitions import report_years
from pipelines.alerts.freshness import Freshness, freshness
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.limits import default_limits
from pipelines.settings import TIME_ZONE, Settings
from pipelines.staleness.inbox_snapshot import Allowance
from pipelines.staleness.observation import Observation, looking_into
from pipelines.statute.law import load_statute

# The night's run begins at three; by six it is over, or somebody has to look.
NIGHT_RUN = dg.FreshnessPolicy.cron(
    deadline_cron="0 6 * * *", lower_bound_delta=timedelta(hours=3), timezone=str(TIME_ZONE)
)


def with_freshness(assets: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """Return the assets with the policy on the one whose check is above."""
    return assets.map_asset_specs(
        lambda spec: spec.replace_attributes(freshness_policy=NIGHT_RUN) if spec.key == FRESHNESS.asset_key else spec
    )


def running_year(now: datetime) -> int:
    """Return the reporting year that is not over, the last partition."""
    return int(report_years.get_partition_keys(current_time=now)[-1])


def found(settings: Settings, now: datetime) -> Freshness:
    """Return the freshness of the running year as the warehouse has it."""
    year, within = running_year(now), timedelta(hours=settings.fresh_hours)
    with looking_into(settings) as connection:
        limits = default_limits()
        allowance = Allowance(limits.files_per_look, limits.bytes_per_look)
        seen = Observation(Inbox(settings.inbox_url), connection, load_statute().digest, allowance)
        return freshness(seen, year, within, now)


def evaluation(year: Freshness, now: datetime) -> dg.AssetCheckEvaluation:
    """Return the outcome of the check for the event log, when no run evaluates it."""
    return evaluation_of(FRESHNESS, _result(year, now))


@dg.asset_check(
    asset=FRESHNESS.asset_key, name=FRESHNESS.name,
    description="The running year was computed within NEDRA_FRESH_HOURS; the sensor alerts looks at it by itself",
)  # fmt: skip
def running_year_is_fresh() -> dg.AssetCheckResult:
    """Look when somebody asks for it in the UI."""
    now = datetime.now(UTC)
    return _result(found(Settings(), now), now)


def _result(year: Freshness, now: datetime) -> dg.AssetCheckResult:
    computed_at = {} if year.computed_at is None else {"computed_at": year.computed_at.isoformat(timespec="seconds")}
    return dg.AssetCheckResult(
        passed=year.is_fresh(now),
        severity=dg.AssetCheckSeverity.WARN,
        description=year.said(),
        metadata={"report_year": year.year, **computed_at},
    )
