"""``nedra run``: reporting years through Dagster in this process, into the configured instance.

Here: order of years, the instance, saying why a year is computed and with what result. Not here: the job
(``assets.jobs``), what makes a year behind (``pipelines.staleness.reasons``), the work.
"""

import json
import os
from dataclasses import asdict
from datetime import date
from typing import Any

import dagster as dg
import sqlalchemy as sa
from rich.console import Console

from assets.cli.terminal import terminal
from assets.cli.year_summary import (
    Page,
    print_changes,
    print_doubtful,
    print_missing,
    print_next,
    print_unread,
    print_users,
    print_years,
)
from assets.definitions import defs
from assets.instance.embedded import prepare_instance
from assets.instance.orphaned_runs import end_abandoned, own_mark
from assets.partitions import report_years
from pipelines.explanations.year_result import YearResult, last_load_number, users_of, year_result
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.inbox.unread import Unread, unread_files
from pipelines.layouts.loader import register_layouts
from pipelines.settings import Settings
from pipelines.staleness.observation import Observation
from pipelines.staleness.reasons import in_words
from pipelines.verification.alteration import AlteredError, require_unaltered
from pipelines.warehouse.session import Warehouse, code_version, open_warehouse
from pipelines.warehouse.trail import last_load
from schemas.marts import compliance_by_user
from schemas.received import filings
from schemas.verdicts import compliance_by_unit
from schemas.vocabulary import Language

_VERDICTS = dg.AssetKey(compliance_by_unit.name)
_SHOWN = (compliance_by_unit, compliance_by_user, filings)
_AS_IT_STANDS = "nothing it is made from changed today; shown as it stands (--force computes it again)"
_ASKED_FOR = "nothing it is made from changed; it is computed because it was asked for"
_QUIET: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_years(
    years: list[int] | None, as_of: date | None, *, as_json: bool, rewrite: bool = False, force: bool = False
) -> int:
    """Compute the years in order; stop at the first that fails, because the next starts from its result.

    A year that stands is shown as it is, unless ``force`` says to compute it again.

    Returns the exit code: 0 done, 1 a partition failed or there is nothing to do, 2 a year that is no partition, or
    verdicts of another day that ``as_of`` would replace without ``rewrite``.
    """
    console, trouble = terminal(), terminal(stderr=True)
    if as_of is not None:
        os.environ["NEDRA_AS_OF"] = as_of.isoformat()
    settings = Settings()
    wanted = years if years is not None else Inbox(settings.inbox_url).years()
    if not wanted:
        trouble.print(f"There is nothing to run: {settings.inbox_url}/filings has no folder of a reporting year.")
        return 1
    unknown = sorted(set(map(str, wanted)) - set(report_years.get_partition_keys()))
    if unknown:
        known = report_years.get_partition_keys()
        trouble.print(f"{', '.join(unknown)}: no reporting year; the years are {known[0]} to {known[-1]}.")
        return 2
    failure: str | None = None
    done: list[YearResult] = []
    warehouse = open_warehouse(settings)
    with warehouse.reading() as connection:
        since = last_load_number(connection)
        replaced = _verdicts_of_another_day(connection, wanted, as_of)
    if replaced and not _told_to_replace(trouble, replaced, as_of, rewrite=rewrite):
        return 2
    with prepare_instance(settings) as instance:
        end_abandoned(instance)
        for year in sorted(wanted):
            failure = _run_year(warehouse, instance, year, trouble, force=force)
            if failure is not None:
                break
            with warehouse.reading() as connection:
                done.append(year_result(connection, year, since_load=since))
    if as_json:
        told = [{**asdict(file), "why": str(file.why), "told": file.told(Language.EN)} for file in _unread(settings)]
        content = {"years": [each.as_dict() for each in done], "failure": failure, "unread": told}
        console.print_json(json.dumps(content))
    else:
        _print(Page(console), warehouse, done)
    if failure is not None:
        trouble.print(failure, style="bold red", markup=False)
        left = [str(year) for year in sorted(wanted) if year not in {each.year for each in done}][1:]
        if left:
            trouble.print(f"Not run, because each year starts from the one before: {', '.join(left)}.")
        return 1
    return 0


def _verdicts_of_another_day(connection: sa.Connection, years: list[int], day: date | None) -> dict[int, date]:
    """Return the years whose stored verdicts are of another day than ``day``, each with its day; none for None."""
    if day is None:
        return {}
    stored = {year: last_load(connection, compliance_by_unit.name, year) for year in sorted(years)}
    return {year: load.as_of for year, load in stored.items() if load is not None and load.as_of != day}


