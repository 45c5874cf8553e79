"""A country by hand: what the demo never draws - edges of dates and roundings, changes of holder, decisions, languages.

Belongs here: scenarios, one function each, with users and units of their own. Does not: expectations (``oracle``
computes them), workbooks (``tests.books``). Years 2020 to 2026; amounts in thousand tenge unless the cover says
otherwise. Longer than other modules, because it is a list of cases.
"""
# ruff: noqa: E501 - a case is read in one line

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from tests.books import EDITION, PERFORMER_BIN
from tests.homes import Home, User, issued, nth_bin
from tests.oracle.reading import FORMS, WORDS, fold

YEARS = list(range(2020, 2027))
OLD = {"unit_date": dt.date(2005, 3, 1), "production_start": None}
LICENCE = {"unit_kind": "лицензия", "sector": "ТПИ", "production_start": None, "unit_date": dt.date(2019, 9, 15)}
SINCE_2018 = {"production_start": dt.date(2018, 5, 1)}
HUBBARD = nth_bin(issued(1, "9903400")[0], "9903400")
INCOME = {"base_kind": "СГД"}


@dataclass
class Country:
    """Registers and filings while scenarios add to them."""

    registers: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    filings: list[tuple[int, str, bytes]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(issued(150)))

    def user(self) -> User:
        """Return a user nobody else is."""
        return User(next(self.numbers))

    def add(self, register: str, *rows: dict[str, object]) -> None:
        """Add rows to a register; decisions and receipts get numbers of their own."""
        kept = self.registers.setdefault(register, [])
        for row in rows:
            own = {"decisions": "decision_no", "treasury": "receipt_no"}.get(register)
            kept.append(row | ({own: f"{own[0]}-{len(kept)}"} if own else {}))

    def file(self, user: User, year: int, *, name: str = "", **content: Any) -> None:
        """Hand in a filing."""
        data = replace(user, year=year).filing(**content)
        self.filings.append((year, f"{user.number}{name}.xlsx", data))

    def write(self, home: Home) -> None:
        """Write the inbox."""
        for name, rows in self.registers.items():
            home.register(name, rows)
        for year, name, data in self.filings:
            home.hand_in(name, data, year)


class Portfolio:
    """One user with many units: as many cases, few workbooks."""

    def __init__(self, country: Country) -> None:
        """Take a user."""
        self.country, self.user = country, country.user()
        self.numbers = count(1)
        self.units: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
        self.lines: defaultdict[int, list[dict[str, object]]] = defaultdict(list)

    def unit(self, **record: object) -> str:
        """Put one more unit into the register and return its number."""
        unit_no = f"{self.user.number}/{next(self.numbers)}"
        self.country.add("units", self.user.record(unit_no=unit_no, **record))
        return unit_no

    def lists(self, year: int, unit_no: str, **changes: object) -> None:
        """Put a unit on the year's sheet of units."""
        self.units[year].append(self.user.unit(unit_no=unit_no, **changes))

    def pays(self, year: int, unit_no: str, day: dt.date, amount: object, **changes: object) -> None:
        """Put a payment on the year's sheet of payments."""
        line = on(self.user, day, len(self.lines[year]) + 1, amount, unit_no=unit_no)
        self.lines[year].append(line | changes)

    def file(self) -> None:
        """Hand in a filing for each year."""
        for year, units in self.units.items():
            self.country.file(self.user, year, units=units, lines=self.lines[year])


def on(user: User, day: dt.date, number: int, amount: object, **changes: object) -> dict[str, object]:
    """Return a payment of a day."""
    return user.paid(day, number, amount=amount, **changes)


def a_country(*scenarios: Callable[[Country], None]) -> Country:
    """Return these scenarios, or all, in one country."""
    country = Country()
    country.add("units")
    country.add("performers", {"bin": PERFORMER_BIN, "name": "Институт", "kind": "НИИ", "accreditation_no": "1"})
    for scenario in scenarios or SCENARIOS:
        scenario(country)
    return country


def change_of_holder(country: Country) -> None:
    """A holder changes in the year; the new row has its own regime, rate and opening credit."""
    one, two = country.user(), country.user()
    unit = one.unit_no
    shared = {**SINCE_2018, "unit_no": unit}
    country.add(
        "units",
        one.record(**shared, holder_to=dt.date(2024, 6, 30), opening_credit=7_000, opening_credit_year=2019),
        two.record(
            **shared, holder_from=dt.date(2024, 7, 1), regime_override="INCOME", rate_override=2.5,
            opening_credit=3_000, opening_credit_year=2018,
        ),
    )  # fmt: skip
    for year in (2020, 2021, 2023, 2024, 2025):
        for user, kind in ((one, "Затраты на добычу"), (two, "СГД")):
            lines = [on(user, dt.date(year, 5, 5), 1, 40, unit_no=unit)]
            country.file(user, year, units=[one.unit(base_kind=kind, base_amount=7_777)], lines=lines)


