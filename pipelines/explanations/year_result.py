"""Year result: what a computed year came to, what is in doubt in it, and what changed since the run before.

Here: reading it from the warehouse. Not here: how it is shown (``assets.cli.year_summary``), one verdict
(``pipelines.explanations.read``). Amounts are in tiyn; None is unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.core.doubt import TWO_UNITS
from schemas.marts import compliance_by_user
from schemas.received import filings
from schemas.trail import loads
from schemas.verdicts import compliance_by_unit, compliance_history
from schemas.vocabulary import Status

# Nobody can say what these users owe: they come before everybody whose shortfall is known.
OPEN = (Status.NOT_REPORTED, Status.UNDETERMINED)


@dataclass(frozen=True)
class Totals:
    """Sums over a set of contracts and licences."""

    units: int
    due_tiyn: int
    financing_tiyn: int
    shortfall_tiyn: int


@dataclass(frozen=True)
class DoubtfulUnit:
    """A contract or licence whose base is in doubt, and the workbook it stands in."""

    unit_no: str
    user_bin: str
    user_name: str
    file_name: str
    doubt: str
    status: str
    due_tiyn: int | None


@dataclass(frozen=True)
class Change:
    """How many verdicts of a year went from one status to another; ``before`` is None for a first one."""

    before: str | None
    after: str
    units: int


@dataclass(frozen=True)
class YearResult:
    """A computed year in numbers.

    ``known`` is over contracts and licences whose obligation is known, ``certain`` over those of them whose base is not
    in doubt, ``financing_all_tiyn`` over all. ``changes`` is what the run changed.
    """

    year: int
    filings: dict[str, int]
    units: dict[str, int]
    known: Totals
    certain: Totals
    financing_all_tiyn: int
    doubtful: tuple[DoubtfulUnit, ...]
    changes: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers for JSON: the sums over known obligations under their own names, then the other sets."""
        told = asdict(self)
        return told | {name: told["known"][name] for name in ("due_tiyn", "financing_tiyn", "shortfall_tiyn")}


def year_result(connection: sa.Connection, year: int, *, since_load: int = 0) -> YearResult:
    """Return the numbers of a stored year; ``since_load`` is the last load before the run that is told about."""
    verdicts = compliance_by_unit.c
    of_year, is_known = verdicts.report_year == year, verdicts.due_tiyn.is_not(None)
    financed = connection.scalar(sa.select(sa.func.sum(verdicts.financing_tiyn)).where(of_year))
    return YearResult(
        year=year,
        filings=_counts(connection, filings.c.status, filings.c.report_year == year),
        units=_counts(connection, verdicts.status, of_year),
        known=_totals(connection, of_year, is_known),
        certain=_totals(connection, of_year, is_known, verdicts.doubt == ""),
        financing_all_tiyn=int(financed or 0),
        doubtful=_doubtful(connection, year),
        changes=_changes(connection, year, since_load),
    )


def last_load_number(connection: sa.Connection) -> int:
    """Return the number of the newest load, 0 in a warehouse without any."""
    return int(connection.scalar(sa.select(sa.func.max(loads.c.load_id))) or 0)


def users_of(connection: sa.Connection, year: int) -> Sequence[sa.Row[Any]]:
    """Return the obliged users of a year: those whose obligation nobody knows first, then the largest shortfalls."""
    users = compliance_by_user.c
    order = sa.case({str(status): place for place, status in enumerate(OPEN)}, value=users.status, else_=len(OPEN))
    return connection.execute(
        sa.select(compliance_by_user)
        .where(users.report_year == year, users.obliged_units > 0)
        .order_by(order, sa.func.coalesce(users.shortfall_tiyn, 0).desc(), users.user_bin)
    ).all()


def _totals(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Totals:
    verdicts = compliance_by_unit.c
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.sum(verdicts.due_tiyn),
            sa.func.sum(verdicts.financing_tiyn),
            sa.func.sum(verdicts.shortfall_tiyn),
        ).where(*conditions)
    ).one()
    return Totals(*(int(value or 0) for value in row))


def _doubtful(connection: sa.Connection, year: int) -> tuple[DoubtfulUnit, ...]:
    """Return what is in doubt, filings with two units of account first, then the largest obligations."""
    verdicts = compliance_by_unit.c
    rows = connection.execute(
        sa.select(
            verdicts.unit_no, verdicts.user_bin, verdicts.user_name, filings.c.file_name, verdicts.doubt,
            verdicts.status, verdicts.due_tiyn,
        )
        .join(filings, sa.and_(filings.c.filing_id == verdicts.filing_id, filings.c.report_year == year))
        .where(verdicts.report_year == year, verdicts.doubt != "", filings.c.status == "accepted")
    )  # fmt: skip
    found = [DoubtfulUnit(*row) for row in rows]
    found.sort(key=lambda unit: (TWO_UNITS not in unit.doubt, -(unit.due_tiyn or 0), unit.unit_no))
    return tuple(found)


def _changes(connection: sa.Connection, year: int, since_load: int) -> tuple[Change, ...]:
    after, before = compliance_history.alias("after"), compliance_history.alias("before")
    rows = connection.execute(
        sa.select(before.c.status, after.c.status, sa.func.count())
        .select_from(after)
        .outerjoin(
            before,
            sa.and_(
                before.c.report_year == after.c.report_year,
                before.c.unit_no == after.c.unit_no,
                before.c.version_no == after.c.version_no - 1,
            ),
        )
        .where(after.c.report_year == year, after.c.load_id > since_load)
        .group_by(before.c.status, after.c.status)
    )
    return tuple(sorted((Change(*row) for row in rows), key=lambda change: (-change.units, str(change))))


def _counts(
    connection: sa.Connection, column: sa.ColumnElement[Any], condition: sa.ColumnElement[bool]
) -> dict[str, int]:
    counted = sa.select(column, sa.func.count()).where(condition).group_by(column)
    rows: Iterable[Any] = connection.execute(counted).all()
    return dict(rows)
