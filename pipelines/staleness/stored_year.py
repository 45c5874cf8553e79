"""Current: whether what is stored of a year is what today's inbox would give, and if not, why.

Belongs here: comparing loads with what lies in the inbox and with the year before; nothing is written. Does not:
looking into the inbox (``pipelines.staleness.inbox_snapshot``), deciding what to run
(``pipelines.staleness.next_year``), catching up inside a run (``catching_up``).

A year is behind when its files, a register, the statute, the form or the limits are others than its verdicts were made
from, when verdicts of the year before were written after its own, or when a step was not followed by the next. Numbers
of loads tell the order: a transaction reads and writes at once, and writers take turns.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from dbt_like_sql.project import models
from pipelines.intake.digests import FORM, LIMITS
from pipelines.stored.ledger_findings import LEDGER_FINDINGS
from schemas.received import budget_lines, filings, financing_lines, unit_lines
from schemas.trail import Outcome, load_inputs, loads
from schemas.verdicts import (
    compliance_by_unit,
    credits,  # noqa: A004 - the table is called so in the contract
    obligations,
)

_VERDICTS, _LINES = compliance_by_unit.name, financing_lines.name
_READ_BY_VERDICTS = (unit_lines.name, financing_lines.name, budget_lines.name)
_HANDED_ON = (compliance_by_unit.name, credits.name, obligations.name)
_REGISTER, _ALWAYS_NAMED = "register:", ("statute", FORM, LIMITS)
_SHOWN = 3


@dataclass
class _Loads:
    """The last load of each asset of a year, and the last that wrote anything."""

    last: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)

    def wrote(self, *assets: str) -> int:
        return max((self.written.get(asset, 0) for asset in assets), default=0)


@dataclass(frozen=True)
class StoredYear:
    """What the warehouse holds of a year.

    ``made_from`` are the digests of registers and statute that lines and verdicts were last made from; ``verdicts`` is
    the load of the verdicts (0: never computed), ``before`` the last load that wrote verdicts of the year before.
    """

    year: int
    verdicts: int = 0
    before: int = 0
    made_from: tuple[Mapping[str, str], ...] = ()
    is_followed: bool = True

    def reasons(self, stored: Mapping[str, str], found: Mapping[str, str], made_of: Mapping[str, str]) -> list[str]:
        """Return why the year is behind, nothing when it is not.

        ``stored`` and ``found`` are the files in the warehouse and in the inbox with their digests, ``made_of`` the
        digests of registers and statute as they are now.
        """
        if not self.verdicts:
            return ["never computed"]
        said = [f"{len(names)} {kind}" for kind, names in differences(stored, found).items() if names]
        moved = sorted({name for was in self.made_from for name in made_of if was.get(name) != made_of[name]})
        said += [f"{name.removeprefix(_REGISTER)} changed" for name in moved[:_SHOWN]]
        if self.before > self.verdicts:
            said.append(f"{self.year - 1} was computed anew")
        if not self.is_followed:
            said.append("a run ended half way")
        return said


def differences(stored: Mapping[str, str], found: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of files that are new, changed and removed."""
    return {
        "new": sorted(found.keys() - stored.keys()),
        "changed": sorted(name for name in found.keys() & stored.keys() if found[name] != stored[name]),
        "removed": sorted(stored.keys() - found.keys()),
    }


def written_last(connection: sa.Connection) -> datetime | None:
    """Return when the newest load was recorded, None when there is none."""
    return connection.scalar(sa.select(loads.c.finished_at).order_by(loads.c.load_id.desc()).limit(1))


def stored_years(connection: sa.Connection) -> dict[int, StoredYear]:
    """Return every year that was ever computed, at least in part."""
    by_year = _loads(connection)
    judged = [load for year in by_year.values() for name in (_VERDICTS, _LINES) if (load := year.last.get(name))]
    made_from = _made_from(connection, judged)
    names = {name for name, model in models().items() if model.partitioned}
    read = {source for name in names for source in models()[name].sources} - names | {LEDGER_FINDINGS}
    return {
        year: StoredYear(
            year,
            verdicts=own.last.get(_VERDICTS, 0),
            before=by_year[year - 1].wrote(*_HANDED_ON) if year - 1 in by_year else 0,
            made_from=tuple(made_from.get(own.last.get(name, 0), {}) for name in (_LINES, _VERDICTS)),
            is_followed=_is_followed(own, names, read),
        )
        for year, own in by_year.items()
    }


def stored_files(connection: sa.Connection, year: int) -> dict[str, str]:
    """Return the files the year was last read from with their SHA-256."""
    query = sa.select(filings.c.file_name, filings.c.filing_id).where(filings.c.report_year == year)
    return {row.file_name: row.filing_id for row in connection.execute(query)}


def _loads(connection: sa.Connection) -> dict[int, _Loads]:
    written = sa.case((loads.c.outcome == str(Outcome.WRITTEN), loads.c.load_id))
    rows = connection.execute(
        sa.select(
            loads.c.asset,
            loads.c.partition,
            sa.func.max(loads.c.load_id).label("last"),
            sa.func.max(written).label("wrote"),
        )
        .where(loads.c.partition.is_not(None))
        .group_by(loads.c.asset, loads.c.partition)
    )
    found: defaultdict[int, _Loads] = defaultdict(_Loads)
    for row in rows:
        year = found[int(row.partition)]
        year.last[row.asset] = row.last
        year.written[row.asset] = row.wrote or 0
    return dict(found)


def _made_from(connection: sa.Connection, judged: list[int]) -> dict[int, dict[str, str]]:
    inputs = load_inputs.c
    rows = connection.execute(
        sa.select(inputs.load_id, inputs.name, inputs.digest).where(
            inputs.load_id.in_(judged), sa.or_(inputs.name.startswith(_REGISTER), inputs.name.in_(_ALWAYS_NAMED))
        )
    )
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in rows:
        found[row.load_id][row.name] = row.digest
    return found


def _is_followed(own: _Loads, names: set[str], read: set[str]) -> bool:
    """Tell whether verdicts came after the lines they judge, and every roll-up after all that roll-ups read."""
    judged = own.last.get(_VERDICTS, 0) > own.wrote(*_READ_BY_VERDICTS)
    return judged and min((own.last.get(name, 0) for name in names), default=0) > own.wrote(*read)