def gap_between_holders(country: Country) -> None:
    """Nobody holds the unit on 31 December."""
    one, two = country.user(), country.user()
    shared = {**SINCE_2018, "unit_no": one.unit_no}
    country.add("units", one.record(**shared, holder_from=dt.date(2019, 1, 1), holder_to=dt.date(2022, 6, 30)))
    country.add("units", two.record(**shared, holder_from=dt.date(2024, 2, 1)), two.record())
    for year in (2022, 2023, 2024):
        country.file(one, year)
        country.file(two, year, units=[two.unit(), one.unit()], lines=[on(two, dt.date(year, 3, 3), 1, 5)])


def end_of_a_unit(country: Country) -> None:
    """A unit ends in the year; its holder on that day stays obliged, later years have no row."""
    one, two = country.user(), country.user()
    end = {**SINCE_2018, "unit_no": one.unit_no, "end_date": dt.date(2024, 8, 15)}
    country.add("units", one.record(**end, holder_to=dt.date(2024, 3, 31)))
    country.add("units", two.record(**end, holder_from=dt.date(2024, 4, 1)), two.record(**SINCE_2018))
    for year in (2023, 2024, 2025):
        country.file(one, year)
        lines = [on(two, dt.date(year, 8, 20), 1, 30), on(two, dt.date(year, 8, 20), 2, 20, unit_no=one.unit_no)]
        country.file(two, year, units=[two.unit(), one.unit()], lines=lines)


def opening_credits(country: Country) -> None:
    """Opening credits of several origin years, before and after the ledger starts, under both modes."""
    for regime in ("INCOME", None, "NONE"):
        user = country.user()
        years = ((None, 2017), (dt.date(2020, 5, 1), 2019), (dt.date(2021, 5, 1), 2019), (dt.date(2023, 5, 1), 2022))
        for number, (since, origin) in enumerate(years, 1):
            amount = 7_000 if origin == 2019 else 1_234.565 * number
            country.add("units", user.record(
                **SINCE_2018, holder_from=since, regime_override=regime, opening_credit=amount,
                opening_credit_year=origin,
            ))  # fmt: skip
        other = country.user()
        country.add("units", other.record(**SINCE_2018, regime_override=regime, opening_credit=900))
        for year in (2020, 2021, 2022, 2023, 2024):
            kind = "СГД" if regime == "INCOME" else "Затраты на добычу"
            paid = [on(user, dt.date(year, 5, 5), 1, 1)]
            rows = [user.unit(base_kind=kind, base_amount=300, declared_due=3, declared_credit=0)]
            country.file(user, year, units=rows, lines=paid)
            country.file(other, year, units=[other.unit(base_kind=kind, base_amount=30)], lines=[])


def fixed_obligations(country: Country) -> None:
    """A fixed due with every status."""
    user = country.user()
    fixed = {"fixed_due": 1_000_000.505, "forfeit_percent": 33.3333}
    units: dict[str, dict[str, Any]] = {
        "met": SINCE_2018, "part": SINCE_2018, "breach": SINCE_2018, "kind": SINCE_2018, "blank": SINCE_2018,
        "absent": SINCE_2018, "exempt": {**SINCE_2018, "sector": "ОПИ"}, "early": {"production_start": None},
        "licence": LICENCE, "licence absent": LICENCE, "kind surplus": OLD,
    }  # fmt: skip
    for name, more in units.items():
        country.add(
            "units", user.record(unit_no=name, **more, **fixed, opening_credit=10_000, opening_credit_year=2024)
        )
    rows = [user.unit(unit_no=name) for name in units if "absent" not in name]
    for row in rows:
        row |= {"base_kind": "СГД"} if row["unit_no"] == "kind" else {}
        row |= {"base_amount": None} if row["unit_no"] == "blank" else {}
    paid = {"met": 1_000, "part": 300, "breach": 280, "kind": 100, "blank": 2_000, "absent": 50, "exempt": 5, "early": 6,
            "kind surplus": 5_000}  # fmt: skip
    lines = [on(user, dt.date(2025, 4, 4), n, amount, unit_no=name) for n, (name, amount) in enumerate(paid.items(), 1)]
    country.file(user, 2025, units=rows, lines=lines)
    country.file(user, 2026, units=rows, lines=[])


