"""Homes: a small installation in a folder - registers, filings, a warehouse - run through the steps without Dagster.

Belongs here: writing the inbox, running years, reading the warehouse back. Does not: workbooks (``tests.books``),
expectations, Dagster (``tests/assets``).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa

from pipelines.intake.form.read import read_filing
from pipelines.intake.inbox.archive import keep_bytes
from pipelines.intake.limits import Limits
from pipelines.intake.processes.pool import FilingTask
from pipelines.intake.result import FilingRead
from pipelines.settings import Settings
from pipelines.steps import intake
from pipelines.steps.compliance import load_compliance
from pipelines.steps.intake import load_filings
from pipelines.steps.marts import load_models
from pipelines.steps.registers import load_registers
from pipelines.warehouse.session import Warehouse, open_warehouse
from schemas.bin_number import check_digit
from schemas.tables import metadata
from tests.books import a_budget_row, a_cover, a_line, a_unit, a_unit_record, filing, register
from tests.databases import Server

AFTER_THE_DEADLINE = dt.date(2026, 9, 1)
# A file's time tells the order of receipt; the first one of a home was handed in on this day.
_FIRST_RECEIVED = dt.datetime(2026, 4, 1, tzinfo=dt.UTC).timestamp()
_EMPTY: list[bytes] = []
TRAIL = ("load_id", "row_hash")


def nth_bin(number: int, prefix: str = "0205400") -> str:
    """Return the valid BIN of a made-up entity; a number whose prefix is never issued is refused."""
    eleven = f"{prefix}{number:04d}"
    digit = check_digit(eleven)
    assert digit is not None, f"{eleven} is never issued, take another number"
    return f"{eleven}{digit}"


def issued(count: int, prefix: str = "0205400") -> list[int]:
    """Return the first numbers ``nth_bin`` accepts."""
    return [number for number in range(1, 2 * count + 10) if check_digit(f"{prefix}{number:04d}") is not None][:count]


@dataclass(frozen=True)
class User:
    """A subsoil user with rows that break nothing and are nobody else's: numbers are taken from the user's own."""

    number: int = 1
    year: int = 2025

    @property
    def bin(self) -> str:
        """BIN of the user."""
        return nth_bin(self.number)

    @property
    def name(self) -> str:
        """Name of the user."""
        return f"ТОО «Недра {self.number}»"

    @property
    def unit_no(self) -> str:
        """Number of the user's first unit."""
        return f"КТ-{self.number}"

    def record(self, **changes: object) -> dict[str, object]:
        """Return the row of the user's unit in the register."""
        own: dict[str, object] = {"unit_no": self.unit_no, "user_bin": self.bin, "user_name": self.name}
        return a_unit_record(**(own | changes))

    def unit(self, **changes: object) -> dict[str, object]:
        """Return the row of the user's unit on the sheet of units."""
        return a_unit(**({"unit_no": self.unit_no} | changes))

    def line(self, line_no: object = 1, **changes: object) -> dict[str, object]:
        """Return a payment that counts and is clean."""
        own = {
            "unit_no": self.unit_no,
            "agreement_no": f"Д-{self.number}-{line_no}",
            "payment_doc_no": f"ПП-{self.number}-{line_no}",
        }
        return a_line(line_no, self.year, **(own | changes))

    def paid(self, day: dt.date, line_no: object = 1, **changes: object) -> dict[str, object]:
        """Return a payment of a day whose other dates fit it."""
        dates = {
            "agreement_date": day,
            "ntc_date": day,
            "act_date": day,
            "payment_date": day,
        }
        return self.line(line_no, **(dates | changes))

    def budget_row(self, **changes: object) -> dict[str, object]:
        """Return a declared payment to the budget."""
        return a_budget_row(self.year, **({"unit_no": self.unit_no} | changes))

    def cover(self, **changes: object) -> dict[str, object]:
        """Return the cover."""
        return a_cover(self.year) | {"user_bin": self.bin, "user_name": self.name} | changes

    def filing(
        self,
        *,
        cover: Mapping[str, object] | None = None,
        units: Sequence[Mapping[str, object]] | None = None,
        lines: Sequence[Mapping[str, object]] | None = None,
        **more: Any,
    ) -> bytes:
        """Return the bytes of the user's filing; valid unless bent."""
        return filing(
            year=self.year,
            cover=self.cover(**(cover or {})),
            units=[self.unit()] if units is None else units,
            financing=[self.line(1), self.line(2)] if lines is None else lines,
            **more,
        )

    def receipt(self, amount: object, day: dt.date, **changes: object) -> dict[str, object]:
        """Return a receipt of the budget in tenge."""
        return {
            "receipt_no": f"К-{self.number}",
            "received_on": day,
            "payer_bin": self.bin,
            "unit_no": self.unit_no,
            "kbk": "401103",
            "for_year": None,
            "amount": amount,
        } | changes

    def decision(self, kind: str, **changes: object) -> dict[str, object]:
        """Return a decision of the authority about the user's unit."""
        return {
            "decision_no": f"Р-{self.number}",
            "decided_on": dt.date(self.year + 1, 6, 1),
            "kind": kind,
            "user_bin": self.bin,
            "unit_no": self.unit_no,
            "report_year": self.year,
            "payment_doc_no": None,
            "until": None,
            "reason": "проверка",
            "signed_by": "Б. Бекова",
        } | changes


