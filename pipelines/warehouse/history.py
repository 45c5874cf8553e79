"""History: every version a verdict ever had.

Here: closing superseded versions, adding new ones, naming the input that made the difference. Not here: reading the
past for people (``pipelines.explanations``), the load records themselves (``writer``).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse import canonical
from pipelines.warehouse.trail import inputs_of, last_load, load_of
from pipelines.warehouse.writer import Load, Writing
from schemas.columns import content_names
from schemas.trail import Outcome
from schemas.verdicts import compliance_by_unit, compliance_history
from schemas.vocabulary import Status

FIRST = "first computed"
# Nothing that was read differs: the program does.
CODE = "code"
OWN_FILING = "filing:"
# What every load names. One that an earlier program did not name has not changed: nobody knows what it was.
_ALWAYS_NAMED = ("statute", "form", "limits", "findings")
# The day of the run tells only whether a filing is still awaited.
DAY_OF_THE_RUN = "as_of"

Argue = Callable[[Mapping[str, Any]], str]


def record_versions(writing: Writing, load: Load, year: int, inputs: Mapping[str, str], argue: Argue) -> Load | None:
    """Bring ``compliance_history`` of a year up to the verdicts a load has just written, and seal it.

    A verdict that says the same gets no new version; one that is gone is closed and gets none. ``argue`` returns the
    JSON argument of a verdict's row; it is asked only for new versions. Returns None when the load changed nothing.
    """
    if load.outcome is Outcome.UNCHANGED:
        return None
    history, connection = compliance_history, writing.connection
    recorded_at = load_of(connection, load.load_id).finished_at
    latest = _latest_versions(connection, year)
    written = [
        dict(row)
        for row in connection.execute(
            sa.select(compliance_by_unit).where(compliance_by_unit.c.report_year == year)
        ).mappings()
    ]
    stays = {row["unit_no"] for row in written if _says_the_same(latest.get(row["unit_no"]), row)}
    closing = [unit for unit, row in latest.items() if unit not in stays and row["superseded_at"] is None]
    _close(connection, year, closing, recorded_at)
    causes = _Causes(connection, load.load_id)
    versions = [
        {
            **row,
            "version_no": latest[row["unit_no"]]["version_no"] + 1 if row["unit_no"] in latest else 1,
            "argument": argue(row),
            "recorded_at": recorded_at,
            "superseded_at": None,
            "cause": causes.of(row, latest.get(row["unit_no"])),
        }
        for row in written
        if row["unit_no"] not in stays
    ]
    if versions:
        connection.execute(sa.insert(history), versions)
    return writing.seal(history.name, history, year=year, inputs=inputs)


def _latest_versions(connection: sa.Connection, year: int) -> dict[str, dict[str, Any]]:
    history = compliance_history
    rows = connection.execute(
        sa.select(history).where(history.c.report_year == year).order_by(history.c.unit_no, history.c.version_no)
    ).mappings()
    return {row["unit_no"]: dict(row) for row in rows}


def _says_the_same(version: Mapping[str, Any] | None, row: Mapping[str, Any]) -> bool:
    if version is None or version["superseded_at"] is not None:
        return False
    return all(
        _said(version[column.name], column) == _said(row[column.name], column)
        for column in compliance_by_unit.columns
        if column.name in content_names(compliance_by_unit)
    )


def _said(value: Any, column: sa.Column[Any]) -> canonical.Value:
    """Return what a value says: a list of codes kept only since says, when empty, what no list said before."""
    return canonical.canonical(None if value == "" else value, column)


def _close(connection: sa.Connection, year: int, units: list[str], recorded_at: datetime) -> None:
    if not units:
        return
    history = compliance_history
    connection.execute(
        sa.update(history)
        .where(
            history.c.report_year == year,
            history.c.superseded_at.is_(None),
            history.c.unit_no == sa.bindparam("closing_unit"),
        )
        .values(superseded_at=recorded_at),
        [{"closing_unit": unit} for unit in units],
    )


class _Causes:
    """Which inputs differ between a load and the one before it of the same asset and partition."""

    def __init__(self, connection: sa.Connection, load_id: int) -> None:
        this = load_of(connection, load_id)
        before = last_load(connection, this.asset, this.partition, before=load_id)
        old, new = inputs_of(connection, before), inputs_of(connection, load_id)
        known = {name for name in new if name in old or name not in _ALWAYS_NAMED}
        self._changed = sorted(name for name in old.keys() | known if old.get(name) != new.get(name))

    def of(self, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
        """Return the inputs that can have changed this verdict, comma separated."""
        if before is None:
            return FIRST
        shared = [name for name in self._changed if not name.startswith(OWN_FILING)]
        own = [name for name in self._changed if name == OWN_FILING + row["user_bin"]]
        reaching = own + [name for name in shared if _reaches(name, row, before)]
        # Nothing of the user's own and nothing shared: another filing of the year moved (double claims, R06).
        others = [name for name in self._changed if name.startswith(OWN_FILING)]
        return ", ".join(reaching or others or shared) or CODE


def _reaches(name: str, row: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Tell whether a shared input that changed can have moved this verdict, as far as the verdict itself shows."""
    if name == DAY_OF_THE_RUN:
        return str(Status.PENDING) in (row["status"], before["status"])
    if name.startswith(f"{compliance_by_unit.name}:"):
        entering = ("credit_opening_tiyn", "credit_available_tiyn", "credit_lapsed_tiyn")
        return any(row[figure] != before[figure] for figure in entering)
    return True