def two_units_of_account(country: Country) -> None:
    """A base or a due in another unit than the cover's: at the margin, confirmed, withdrawn, corrected, over years."""
    portfolio = Portfolio(country)
    user, other = portfolio.user, country.user()
    cases: dict[str, tuple[object, object, dict[str, object]]] = {
        "base": (10_000, 100_000, {}), "due": (10_000_000, 100, {}), "million": (10_000, 100_000_000, {}),
        "margin": (10_000, 101_000, {}), "beyond": (10_000, 101_001, {}), "hundred": (10_000, 10_000, {}),
        "fixed": (10_000, 100_000, {"fixed_due": 7_000}), "exempt": (10_000, 100_000, {"sector": "ОПИ"}),
        "confirmed": (10_000, 100_000, {}), "withdrawn": (10_000, 100_000, {}), "of another": (10_000, 100_000, {}),
        "jump": (10_000_000, None, {}), "silent": (10_000, None, {}), "zero": (10_000, 0, {}),
    }  # fmt: skip
    for name, (base, due, record) in cases.items():
        unit_no = portfolio.unit(**OLD, **record)
        portfolio.lists(2024, unit_no, **INCOME | {"base_amount": 10_000, "declared_due": 100, "declared_credit": None})
        filed = INCOME | {"base_amount": base, "declared_due": due, "declared_credit": None}
        portfolio.lists(2025, unit_no, **filed)
        portfolio.lists(2026, unit_no, **filed | {"base_amount": 20_000, "declared_due": None})
        portfolio.pays(2025, unit_no, dt.date(2025, 3, 3), 150)
        decided = {"confirmed": ["принять"], "withdrawn": ["принять", "отклонить"], "of another": ["принять"]}
        for month, kind in enumerate(decided.get(name, []), 1):
            made = {"unit_no": unit_no, "report_year": 2025, "decided_on": dt.date(2026, month, 1)}
            whose = other.bin if name == "of another" else user.bin
            country.add("decisions", user.decision(kind, **made, user_bin=whose))
    portfolio.file()


def first_years(country: Country) -> None:
    """Resigned contracts, uranium, licences, contracts of solid minerals: which year is the first."""
    start = {"production_start": dt.date(2023, 12, 31)}
    kinds: list[dict[str, Any]] = [
        {**start, "resigned": "да"}, start, {**start, "sector": "Уран", "resigned": "да"},
        {**LICENCE, "unit_date": dt.date(2023, 1, 1)}, {"sector": "ТПИ", "unit_date": dt.date(2023, 5, 5)},
        {"unit_date": dt.date(2018, 6, 28)}, {"unit_date": dt.date(2018, 6, 29)}, {"production_start": None},
        {**LICENCE, "unit_date": dt.date(2018, 6, 28)}, {"operation": "Разведка"}, {"sector": "Подземные воды"},
        {**start, "regime_override": "COST_TPI"}, {"regime_override": "NONE"}, {**start, "regime_override": "COST_U"},
    ]  # fmt: skip
    income, costs = Portfolio(country), Portfolio(country)
    for more in kinds:
        for portfolio, kind in ((income, "СГД"), (costs, "Затраты на добычу")):
            unit_no = portfolio.unit(**more)
            for year in (2023, 2024):
                portfolio.lists(year, unit_no, base_kind=kind)
                portfolio.pays(year, unit_no, dt.date(year, 2, 2), 200_000)
    income.file()
    costs.file()


def carry_over(country: Country) -> None:
    """Four years under both modes, with a year that is not determined and one that is not reported."""
    portfolio = Portfolio(country)
    kinds: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (SINCE_2018, {}), (OLD, INCOME), (LICENCE, {}), ({**SINCE_2018, "sector": "Уран"}, {}),
    ]  # fmt: skip
    for more, unit in kinds:
        for paid in ((250, 0, 30, 0), (250, 120, 500, 90), (0, 0, 0, 700)):
            unit_no = portfolio.unit(**more)
            for year, amount in zip((2021, 2022, 2023, 2024), paid, strict=True):
                base = None if (year, paid[0]) == (2023, 250) and paid[1] else 10_000
                if (year, paid[3]) != (2022, 700):
                    portfolio.lists(year, unit_no, **unit, base_amount=base)
                if amount:
                    portfolio.pays(year, unit_no, dt.date(year, 7, 5), amount)
    portfolio.file()


def refunds(country: Country) -> None:
    """Refunds: in the year, out of it, undated, rejected, for an earlier year, rounded, larger than the payments."""
    user = country.user()
    back = {"entry_kind": "возврат"}
    country.add("units", user.record(**SINCE_2018))
    day = dt.date(2025, 3, 3)
    lines = [
        on(user, day, 1, 100), on(user, day, 2, 30.123456, **back), on(user, dt.date(2024, 12, 31), 3, 5, **back),
        on(user, day, 4, 7, **back) | {"payment_date": None}, on(user, day, 5, 8, **back, payment_doc_no=None),
        on(user, day, 6, 9, **back, work_kind="Цифровизация", performer_country="DE", act_no=None),
        on(user, day, 7, 11, **back, for_year=2024), on(user, day, 8, 0.000005, **back),
        on(user, day, 9, 0.000015, **back), on(user, day, 10, 400, **back, payment_doc_no="R"),
        on(user, day, 11, 30.123456, **back, agreement_no="Д", payment_doc_no="S"),
        on(user, day, 12, 30.123456, **back, agreement_no="Д", payment_doc_no="S"),
        on(user, day, 13, 30.123456, agreement_no="Д", payment_doc_no="S"),
        on(user, day, 14, -3, **back), on(user, day, 15, -4),
    ]  # fmt: skip
    country.add("decisions", replace(user, year=2025).decision("отклонить", payment_doc_no="r"))
    country.file(user, 2025, units=[user.unit(base_amount=100)], lines=lines)
    country.file(user, 2026, units=[user.unit(base_amount=100)], lines=[on(user, dt.date(2026, 1, 9), 1, 50, **back)])


