"""Registers: the authority's workbooks as the core wants them, from the warehouse or just read.

Belongs here: units, rates and frames for recognition, and the digests a later load names. Does not: reading workbooks
(``pipelines.intake.year.registers``), storing them (``pipelines.steps.registers``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import sqlalchemy as sa

from pipelines.core.rates import RateBook
from pipelines.core.recognition.codes import RecognitionFacts
from pipelines.core.units import Unit
from pipelines.intake.year.registers import ABSENT, TABLES, Register
from pipelines.statute.law import Law, Statute
from pipelines.warehouse.trail import inputs_of, last_load
from schemas import registers as tables
from schemas.columns import content_names
from schemas.folding import unit_key
from schemas.vocabulary import Operation, Regime, Sector, UnitKind

# The table of what was said of registers is written last: a load of it means that all registers were read.
REGISTER_FINDINGS = "register_findings"
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


def stored_registers(connection: sa.Connection, statute: Statute, *, without: Collection[str] = ()) -> StoredRegisters:
    """Return the registers as they stand in the warehouse; those named in ``without`` are not read and stay empty.

    Rows come in the order of the workbook: where two speak of the same, the first or the last counts.
    """
    rows = {
        name: [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.source_row)).mappings()]
        if name not in without
        else []
        for name, table in TABLES.items()
    }
    return _registers(rows, statute, _digests(connection))


def registers_as_read(registers: Mapping[str, Register], statute: Statute) -> StoredRegisters:
    """Return registers that were read but not stored."""
    rows = {
        name: [plain_record(row) for row in register.frame.to_dict("records")] for name, register in registers.items()
    }
    return _registers(rows, statute, named_digests(registers.values()))


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


def named_digests(registers: Iterable[Register]) -> dict[str, str]:
    """Return the digest of each register's file as inputs of a load name it."""
    return {f"{_REGISTER}{register.file_name}": register.digest for register in registers}


def plain_record(record: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a frame's record with None for what is missing, dates for timestamps and Decimals for decimal texts."""
    return {str(name): _plain_value(str(name), value) for name, value in record.items()}


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
