"""``nedra explain``: a verdict as a person would argue it.

Belongs here: printing. Does not: the argument (``pipelines.explaining``).
"""

import json
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from assets.commands.terminal import terminal
from pipelines.core.declared import in_tenge
from pipelines.explaining import Explanation, explain
from pipelines.settings import Settings
from pipelines.warehouse.opening import open_warehouse


def explain_unit(unit: str, year: int, lang: str, *, as_json: bool) -> int:
    """Print the explanation; return 0, or 1 when there is no such verdict."""
    warehouse = open_warehouse(Settings())
    with warehouse.reading() as connection:
        found = explain(connection, unit, year, warehouse.statute, lang)
    console = terminal()
    if found is None:
        terminal(stderr=True).print(
            f"There is no verdict on {unit} for {year}: the unit is not in the register, not active in that year, "
            f"or the year was not computed (nedra run --years {year}).",
            markup=False,
        )
        return 1
    if as_json:
        console.print_json(json.dumps(asdict(found), ensure_ascii=False, default=str))
    else:
        _print(console, found)
    return 0


def _print(console: Console, found: Explanation) -> None:
    verdict = found.verdict
    console.print(f"{verdict['unit_no']}, {verdict['report_year']}: {verdict['status']}", style="bold", markup=False)
    console.print(f"{verdict['user_name']} ({verdict['user_bin']}), {verdict['sector']}", markup=False)
    console.print(_table([(t.wording, _amount(t.amount_tiyn), t.reference, t.source) for t in found.terms]))
    for line in found.lines:
        told = [f"№ {line.line_no or '?'}", line.decided_by or line.codes, _amount(line.amount_tiyn), line.reference]
        console.print("  " + "  ".join(filter(None, told)), markup=False)
        console.print(f"      {line.title or ''}  {line.source}", style="dim", markup=False)


def _table(rows: list[tuple[Any, ...]]) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim")
    table.add_column(style="dim", overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) if cell is not None else "" for cell in row))
    return table


def _amount(amount_tiyn: int | None) -> str:
    return "" if amount_tiyn is None else in_tenge(amount_tiyn)