def cures(country: Country) -> None:
    """Payments in account of earlier years, the cure clock, month ends, extensions."""
    portfolio = Portfolio(country)
    user = replace(portfolio.user, year=2023)
    decided = (
        (dt.date(2024, 11, 30), None, 1_000), (dt.date(2024, 1, 31), None, 1), (dt.date(2025, 1, 31), None, 400),
        (dt.date(2025, 8, 31), dt.date(2025, 12, 1), 350), (None, dt.date(2025, 12, 1), 1), (None, None, 299.9),
    )  # fmt: skip
    for sector in ("Углеводороды", "ТПИ"):
        for notice, until, paid in decided:
            unit_no = portfolio.unit(**(SINCE_2018 if sector != "ТПИ" else LICENCE), forfeit_percent=30)
            decided_on: list[dict[str, Any]] = []
            if notice:
                decided_on += [{"decided_on": day} for day in (notice, notice + dt.timedelta(40))]
            if until:
                decided_on += [
                    {"decided_on": dt.date(2025, 2, 1), "until": until},
                    {"decided_on": dt.date(2025, 3, 1), "until": until - dt.timedelta(9)},
                ]
            for each in decided_on:
                kind = "отсрочка" if "until" in each else "уведомление"
                country.add("decisions", user.decision(kind, unit_no=unit_no, **each))
            for year in (2023, 2024, 2025):
                portfolio.lists(year, unit_no, base_amount=100_000)
            portfolio.pays(2023, unit_no, dt.date(2023, 5, 5), paid)
            for year in (2024, 2025):
                for day, amount, more in (
                    (dt.date(year, 11, 5), 350, {"for_year": 2023}), (dt.date(year, 2, 5), 100, {"for_year": 2023}),
                    (dt.date(year, 11, 6), 20, {"for_year": 2023, "entry_kind": "возврат"}),
                    (dt.date(year, 11, 7), 30, {"for_year": 2022}), (dt.date(year - 1, 11, 7), 9, {"for_year": 2023}),
                    (dt.date(year, 11, 8), 1_000, {"for_year": year}),
                ):  # fmt: skip
                    portfolio.pays(year, unit_no, day, amount, **more)
    portfolio.file()


def decisions(country: Country) -> None:
    """Accept and reject, on one document and on lines other codes disallow or warn of."""
    user = replace(country.user(), year=2024)
    country.add("units", user.record(**OLD))
    day = dt.date(2024, 6, 6)
    foreign = {"performer_country": "DE", "performer_bin": "DE-1"}
    lines = [
        on(user, day, 1, 10), on(user, day, 2, 10), on(user, day, 3, 10, **foreign), on(user, dt.date(2023, 6, 6), 4, 10),
        on(user, day, 5, 10, for_year=2023), on(user, day, 6, 10, work_kind=None), on(user, day, 7, 10) | {"payment_date": None},
        on(user, day, 8, 10, project_title="Закупка насоса", act_no=None), on(user, day, 9, 10, **foreign),
        on(user, dt.date(2023, 6, 6), 10, 10, for_year=2023), on(user, day, 11, 10, entry_kind="возврат"),
    ]  # fmt: skip
    country.file(user, 2024, units=[user.unit(**INCOME)], lines=lines)
    other = country.user()
    country.add("units", other.record(**OLD))

    def decide(kind: str, number: int, month: int, **more: object) -> None:
        document = f" пп - {user.number}-{number}"
        when = dt.date(2025, month, 1)
        country.add("decisions", user.decision(kind, payment_doc_no=document, decided_on=when) | more)

    decide("отклонить", 1, 1)
    decide("принять", 1, 2)
    decide("принять", 2, 1)
    decide("отклонить", 2, 2)
    for number in (3, 4, 5, 6, 7, 8, 10, 11):
        decide("принять", number, 3)
    decide("отклонить", 9, 3, report_year=2023)
    decide("отклонить", 9, 4, unit_no="другой")
    decide("отклонить", 9, 5, user_bin=other.bin)


