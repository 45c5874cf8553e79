"""Drafts: filings as rows of cells, in the unit of account, before they become workbooks.

Belongs here: the shape of a draft and how a year of the story becomes one. Does not: labels and xlsx (``rendering``),
mistakes. A draft is mutable on purpose: mistakes are made in it one after another, as people make them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pipelines.core.rates import TENGE
from pipelines.demo.country import country
from pipelines.demo.population import User
from pipelines.demo.story import Row, Tale, UnitYear
from pipelines.layouts.loader import filing_layout
from schemas.money import TIYN_PER_TENGE

MULTIPLIERS = {"тенге": 1, "тыс. тенге": 1000, "млн тенге": 1_000_000}
_THOUSANDS = 3
MONEY = frozenset({"base_amount", "declared_due", "declared_credit", "amount"})


@dataclass(frozen=True)
class TypedText:
    """A number or a date that somebody typed as text; ``worth`` is what it means."""

    text: str
    worth: Decimal | None = None


def typed(amount: Decimal, space: str) -> str:
    """Return an amount as people type it, ``1 234,56``; three decimals get a zero, or they might be thousands."""
    text = f"{amount:,f}".replace(",", space).replace(".", ",")
    return f"{text}0" if len(text.partition(",")[2]) == _THOUSANDS else text


@dataclass
class Draft:
    """One workbook to be: cells by field name, how it looks, where and when it arrives.

    ``edition`` is that of the form it is written on, whatever the cover says of it by mistake.
    """

    user_bin: str
    folder: int
    file_name: str
    received_on: date
    language: str
    edition: str
    cover: Row
    units: list[Row]
    lines: list[Row]
    budget: list[Row]
    hidden_lines: set[int] = field(default_factory=set)
    hidden_tables: set[str] = field(default_factory=set)
    missing_tables: set[str] = field(default_factory=set)
    missing_fields: set[tuple[str, str]] = field(default_factory=set)
    extra_columns: list[str] = field(default_factory=list)
    total_off_by: Decimal = Decimal(0)
    column_seed: int | None = None
    damage: str | None = None

    @property
    def multiplier(self) -> int:
        """Tenge in the unit of account."""
        return MULTIPLIERS[str(self.cover["unit_of_account"])]

    @property
    def year(self) -> int:
        """The reporting year of the folder the workbook lies in."""
        return self.folder


def draft_filings(rng: Random, users: Sequence[User], tale: Tale) -> list[Draft]:
    """One faultless draft for every user and year with units."""
    people = {user.bin: user for user in users}
    drafts = []
    for year, happened in tale.years.items():
        by_user: dict[str, list[UnitYear]] = {}
        for told in happened:
            by_user.setdefault(told.user_bin, []).append(told)
        drafts += [_draft(rng, people[user_bin], year, units) for user_bin, units in by_user.items()]
    return drafts


def _draft(rng: Random, user: User, year: int, units: Sequence[UnitYear]) -> Draft:
    lines = sorted((line for told in units for line in told.lines), key=lambda line: str(line["payment_date"]))
    # Nobody careful writes thousands of dollars under thousands of tenge (W008).
    is_foreign = any(line["currency"] != TENGE for line in lines)
    unit_of_account = next(iter(MULTIPLIERS)) if is_foreign else user.unit_of_account
    multiplier = MULTIPLIERS[unit_of_account]
    month, day = country()["filing_deadline"]
    deadline = date(year + 1, month, day)
    declared = [row["payment_date"] for told in units for row in told.budget]
    submitted = max(
        [deadline - timedelta(days=rng.randint(2, 80)), *(day for day in declared if isinstance(day, date))]
    )
    edition = str(filing_layout(year).edition)
    cover: Row = {
        "form_edition": edition,
        "user_bin": user.bin,
        "user_name": user.name,
        "reporting_year": year,
        "submission_no": 1,
        "submitted_on": submitted,
        "unit_of_account": unit_of_account,
        "signatory": user.signatory,
    }
    return Draft(
        user_bin=user.bin,
        folder=year,
        file_name=f"{user.bin}-{year}-1.xlsx",
        received_on=submitted,
        language=user.language,
        edition=edition,
        cover=cover,
        units=[_unit_row(told, multiplier) for told in units],
        lines=[{"line_no": k} | _in_unit_of_account(line, multiplier) for k, line in enumerate(lines, start=1)],
        budget=[_in_unit_of_account(row, multiplier) for row in _by_date(units)],
    )


def _unit_row(told: UnitYear, multiplier: int) -> Row:
    audited = "да" if told.unit.archetype.by_costs and told.unit.archetype.sector == "ТПИ" else None
    row: Row = {
        "unit_no": told.unit.unit_no,
        "base_kind": told.unit.archetype.base_kind,
        "base_amount": _tenge(told.base_tiyn),
        "declared_due": None if told.due_tiyn is None else _tenge(told.due_tiyn),
        "declared_credit": _tenge(told.credit_tiyn) if told.credit_tiyn else None,
        "auditor_confirmed": audited,
    }
    return _in_unit_of_account(row, multiplier)


def _by_date(units: Sequence[UnitYear]) -> Iterator[Row]:
    yield from sorted((row for told in units for row in told.budget), key=lambda row: str(row["payment_date"]))


def _in_unit_of_account(row: Row, multiplier: int) -> Row:
    return {name: _scaled(value, multiplier) if name in MONEY else value for name, value in row.items()}


def _scaled(value: object, multiplier: int) -> object:
    return None if value is None else _plain(Decimal(str(value)) / multiplier)


def _tenge(tiyn: int) -> Decimal:
    return _plain(Decimal(tiyn) / TIYN_PER_TENGE)


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short
