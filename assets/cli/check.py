"""``nedra check``: what would happen to workbooks.

Belongs here: printing. Does not: the judgement (``pipelines.inbox_check``).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.cli.terminal import terminal
from pipelines.findings.catalogue import FileKind, render, severity_of
from pipelines.inbox_check import UNITS, Checked, CheckedLine, check_workbooks
from pipelines.intake.year.locating import Complaint
from pipelines.settings import Settings, SetupError
from pipelines.statute.law import load_statute
from pipelines.warehouse.session import require_warehouse
from pipelines.wording import phrases
from pipelines.wording.numbers import with_currency
from schemas.vocabulary import Bucket, Severity

_COLOURS = {Severity.REJECT: "red", Severity.SET_ASIDE: "red", Severity.WARN: "yellow", Severity.NOTE: "white"}


def check_files(files: list[Path], year: int | None, lang: str, *, as_json: bool) -> int:
    """Print what would become of each workbook; return 0 when all of it would be used and counted, 1 otherwise.

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
    status = phrases.say("check", str(checked.status), lang)
    console.print(f"{checked.file_name}: {status}, {checked.year}", style="bold", markup=False)
    for bucket, count in checked.lines.items():
        named, amount = phrases.say("buckets", bucket, lang), with_currency(checked.buckets[bucket])
        console.print(f"  {phrases.say('check', 'lines', lang, bucket=named, count=count, amount=amount)}")
    lost = [line for line in checked.told if line.bucket == str(Bucket.DISALLOWED)]
    remarked = [line for line in checked.told if line.bucket != str(Bucket.DISALLOWED)]
    _print_lines(console, "lost", lost, checked, lang)
    _print_lines(console, "remarked", remarked, checked, lang)
    if checked.complaints:
        table = Table(show_header=False, box=None, padding=(0, 1))
        for complaint in checked.complaints:
            finding = complaint.finding
            severity = severity_of(finding.code)
            table.add_row(f"[{_COLOURS[severity]}]{finding.code} {severity}[/]", Text(_message(complaint, lang)))
        console.print(table)
    elif not checked.told and UNITS not in checked.missing:
        console.print(f"  {phrases.say('check', 'clean', lang)}", style="green")
    for name in checked.missing:
        console.print(Text(f"  {phrases.say('without_register', name, lang)}", style="yellow"))


def _print_lines(console: Console, key: str, lines: Sequence[CheckedLine], checked: Checked, lang: str) -> None:
    if lines:
        console.print(f"  {phrases.say('check', key, lang)}", style="red" if key == "lost" else "yellow")
    for line in lines:
        amount = "–" if line.amount_tiyn is None else with_currency(line.amount_tiyn)
        console.print(Text(f"    {line.sheet}!{line.cell} {line.unit_no or ''} {amount} {line.title or ''}"))
        for rule in _rules(checked, line, lang):
            console.print(Text(f"      {rule['code']} {rule['title']} · {rule['reference']}"))


def _rules(checked: Checked, line: CheckedLine, lang: str) -> list[dict[str, str]]:
    """Return the codes of a payment with their words and the articles they rest on."""
    law = load_statute().at(checked.year or 0)
    rules = [law.code(code) for code in line.codes]
    return [
        {"code": rule.code, "title": str(getattr(rule.title, lang)), "reference": str(rule.reference)} for rule in rules
    ]


def _plain(checked: Checked, lang: str) -> dict[str, Any]:
    return {
        "file": checked.file_name,
        "report_year": checked.year,
        "status": str(checked.status),
        "usable": checked.is_usable,
        "amounts_tiyn": checked.buckets,
        "lines": checked.lines,
        "told_lines": [{**asdict(line), "codes": _rules(checked, line, lang)} for line in checked.told],
        "registers_missing": [
            {"register": name, "not_run": phrases.say("without_register", name, lang)} for name in checked.missing
        ],
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
