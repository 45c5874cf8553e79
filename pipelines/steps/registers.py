"""Registers step: the authority's workbooks into their tables.

Belongs here: one transaction for all six registers, and reading them back as the core wants them.
Does not: reading workbooks (``pipelines.intake.year.registers``), orchestration (``assets``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import sqlalchemy as sa

from pipelines.core.budget import Receipt, match_receipt
from pipelines.core.codes import RecognitionFacts
from pipelines.core.rates import RateBook
from pipelines.core.units import Unit
from pipelines.intake.digests import reading_digests
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.limits import default_limits
from pipelines.intake.year.registers import ABSENT, TABLES, Register, read_registers
from pipelines.statute.law import Law, Statute
from pipelines.stored.finding_rows import register_rows
from pipelines.warehouse.locks import StillHeld, turn
from pipelines.warehouse.resumption import stored_by_run
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import inputs_of, last_load
from pipelines.warehouse.writer import Counts, Load, Writing
from schemas import registers as tables
from schemas.columns import content_names
from schemas.folding import unit_key
from schemas.received import findings
from schemas.vocabulary import Operation, Regime, Sector, UnitKind

REGISTER_FINDINGS = "register_findings"
# The registers are of no year: whoever reads them takes one turn, whatever year it runs.
REGISTERS = "registers"
_REGISTER = "register:"
_DECIMALS = frozenset({"rate", "rate_override", "forfeit_percent"})


@dataclass(frozen=True)
class StoredRegisters:
    """Registers as the core wants them, and the digests a later load names as its inputs."""

    units: tuple[Unit, ...]
    rates: RateBook
    performers: pd.DataFrame | None
    affiliates: pd.DataFrame | None
    decisions: pd.DataFrame | None
    digests: dict[str, str]

    def facts(self, law: Law) -> RecognitionFacts:
        """Return what recognition needs to know in the year of a law."""
        return RecognitionFacts(self.performers, self.affiliates, self.decisions, law)


def load_registers(warehouse: Warehouse, run_id: str) -> list[Load]:
    """Read the six registers and store their rows; all of them, or none when one is unusable.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
    """
    with turn(warehouse.engine, REGISTERS) as still_held:
        with warehouse.reading() as connection:
            made = stored_by_run(
                connection, run_id, None, {REGISTER_FINDINGS, *(table.name for table in TABLES.values())}
            )
        return made or _load_registers(warehouse, run_id, still_held)


def _load_registers(warehouse: Warehouse, run_id: str, still_held: StillHeld) -> list[Load]:
    registers = read_registers(Inbox(warehouse.settings.inbox_url), default_limits())
    _match_treasury(registers["treasury"].frame, registers["units"].frame, warehouse.statute)
    with warehouse.writing(run_id) as writing:
        # The law tells which receipts count for what.
        rules = reading_digests() | {"statute": warehouse.statute.digest}
        made = [_store(writing, name, register, rules) for name, register in registers.items()]
        rows = register_rows(registers.values())
        inputs = _named_digests(registers.values()) | rules
        made.append(writing.replace(REGISTER_FINDINGS, findings, rows, partition=None, inputs=inputs))
        still_held()
    return made


def stored_registers(connection: sa.Connection, statute: Statute, *, without: Collection[str] = ()) -> StoredRegisters:
    """Return the registers as they stand in the warehouse; those named in ``without`` are not read and stay empty."""
    rows = {
        name: [dict(row) for row in connection.execute(sa.select(table)).mappings()] if name not in without else []
        for name, table in TABLES.items()
    }
    return _registers(rows, statute, _digests(connection))


def registers_as_read(registers: Mapping[str, Register], statute: Statute) -> StoredRegisters:
    """Return registers that were read but not stored."""
    rows = {name: [_plain(row) for row in register.frame.to_dict("records")] for name, register in registers.items()}
    return _registers(rows, statute, _named_digests(registers.values()))


def _registers(rows: Mapping[str, list[dict[str, Any]]], statute: Statute, digests: dict[str, str]) -> StoredRegisters:
    decisions = _frame(rows["decisions"], tables.decisions)
    decisions["unit_no"] = _spelled(decisions["unit_no"], rows["units"])
    decisions["payment_doc_key"] = decisions["payment_doc_no"].map(_key_or_none)
    rates = ((row["currency"], row["on"], row["rate"]) for row in rows["rates"])
    return StoredRegisters(
        units=tuple(unit_of(row) for row in rows["units"]),
        rates=RateBook(rates, statute.exchange_rate),
        performers=_frame(rows["performers"], tables.performers) if _was_handed_in("performers", digests) else None,
        affiliates=_frame(rows["affiliates"], tables.affiliates) if _was_handed_in("affiliates", digests) else None,
        decisions=decisions,
        digests=digests,
    )


def unit_of(row: Any) -> Unit:
    """Return a row of the table of units as the core's ``Unit``."""
    return Unit(
        unit_no=row["unit_no"],
        unit_date=row["unit_date"],
        unit_kind=UnitKind(row["unit_kind"]),
        user_bin=row["user_bin"],
        user_name=row["user_name"],
        sector=Sector(row["sector"]),
        operation=Operation(row["operation"]),
        mineral=row["mineral"],
        deposit=row["deposit"],
        region_kato=row["region_kato"],
        production_start=row["production_start"],
        end_date=row["end_date"],
        holder_from=row["holder_from"],
        holder_to=row["holder_to"],
        regime_override=Regime(row["regime_override"]) if row["regime_override"] else None,
        rate_override=row["rate_override"],
        fixed_due_tiyn=row["fixed_due_tiyn"],
        resigned=bool(row["resigned"]),
        forfeit_percent=row["forfeit_percent"],
        opening_credit_tiyn=row["opening_credit_tiyn"],
        opening_credit_year=row["opening_credit_year"],
        source=f"units.xlsx row {row['source_row']}",
    )


