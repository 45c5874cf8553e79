"""Invariants: the SQL checks that must hold before a write becomes visible.

Belongs here: running the checks that concern the tables just written, in the transaction that wrote them.
Does not: the checks (``dbt_like_sql/checks``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from dbt_like_sql.project import Check, checks
from dbt_like_sql.running import run_check
from pipelines.findings.signals import signal_binds
from pipelines.statute.law import Law
from pipelines.statute.model import MARKS
from pipelines.warehouse.session import Warehouse
from schemas.money import BASIS_POINTS, TIYN_PER_TENGE

USERS, VERDICTS = "compliance_by_user", "compliance_by_unit"
_SHOWN = 5


@dataclass(frozen=True)
class Violation:
    """A check that spoke: its name, what it guards, and the rows it names."""

    check: Check
    rows: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        """Return the check's message and the first rows, as a person reads them."""
        shown = "; ".join(", ".join(f"{name}={value}" for name, value in row.items()) for row in self.rows[:_SHOWN])
        more = f" … and {len(self.rows) - _SHOWN} more" if len(self.rows) > _SHOWN else ""
        return f"{self.check.name}: {self.check.message['en']} ({shown}{more})"


class InvariantError(Exception):
    """Amounts do not reconcile: nothing was stored. A defect of the pipeline, never of a filer."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        """Name every violated check."""
        self.violations = violations
        super().__init__("Nothing was stored, because the result breaks " + "; ".join(map(str, violations)))


def warning_checks(after: str) -> list[Check]:
    """Return the checks that only warn and can be run once the table ``after`` is written."""
    return [check for check in checks().values() if check.severity == "warn" and _last_written(check) == after]


def warned(connection: sa.Connection, check: Check, year: int, warehouse: Warehouse) -> Violation | None:
    """Return what a check that only warns has found in a stored year, None when nothing."""
    rows = run_check(connection, check, binds_of(warehouse.statute.at(year), warehouse.settings.day_of_the_run()))
    return Violation(check, tuple(rows)) if rows else None


def guard(connection: sa.Connection, after: str, year: int, warehouse: Warehouse) -> None:
    """Run the failing checks that can be run once the table ``after`` is written.

    Raises:
        InvariantError: at least one check found a row.
    """
    binds = binds_of(warehouse.statute.at(year), warehouse.settings.day_of_the_run())
    concerned = [check for check in checks().values() if check.severity == "fail" and _last_written(check) == after]
    violations = [Violation(check, tuple(rows)) for check in concerned if (rows := run_check(connection, check, binds))]
    if violations:
        raise InvariantError(tuple(violations))


def _last_written(check: Check) -> str:
    """Return the table after whose write a check has everything it reads."""
    return USERS if USERS in check.sources else VERDICTS


def binds_of(law: Law, as_of: date) -> dict[str, Any]:
    """Return every value a SQL model or check may be given: the day of the run, and the law of its year."""
    margin_bp = law.reconciliation.margin_percent * BASIS_POINTS / 100
    ranks = dict(enumerate(law.user_status.order, start=1))
    codes = law.base_doubt.codes
    marks = (*codes, *[""] * (MARKS - len(codes)))
    return {
        "report_year": law.year,
        "as_of": as_of,
        "margin_bp": int(margin_bp),
        "floor_tiyn": law.reconciliation.floor_tenge * TIYN_PER_TENGE,
        "dust_below_tiyn": law.dust.less_than_tenge * TIYN_PER_TENGE,
        "dust_from_bp": law.dust.from_bp,
        "breach_below_bp": law.status.partial_from_bp,
        "priorities": {entry.name.ru: entry.priority for entry in law.directions},
        "centres": {entry.name.ru: entry.centre for entry in law.directions},
        **{f"status_{rank}": str(status) for rank, status in ranks.items()},
        "last_obliged_rank": len(law.user_status.worst_first),
        **{f"doubt_{place}": code for place, code in enumerate(marks, start=1)},
        **signal_binds(law.year),
        "statuses": {rank: str(status) for rank, status in ranks.items()},
    }
