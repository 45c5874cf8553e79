"""``nedra notices``: the return notices of what is stored.

Belongs here: which years, printing. Does not: what a notice says and where it goes
(``pipelines.reports.return_notices``).
"""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assets.cli.terminal import terminal
from pipelines.reports.return_notices.writing import NoticesReport, write_notices
from pipelines.settings import Settings
from pipelines.warehouse.session import Warehouse, open_existing
from schemas.received import filings


def write_years(years: list[int] | None, folder: Path | None, *, as_json: bool) -> int:
    """Write the notices of the years (default: every year with a stored filing) and print where they are.

    Returns the exit code: 0 done, 1 nothing is stored for a year asked for.

    Raises:
        pipelines.warehouse.session.NoWarehouseError: there is no warehouse.
    """
    settings = Settings()
    console, trouble = terminal(), terminal(stderr=True)
    warehouse = open_existing(settings)
    stored = _stored_years(warehouse)
    wanted = stored if years is None else years
    reports = []
    for year in (year for year in wanted if year in stored):
        with trouble.status(f"Writing the notices of {year}…"):
            reports.append((year, write_notices(warehouse, year, folder)))
    if as_json:
        console.print_json(json.dumps([_plain(year, report) for year, report in reports], ensure_ascii=False))
    else:
        for year, report in reports:
            console.print(
                f"{year}: {len(report.entries)} notices stand, {report.written} written, "
                f"{len(report.withdrawn)} withdrawn, in {report.folder}",
                markup=False,
                soft_wrap=True,
            )
    missing = sorted(set(wanted) - set(stored))
    if missing or not wanted:
        told = f"for {', '.join(map(str, missing))}" if missing else "yet"
        trouble.print(f"No filing is stored {told}: run nedra run first.")
        return 1
    return 0


def _stored_years(warehouse: Warehouse) -> list[int]:
    with warehouse.reading() as connection:
        return list(connection.scalars(sa.select(filings.c.report_year).distinct().order_by(filings.c.report_year)))


def _plain(year: int, report: NoticesReport) -> dict[str, Any]:
    return {
        "report_year": year,
        "folder": str(report.folder),
        "written": report.written,
        "withdrawn": list(report.withdrawn),
        "notices": [
            {
                "file": entry.file,
                "user_bin": entry.user_bin,
                "user_name": entry.user_name,
                "filings": list(entry.file_names),
                "status": entry.status,
                "severity": entry.severity,
                "codes": entry.codes,
                "marked": entry.is_marked,
            }
            for entry in report.entries
        ],
    }