def currencies(country: Country) -> None:
    """The age of a rate, unpaid foreign lines, many decimals, millions."""
    country.add(
        "rates",
        {"on": dt.date(2025, 3, 1), "currency": "USD", "rate": "500,123456"},
        {"on": dt.date(2025, 3, 4), "currency": "usd", "rate": 501.7},
        {"on": dt.date(2025, 1, 1), "currency": "МРП", "rate": 3_932},
        {"on": dt.date(2025, 3, 1), "currency": "EUR", "rate": 0.015},
    )
    for account in ("тенге", "тыс. тенге", "million tenge"):
        user = country.user()
        country.add("units", user.record(**SINCE_2018))
        usd = {"currency": "USD"}
        lines = [on(user, dt.date(2025, 3, day), day, 1.23456789, **usd) for day in (1, 3, 4, 11, 12)]
        lines += [
            on(user, dt.date(2025, 3, 5), 20, 9.99, **usd, payment_doc_no=None),
            on(user, dt.date(2025, 3, 5), 21, 9.99, **usd) | {"payment_date": None},
            on(user, dt.date(2025, 3, 5), 22, 9.99, **usd, payment_doc_no=None) | {"agreement_date": dt.date(2025, 3, 2)},
            on(user, dt.date(2025, 4, 5), 23, 9.99, **usd, payment_doc_no=None, payment_date=None) | {"agreement_date": dt.date(2025, 3, 2)},
            on(user, dt.date(2025, 3, 5), 24, 1, currency="EUR"), on(user, dt.date(2025, 3, 5), 25, 1, currency="GBP"),
            on(user, dt.date(2025, 3, 5), 26, 3, currency="EUR", entry_kind="возврат"),
            on(user, dt.date(2025, 3, 5), 27, 2, **usd, payment_date="скоро"), on(user, dt.date(2025, 3, 5), 28, None, **usd),
            on(user, dt.date(2025, 3, 5), 29, 2, currency="тенге"), on(user, dt.date(2025, 3, 5), 30, 2, currency="$"),
        ]  # fmt: skip
        lines += [on(user, dt.date(2025, 3, 5), 40 + n, amount) for n, amount in enumerate((
            0.005, 0.015, 0.025, 1.005, 0.000005, 0.0000049999, 0.00000001, 123.456789012345, 0.1, 1e-9, "1 234,565", "0.0000000045",
        ))]  # fmt: skip
        rows = [user.unit(base_amount=0.505, declared_due=0.01, declared_credit=0)]
        country.file(user, 2025, cover={"unit_of_account": account}, units=rows, lines=lines)


def doubles(country: Country) -> None:
    """The same payment and the same agreement across users, units and lines."""
    users = [country.user() for _ in range(3)]
    same = {"agreement_no": "Д-77", "payment_doc_no": "77"}
    day = dt.date(2025, 5, 5)
    for user in users:
        country.add(
            "units", user.record(**OLD, unit_no=f"б{user.number}"), user.record(**OLD, unit_no=f"а{user.number}")
        )
        one, two = f"б{user.number}", f"а{user.number}"
        lines = [
            on(user, day, 9, 5, unit_no=one, **same), on(user, day, 2, 5, unit_no=one, agreement_no="№ д-77", payment_doc_no="№77"),
            on(user, day, 3, 5, unit_no=two, **same), on(user, day, 4, 5.0001, unit_no=two, **same),
            on(user, day, 5, 5, unit_no=two, **same) | {"payment_date": None}, on(user, day, 6, 5, unit_no=two, **same, project_title=None),
            on(user, day, 7, 5, unit_no=two, **same, performer_bin=HUBBARD), on(user, day, 8, 5, unit_no=two, **same, entry_kind="возврат"),
            on(user, day, 10, 5, unit_no=two, agreement_no=f"X{user.number % 2}", performer_bin=HUBBARD),
            on(user, day, 11, 5, unit_no=two, **same, performer_country="DE", performer_bin=None, performer_name="Max"),
            on(user, day, 12, 5, unit_no=two, **same, performer_country="DE", performer_bin=None, performer_name="Moritz"),
            on(user, day, 13, 5, unit_no=two, agreement_no="Z", work_kind="другое"),
        ]  # fmt: skip
        country.file(
            user, 2025, units=[user.unit(unit_no=one, **INCOME), user.unit(unit_no=two, **INCOME)], lines=lines
        )


