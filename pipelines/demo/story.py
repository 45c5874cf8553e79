"""Story: what the invented country pays and reports, year after year, before anybody makes a mistake.

Belongs here: bases, duties, credits, payments, receipts of the budget and notices that agree with each other.
Does not: mistakes (``mistakes``), the spelling and units of account of a workbook (``drafts``).

The small ledger here is written apart from ``pipelines.core`` on purpose: a clean demo in which both agree says more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from pipelines.demo.country import country, weighted
from pipelines.demo.population import Population, Unit
from pipelines.demo.projects import Project, Projects
from pipelines.demo.rates import RateTable
from schemas.money import BASIS_POINTS, TIYN_PER_TENGE, share_of, to_tiyn

FIRST_DOCUMENT = 10_000
PERCENT = Decimal("0.01")
NOTICE_BELOW_BP = 3000
Row = dict[str, object]


@dataclass
class UnitYear:
    """A unit in a year as its holder sees it. Lines carry ``amount`` in whole units of their currency."""

    unit: Unit
    user_bin: str
    base_tiyn: int
    due_tiyn: int | None
    credit_tiyn: int | None
    lines: list[Row] = field(default_factory=list)
    budget: list[Row] = field(default_factory=list)


@dataclass
class Tale:
    """Everything that happened; lists grow while it is told."""

    years: dict[int, list[UnitYear]] = field(default_factory=dict)
    receipts: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)


@dataclass
class _Book:
    """What is remembered of a unit from year to year: its base, credits by origin, running projects, open notices."""

    base_tiyn: int
    credits: dict[int, int]
    projects: list[Project] = field(default_factory=list)
    arrears: list[tuple[int, int]] = field(default_factory=list)


class Teller:
    """Tells the years in order."""

    def __init__(self, rng: Random, people: Population, rates: RateTable, lines: tuple[int, int] | None) -> None:
        self._rng = rng
        self._people = people
        self._rates = rates
        self._lines = lines
        self._data = country()["behaviour"]
        self._channel = country()["budget_channel"]
        self._budget_from = date.fromisoformat(self._channel["starts_on"])
        self._numbers = count(1)
        self._projects = Projects(rng, people, self._numbers)
        self.tale = Tale()

    def tell(self, years: Sequence[int]) -> Tale:
        """Return what happened in ``years``, which follow each other."""
        books = {}
        for unit in self._people.units:
            opening = {unit.opening_credit_year: unit.opening_credit_tiyn} if unit.opening_credit_year else {}
            books[unit.unit_no] = _Book(unit.base_tiyn, opening)
        for year in years:
            happened = []
            for unit in self._people.units:
                holder = unit.holder_at_the_end_of(year)
                if holder is not None and unit.unit_date.year <= year:
                    happened.append(self._year(unit, holder, year, books[unit.unit_no]))
            if self._lines:
                self._fill(happened, year, books)
            self.tale.years[year] = happened
        return self.tale

    def _year(self, unit: Unit, holder: str, year: int, book: _Book) -> UnitYear:
        first = unit.first_obliged_year()
        obliged = first is not None and year >= first
        base = book.base_tiyn if unit.archetype.obliged != "never_started" else book.base_tiyn // 4
        growth, sigma = self._data["growth"]
        book.base_tiyn = round(book.base_tiyn * 2.718281828 ** self._rng.gauss(growth, sigma) / 100_000) * 100_000
        available = {origin: credit for origin, credit in book.credits.items() if credit and origin < year}
        if unit.archetype.credit == "next":
            available = {origin: credit for origin, credit in available.items() if origin == year - 1}
        if not obliged:
            book.credits = available
            return UnitYear(unit, holder, base, None, None)
        due = unit.fixed_due_tiyn or share_of(base, _rate_of(unit))
        told = UnitYear(unit, holder, base, due, sum(available.values()))
        used = min(due, sum(available.values()))
        need = due - used
        paid = self._pay(told, year, need, book)
        if unit.archetype.credit == "any":
            book.credits = _spend(available, used)
        else:
            book.credits = {}
        if paid > need:
            book.credits[year] = paid - need
        if paid < need:
            self._notice(told, year, need - paid, (paid + used) * BASIS_POINTS // due, book)
        return told

    def _pay(self, told: UnitYear, year: int, need: int, book: _Book) -> int:
        """Pay for the year, by agreements and to the budget; return what was paid, in tiyn."""
        outcome = weighted(self._rng, self._data["outcome"])
        target = int(need * self._rng.uniform(*self._data[f"{outcome}_factor"]))
        target = -(-target // (1000 * TIYN_PER_TENGE)) * 1000 * TIYN_PER_TENGE
        by_agreement, to_budget = self._channels(told, year, target, need)
        paid = self._agreements(told, year, by_agreement, book) + to_budget
        self._cure(told, year, book)
        return paid

    def _channels(self, told: UnitYear, year: int, target: int, need: int) -> tuple[int, int]:
        """Split the money of a year between agreements and the budget, and pay the budget its part."""
        last_of_old_order = self._budget_from.year - 1
        if told.unit.archetype.sector not in self._channel["sectors"] or year < last_of_old_order:
            return target, 0
        start, end = date(year, 5, 20), date(year, 12, 20)
        chance, percents = self._data["budget_tail"]
        kept, late = target, 0
        if year > last_of_old_order:
            late = target * self._rng.choice((60, 80, 100)) // 100
            kept = target - late
        elif target < need and self._rng.random() < self._data["budget_top_up"]:
            late = (need - target) * self._rng.choice((50, 100, 100)) // 100
        elif self._rng.random() < chance:
            late = target * percents // 100
            kept = target - late
        if year == last_of_old_order:
            start, end = self._budget_from + timedelta(days=5), date(year + 1, 4, 20)
        late = -(-late // TIYN_PER_TENGE) * TIYN_PER_TENGE
        self._receive(told, year, late, start, end)
        return kept, late

    def _agreements(self, told: UnitYear, year: int, target: int, book: _Book, payments: int | None = None) -> int:
        """Spread ``target`` tiyn over payments under agreements of the year."""
        smallest = self._data["smallest_payment"] * TIYN_PER_TENGE
        payments = payments or min(self._rng.randint(*self._data["lines"]), target // smallest)
        if payments <= 0:
            return 0
        book.projects = self._projects.of_the_year(told.unit, year, book.projects)
        weights = [self._rng.uniform(0.5, 1.5) for _ in range(payments)]
        paid = 0
        for k, weight in enumerate(weights):
            share = int(target * weight / sum(weights)) if k < payments - 1 else target - paid
            share = max(share // TIYN_PER_TENGE, 1) * TIYN_PER_TENGE
            paid += self._payment(told, year, share, book.projects[k % len(book.projects)])
        return paid

    def _payment(self, told: UnitYear, year: int, tiyn: int, project: Project, for_year: int | None = None) -> int:
        """Add one payment of about ``tiyn``; return what it is worth in tenge, to the tiyn."""
        last = date(year, 12, 28)
        if told.unit.archetype.sector in self._channel["sectors"] and year >= self._budget_from.year:
            last = min(last, self._budget_from - timedelta(days=1))
        start = max(date(year, 1, 15), min(project.agreement_date, last))
        paid_on = start + timedelta(days=self._rng.randint(0, (last - start).days))
        act_on = min(paid_on + timedelta(days=self._rng.randint(-20, 3)), date(year, 12, 28))
        amount, worth = Decimal(tiyn) / TIYN_PER_TENGE, tiyn
        currency = project.performer.currency
        if currency != "KZT":
            rate = self._rates[currency, paid_on]
            amount = max((amount / rate).quantize(Decimal("0.01")), Decimal("0.01"))
            worth = to_tiyn(amount, rate=rate)
        number = next(self._numbers)
        told.lines.append(
            {
                "unit_no": told.unit.unit_no,
                "project_title": project.title,
                "work_kind": project.work_kind,
                "direction": project.direction,
                "grnti": project.grnti,
                "performer_name": project.performer.name,
                "performer_bin": project.performer.bin,
                "performer_country": project.performer.country,
                "permit_no": project.permit_no,
                "agreement_no": project.agreement_no,
                "agreement_date": project.agreement_date,
                "ntc_no": project.ntc_no,
                "ntc_date": project.ntc_date,
                "act_no": f"АВР-{number}",
                "act_date": max(act_on, date(year, 1, 10)),
                "payment_doc_no": str(FIRST_DOCUMENT + number),
                "payment_date": paid_on,
                "entry_kind": "оплата",
                "currency": currency,
                "amount": amount,
                "for_year": for_year,
            }
        )
        return worth

    def _receive(self, told: UnitYear, year: int, tiyn: int, start: date, end: date) -> None:
        """Let the budget receive an amount and the user declare it."""
        if tiyn <= 0:
            return
        received_on = start + timedelta(days=self._rng.randint(0, (end - start).days))
        number = next(self._numbers)
        shared = {"unit_no": told.unit.unit_no, "kbk": self._channel["kbk"], "for_year": year}
        amount = Decimal(tiyn) / TIYN_PER_TENGE
        receipt = {"receipt_no": f"КЗ-{number:06d}", "received_on": received_on, "payer_bin": told.user_bin}
        self.tale.receipts.append(receipt | shared | {"amount": amount})
        document = {"payment_doc_no": str(FIRST_DOCUMENT + number), "payment_date": received_on}
        told.budget.append(shared | document | {"amount": amount})

    def _notice(self, told: UnitYear, year: int, shortfall: int, fulfilment_bp: int, book: _Book) -> None:
        """Let the authority send a notice about a shortfall in the summer after the year, sometimes with more time."""
        if self._rng.random() >= self._data["notice"]:
            return
        noticed = date(year + 1, self._rng.randint(5, 6), self._rng.randint(1, 28))
        self._decide("уведомление", noticed, told, year, until=None, reason="Неисполнение обязательства по НИОКР")
        if fulfilment_bp >= NOTICE_BELOW_BP and self._rng.random() < self._data["extension"]:
            until = noticed + timedelta(days=150)
            self._decide(
                "отсрочка", noticed + timedelta(days=20), told, year, until=until, reason="Ходатайство держателя"
            )
        if self._rng.random() < self._data["cure"]:
            book.arrears.append((year, shortfall))

    def _decide(self, kind: str, on: date, told: UnitYear, year: int, until: date | None, reason: str) -> None:
        self.tale.decisions.append(
            {
                "decision_no": f"МЭ-{len(self.tale.decisions) + 1:04d}",
                "decided_on": on,
                "kind": kind,
                "user_bin": told.user_bin,
                "unit_no": told.unit.unit_no,
                "report_year": year,
                "payment_doc_no": None,
                "until": until,
                "reason": reason,
                "signed_by": "Департамент контроля",
            }
        )

    def _cure(self, told: UnitYear, year: int, book: _Book) -> None:
        """Pay the arrears of the year before, if its notice moved the holder to."""
        can_pay_by_agreement = (
            told.unit.archetype.sector not in self._channel["sectors"] or year < self._budget_from.year
        )
        for origin, shortfall in book.arrears:
            if can_pay_by_agreement:
                tenge = -(-shortfall * self._rng.choice((100, 100, 60)) // (100 * TIYN_PER_TENGE))
                project = self._projects.new(told.unit, year)
                while project.performer.currency != "KZT":
                    project = self._projects.new(told.unit, year)
                self._payment(told, year, tenge * TIYN_PER_TENGE, project, for_year=origin)
        book.arrears = []

    def _fill(self, happened: Sequence[UnitYear], year: int, books: dict[str, _Book]) -> None:
        """Bring every filing to the number of lines that a benchmark asks for, with small payments."""
        low, high = self._lines or (0, 0)
        for told in _largest_of_each_user(happened):
            mine = sum(len(other.lines) for other in happened if other.user_bin == told.user_bin)
            missing = self._rng.randint(low, high) - mine
            if missing > 0:
                book = books[told.unit.unit_no]
                target = missing * self._data["smallest_payment"] * TIYN_PER_TENGE
                book.credits[year] = book.credits.get(year, 0) + self._agreements(told, year, target, book, missing)


def _largest_of_each_user(happened: Sequence[UnitYear]) -> Iterator[UnitYear]:
    largest: dict[str, UnitYear] = {}
    for told in happened:
        if told.user_bin not in largest or (told.due_tiyn or 0) > (largest[told.user_bin].due_tiyn or 0):
            largest[told.user_bin] = told
    yield from largest.values()


def _rate_of(unit: Unit) -> Decimal:
    return Decimal(unit.rate_percent) * PERCENT if unit.rate_percent else Decimal(country()["default_due_rate"])


def _spend(available: dict[int, int], used: int) -> dict[int, int]:
    """What is left of credits after ``used`` tiyn are taken, oldest first."""
    left = {}
    for origin in sorted(available):
        taken = min(used, available[origin])
        used -= taken
        if available[origin] > taken:
            left[origin] = available[origin] - taken
    return left