def _store(writing: Writing, name: str, register: Register, rules: dict[str, str]) -> Load:
    table = TABLES[name]
    counts = Counts(register.rows_in, len(register.frame), register.rows_in - len(register.frame))
    inputs = _named_digests([register]) | rules
    return writing.replace(table.name, table, register.frame, partition=None, inputs=inputs, counts=counts)


def _match_treasury(receipts: pd.DataFrame, units: pd.DataFrame, statute: Statute) -> None:
    """Add to each receipt the unit and year it counts for, or why it counts for none."""
    rows: defaultdict[str, list[Unit]] = defaultdict(list)
    for record in units.to_dict("records"):
        unit = unit_of(_plain(record))
        rows[unit_key(unit.unit_no)].append(unit)
    spelled = {key: found[0].unit_no for key, found in rows.items()}
    by_number = {spelled[key]: found for key, found in rows.items()}
    read = [_receipt(_plain(record), spelled) for record in receipts.to_dict("records")]
    matches = [match_receipt(receipt, by_number, statute.nearest(receipt.received_on)) for receipt in read]
    receipts["match"] = pd.array([str(match.match) for match in matches], dtype="str")
    receipts["counted_unit_no"] = pd.array([match.unit_no for match in matches], dtype="str")
    receipts["counted_year"] = pd.array([match.year for match in matches], dtype="Int64")


def _receipt(row: Mapping[str, Any], spelled: Mapping[str, str]) -> Receipt:
    named = row["unit_no"]
    return Receipt(
        receipt_no=row["receipt_no"],
        received_on=row["received_on"],
        payer_bin=row["payer_bin"],
        unit_no=None if named is None else spelled.get(unit_key(named)),
        kbk=row["kbk"],
        for_year=row["for_year"],
        amount_tiyn=row["amount_tiyn"],
    )


def _plain(record: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a frame's record with None for what is missing, dates for timestamps and Decimals for decimal texts."""
    return {str(name): _plain_value(str(name), value) for name, value in record.items()}


def _plain_value(name: str, value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return Decimal(value) if name in _DECIMALS else value


def _spelled(numbers: "pd.Series[str]", units: Sequence[Mapping[str, Any]]) -> "pd.Series[str]":
    """Return unit numbers as the register of units spells them first; an unknown one stays."""
    spelled: dict[str, str] = {}
    for unit in units:
        spelled.setdefault(unit_key(unit["unit_no"]), unit["unit_no"])
    return numbers.map(lambda number: spelled.get(unit_key(number), number) if isinstance(number, str) else number)


def _digests(connection: sa.Connection) -> dict[str, str]:
    made_from = inputs_of(connection, last_load(connection, REGISTER_FINDINGS, None))
    return {name: digest for name, digest in made_from.items() if name.startswith(_REGISTER)}


def _named_digests(registers: Iterable[Register]) -> dict[str, str]:
    """Return the digest of each register's file as inputs of a load name it."""
    return {f"{_REGISTER}{register.file_name}": register.digest for register in registers}


def _key_or_none(number: object) -> str | None:
    return unit_key(number) if isinstance(number, str) else None


def _was_handed_in(name: str, digests: Mapping[str, str]) -> bool:
    """Tell whether a register was there when it was last read; one without rows still speaks: nobody is in it."""
    found = [digest for read, digest in digests.items() if read.rpartition(":")[2].rpartition(".")[0] == name]
    return any(digest != ABSENT for digest in found)


def _frame(rows: Sequence[Mapping[str, Any]], table: sa.Table) -> pd.DataFrame:
    """Return the rows with every column of the register, its dates as datetime64."""
    frame = pd.DataFrame(list(map(dict, rows)), columns=content_names(table))
    dates = [column.name for column in table.columns if isinstance(column.type, sa.Date)]
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in dates})
