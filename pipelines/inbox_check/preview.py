"""Preview: the verdicts a year would get with workbooks that nobody has handed in yet.

Here: the steps of a year, run in a scratch warehouse that is thrown away. Not here: judging rows
(``pipelines.inbox_check.judgement``), any rule: what is told is what a run would store.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from pipelines.inbox_check.outcome import CheckedUnit
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.year.registers import Register
from pipelines.intake.year.take_in import YearIntake
from pipelines.settings import Settings
from pipelines.statute.law import Statute
from pipelines.steps.compliance import HANDED_ON, load_compliance
from pipelines.steps.intake import store_filings
from pipelines.steps.registers import match_treasury, store_registers
from pipelines.stored.registers import registers_as_read
from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import last_load
from schemas import tables
from schemas.columns import content_columns
from schemas.verdicts import arrears, compliance_by_unit

_RUN = "check"
_FIELDS = (
    "unit_no",
    "status",
    "due_tiyn",
    "credit_used_tiyn",
    "recognised_tiyn",
    "budget_tiyn",
    "shortfall_tiyn",
    "fulfilment_bp",
    "doubt",
    "deadline",
)


@dataclass(frozen=True)
class Preview:
    """The contracts of each user, by BIN, as a run of the year would judge them.

    ``credit_unknown`` tells that the year before has filings but no verdicts, so that its credit is not in the figures.
    """

    units: Mapping[str, tuple[CheckedUnit, ...]]
    credit_unknown: bool


NOTHING = Preview({}, credit_unknown=False)
"""Where contracts could not be judged."""


def preview(
    intake: YearIntake, registers: Mapping[str, Register], settings: Settings, statute: Statute, year: int
) -> Preview:
    """Return what a run of ``year`` would decide about the users of these filings; nothing of it is kept."""
    handed_on, is_computed = _handed_on(settings, year - 1)
    match_treasury(registers, statute)
    with _scratch(settings, statute) as warehouse:
        with warehouse.writing(_RUN) as writing:
            store_registers(writing, registers, statute)
            store_filings(writing, intake, registers_as_read(registers, statute), warehouse, year)
            for table in HANDED_ON:
                writing.replace(table.name, table, handed_on[table.name], partition=str(year - 1), inputs={})
        load_compliance(warehouse, _RUN, year)
        with warehouse.reading() as connection:
            units = _units(connection, year, {filing.user_bin or "" for filing in intake.used})
    is_filed = bool(Inbox(settings.inbox_url).filings(year - 1)) and year > statute.at(year).code_start.day.year
    return Preview(units, credit_unknown=is_filed and not is_computed)


@contextmanager
def _scratch(settings: Settings, statute: Statute) -> Iterator[Warehouse]:
    with TemporaryDirectory(prefix="nedra-check-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'check.db'}")
        try:
            tables.metadata.create_all(engine)
            apart = settings.model_copy(
                update={"home": Path(folder), "inbox": settings.inbox_url, "database_url": str(engine.url)}
            )
            yield Warehouse(apart, statute, engine)
        finally:
            engine.dispose()


def _handed_on(settings: Settings, before: int) -> tuple[dict[str, list[tuple[object, ...]]], bool]:
    """Return what the year before hands to the year, by table, and whether it was ever computed."""
    nothing: dict[str, list[tuple[object, ...]]] = {table.name: [] for table in HANDED_ON}
    if not settings.has_warehouse:
        return nothing, False
    engine = open_engine(settings.warehouse_url)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table(compliance_by_unit.name):
                return nothing, False
            found = {
                table.name: [
                    tuple(row)
                    for row in connection.execute(
                        sa.select(*content_columns(table)).where(table.c.report_year == before)
                    )
                ]
                for table in HANDED_ON
            }
            return found, last_load(connection, compliance_by_unit.name, before) is not None
    finally:
        engine.dispose()


def _units(connection: sa.Connection, year: int, bins: set[str]) -> dict[str, tuple[CheckedUnit, ...]]:
    verdicts = compliance_by_unit.c
    rows = connection.execute(
        sa.select(verdicts.user_bin, *(verdicts[name] for name in _FIELDS), arrears.c.cure_until)
        .outerjoin(
            arrears,
            sa.and_(arrears.c.report_year == verdicts.report_year, arrears.c.unit_no == verdicts.unit_no),
        )
        .where(verdicts.report_year == year, verdicts.user_bin.in_(sorted(bins)))
        .order_by(verdicts.unit_no)
    ).mappings()
    found: dict[str, list[CheckedUnit]] = {user_bin: [] for user_bin in bins}
    for row in rows:
        told = {name: row[name] for name in (*_FIELDS, "cure_until")}
        found[row["user_bin"]].append(CheckedUnit(**told))
    return {user_bin: tuple(units) for user_bin, units in found.items()}
