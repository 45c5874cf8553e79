"""Intake step: the workbooks of a year into filings, lines and findings.

Belongs here: one transaction for all that a year's filings hold. Does not: reading, rules, orchestration.
"""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import sqlalchemy as sa

from pipelines.core.directory import Directory
from pipelines.findings.catalogue import rejecting_codes
from pipelines.garbage_collection import many_objects
from pipelines.intake.digests import reading_digests
from pipelines.intake.inbox.archive import make_durable
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.limits import default_limits
from pipelines.intake.processes.pool import FilingTask, read_filings
from pipelines.intake.processes.prefetch import read_ahead
from pipelines.intake.year.culprits import without_culprits
from pipelines.intake.year.form_columns import COVER, form_columns
from pipelines.intake.year.received import Received, decide
from pipelines.intake.year.take_in import YearIntake, take_in
from pipelines.stored.finding_rows import complaint_rows
from pipelines.stored.ledger_findings import ledger_findings
from pipelines.stored.registers import StoredRegisters, stored_registers
from pipelines.warehouse.engine import WarehouseError
from pipelines.warehouse.history import OWN_FILING
from pipelines.warehouse.locks import StillHeld, turn
from pipelines.warehouse.resumption import stored_by_run
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.transient import is_transient
from pipelines.warehouse.writer import Counts, Load, Writing
from schemas import received as tables
from schemas.columns import content_names
from schemas.frames import PlausibleDates
from schemas.vocabulary import FilingStatus

_TABLES = ("filings", "unit_lines", "financing_lines", "budget_lines", "findings")


@dataclass(frozen=True)
class IntakeReport:
    """What the step did, for the operator: loads, filings by status, money of financing lines by bucket (tiyn)."""

    loads: tuple[Load, ...]
    statuses: Counter[str]
    buckets: dict[str, int]


def load_filings(warehouse: Warehouse, run_id: str, year: int) -> IntakeReport:
    """Read every workbook handed in for a year and store what it holds.

    A bad workbook is data: it gets a row in ``filings`` and its findings, and stops nobody else; so does one with which
    Nedra itself breaks.
    """
    # From looking into the inbox to storing what was found: a second run of the year must not store an older look last.
    with turn(warehouse.engine, str(year)) as still_held, many_objects():
        return _load_filings(warehouse, run_id, year, still_held)


def _load_filings(warehouse: Warehouse, run_id: str, year: int, still_held: StillHeld) -> IntakeReport:
    with warehouse.reading() as connection:
        made = stored_by_run(connection, run_id, str(year), _TABLES)
        if made:
            return IntakeReport(tuple(made), *_as_stored(connection, year))
        registers = stored_registers(connection, warehouse.statute, without=("treasury",))
        first_seen = _first_seen(connection)
    workbooks = _read(warehouse, year)

    def take(part: Sequence[Received]) -> YearIntake:
        return take_in_year(part, registers, warehouse, year, first_seen)

    def attempt(part: Sequence[Received]) -> IntakeReport:
        intake = take(part)
        with warehouse.writing(run_id) as writing:
            loads = store_filings(writing, intake, registers, warehouse, year)
            still_held()
        return IntakeReport(
            tuple(loads),
            Counter(str(filing.status) for filing in intake.filings),
            _money(intake.financing_lines),
        )

    def trial(part: Sequence[Received]) -> None:
        with suppress(_Undone), warehouse.writing(run_id) as writing:
            store_filings(writing, take(part), registers, warehouse, year)
            raise _Undone

    return without_culprits(workbooks, attempt, trial, default_limits(), _is_of_the_database)


class _Undone(Exception):  # noqa: N818 - ends a transaction that was never to be kept
    """What was stored on trial is taken back."""


def _is_of_the_database(error: Exception) -> bool:
    return isinstance(error, WarehouseError) or is_transient(error)


def store_filings(
    writing: Writing, intake: YearIntake, registers: StoredRegisters, warehouse: Warehouse, year: int
) -> list[Load]:
    """Store what a year's filings hold; nothing is seen before the transaction of ``writing`` ends."""
    rows = complaint_rows(intake.complaints, year)
    partition = str(year)
    inputs = input_digests(intake, registers, warehouse)
    found = Counter(complaint.filing.file_name for complaint in intake.complaints)
    # What the compliance step last said of these files stands until it says otherwise.
    found.update(ledger_findings(writing.connection, year))
    loads = [
        writing.replace(
            "filings", tables.filings, _filing_rows(intake, year, found), partition=partition, inputs=inputs
        )
    ]
    for table, frame in (
        (tables.unit_lines, intake.unit_lines),
        (tables.financing_lines, intake.financing_lines),
        (tables.budget_lines, intake.budget_lines),
    ):
        stored = _with_filing(frame, intake)
        counts = _counts(stored)
        loads.append(writing.replace(table.name, table, stored, partition=partition, inputs=inputs, counts=counts))
    loads.append(writing.replace("findings", tables.findings, rows, partition=partition, inputs=inputs))
    return loads