def borders_in_time(country: Country) -> None:
    """Digitalisation, council decisions, the budget: the day before and the day itself."""
    portfolio = Portfolio(country)
    kinds: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (SINCE_2018, {}), (OLD, INCOME), ({**SINCE_2018, "sector": "Уран"}, {}), ({**OLD, "sector": "Уран"}, INCOME),
        (LICENCE, {}), ({**OLD, "sector": "ТПИ"}, INCOME),
    ]  # fmt: skip
    days = [
        dt.date.fromisoformat(day)
        for day in (
            "2020-06-24", "2020-06-25", "2023-12-28", "2023-12-29", "2024-02-27", "2024-02-28", "2025-01-01",
            "2025-12-31", "2026-02-22", "2026-02-23",
        )
    ]  # fmt: skip
    works: list[dict[str, Any]] = [
        {"work_kind": "Цифровизация"}, {"ntc_no": None}, {"permit_no": "Р", "performer_country": "de", "performer_bin": None},
        {"performer_country": "RU", "performer_bin": "7700", "act_date": None},
    ]  # fmt: skip
    for record, unit in kinds:
        unit_no = portfolio.unit(**record)
        for year in YEARS:
            portfolio.lists(year, unit_no, **unit, base_amount=90_000)
            for day in days:
                if day.year == year or (day.year, year) == (2025, 2024):
                    for work in [*works, {"ntc_date": day + dt.timedelta(1)}]:
                        portfolio.pays(year, unit_no, day, 50, **work)
            for missing in ("payment_doc_no", "payment_date"):
                portfolio.pays(year, unit_no, dt.date(year, 3, 3), 5, work_kind="Цифровизация", **{missing: None})
    portfolio.file()


def people(country: Country) -> None:
    """Accreditation and affiliation on the first and the last day, in both directions; the user itself."""
    user, other = country.user(), country.user()
    spare = [nth_bin(number, "9903400") for number in issued(9, "9903400")[1:]]
    first, last = dt.date(2025, 3, 1), dt.date(2025, 9, 30)
    term = {"valid_from": first, "valid_to": last}
    for at, kind, number in ((0, "ВУЗ", "1"), (1, "ВУЗ", None), (2, "АОО", None), (3, "Участник Астана Хаб", None)):
        country.add("performers", {"bin": spare[at], "name": "И", "kind": kind, "accreditation_no": number, **term})
    country.add("affiliates", {"user_bin": user.bin, "affiliate_bin": spare[4], **term, "ground": "доля"})
    country.add("affiliates", {"user_bin": spare[5], "affiliate_bin": user.bin, "valid_from": last, "ground": "доля"})
    country.add("affiliates", {"user_bin": other.bin, "affiliate_bin": spare[6], "ground": "доля"})
    country.add("units", user.record(**SINCE_2018))
    lines: list[dict[str, object]] = []
    for performer in [*spare, user.bin]:
        for day in (first - dt.timedelta(1), first, last, last + dt.timedelta(1)):
            lines.append(on(user, day, len(lines) + 1, 3, performer_bin=performer))
    lines.append(on(user, first, 200, 3, performer_bin=spare[4], payment_doc_no=None, payment_date=None))
    country.file(user, 2025, units=[user.unit()], lines=lines)


def receipts(country: Country) -> None:
    """Receipts of the budget: codes, days, years, payers, spellings."""
    for sector, base in (("Углеводороды", 10_000), ("Уран", 10_000), ("ТПИ", 10_000)):
        user = country.user()
        country.add("units", user.record(unit_date=dt.date(2005, 1, 1), sector=sector))
        for amount, day, more in (
            (10_000.505, dt.date(2026, 2, 22), {}), (20_000.505, dt.date(2026, 2, 23), {}),
            (40_000, dt.date(2026, 5, 1), {"kbk": "401104"}), (80_000, dt.date(2026, 5, 1), {"for_year": 2025}),
            (160_000, dt.date(2026, 5, 1), {"payer_bin": HUBBARD}), (1, dt.date(2026, 5, 1), {"unit_no": None}),
            (2, dt.date(2026, 5, 1), {"unit_no": f"№ кт - {user.number}", "kbk": 401103}), (3, dt.date(2027, 1, 5), {"for_year": 2026}),
            (5, dt.date(2027, 1, 5), {}), (7, dt.date(2026, 5, 1), {"kbk": None}), (9, dt.date(2026, 5, 1), {"for_year": 1999}),
        ):  # fmt: skip
            country.add("treasury", user.receipt(amount, day, **more))
        for year in (2025, 2026):
            row = user.unit(**INCOME, base_amount=base)
            country.file(
                user, year, units=[row], lines=[on(user, dt.date(year, 2, 10), 1, 3)], budget=[user.budget_row()]
            )


