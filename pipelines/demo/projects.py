"""Projects: agreements of subsoil users with those who do the research.

Belongs here: which work, which performer, which papers. Does not: payments (``story``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.demo.country import country
from pipelines.demo.population import Performer, Population, Unit


@dataclass(frozen=True)
class Project:
    """An agreement with a performer that may run for several years."""

    title: str
    work_kind: str
    direction: str | None
    grnti: str
    performer: Performer
    permit_no: str | None
    agreement_no: str
    agreement_date: date
    ntc_no: str | None
    ntc_date: date | None


class Projects:
    """Draws agreements; ``numbers`` gives every paper of the country its own."""

    def __init__(self, rng: Random, people: Population, numbers: Iterator[int]) -> None:
        self._rng = rng
        self._people = people
        self._numbers = numbers
        self._data = country()["behaviour"]
        self._in_channel = country()["budget_channel"]["sectors"]

    def of_the_year(self, unit: Unit, year: int, running: Sequence[Project]) -> list[Project]:
        """Agreements that go on and at least one new one."""
        kept = [project for project in running if self._rng.random() < self._data["project_survives"]]
        wanted = max(1, self._rng.randint(*self._data["projects"]) - len(kept))
        return kept + [self.new(unit, year) for _ in range(wanted)]

    def new(self, unit: Unit, year: int) -> Project:
        """A new agreement that suits the unit, concluded in the first weeks of the year."""
        kind = unit.archetype
        works = country()["works"].get(kind.sector, country()["works"]["ТПИ"])
        digital_counts = kind.by_costs and kind.sector in self._in_channel
        works = [work for work in works if work[1] != "Цифровизация" or digital_counts]
        title, work_kind, grnti, direction = self._rng.choice(works)
        foreign = kind.credit == "any" and self._rng.random() < self._data["foreign"]
        performer = self._rng.choice(self._people.foreigners if foreign else self._people.performers)
        agreed = date(year, 1, 8) + timedelta(days=self._rng.randint(0, 40))
        number = next(self._numbers)
        needs_ntc = kind.sector in self._in_channel
        return Project(
            title=title.format(place=unit.deposit),
            work_kind=work_kind,
            direction=direction,
            grnti=grnti,
            performer=performer,
            permit_no=f"Р-{number}" if foreign else None,
            agreement_no=f"{number}/{agreed.year}-НИОКР",
            agreement_date=agreed,
            ntc_no=f"{self._rng.randint(1, 60)}" if needs_ntc else None,
            ntc_date=agreed - timedelta(days=self._rng.randint(3, 30)) if needs_ntc else None,
        )
