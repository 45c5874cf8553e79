"""Year summary: what a person sees of a computed year on the terminal.

Belongs here: reading a year's roll-up and printing it. Does not: computing anything that is published.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from assets.cli.terminal import COLOURS
from pipelines.warehouse.session import Warehouse
from pipelines.wording import numbers
from schemas.marts import compliance_by_user
from schemas.received import filings
from schemas.verdicts import compliance_by_unit
from schemas.vocabulary import FilingStatus, Language, Status

_USERS_SHOWN = 40


@dataclass(frozen=True)
class YearResult:
    """A computed year in numbers; amounts in tiyn."""

    year: int
    filings: dict[str, int]
    units: dict[str, int]
    due_tiyn: int
    financing_tiyn: int
    shortfall_tiyn: int

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers for JSON."""
        return asdict(self)


def year_result(warehouse: Warehouse, year: int) -> YearResult:
    """Return the numbers of a stored year."""
    verdicts = compliance_by_unit.c
    with warehouse.reading() as connection:
        units = _counts(connection, verdicts.status, verdicts.report_year == year)
        received = _counts(connection, filings.c.status, filings.c.report_year == year)
        sums = connection.execute(
            sa.select(
                sa.func.sum(verdicts.due_tiyn),
                sa.func.sum(verdicts.financing_tiyn),
                sa.func.sum(verdicts.shortfall_tiyn),
            ).where(verdicts.report_year == year, verdicts.due_tiyn.is_not(None))
        ).one()
    due, financing, shortfall = (int(value or 0) for value in sums)
    return YearResult(year, received, units, due, financing, shortfall)


def print_years(console: Console, results: Sequence[YearResult]) -> None:
    """Print one row a year: filings, contracts and licences by verdict, money in million tenge."""
    if not results:
        return
    table = Table(title="The 1% R&D obligation by reporting year", title_justify="left")
    table.add_column("year")
    for status in FilingStatus:
        table.add_column(f"filings {status}", justify="right")
    for name in ("due", "financed", "shortfall"):
        table.add_column(f"{name}, mln tenge", justify="right")
    for each in results:
        table.add_row(
            str(each.year),
            *(str(each.filings.get(status, 0)) for status in FilingStatus),
            *(_millions(amount) for amount in (each.due_tiyn, each.financing_tiyn, each.shortfall_tiyn)),
        )
    console.print(table)
    shown = [status for status in Status if any(each.units.get(status) for each in results)]
    verdicts = Table(title="Verdicts on contracts and licences", title_justify="left")
    verdicts.add_column("year")
    for verdict in shown:
        verdicts.add_column(verdict, justify="right", style=COLOURS.get(verdict))
    for each in results:
        verdicts.add_row(str(each.year), *(str(each.units.get(status, 0)) for status in shown))
    console.print(verdicts)


def print_users(console: Console, warehouse: Warehouse, year: int) -> None:
    """Print who met the obligation in a year, the largest shortfalls first."""
    users = compliance_by_user.c
    with warehouse.reading() as connection:
        rows = connection.execute(
            sa.select(compliance_by_user)
            .where(users.report_year == year, users.obliged_units > 0)
            .order_by(sa.func.coalesce(users.shortfall_tiyn, 0).desc(), users.user_bin)
        ).all()
    table = Table(title=f"Who met the obligation in {year} (million tenge)", title_justify="left")
    for name in ("BIN", "subsoil user"):
        table.add_column(name)
    for name in ("due", "credit used", "financed", "shortfall", "fulfilled"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    for row in rows[:_USERS_SHOWN]:
        amounts = (row.due_tiyn, row.credit_used_tiyn, row.financing_tiyn, row.shortfall_tiyn)
        colour = COLOURS.get(Status(row.status), "white")
        table.add_row(
            row.user_bin, row.user_name, *map(_millions, amounts), _percent(row.fulfilment_bp), row.status, style=colour
        )
    console.print(table)
    if len(rows) > _USERS_SHOWN:
        console.print(f"… and {len(rows) - _USERS_SHOWN} more in compliance_by_user.")


def _counts(
    connection: sa.Connection, column: sa.ColumnElement[Any], condition: sa.ColumnElement[bool]
) -> dict[str, int]:
    counted = sa.select(column, sa.func.count()).where(condition).group_by(column)
    rows: Iterable[Any] = connection.execute(counted).all()
    return dict(rows)


def _millions(amount_tiyn: int | None) -> str:
    return numbers.UNKNOWN if amount_tiyn is None else numbers.millions(amount_tiyn, Language.EN)


def _percent(basis_points: int | None) -> str:
    return numbers.UNKNOWN if basis_points is None else numbers.percent(basis_points, Language.EN)
