"""Registers of the invented country as rows by field name.

Belongs here: units, performers and rates as their registers state them. Does not: treasury, decisions and affiliates,
which the story and the mistakes write themselves.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipelines.demo.population import Performer, Unit, User
from pipelines.demo.rates import RateTable
from pipelines.demo.story import Row
from schemas.money import TIYN_PER_TENGE


def unit_rows(units: Iterable[Unit], users: Sequence[User]) -> list[Row]:
    """One row per holder period of a unit."""
    names = {user.bin: user.name for user in users}
    return [
        {
            "unit_no": unit.unit_no,
            "unit_date": unit.unit_date,
            "unit_kind": unit.archetype.kind,
            "user_bin": holding.user_bin,
            "user_name": names[holding.user_bin],
            "sector": unit.archetype.sector,
            "operation": unit.archetype.operation,
            "mineral": unit.mineral,
            "deposit": unit.deposit,
            "region_kato": unit.region_kato,
            "production_start": unit.production_start,
            "holder_from": holding.since,
            "holder_to": holding.until,
            "rate_override": None if unit.rate_percent is None else Decimal(unit.rate_percent),
            "fixed_due": None if unit.fixed_due_tiyn is None else unit.fixed_due_tiyn // TIYN_PER_TENGE,
            "forfeit_percent": unit.forfeit_percent,
            "opening_credit": unit.opening_credit_tiyn // TIYN_PER_TENGE or None,
            "opening_credit_year": unit.opening_credit_year,
        }
        for unit in units
        for holding in unit.holdings
    ]


def performer_rows(performers: Iterable[Performer]) -> list[Row]:
    """Every performer of Kazakhstan with its accreditation."""
    return [
        {
            "bin": performer.bin,
            "name": performer.name,
            "kind": performer.kind,
            "accreditation_no": performer.accreditation_no,
            "valid_from": performer.valid_from,
            "valid_to": performer.valid_to,
        }
        for performer in performers
    ]


def rate_rows(rates: RateTable) -> list[Row]:
    """One row per day and currency."""
    return [{"on": day, "currency": currency, "rate": rate} for (currency, day), rate in rates.items()]
