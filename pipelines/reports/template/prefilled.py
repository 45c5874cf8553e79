"""Prefilled: what the registers and the ledger know of one subsoil user before it has filed.

Here: the user's name, its units of a year, their rate and the credit they hold. Not here: where it stands in a workbook
(``pipelines.reports.template.filing_book``).
"""

from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from pipelines.core.directory import Directory
from pipelines.core.obligation import rate_of
from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.limits import default_limits
from pipelines.intake.year.registers import read_registers
from pipelines.settings import Settings, SetupError
from pipelines.statute.law import load_statute
from pipelines.stored.registers import registers_as_read
from pipelines.warehouse.engine import open_engine
from schemas.bin_number import has_valid_check_digit
from schemas.verdicts import credits as credit_table


class UnknownUserError(SetupError):
    """The registers know no such user in the year; the message says what was looked for and where."""


@dataclass(frozen=True)
class KnownUnit:
    """A unit of the user: ``rate`` is a fraction; ``credit_tiyn`` is None when the ledger has not been computed."""

    unit_no: str
    rate: Decimal
    credit_tiyn: int | None


@dataclass(frozen=True)
class Prefilled:
    """What the cover and the sheet of units can say already."""

    user_bin: str
    user_name: str
    units: tuple[KnownUnit, ...]


def prefilled(settings: Settings, user_bin: str, year: int) -> Prefilled:
    """Return what is known of a user from the registers of the inbox and from the credit that leaves the year before.

    Raises:
        UnknownUserError: the BIN is none, or the register of units names no unit of it in the year.
        pipelines.intake.year.registers.RegisterError: the registers cannot be used.
    """
    if not has_valid_check_digit(user_bin):
        message = f"{user_bin!r} is no BIN: expected 12 digits, the last of them the check digit of the others."
        raise UnknownUserError(message)
    statute = load_statute()
    registers = registers_as_read(read_registers(Inbox(settings.inbox_url), default_limits()), statute)
    law = statute.at(year)
    directory = Directory.of(registers.units, law)
    own = {key: unit for key, unit in directory.active.items() if unit.user_bin == user_bin}
    if not own:
        message = (
            f"The register of units names no contract or licence of {user_bin} in {year}. Look at inbox/registers/"
            "units.xlsx, name another year with --year, or leave out --bin for an empty form."
        )
        raise UnknownUserError(message)
    held = _credits(settings, year - 1)
    units = tuple(
        KnownUnit(
            unit.unit_no,
            rate_of(unit, directory.regimes[key], law),
            None if held is None else held.get(unit.unit_no, 0),
        )
        for key, unit in own.items()
    )
    return Prefilled(user_bin, next(iter(own.values())).user_name, units)


def _credits(settings: Settings, year: int) -> dict[str, int] | None:
    """Return the credit leaving a year by unit in tiyn; None when there is no warehouse, or the year is not in it."""
    if not settings.has_warehouse:
        return None
    engine = open_engine(settings.warehouse_url)
    try:
        with engine.connect() as connection:
            inspected = sa.inspect(connection)
            if not (inspected.has_table(credit_table.name) and inspected.has_table("compliance_by_unit")):
                return None
            computed = sa.text("SELECT count(*) FROM compliance_by_unit WHERE report_year = :year")
            if not connection.scalar(computed, {"year": year}):
                return None
            columns = credit_table.c
            rows = connection.execute(
                sa.select(columns.unit_no, sa.func.sum(columns.amount_tiyn))
                .where(columns.report_year == year)
                .group_by(columns.unit_no)
            )
            return {unit_no: int(amount) for unit_no, amount in rows}
    finally:
        engine.dispose()