@dataclass
class Home:
    """An installation in a folder."""

    folder: Path
    as_of: dt.date = AFTER_THE_DEADLINE
    in_process: bool = True
    """Read workbooks here, which spares a test the start of a process; False reads them as an installation does."""
    database: Server | None = None
    """Where the warehouse is: a new database of this server, or None for a SQLite file in the folder."""
    database_user: str | None = None
    """Who works there; the server's superuser made it."""
    received: int = field(default=0)
    runs: int = field(default=0)

    @property
    def inbox(self) -> Path:
        """Where filings and registers arrive."""
        return self.folder / "inbox"

    def register(self, name: str, rows: Iterable[Mapping[str, object]], **more: Any) -> Path:
        """Write a register over the one that stands there."""
        path = self.inbox / "registers" / f"{name}.xlsx"
        register(name, rows, path=path, **more)
        return path

    def hand_in(self, name: str, data: bytes, year: int = 2025) -> Path:
        """Put a filing into the inbox, a second after the one before."""
        path = self.inbox / "filings" / str(year) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.received += 1
        os.utime(path, (_FIRST_RECEIVED + self.received,) * 2)
        return path

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""
        return Settings(home=self.folder, database_url=self.database_url, as_of=self.as_of, workers=1)

    @cached_property
    def database_url(self) -> str | None:
        """The database made for this home; None when it is the file in the folder."""
        if self.database is None:
            return None
        made = sa.make_url(self.database.migrated())
        user = self.database_user or made.username
        return made.set(username=user).render_as_string(hide_password=False)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The open warehouse; its empty tables are made by the migrations once a process, then copied."""
        if self.database_url is not None:
            return open_warehouse(self.settings)
        path = self.folder / "warehouse.db"
        is_new = not path.exists()
        if _EMPTY and is_new:
            path.write_bytes(_EMPTY[0])
        opened = open_warehouse(self.settings)
        if is_new and not _EMPTY:
            with opened.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            _EMPTY.append(path.read_bytes())
        return opened

    def at(self, as_of: dt.date) -> None:
        """Set the day of the next run."""
        self.as_of = as_of
        opened = self.__dict__.pop("warehouse", None)
        if opened is not None:
            opened.engine.dispose()

    def run(self, *years: int, marts: bool = False) -> None:
        """Run the steps of each year in order, as the assets would; ``marts`` also runs the SQL models."""
        with mock.patch.object(intake, "read_filings", read_here) if self.in_process else nullcontext():
            self._run(*years, marts=marts)

    def _run(self, *years: int, marts: bool) -> None:
        for year in years or (2025,):
            self.runs += 1
            run_id = f"run-{self.runs}"
            load_registers(self.warehouse, run_id)
            load_filings(self.warehouse, run_id, year)
            load_compliance(self.warehouse, run_id, year)
            if marts:
                load_models(self.warehouse, run_id, year)

    def rows(self, table: str, *columns: str, **where: object) -> list[tuple[Any, ...]]:
        """Return rows of a table: the named columns, or all but the trail, sorted by key whatever the collation."""
        stored = metadata.tables[table]
        wanted = [stored.c[name] for name in columns or (c.name for c in stored.columns if c.name not in TRAIL)]
        key = tuple(stored.primary_key.columns)
        query = sa.select(*key, *wanted)
        for name, value in where.items():
            query = query.where(stored.c[name] == value)
        with self.warehouse.reading() as connection:
            found = sorted((tuple(row) for row in connection.execute(query)), key=lambda row: row[: len(key)])
        return [row[len(key) :] for row in found]

    def records(self, table: str, *columns: str, **where: object) -> list[dict[str, Any]]:
        """Return rows as ``rows`` does, by column name."""
        stored = metadata.tables[table]
        names = columns or tuple(c.name for c in stored.columns if c.name not in TRAIL)
        return [dict(zip(names, row, strict=True)) for row in self.rows(table, *names, **where)]

    def value(self, table: str, column: str, **where: object) -> Any:
        """Return one value of the one row that fits."""
        found = self.rows(table, column, **where)
        assert len(found) == 1, found
        return found[0][0]

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table but the trail itself, load numbers and hashes included."""
        return {
            name: self.rows(name, *(column.name for column in table.columns))
            for name, table in metadata.tables.items()
            if name not in ("loads", "load_inputs")
        }

    def close(self) -> None:
        """Let go of the database's file; a database of the server's is removed."""
        self.at(self.as_of)
        made = self.__dict__.pop("database_url", None)
        if self.database is not None and made is not None:
            self.database.drop(made)


def read_here(tasks: Sequence[FilingTask], *, workers: int, limits: Limits, archive: Path) -> Iterator[FilingRead]:
    """Read as ``pipelines.intake.processes.pool.read_filings`` does, in this process."""
    assert workers
    for task in tasks:
        data = Path(task.path).read_bytes()
        keep_bytes(data, archive)
        yield read_filing(data, task.year, limits)


@contextmanager
def a_home(folder: Path, **more: Any) -> Iterator[Home]:
    """Open a home and close it again."""
    home = Home(folder, **more)
    try:
        yield home
    finally:
        home.close()
