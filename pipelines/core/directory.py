"""Directory: the register of units, indexed for one reporting year.

Here: finding a unit however its number is typed, its holder and its regime in the year.
Not here: reading the register, deciding anything about money.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipelines.core.regime import regime_of
from pipelines.core.units import Unit, held_in, holder_in, is_active
from pipelines.statute.law import Law
from schemas.folding import unit_key
from schemas.vocabulary import Regime


@dataclass(frozen=True)
class Directory:
    """All rows of the register of units, by the comparison form of the unit's number (``schemas.folding.unit_key``).

    ``is_known`` is False where nobody has the register: then a unit is neither held nor not held.
    """

    law: Law
    rows: dict[str, tuple[Unit, ...]]
    is_known: bool = True
    _held: dict[tuple[str, str], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[Unit], law: Law) -> "Directory":
        """Index the rows of the register for the year of a law."""
        grouped: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            grouped[unit_key(unit.unit_no)].append(unit)
        return cls(law, {key: tuple(rows) for key, rows in grouped.items()})

    @classmethod
    def unknown(cls, law: Law) -> "Directory":
        """Return the directory of who has no register of units."""
        return cls(law, {}, is_known=False)

    @property
    def year(self) -> int:
        """Return the reporting year."""
        return self.law.year

    @cached_property
    def bins(self) -> frozenset[str]:
        """BINs of every user the register knows."""
        return frozenset(row.user_bin for rows in self.rows.values() for row in rows)

    @cached_property
    def active(self) -> dict[str, Unit]:
        """Holder row of the year for each unit that is active in it, by key, in order of unit number.

        The row carries the register's first spelling of the number, so that a unit has one name in every table.
        """
        found = {
            key: replace(holder_in(live, self.year), unit_no=self.spelling(key))
            for key, rows in self.rows.items()
            if (live := [row for row in rows if is_active(row, self.year)])
        }
        return dict(sorted(found.items(), key=lambda item: self.spelling(item[0])))

    @cached_property
    def regimes(self) -> dict[str, Regime]:
        """Regime of the year for each active unit, by key."""
        return {key: regime_of(unit, self.law) for key, unit in self.active.items()}

    def spelling(self, key: str) -> str:
        """Return the unit's number as the register spells it first."""
        return self.rows[key][0].unit_no

    def is_held(self, key: str, user_bin: str) -> bool | None:
        """Tell whether the user held the unit on any day of the year; False for a unit the register lacks.

        None without the register.
        """
        if not self.is_known:
            return None
        pair = (key, user_bin)
        if pair not in self._held:
            self._held[pair] = held_in(self.rows.get(key, ()), user_bin, self.year)
        return self._held[pair]
