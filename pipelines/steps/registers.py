"""Registers step: the authority's workbooks into their tables, and what the values of every table mean.

Belongs here: one transaction for all six registers and the tables of meanings. Does not: reading workbooks
(``pipelines.intake.year.registers``), reading the tables back (``pipelines.stored.registers``), orchestration
(``assets``).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipelines.core.budget import Receipt, match_receipt
from pipelines.core.units import Unit
from pipelines.intake.digests import reading_digests
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.limits import default_limits
from pipelines.intake.year.registers import TABLES, Register, read_registers
from pipelines.statute.law import Statute
from pipelines.stored.finding_rows import register_rows
from pipelines.stored.reference_rows import REFERENCE, reference_rows
from pipelines.stored.registers import REGISTER_FINDINGS, named_digests, plain_record, unit_of
from pipelines.warehouse.locks import StillHeld, turn
from pipelines.warehouse.resumption import stored_by_run
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.writer import Counts, Load, Writing
from schemas.folding import unit_key
from schemas.received import findings

# The registers are of no year: whoever reads them takes one turn, whatever year it runs.
REGISTERS = "registers"


def load_registers(warehouse: Warehouse, run_id: str) -> list[Load]:
    """Read the six registers and store their rows; all of them, or none when one is unusable.

    Raises:
        pipelines.intake.year.registers.RegisterError: a required register is missing or unusable.
    """
    with turn(warehouse.engine, REGISTERS) as still_held:
        with warehouse.reading() as connection:
            made = stored_by_run(
                connection, run_id, None, {REGISTER_FINDINGS, *REFERENCE, *(table.name for table in TABLES.values())}
            )
        return made or _load_registers(warehouse, run_id, still_held)


def _load_registers(warehouse: Warehouse, run_id: str, still_held: StillHeld) -> list[Load]:
    registers = read_registers(Inbox(warehouse.settings.inbox_url), default_limits())
    match_treasury(registers, warehouse.statute)
    with warehouse.writing(run_id) as writing:
        made = store_registers(writing, registers, warehouse.statute)
        still_held()
    return made


def store_registers(writing: Writing, registers: Mapping[str, Register], statute: Statute) -> list[Load]:
    """Store registers whose receipts are matched, and what the values of every table mean."""
    # The law tells which receipts count for what.
    rules = reading_digests() | {"statute": statute.digest}
    made = [_store(writing, name, register, rules) for name, register in registers.items()]
    made += [
        writing.replace(table.name, table, meanings, partition=None, inputs=rules)
        for table, meanings in reference_rows(statute).items()
    ]
    rows = register_rows(registers.values())
    inputs = named_digests(registers.values()) | rules
    made.append(writing.replace(REGISTER_FINDINGS, findings, rows, partition=None, inputs=inputs))
    return made


def _store(writing: Writing, name: str, register: Register, rules: dict[str, str]) -> Load:
    table = TABLES[name]
    counts = Counts(register.rows_in, len(register.frame), register.rows_in - len(register.frame))
    inputs = named_digests([register]) | rules
    return writing.replace(table.name, table, register.frame, partition=None, inputs=inputs, counts=counts)


def match_treasury(registers: Mapping[str, Register], statute: Statute) -> None:
    """Add to each receipt of the treasury the unit and year it counts for, or why it counts for none."""
    receipts, units = registers["treasury"].frame, registers["units"].frame
    rows: defaultdict[str, list[Unit]] = defaultdict(list)
    for record in units.to_dict("records"):
        unit = unit_of(plain_record(record))
        rows[unit_key(unit.unit_no)].append(unit)
    spelled = {key: found[0].unit_no for key, found in rows.items()}
    by_number = {spelled[key]: found for key, found in rows.items()}
    read = [_receipt(plain_record(record), spelled) for record in receipts.to_dict("records")]
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
