"""Population: the users, units and performers of the invented country.

Belongs here: who exists, with names, numbers, dates and sizes. Does not: what they pay and report (``story``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from statistics import NormalDist

from pipelines.demo.country import Archetype, archetypes, country, weighted
from pipelines.demo.names import BinIssuer, company_names, place_of

MILLION = 1_000_000
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class User:
    """A subsoil user, its habits of filing and its main sector."""

    bin: str
    name: str
    sector: str
    unit_of_account: str
    language: str
    signatory: str


@dataclass(frozen=True)
class Holding:
    """A period in which a user holds a unit; None means from the start or without end."""

    user_bin: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Unit:
    """A contract or licence. Amounts are in tiyn, ``base_tiyn`` is the base of the year before the first year."""

    unit_no: str
    unit_date: date
    archetype: Archetype
    mineral: str
    deposit: str
    region_kato: str
    production_start: date | None
    holdings: tuple[Holding, ...]
    base_tiyn: int
    opening_credit_tiyn: int = 0
    opening_credit_year: int | None = None
    forfeit_percent: int | None = None
    rate_percent: str | None = None
    fixed_due_tiyn: int | None = None

    def holder_at_the_end_of(self, year: int) -> str | None:
        """BIN of the holder on 31 December."""
        day = date(year, 12, 31)
        for holding in self.holdings:
            if (holding.since is None or holding.since <= day) and (holding.until is None or day <= holding.until):
                return holding.user_bin
        return None

    def first_obliged_year(self) -> int | None:
        """The first year that owes 1%, as the archetype says."""
        starts = {"unit_date": self.unit_date, "production_start": self.production_start}
        start = starts.get(self.archetype.obliged or "")
        return None if start is None else start.year + 1


@dataclass(frozen=True)
class Performer:
    """A university, an institute or a company; foreign ones have no BIN."""

    bin: str | None
    name: str
    kind: str
    country: str = "KZ"
    currency: str = "KZT"
    accreditation_no: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Population:
    """Everybody and everything that exists."""

    users: tuple[User, ...]
    units: tuple[Unit, ...]
    performers: tuple[Performer, ...]
    foreigners: tuple[Performer, ...]


def populate(rng: Random, users: int, first_year: int, last_year: int) -> Population:
    """Draw ``users`` subsoil users with their units; the same generator state gives the same country."""
    issuer = BinIssuer(rng)
    people = _users(rng, issuer, users)
    units = _sized(rng, _transferred(rng, _units(rng, people, first_year, last_year), people, first_year, last_year))
    settled = tuple(_with_terms(rng, unit, first_year) for unit in units)
    return Population(people, settled, _performers(rng, issuer, last_year), _foreigners())


def _users(rng: Random, issuer: BinIssuer, count: int) -> tuple[User, ...]:
    data = country()
    names = {sector: iter(company_names(rng, sector, count)) for sector in data["full_size"]}
    return tuple(
        User(
            bin=issuer.company(rng.randint(1996, 2018)),
            name=next(names[sector]),
            sector=sector,
            unit_of_account=weighted(rng, data["units_of_account"]),
            language=weighted(rng, data["languages"]),
            signatory=rng.choice(data["names"]["signatories"]),
        )
        for sector in _sectors(rng, count)
    )


def _sectors(rng: Random, count: int) -> list[str]:
    full: dict[str, int] = country()["full_size"]
    total = sum(full.values())
    shares = {sector: max(1, round(count * size / total)) for sector, size in full.items()}
    dealt = [sector for sector, share in shares.items() for _ in range(share)]
    largest = max(full, key=lambda sector: full[sector])
    while len(dealt) > count and len(dealt) > len(full):
        dealt.remove(largest)
    dealt += [largest] * (count - len(dealt))
    rng.shuffle(dealt)
    return dealt


def _units(rng: Random, users: Sequence[User], first_year: int, last_year: int) -> list[Unit]:
    kinds = archetypes()
    queues: dict[str, list[Archetype]] = {}
    for sector, holding in country()["holdings"].items():
        queues[sector] = sorted((kinds[key] for key in holding["of"]), key=lambda kind: -kind.first)
    serials = iter(rng.sample(range(101, 101 + 40 * len(users)), 8 * len(users)))
    units = []
    for user in users:
        holding = country()["holdings"][user.sector]
        for _ in range(rng.choices(range(1, len(holding["units"]) + 1), weights=holding["units"])[0]):
            queue = queues[user.sector]
            kind = queue.pop() if queue else kinds[weighted(rng, {key: kinds[key].weight for key in holding["of"]})]
            units.append(_unit(rng, kind, user, next(serials), first_year, last_year))
    return units


def _unit(rng: Random, kind: Archetype, user: User, serial: int, first_year: int, last_year: int) -> Unit:
    data = country()
    unit_date = _day_between(rng, *kind.dated)
    production_start = None
    if kind.obliged == "production_start":
        latest = last_year if rng.random() < data["behaviour"]["starts_late"] else first_year
        production_start = _day_between(rng, unit_date.year + 1, max(unit_date.year + 1, latest - 1) + 0.9)
    elif kind.obliged == "unit_date":
        production_start = unit_date + timedelta(days=rng.randint(200, 900))
    return Unit(
        unit_no=kind.number.format(serial=serial),
        unit_date=unit_date,
        archetype=kind,
        mineral=rng.choice(data["minerals"][kind.sector]),
        deposit=place_of(rng),
        region_kato=rng.choice(data["regions"][kind.sector]),
        production_start=production_start,
        holdings=(Holding(user.bin),),
        base_tiyn=0,
    )


def _transferred(rng: Random, units: list[Unit], users: Sequence[User], first: int, last: int) -> list[Unit]:
    """Let some units change hands once, in the middle of the demo, inside their sector."""
    if last == first:
        return units
    sectors = {user.bin: user.sector for user in users}
    chosen = {k for k in range(len(units)) if rng.random() < country()["behaviour"]["transfer"]} or {len(units) - 1}
    moved = []
    for k, unit in enumerate(units):
        seller = unit.holdings[0].user_bin
        buyers = [user.bin for user in users if user.sector == sectors[seller] and user.bin != seller]
        if k in chosen and buyers:
            day = date((first + last + 1) // 2, rng.randint(2, 10), 1)
            sale = (Holding(seller, None, day - timedelta(days=1)), Holding(rng.choice(buyers), day, None))
            unit = replace(unit, holdings=sale)
        moved.append(unit)
    return moved


def _sized(rng: Random, units: Sequence[Unit]) -> list[Unit]:
    """Give bases by equal steps of each archetype's lognormal distribution, so that totals do not hang on one draw."""
    normal = NormalDist()
    by_kind: dict[str, list[Unit]] = {}
    for unit in units:
        by_kind.setdefault(unit.archetype.key, []).append(unit)
    bases: dict[str, int] = {}
    for members in by_kind.values():
        mean, sigma = members[0].archetype.base
        ranks = list(range(len(members)))
        rng.shuffle(ranks)
        for unit, rank in zip(members, ranks, strict=True):
            factor = NormalDist(-sigma * sigma / 2, sigma).inv_cdf((rank + 0.2 + 0.6 * rng.random()) / len(members))
            bases[unit.unit_no] = round(mean * 2.718281828 ** min(factor, normal.inv_cdf(0.999) * sigma) * 1000)
    return [replace(unit, base_tiyn=bases[unit.unit_no] * (MILLION // 1000) * 100) for unit in units]


def _with_terms(rng: Random, unit: Unit, first_year: int) -> Unit:
    """Add what a contract or the register may say besides: credits brought forward, a forfeit, a fixed duty."""
    chances = country()["behaviour"]
    kind = unit.archetype
    if kind.obliged is None:
        return unit
    if rng.random() < chances["opening_credit"] and (unit.first_obliged_year() or first_year) < first_year:
        credit = unit.base_tiyn // 100_000 * rng.randint(2, 9) * 100
        unit = replace(unit, opening_credit_tiyn=credit, opening_credit_year=first_year - 1)
    if kind.sector != "ТПИ" and rng.random() < chances["forfeit_percent"]:
        unit = replace(unit, forfeit_percent=rng.choice((10, 30)))
    if rng.random() < chances["rate_override"]:
        unit = replace(unit, rate_percent=rng.choice(("1.5", "0.5")))
    elif rng.random() < chances["fixed_due"]:
        unit = replace(unit, fixed_due_tiyn=rng.randint(20, 300) * MILLION * 100)
    return unit


def _performers(rng: Random, issuer: BinIssuer, last_year: int) -> tuple[Performer, ...]:
    return tuple(
        Performer(
            bin=issuer.company(rng.randint(1994, 2014)),
            name=name,
            kind=kind,
            accreditation_no=f"{rng.randint(1000, 9999)}-НТ",
            valid_from=date(2014, rng.randint(1, 12), rng.randint(1, 28)),
            valid_to=date(last_year + 3, 12, 31),
        )
        for kind, names in country()["performers"].items()
        for name in names
    )


def _foreigners() -> tuple[Performer, ...]:
    return tuple(
        Performer(None, row["name"], "Предприятие", row["country"], row["currency"])
        for row in country()["foreign_performers"]
    )


def _day_between(rng: Random, start: float, end: float) -> date:
    """A day between two moments given in years (2018.6 is early August 2018)."""
    moment = rng.uniform(start, end)
    return date(int(moment), 1, 1) + timedelta(days=int((moment % 1) * (DAYS_A_YEAR - 1)))
