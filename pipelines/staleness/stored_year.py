"""Stored year: what the loads say of a year - what it was made from, and which step wrote last.

Here: facts, read from the warehouse. Not here: whether they make a year behind (``pipelines.staleness.reasons``),
single questions to the loads (``pipelines.warehouse.trail``).

Numbers of loads tell the order: a transaction reads and writes at once, and writers take turns.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from dbt_like_sql.project import models
from pipelines.staleness.inputs import KINDS
from pipelines.stored.ledger_findings import LEDGER_FINDINGS
from pipelines.stored.registers import REGISTER_FINDINGS
from pipelines.warehouse.history import DAY_OF_THE_RUN
from pipelines.warehouse.trail import AssetLoads, loads_of_years
from schemas.received import budget_lines, filings, financing_lines, unit_lines
from schemas.trail import load_inputs, loads
from schemas.verdicts import (
    compliance_by_unit,
    credits,  # noqa: A004 - the table is called so in the contract
    obligations,
)

VERDICTS, LINES = compliance_by_unit.name, financing_lines.name
_LINES = (unit_lines.name, financing_lines.name, budget_lines.name)
_HANDED_ON = (compliance_by_unit.name, credits.name, obligations.name)
_Inputs = Mapping[int, Mapping[str, str]]
_Loads = Mapping[str, AssetLoads]


@dataclass(frozen=True)
class StoredYear:
    """What the warehouse holds of a year.

    ``registers``, ``lines`` and ``verdicts`` are the last loads of each (0: none), ``before`` the last load that wrote
    what the year before hands on. ``is_judged`` tells that the verdicts came after all they judge, ``is_rolled_up``
    that every roll-up came after all that roll-ups read.
    """

    year: int
    registers: int = 0
    lines: int = 0
    verdicts: int = 0
    before: int = 0
    is_judged: bool = True
    is_rolled_up: bool = True
    inputs: _Inputs = field(default_factory=dict)

    def made_from(self, load: int) -> Mapping[str, str]:
        """Return the digests of registers and rules that a load was made from."""
        return self.inputs.get(load, {})


def stored_years(connection: sa.Connection) -> dict[int, StoredYear]:
    """Return every year that was ever computed, at least in part."""
    by_year = loads_of_years(connection)
    registers = _last(by_year.pop(None, {}), REGISTER_FINDINGS)
    inputs = _inputs(connection, {registers, *(load for own in by_year.values() for load in _telling(own))})
    return {
        year: StoredYear(
            year,
            registers=registers,
            lines=_last(own, LINES),
            verdicts=_last(own, VERDICTS),
            before=_wrote(by_year.get(year - 1, {}), _HANDED_ON),
            is_judged=_is_judged(own, inputs),
            is_rolled_up=_is_rolled_up(own),
            inputs=inputs,
        )
        for year, own in by_year.items()
        if year is not None
    }


def stored_year(connection: sa.Connection, year: int) -> StoredYear:
    """Return what is held of one year; of one that was never computed, the registers as they were last read."""
    known = stored_years(connection)
    if year in known:
        return known[year]
    registers = _last(loads_of_years(connection).get(None, {}), REGISTER_FINDINGS)
    return StoredYear(year, registers=registers, inputs=_inputs(connection, {registers}))


def stored_files(connection: sa.Connection, year: int) -> dict[str, str]:
    """Return the files the year was last read from with their SHA-256."""
    query = sa.select(filings.c.file_name, filings.c.filing_id).where(filings.c.report_year == year)
    return {row.file_name: row.filing_id for row in connection.execute(query)}


def written_last(connection: sa.Connection) -> datetime | None:
    """Return when the newest load was recorded, None when there is none."""
    return connection.scalar(sa.select(loads.c.finished_at).order_by(loads.c.load_id.desc()).limit(1))


def _last(own: _Loads, asset: str) -> int:
    return own[asset].last if asset in own else 0


def _wrote(own: _Loads, assets: Iterable[str]) -> int:
    return max((own[asset].written for asset in assets if asset in own), default=0)


def _telling(own: _Loads) -> list[int]:
    """Return the loads of a year whose inputs tell something."""
    return [_last(own, LINES), _last(own, VERDICTS), _wrote(own, [filings.name])]


def _inputs(connection: sa.Connection, wanted: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return the inputs of loads that are compared by name; filings, thousands a load, are not."""
    name = load_inputs.c.name
    compared = [name.startswith(known) if known.endswith(":") else name == known for known in KINDS]
    query = sa.select(load_inputs.c.load_id, name, load_inputs.c.digest).where(
        load_inputs.c.load_id.in_(sorted(wanted)), sa.or_(*compared, name == DAY_OF_THE_RUN)
    )
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row.load_id][row.name] = row.digest
    return dict(found)


def _is_judged(own: _Loads, inputs: _Inputs) -> bool:
    # The step of the verdicts counts the findings of filings anew, after its verdicts: its load names a day.
    counted = DAY_OF_THE_RUN in inputs.get(_wrote(own, [filings.name]), {})
    return _last(own, VERDICTS) > _wrote(own, _LINES if counted else (*_LINES, filings.name))


def _is_rolled_up(own: _Loads) -> bool:
    names, read = _roll_ups()
    return min((_last(own, name) for name in names), default=0) > _wrote(own, read)


@cache
def _roll_ups() -> tuple[frozenset[str], frozenset[str]]:
    """Return the models of a year, and the assets of a year that fill what they read."""
    names = frozenset(name for name, model in models().items() if model.partitioned)
    sources = frozenset(source for name in names for source in models()[name].sources)
    return names, (sources - names) | {LEDGER_FINDINGS}
