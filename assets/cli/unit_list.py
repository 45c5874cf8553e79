"""``nedra list``: contracts and licences of a year, narrowed by status, sector, region or name.

Here: options, printing, JSON, CSV. Not here: what fits (``pipelines.explanations.unit_search``).
"""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.cli.terminal import COLOURS, terminal
from pipelines.explanations.unit_search import Filters, FoundUnit, sector_of, units_of, years_with_verdicts
from pipelines.settings import Settings
from pipelines.warehouse.session import open_existing
from pipelines.wording import numbers, phrases
from schemas.vocabulary import Sector, Status

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def list_units(year: int | None, filters: Filters, language: str, *, as_json: bool, as_csv: bool) -> int:
    """Print the units of a year (default: the last that has verdicts); return 0, or 1 when none fits.

    Raises:
        typer.BadParameter: a status or a sector there is not.
        pipelines.warehouse.session.NoWarehouseError: there is no warehouse.
    """
    _refuse_unknown(filters)
    warehouse = open_existing(Settings())
    try:
        with warehouse.reading() as connection:
            years = years_with_verdicts(connection)
            wanted = year if year is not None else max(years, default=None)
            found = [] if wanted is None else units_of(connection, wanted, filters)
    finally:
        warehouse.engine.dispose()
    if as_json:
        terminal().print_json(json.dumps([_plain(unit) for unit in found], ensure_ascii=False))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(field.name for field in fields(FoundUnit))
        writer.writerows([_inert(value) for value in _plain(unit).values()] for unit in found)
    elif found:
        print_units(terminal(), found, language)
    if not found:
        known = ", ".join(map(str, years)) or "-"
        told = phrases.say("errors", "nothing_fits", language, year=wanted if wanted is not None else "-", years=known)
        terminal(stderr=True).print(told, markup=False)
    return 0 if found else 1


def print_units(console: Console, units: Sequence[FoundUnit], language: str) -> None:
    """Print units as a table; amounts in tenge."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for key in ("unit", "user"):
        table.add_column(phrases.phrase(key, language), overflow="fold")
    table.add_column(phrases.phrase("bin", language), no_wrap=True)
    table.add_column(phrases.say("figures", "status", language), no_wrap=True)
    for name in ("due_tiyn", "shortfall_tiyn"):
        table.add_column(phrases.say("figures", name, language), justify="right", no_wrap=True)
    for unit in units:
        colour = COLOURS.get(Status(unit.status), "default")
        amounts = (
            numbers.UNKNOWN if each is None else numbers.amount(each, language)
            for each in (unit.due_tiyn, unit.shortfall_tiyn)
        )
        mark = "?" if unit.doubt else ""
        status = Text(unit.status + mark, style=colour)
        table.add_row(Text(unit.unit_no), Text(unit.user_name), unit.user_bin, status, *amounts)
    console.print(table)
    doubtful = sum(1 for unit in units if unit.doubt)
    counted = phrases.phrase("units_listed", language, units[0].report_year, len(units))
    console.print(counted + (f"; {phrases.phrase('units_in_doubt', language, doubtful)}" if doubtful else ""))


def _refuse_unknown(filters: Filters) -> None:
    if filters.status is not None and filters.status.upper() not in list(Status):
        message = f"expected one of {', '.join(Status)}, found {filters.status!r}"
        raise typer.BadParameter(message, param_hint="--status")
    if filters.sector is not None and sector_of(filters.sector) is None:
        message = f"expected one of {', '.join(Sector)}, found {filters.sector!r}"
        raise typer.BadParameter(message, param_hint="--sector")


def _plain(unit: FoundUnit) -> dict[str, Any]:
    return asdict(unit) | {"unit_date": unit.unit_date.isoformat()}


def _inert(value: Any) -> Any:
    """Return a text as it may stand in a spreadsheet: one that begins like a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