def submissions(country: Country) -> None:
    """Late, corrected, rejected and unchanged submissions."""
    stories: tuple[tuple[tuple[int, str, dict[str, object]], ...], ...] = (
        ((1, "2026-04-30", {}), (2, "2026-07-01", {})), ((1, "2026-05-01", {}), (2, "2026-07-01", {})),
        ((2, "2026-07-01", {}), (1, "2026-05-02", {})), ((1, "2026-04-01", {"user_name": None}), (2, "2026-06-30", {})),
        ((1, "2026-04-01", {}), (2, "2026-06-30", {"form_edition": "2024.1"})), ((1, "2026-04-01", {"reporting_year": 2024}),),
        ((1, "2026-04-01", {"signatory": None}), (1, "2026-04-02", {"signatory": "Б"}), (3, "2026-05-09", {"signatory": "Б"})),
        ((1, "01.04.2026", {"submission_no": "1", "reporting_year": "2025", "form_edition": 2025.1}),),
        ((1, "2026-04-01", {"submission_no": 0}), (2, "2026-05-30", {"user_name": None}), (1, "2026-05-29", {})),
    )  # fmt: skip
    for story in stories:
        user = country.user()
        country.add("units", user.record(**SINCE_2018))
        for place, (number, day, cover) in enumerate(story):
            lines = [on(user, dt.date(2025, 5, 5), 1, 40_000 * number)]
            own = {"submission_no": number, "submitted_on": day} | cover
            country.file(user, 2025, name=f"-{place}", cover=own, units=[user.unit()], lines=lines)
    one, two = country.user(), country.user()
    country.add("units", one.record(**SINCE_2018), two.record(**SINCE_2018))
    country.file(one, 2025, name="-a")
    country.filings.append((2025, f"{one.number}-b.xlsx", country.filings[-1][2]))
    country.file(two, 2025, units=[one.unit()], lines=[one.line(1)])


def worst_of_a_user(country: Country) -> None:
    """Users with several units: every neighbouring pair of the order."""
    paid = {
        "MET": 1_000,
        "PARTIAL": 300,
        "BREACH": 299.9,
        "UNDETERMINED": 1,
        "NOT_REPORTED": None,
        "EXEMPT": 0,
        "EARLY": 0,
    }
    mixes = (
        ("MET", "PARTIAL"), ("PARTIAL", "BREACH"), ("BREACH", "UNDETERMINED"), ("UNDETERMINED", "NOT_REPORTED"), ("EXEMPT",),
        ("EARLY", "EXEMPT"), ("EXEMPT", "MET"), tuple(paid), ("MET", "NOT_REPORTED"),
    )  # fmt: skip
    for sector in ("Углеводороды", "ТПИ"):
        for mix in mixes:
            user = country.user()
            units: list[dict[str, object]] = []
            lines: list[dict[str, object]] = []
            for name in mix:
                record: dict[str, Any] = {
                    **SINCE_2018,
                    "sector": sector,
                    "unit_no": f"{name} {user.number}",
                    "region_kato": "151000000",
                }
                if name == "EXEMPT":
                    record["operation"] = "Разведка"
                if name == "EARLY":
                    record |= {"unit_date": dt.date(2025, 2, 2), "production_start": None}
                country.add("units", user.record(**record, unit_kind="лицензия", forfeit_percent="12,5"))
                kind = "СГД" if name == "UNDETERMINED" else "Затраты на добычу"
                if name != "NOT_REPORTED":
                    units.append(user.unit(unit_no=record["unit_no"], base_kind=kind, base_amount=100_000))
                if paid[name]:
                    lines.append(on(user, dt.date(2025, 5, 5), len(lines) + 1, paid[name], unit_no=record["unit_no"]))
            if units:
                country.file(user, 2025, units=units, lines=lines)


def thresholds(country: Country) -> None:
    """Fulfilment around 30% and 100% to the tiyn; declared figures around what their decimals allow."""
    for amount in (299.949, 299.95, 299.9949999, 299.995, 299.999, 300.0, 999.999999, 1_000.00001):
        user = country.user()
        country.add("units", user.record(**SINCE_2018, rate_override="1,0"))
        unit = user.unit(base_amount=100_000, declared_due=1_000.4, declared_credit=0.4)
        country.file(user, 2025, units=[unit], lines=[on(user, dt.date(2025, 5, 5), 1, amount)])
    for due, credit in (
        (1_000.5, 0.5),
        (1_000.51, 0.51),
        (1_000.005, 0),
        (1_000.004, 0.004),
        ("1 000,006", 0.006),
        (1_001, 1),
    ):
        user = country.user()
        country.add("units", user.record(**SINCE_2018))
        country.file(user, 2025, units=[user.unit(base_amount=100_000, declared_due=due, declared_credit=credit)])


def dust(country: Country) -> None:
    """What is missing around a tenge, of an obligation large enough to be 100% all the same, and of a small one."""
    portfolio = Portfolio(country)
    for base, paid in ((100_000_000, "999999.99935"), (100_000_000, "999999.999"), (100_000_000, "999999.99901"),
                       (100_000_000, 1_000_000), (200, "1.99935")):  # fmt: skip
        unit_no = portfolio.unit(**SINCE_2018)
        portfolio.lists(2025, unit_no, base_amount=base, declared_due=None, declared_credit=None)
        portfolio.pays(2025, unit_no, dt.date(2025, 5, 5), paid)
    portfolio.file()


