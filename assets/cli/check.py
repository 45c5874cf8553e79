"""``nedra check``: what would happen to workbooks.

Belongs here: printing. Does not: the judgement (``pipelines.inbox_check.judgement``), its JSON
(``pipelines.inbox_check.answer``).
"""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.cli.terminal import COLOURS, terminal
from pipelines.inbox_check.answer import FileTold, LineTold, UnitTold, answer_json, answer_of, is_lost
from pipelines.inbox_check.judgement import check_workbooks
from pipelines.inbox_check.outcome import UNITS
from pipelines.settings import Settings, SetupError
from pipelines.warehouse.session import require_warehouse
from pipelines.wording import phrases
from pipelines.wording.numbers import UNKNOWN, day, with_currency
from schemas.vocabulary import Severity

_COLOURS = {Severity.REJECT: "red", Severity.SET_ASIDE: "red", Severity.WARN: "yellow", Severity.NOTE: "white"}


def check_files(files: list[Path], year: int | None, lang: str, *, as_json: bool) -> int:
    """Print what would become of each workbook; return 0 when all of it would be used and counted, 1 otherwise.

    Raises:
        pipelines.settings.SetupError: a home or a database is named that is not there.
    """
    told = answer_of(check_workbooks(files, year, _settings()), lang)
    console = terminal()
    if as_json:
        console.print_json(answer_json(told))
    else:
        for each in told:
            _print(console, each, lang)
    return 0 if all(each.usable for each in told) else 1


def _settings() -> Settings:
    """Return the settings; what somebody named must be there, the default home need not."""
    settings = Settings()
    if "home" in settings.model_fields_set and not settings.home.is_dir():
        message = f"There is no folder {settings.home} (NEDRA_HOME), and none was made. Name the home, or unset it."
        raise SetupError(message)
    if settings.database_url is not None:
        require_warehouse(settings)
    return settings


def _print(console: Console, told: FileTold, lang: str) -> None:
    status = phrases.say("check", str(told.status), lang)
    console.print(f"{told.file}: {status}, {told.report_year}", style="bold", markup=False)
    for bucket, count in told.lines.items():
        named, amount = phrases.say("buckets", bucket, lang), with_currency(told.amounts_tiyn[bucket])
        console.print(f"  {phrases.say('check', 'lines', lang, bucket=named, count=count, amount=amount)}")
    _print_units(console, told, lang)
    _print_lines(console, "lost", [line for line in told.told_lines if is_lost(line)], lang)
    _print_lines(console, "remarked", [line for line in told.told_lines if not is_lost(line)], lang)
    if told.findings:
        table = Table(show_header=False, box=None, padding=(0, 1))
        for finding in told.findings:
            table.add_row(f"[{_COLOURS[finding.severity]}]{finding.code} {finding.severity}[/]", Text(finding.message))
        console.print(table)
    elif not told.told_lines and UNITS not in {each.register_ for each in told.registers_missing}:
        console.print(f"  {phrases.say('check', 'clean', lang)}", style="green")
    for missing in told.registers_missing:
        console.print(Text(f"  {missing.not_run}", style="yellow"))


def _print_units(console: Console, told: FileTold, lang: str) -> None:
    if told.units:
        console.print(f"  {phrases.say('check', 'units', lang)}")
    for unit in told.units:
        console.print(Text(f"    {unit.unit_no}: {unit.status_name}", style=COLOURS.get(unit.status, "")))
        for detail in _details(unit, lang):
            console.print(Text(f"      {detail}"))
    if told.credit_unknown:
        console.print(Text(f"  {phrases.say('check', 'credit_unknown', lang)}", style="yellow"))


def _details(unit: UnitTold, lang: str) -> list[str]:
    counted = unit.recognised_tiyn + unit.budget_tiyn + (unit.credit_used_tiyn or 0)
    amounts = {"due": unit.due_tiyn, "counted": counted, "shortfall": unit.shortfall_tiyn}
    figures = {name: UNKNOWN if each is None else with_currency(each) for name, each in amounts.items()}
    details = [phrases.say("check", "figures", lang, **figures)]
    if unit.doubt:
        details.append(phrases.say("check", "doubt", lang, codes=", ".join(unit.doubt)))
    if unit.cure_until:
        details.append(phrases.say("check", "cure_until", lang, day=day(unit.cure_until, lang)))
    return details


def _print_lines(console: Console, key: str, lines: Sequence[LineTold], lang: str) -> None:
    if lines:
        console.print(f"  {phrases.say('check', key, lang)}", style="red" if key == "lost" else "yellow")
    for line in lines:
        amount = UNKNOWN if line.amount_tiyn is None else with_currency(line.amount_tiyn)
        console.print(Text(f"    {line.sheet}!{line.cell} {line.unit_no or ''} {amount} {line.title or ''}"))
        for rule in line.codes:
            console.print(Text(f"      {rule.code} {rule.title} · {rule.reference}"))
            console.print(Text(f"      → {rule.remedy}"))
