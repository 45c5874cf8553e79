"""``nedra check``: what would happen to workbooks.

Belongs here: printing. Does not: the judgement (``pipelines.inbox_check``).
"""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assets.cli.terminal import terminal
from pipelines.findings.catalogue import FileKind, render, severity_of
from pipelines.inbox_check import Checked, check_workbooks
from pipelines.intake.year.locating import Complaint
from pipelines.settings import Settings, SetupError
from pipelines.warehouse.session import require_warehouse
from pipelines.wording.numbers import with_currency
from schemas.vocabulary import Severity

_COLOURS = {Severity.REJECT: "red", Severity.SET_ASIDE: "red", Severity.WARN: "yellow", Severity.NOTE: "white"}


def check_files(files: list[Path], year: int | None, lang: str, *, as_json: bool) -> int:
    """Print what would become of each workbook; return 0 when all of it would be used, 1 otherwise.

    Raises:
        pipelines.settings.SetupError: a home or a database is named that is not there.
    """
    checked = check_workbooks(files, year, _settings())
    console = terminal()
    if as_json:
        console.print_json(json.dumps([_plain(each, lang) for each in checked], ensure_ascii=False))
    else:
        for each in checked:
            _print(console, each, lang)
    return 0 if all(each.is_usable for each in checked) else 1


def _settings() -> Settings:
    """Return the settings; what somebody named must be there, the default home need not."""
    settings = Settings()
    if "home" in settings.model_fields_set and not settings.home.is_dir():
        message = f"There is no folder {settings.home} (NEDRA_HOME), and none was made. Name the home, or unset it."
        raise SetupError(message)
    if settings.database_url is not None:
        require_warehouse(settings)
    return settings


def _print(console: Console, checked: Checked, lang: str) -> None:
    console.print(f"{checked.file_name}: {checked.status}, {checked.year}", style="bold", markup=False)
    for bucket, count in checked.lines.items():
        console.print(f"  {bucket}: {count} lines, {with_currency(checked.buckets[bucket])}")
    if not checked.complaints:
        console.print("  no findings", style="green")
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for complaint in checked.complaints:
        finding = complaint.finding
        severity = severity_of(finding.code)
        table.add_row(f"[{_COLOURS[severity]}]{finding.code} {severity}[/]", _message(complaint, lang))
    console.print(table)


def _plain(checked: Checked, lang: str) -> dict[str, Any]:
    return {
        "file": checked.file_name,
        "report_year": checked.year,
        "status": str(checked.status),
        "usable": checked.is_usable,
        "amounts_tiyn": checked.buckets,
        "lines": checked.lines,
        "findings": [
            {
                "code": complaint.finding.code,
                "severity": str(severity_of(complaint.finding.code)),
                "sheet": complaint.finding.sheet,
                "cells": list(complaint.finding.cells),
                "field": complaint.finding.field,
                "value": complaint.finding.value,
                "expected": complaint.finding.expected,
                "difference": complaint.finding.difference,
                "message": _message(complaint, lang),
            }
            for complaint in checked.complaints
        ],
    }


def _message(complaint: Complaint, lang: str) -> str:
    filing = complaint.filing
    name = Path(filing.file_name).name
    return render(complaint.finding, file_name=name, lang=lang, kind=FileKind.FILING, edition=filing.form_edition)