def _told_to_replace(trouble: Console, replaced: dict[int, date], day: date | None, *, rewrite: bool) -> bool:
    """Say what a run as of another day does, or would do, to what is stored; return whether it may."""
    told = ", ".join(f"{year} (as of {stored})" for year, stored in replaced.items())
    said = f"The verdicts of {told} are replaced by those as of {day}."
    if not rewrite:
        said = (
            f"--as-of {day} would replace the present verdicts of {told} by those of {day}. Nothing was done. Say"
            " --rewrite to do that; to see what was valid on a past day: nedra explain UNIT --year Y --as-of DATE."
        )
    trouble.print(said, markup=False)
    return rewrite


def _print(page: Page, warehouse: Warehouse, done: list[YearResult]) -> None:
    """Print what the years came to, and of the last one who is to be looked at."""
    unread = _unread(warehouse.settings)
    if not done:
        print_unread(page, unread)
        return
    last = done[-1]
    with warehouse.reading() as connection:
        users = users_of(connection, last.year)
    print_years(page, done)
    print_changes(page, done)
    print_missing(page, _missing_registers(warehouse.settings))
    print_unread(page, unread)
    print_doubtful(page, last)
    print_users(page, last.year, users)
    print_next(page, last, users)


def _missing_registers(settings: Settings) -> list[str]:
    """Return the optional registers the inbox does not hold."""
    held = Inbox(settings.inbox_url).registers()
    return [name for name, layout in register_layouts().items() if not layout.required and name not in held]


def _unread(settings: Settings) -> list[Unread]:
    """Return the files of the inbox that nobody reads, whatever their year."""
    inbox = Inbox(settings.inbox_url)
    return unread_files(inbox, inbox.years(), register_layouts())


def _run_year(
    warehouse: Warehouse, instance: dg.DagsterInstance, year: int, trouble: Console, *, force: bool
) -> str | None:
    """Compute a year, or find that it stands; say which and why, and return what failed."""
    try:
        with warehouse.reading() as connection:
            require_unaltered(connection, _SHOWN, year)
    except AlteredError as error:
        return str(error)
    standing = None if force else _standing(warehouse, instance, year)
    if standing is not None:
        trouble.print(f"{year}: {_AS_IT_STANDS}.", markup=False, highlight=False)
        _record_unchanged(instance, year, standing)
        return None
    trouble.print(f"{year}: {_because(warehouse, year)}.", markup=False, highlight=False)
    with trouble.status(f"Computing {year}…"):
        return _compute(instance, year)


def _compute(instance: dg.DagsterInstance, year: int) -> str | None:
    """Run the job of a year; return what failed and why, None when nothing did."""
    result = (
        defs()
        .resolve_job_def("year")
        .execute_in_process(
            partition_key=str(year), instance=instance, raise_on_error=False, run_config=_QUIET, tags=own_mark()
        )
    )
    return None if result.success else f"{year} failed. {_reason(result)}"


def _because(warehouse: Warehouse, year: int) -> str:
    """Return why the year is computed, in the words of the inbox sensor."""
    with warehouse.reading() as connection:
        return in_words(Observation.of(warehouse, connection).reasons(year)) or _ASKED_FOR


def _standing(warehouse: Warehouse, instance: dg.DagsterInstance, year: int) -> int | None:
    """Return the load of a year's verdicts if computing it now would store the same; None if it might not.

    Verdicts depend on the day, and may on the program; a partition Dagster does not know is computed.
    """
    with warehouse.reading() as connection:
        load = last_load(connection, compliance_by_unit.name, year)
        if load is None or Observation.of(warehouse, connection).reasons(year):
            return None
    is_of_today = load.as_of == warehouse.settings.day_of_the_run() and load.code_version == code_version()
    is_green = is_of_today and str(year) in instance.get_materialized_partitions(_VERDICTS)
    return int(load.load_id) if is_green else None


def _record_unchanged(instance: dg.DagsterInstance, year: int, load_id: int) -> None:
    """Tell Dagster that a year was looked at and stands."""
    metadata = {"unchanged_since_load": dg.MetadataValue.int(load_id)}
    instance.report_runless_asset_event(
        dg.AssetObservation(
            _VERDICTS, description="Nothing it is made from changed", metadata=metadata, partition=str(year)
        )
    )


def _reason(result: dg.ExecuteInProcessResult) -> str:
    """Return what failed and why, as the operator reads it in the UI."""
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data is not None and data.user_failure_data.description:
                return f"Step {event.step_key}: {data.user_failure_data.description}"
            error = data.error
            cause = error.cause if error is not None and error.cause is not None else error
            # A database's complaint repeats the whole statement: its first line says what happened.
            first_line = cause.message.strip().partition("\n")[0] if cause is not None else "unknown error"
            return f"Step {event.step_key}: {first_line} (the run's log in the Dagster UI has the rest)"
    return "The run's log in the Dagster UI says why."
