"""Year summary: what a person sees of computed years on the terminal, 80 columns wide, and what to do next.

Here: tables, order, marks, counts of what is not printed. Not here: the numbers
(``pipelines.explanations.year_result``), words of findings and registers (``pipelines.findings``,
``pipelines.wording``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.cli.terminal import COLOURS
from pipelines.explanations.year_result import OPEN, DoubtfulUnit, Totals, YearResult
from pipelines.findings.catalogue import catalogue
from pipelines.intake.inbox.unread import Unread
from pipelines.wording import numbers, phrases
from schemas.money import BASIS_POINTS
from schemas.vocabulary import FilingStatus, Language, Status

_WIDTH = 80
_YEARS_BESIDE = 4
_DOUBTFUL_SHOWN, _USERS_SHOWN, _CHANGES_SHOWN, _UNREAD_SHOWN = 10, 40, 6, 10
_ORDER = (*OPEN, Status.BREACH, Status.PARTIAL, Status.PENDING, Status.MET, Status.NOT_YET_OBLIGED, Status.EXEMPT)


class Page:
    """A console that never prints wider than 80 columns: long words are folded, nothing is cut."""

    def __init__(self, console: Console) -> None:
        """Print on a console."""
        self._console = console
        self._width = min(console.width, _WIDTH)

    def show(self, what: Table | str = "", style: str = "") -> None:
        """Print a table or a text."""
        shown = what if isinstance(what, Table) else Text(what, style=style)
        self._console.print(shown, width=self._width, overflow="fold", soft_wrap=False)


def print_years(page: Page, results: Sequence[YearResult]) -> None:
    """Print years beside one another: filings, verdicts, and money in million tenge, each total with its set."""
    for first in range(0, len(results), _YEARS_BESIDE):
        beside = results[first : first + _YEARS_BESIDE]
        table = _table("The 1% R&D obligation by reporting year")
        table.add_column("", overflow="fold")
        for each in beside:
            table.add_column(str(each.year), justify="right", no_wrap=True)
        for label, cells, style in _rows(beside):
            table.add_row(Text(label, style=style), *cells)
        page.show(table)


def print_changes(page: Page, results: Iterable[YearResult]) -> None:
    """Print what the run changed in each year."""
    for each in results:
        first = sum(change.units for change in each.changes if change.before is None)
        changed = [change for change in each.changes if change.before is not None]
        told = [f"{change.units} {_step(change.before, change.after)}" for change in changed[:_CHANGES_SHOWN]]
        left = sum(change.units for change in changed[_CHANGES_SHOWN:])
        told += [f"{left} otherwise"] if left else []
        told += [f"{first} judged for the first time"] if first else []
        page.show(f"{each.year}, changed since the run before: {'; '.join(told) or 'no verdict'}.")


def print_doubtful(page: Page, result: YearResult) -> None:
    """Print the workbooks whose bases are in doubt, those that leave their year open first."""
    if not result.doubtful:
        return
    page.show()
    table = _table(f"In doubt in {result.year}: check these workbooks first")
    table.add_column("unit", overflow="fold")
    table.add_column("subsoil user", no_wrap=True)
    table.add_column("workbook", overflow="fold")
    table.add_column("due, mln", justify="right", no_wrap=True)
    table.add_column("doubt", no_wrap=True)
    for unit in result.doubtful[:_DOUBTFUL_SHOWN]:
        table.add_row(unit.unit_no, unit.user_bin, unit.file_name, _millions(unit.due_tiyn), _codes(unit.doubt))
    page.show(table)
    if len(result.doubtful) > _DOUBTFUL_SHOWN:
        left = len(result.doubtful) - _DOUBTFUL_SHOWN
        page.show(f"… and {left} more: compliance_by_unit where doubt <> ''.")
    for code in sorted({code for unit in result.doubtful for code in unit.doubt.split(",")}):
        page.show(f"  {code} {catalogue().entries[code].wordings[Language.EN].title}", "dim")


def print_users(page: Page, year: int, rows: Sequence[Any]) -> None:
    """Print who met the obligation of a year: whoever nobody can judge first, then the largest shortfalls.

    ``rows`` are those of ``compliance_by_user`` in that order; amounts are over contracts with a known obligation.
    """
    page.show()
    table = _table(f"Who met the obligation in {year} (million tenge)")
    table.add_column("BIN", no_wrap=True)
    table.add_column("subsoil user", overflow="fold")
    for name in ("due", "shortfall", "fulfilled"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    shown = rows[:_USERS_SHOWN]
    for row in shown:
        fulfilled = _percent(row.fulfilment_bp) + ("*" if _is_over(row) else "")
        verdict = Text(row.status, style=COLOURS.get(Status(row.status), ""))
        if row.doubt:
            verdict.append(f"\n{_codes(row.doubt)}", "yellow")
        amounts = (_millions(row.due_tiyn), _millions(row.shortfall_tiyn))
        table.add_row(row.user_bin, Text(row.user_name), *amounts, fulfilled, verdict)
    page.show(table)
    if len(rows) > len(shown):
        left = Counter(row.status for row in rows[len(shown) :])
        told = ", ".join(f"{left[status]} {status}" for status in _ORDER if left[status])
        page.show(f"… and {len(rows) - len(shown)} more, not printed: {told}. All are in compliance_by_user.")
    if any(_is_over(row) for row in shown):
        page.show(
            "* More was financed than is owed taken together, but what one contract has too much does not count for "
            "another that lacks it: compliance_by_unit has each.",
            "dim",
        )


def print_missing(page: Page, missing: Iterable[str]) -> None:
    """Print which optional registers are not there, and what that switches off."""
    for name in missing:
        page.show(phrases.say("without_register", name, Language.EN), "yellow")


def print_unread(page: Page, unread: Sequence[Unread]) -> None:
    """Print which files of the inbox nobody reads, and what to do with them."""
    for file in unread[:_UNREAD_SHOWN]:
        page.show(f"Not read: {file.told(Language.EN)}", "yellow")
    if len(unread) > _UNREAD_SHOWN:
        page.show(
            f"… and {len(unread) - _UNREAD_SHOWN} files more that nobody reads: nedra run --json has all.", "yellow"
        )


def print_next(page: Page, result: YearResult, rows: Sequence[Any]) -> None:
    """Print what to do next."""
    page.show()
    page.show("Next:", "bold")
    for step in _next(result, rows):
        page.show(f"  {step}")


def _next(result: YearResult, rows: Sequence[Any]) -> Iterator[str]:
    if result.doubtful:
        unit = result.doubtful[0]
        yield f"nedra explain {_quoted(unit)} --year {result.year}   what is in doubt, and what would end it"
    if result.filings.get(FilingStatus.REJECTED) or any(row.shortfall_tiyn for row in rows) or result.doubtful:
        yield "nedra notices   what each filer is to mend, in its own workbook"
    if any(row.status in OPEN for row in rows):
        yield f"ask those who are NOT_REPORTED or UNDETERMINED in {result.year} for a filing or a correction"
    yield "nedra verify   whether everything stored is as Nedra wrote it"


def _rows(results: Sequence[YearResult]) -> Iterator[tuple[str, list[str], str]]:
    """Yield label, one cell a year, and style."""
    yield "filings", ["" for _ in results], "bold"
    for status in FilingStatus:
        yield f"  {status}", [str(each.filings.get(status, 0)) for each in results], ""
    yield "contracts and licences", ["" for _ in results], "bold"
    for verdict in _ORDER:
        if any(each.units.get(verdict) for each in results):
            yield f"  {verdict}", [str(each.units.get(verdict, 0)) for each in results], COLOURS.get(verdict, "")
    yield "mln tenge, obligation known", ["" for _ in results], "bold"
    yield from _money([each.known for each in results])
    yield "mln tenge, known and not in doubt", ["" for _ in results], "bold"
    yield from _money([each.certain for each in results])
    yield "mln tenge, all contracts", ["" for _ in results], "bold"
    yield "  financed", [_millions(each.financing_all_tiyn) for each in results], ""


def _money(sets: Sequence[Totals]) -> Iterator[tuple[str, list[str], str]]:
    yield "  contracts and licences", [str(each.units) for each in sets], ""
    yield "  due", [_millions(each.due_tiyn) for each in sets], ""
    yield "  financed", [_millions(each.financing_tiyn) for each in sets], ""
    yield "  shortfall", [_millions(each.shortfall_tiyn) for each in sets], ""


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)


def _is_over(row: Any) -> bool:
    """Tell whether a user lacks money for one contract and has enough for all together."""
    return bool(row.shortfall_tiyn) and row.fulfilment_bp is not None and row.fulfilment_bp >= BASIS_POINTS


def _step(before: str | None, after: str) -> str:
    return f"{after} with other figures" if before == after else f"{before} → {after}"


def _codes(doubt: str) -> str:
    return doubt.replace(",", "\n")


def _quoted(unit: DoubtfulUnit) -> str:
    return f'"{unit.unit_no}"' if " " in unit.unit_no else unit.unit_no


def _millions(amount_tiyn: int | None) -> str:
    return numbers.UNKNOWN if amount_tiyn is None else numbers.millions(amount_tiyn, Language.EN)


def _percent(basis_points: int | None) -> str:
    return numbers.UNKNOWN if basis_points is None else numbers.percent(basis_points, Language.EN)