def bad_rows(country: Country) -> None:
    """Rows set aside, for every reason, and what they drag along."""
    user, other = country.user(), country.user()
    country.add(
        "units",
        user.record(**SINCE_2018),
        user.record(**SINCE_2018, unit_no="дв"),
        user.record(**SINCE_2018, unit_no="ош"),
    )
    country.add("units", other.record(**SINCE_2018))
    units = [
        user.unit(), user.unit(unit_no="дв", base_amount=5), user.unit(unit_no="ДВ", base_amount=6), other.unit(),
        user.unit(unit_no="ош", base_amount="=1/0"), user.unit(unit_no="никто"), user.unit(unit_no=None),
    ]  # fmt: skip
    day = dt.date(2025, 5, 5)
    bad: tuple[dict[str, object], ...] = (
        {"unit_no": "дв"}, {"unit_no": "ош"}, {"unit_no": other.unit_no}, {"unit_no": "никто"}, {"unit_no": "нигде"},
        {"unit_no": None}, {"amount": 0}, {"amount": "-1"}, {"amount": "много"}, {"amount": "#REF!"}, {"amount": "=A1"},
        {"agreement_date": dt.date(1989, 12, 31)}, {"agreement_date": dt.date(1990, 1, 1)}, {"act_date": dt.date(2026, 12, 31)},
        {"act_date": dt.date(2027, 1, 1)}, {"ntc_date": "31.02.2025"}, {"performer_bin": "123456789012"}, {"performer_bin": "12"},
        {"performer_bin": None}, {"performer_bin": 20540000015}, {"performer_country": "Казахстан"}, {"performer_country": "Марс"},
        {"grnti": "52.47"}, {"grnti": "52,47"}, {"direction": "Oil and gas"}, {"direction": "космос"}, {"line_no": 1}, {"line_no": "x"},
        {"work_kind": "нир"}, {"entry_kind": "зачет"}, {"entry_kind": None, "currency": None, "performer_country": None},
        {"for_year": 2024.0}, {"for_year": "2024"}, {"for_year": 2024.5}, {"project_title": "  "}, {"amount": "1 000,5"},
        {"payment_date": "2025-05-06"}, {"payment_date": "06.05.2025 "}, {"agreement_no": 77}, {"amount": True}, {"amount": "1,000.5"},
    )  # fmt: skip
    lines = [on(user, day, 1, 10)] + [on(user, day, n, 10) | more for n, more in enumerate(bad, 2)]
    country.file(
        user, 2025, units=units, lines=lines, budget=[user.budget_row(), user.budget_row(unit_no="нигде", amount=0)]
    )


def languages(country: Country) -> None:
    """The form in English and in Kazakh, columns shuffled, titles above, total rows below."""
    for language in ("en", "kk", "ru"):
        for right in (True, False):
            user = country.user()
            country.add("units", user.record(**OLD))

            def edit(book: Any, language: str = language, right: bool = right) -> None:
                rng = random.Random(7)  # noqa: S311 - an order of columns, not a secret
                words = {
                    fold(stored): spec[language]
                    for name in ("base_kind", "work_kind", "entry_kind", "unit_of_account", "yes_no")
                    for stored, spec in WORDS[name].items()
                }
                for key, sheet in zip(("cover", "units", "financing", "budget"), book.worksheets, strict=True):
                    spec = FORMS[EDITION]["sheets"][key]
                    labels = {fold(each["ru"]): f" {each[language].upper()} : " for each in spec["fields"]}
                    grid = [[cell.value for cell in row] for row in sheet.iter_rows()]
                    for row in grid:
                        for at, value in enumerate(row):
                            if isinstance(value, str):
                                row[at] = labels.get(fold(value), words.get(fold(value), value))
                    if key != "cover":
                        order = rng.sample(range(len(grid[0])), len(grid[0]))
                        grid = [[row[at] for at in order] for row in grid]
                        amount = order.index(2 if key == "units" else 20 if key == "financing" else 4)
                        total: list[Any] = [None] * len(order)
                        first = 0 if amount else 1
                        total[first] = {"ru": "Итого:", "kk": "БАРЛЫҒЫ", "en": "Total"}[language]
                        total[amount] = round(sum(row[amount] for row in grid[1:]) + (0 if right else 0.01), 6)
                        grid += [total, ["после итога", *[None] * (len(order) - 1)]]
                    sheet.delete_rows(1, sheet.max_row)
                    sheet.title = spec["names"][language]
                    for row in [["Отчет"], [], *grid]:
                        sheet.append(row)

            number = f"№ ｋт - {user.number}".upper()
            lines = [
                on(user, dt.date(2025, 5, 5), n, 10.1, unit_no=number, entry_kind="возврат" if n > 3 else "оплата")
                for n in (1, 2, 3, 4)
            ]
            country.file(user, 2025, units=[user.unit(**INCOME)], lines=lines, budget=[user.budget_row()], edit=edit)


SCENARIOS = (
    change_of_holder, gap_between_holders, end_of_a_unit, opening_credits, fixed_obligations, first_years, carry_over,
    refunds, cures, decisions, currencies, doubles, borders_in_time, people, receipts, submissions, worst_of_a_user, thresholds,
    bad_rows, languages, two_units_of_account, dust,
)  # fmt: skip
