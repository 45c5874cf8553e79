"""History: every version a verdict ever had.

Belongs here: closing superseded versions, adding new ones, naming the input that made the difference.
Does not: reading the past for people (``pipelines.explaining``), the load records themselves (``loading``).
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from schemas.trail import load_inputs, loads
from schemas.verdicts import compliance_by_unit, compliance_history

FIRST = "first computed"
OWN_FILING = "filing:"


def record_versions(connection: sa.Connection, load_id: int, recorded_at: datetime, year: int) -> int:
    """Bring ``compliance_history`` of a year up to the rows the load has just written; return the new versions.

    A row whose hash is unchanged gets no new version. A row that is gone is closed and gets none.
    """
    history, verdicts = compliance_history, compliance_by_unit
    current = {
        row.unit_no: row
        for row in connection.execute(
            sa.select(history.c.unit_no, history.c.version_no, history.c.row_hash, history.c.superseded_at)
            .where(history.c.report_year == year)
            .order_by(history.c.unit_no, history.c.version_no)
        )
    }
    written = connection.execute(sa.select(verdicts).where(verdicts.c.report_year == year)).mappings().all()
    stays = {row["unit_no"] for row in written if _is_same(current.get(row["unit_no"]), row["row_hash"])}
    closing = [unit for unit, row in current.items() if unit not in stays and row.superseded_at is None]
    if closing:
        connection.execute(
            sa.update(history)
            .where(
                history.c.report_year == year,
                history.c.superseded_at.is_(None),
                history.c.unit_no == sa.bindparam("closing_unit"),
            )
            .values(superseded_at=recorded_at),
            [{"closing_unit": unit} for unit in closing],
        )
    causes = _Causes(connection, load_id)
    versions = [
        {
            **row,
            "version_no": current[row["unit_no"]].version_no + 1 if row["unit_no"] in current else 1,
            "recorded_at": recorded_at,
            "superseded_at": None,
            "cause": causes.of(row["user_bin"], is_first=row["unit_no"] not in current),
        }
        for row in written
        if row["unit_no"] not in stays
    ]
    if versions:
        connection.execute(sa.insert(history), versions)
    return len(versions)


def _is_same(version: sa.Row[Any] | None, row_hash: str) -> bool:
    return version is not None and version.superseded_at is None and version.row_hash == row_hash


class _Causes:
    """Which inputs differ between a load and the one before it of the same asset and partition."""

    def __init__(self, connection: sa.Connection, load_id: int) -> None:
        this = connection.execute(sa.select(loads).where(loads.c.load_id == load_id)).one()
        before = connection.scalar(
            sa.select(sa.func.max(loads.c.load_id)).where(
                loads.c.asset == this.asset, loads.c.partition == this.partition, loads.c.load_id < load_id
            )
        )
        old, new = _inputs(connection, before), _inputs(connection, load_id)
        self._changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))

    def of(self, user_bin: str, *, is_first: bool) -> str:
        if is_first:
            return FIRST
        own = [name for name in self._changed if name == OWN_FILING + user_bin]
        shared = [name for name in self._changed if not name.startswith(OWN_FILING)]
        # Nothing of the user's own and nothing shared: another filing of the year moved (double claims, R06).
        return ", ".join(own + shared or self._changed) or "code"


def _inputs(connection: sa.Connection, load_id: int | None) -> dict[str, str]:
    rows = connection.execute(
        sa.select(load_inputs.c.name, load_inputs.c.digest).where(load_inputs.c.load_id == load_id)
    )
    return {row.name: row.digest for row in rows}