def take_in_year(
    workbooks: Sequence[Received],
    registers: StoredRegisters,
    warehouse: Warehouse,
    year: int,
    first_seen: dict[str, datetime],
) -> YearIntake:
    """Decide workbooks that are already read; ``first_seen`` is when each content (sha256) was first received."""
    law = warehouse.statute.at(year)
    directory = Directory.of(registers.units, law)
    seen = [_at(workbook, first_seen) for workbook in workbooks]
    decided = decide(seen, directory.bins, rejecting_codes())
    dates = PlausibleDates(default_limits().earliest_year, year + 1)
    return take_in(decided, directory, registers.rates, registers.facts(law), dates, default_limits())


def input_digests(intake: YearIntake, registers: StoredRegisters, warehouse: Warehouse) -> dict[str, str]:
    """Return what the lines of a year were made from: each user's effective filing, the registers, by which rules."""
    effective = {
        OWN_FILING + str(filing.user_bin): filing.read.sha256
        for filing in intake.filings
        if filing.status is FilingStatus.ACCEPTED
    }
    return effective | registers.digests | reading_digests() | {"statute": warehouse.statute.digest}


def _read(warehouse: Warehouse, year: int) -> list[Received]:
    inbox = Inbox(warehouse.settings.inbox_url)
    files = inbox.filings(year)
    now = datetime.now(UTC)
    known = read_ahead(year, files)
    # A remote workbook is fetched when its turn comes: thousands of them do not fit into memory at once.
    tasks = [
        FilingTask(file.path, year, None if inbox.is_local else partial(inbox.read, file))
        for file in files
        if file.path not in known
    ]
    read = read_filings(
        tasks, workers=warehouse.settings.workers, limits=default_limits(), archive=warehouse.settings.archive
    )
    known |= dict(zip([task.path for task in tasks], read, strict=True))
    received = [Received(file.name, now, file.modified_at, known[file.path]) for file in files]
    make_durable()
    return received


def _as_stored(connection: sa.Connection, year: int) -> tuple[Counter[str], dict[str, int]]:
    """Return how many filings of a year have which status, and the money of its lines by bucket, as they are stored."""
    filings, lines = tables.filings.c, tables.financing_lines.c
    statuses = connection.scalars(sa.select(filings.status).where(filings.report_year == year))
    money = sa.select(lines.bucket, sa.func.sum(lines.amount_tiyn)).where(lines.report_year == year)
    rows = connection.execute(money.group_by(lines.bucket))
    return Counter(statuses), {bucket: int(amount or 0) for bucket, amount in rows}


def _first_seen(connection: sa.Connection) -> dict[str, datetime]:
    filings = tables.filings
    rows = connection.execute(sa.select(filings.c.filing_id, filings.c.received_at))
    seen: dict[str, datetime] = {}
    for filing_id, received_at in rows:
        seen[filing_id] = min(received_at, seen.get(filing_id, received_at))
    return seen


def _at(workbook: Received, first_seen: dict[str, datetime]) -> Received:
    before = first_seen.get(workbook.read.sha256)
    return workbook if before is None else workbook.at(before)


def _filing_rows(intake: YearIntake, year: int, found: Counter[str]) -> list[tuple[object, ...]]:
    said = form_columns(COVER, tables.filings)
    names = content_names(tables.filings)
    rows = []
    for filing in sorted(intake.filings, key=lambda item: item.file_name):
        row: dict[str, object] = {column: filing.read.cover.get(field) for field, column in said.items()}
        row |= {
            "filing_id": filing.read.sha256,
            "report_year": year,
            "user_bin": filing.user_bin,
            "submitted_on": filing.submitted_on,
            "received_at": filing.received_at,
            "file_name": filing.file_name,
            "size_bytes": filing.read.size_bytes,
            "content_digest": filing.read.content_digest,
            "column_letters": _letters(filing),
            "status": str(filing.status),
            "finding_count": found[filing.file_name],
        }
        rows.append(tuple(row[name] for name in names))
    return rows


def _letters(filing: Received) -> str:
    sheets = (filing.read.units, filing.read.financing, filing.read.budget)
    letters = {name: rows.letters for rows in sheets if rows is not None for name in rows.sheets}
    return json.dumps(letters, ensure_ascii=False, sort_keys=True)


def _with_filing(frame: pd.DataFrame, intake: YearIntake) -> pd.DataFrame:
    """Add the filing's id and the real name of the sheet."""
    used = intake.used
    ids = dict(enumerate(filing.read.sha256 for filing in used))
    return frame.assign(filing_id=frame["filing_no"].map(ids).astype("str"))


def _money(lines: pd.DataFrame) -> dict[str, int]:
    return {str(bucket): int(amount) for bucket, amount in lines.groupby("bucket")["amount_tiyn"].sum().items()}


def _counts(frame: pd.DataFrame) -> Counts:
    aside = frame["bucket"].eq("set_aside") if "bucket" in frame else frame["is_set_aside"]
    money = int(frame["amount_tiyn"].sum()) if "amount_tiyn" in frame else None
    return Counts(len(frame), int((~aside).sum()), int(aside.sum()), money, money)
