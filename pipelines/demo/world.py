"""World: everything a mistake may touch, kept in one place while mistakes are made.

Belongs here: drafts, register rows and look-ups over them. Does not: drawing mistakes.
"""

from copy import deepcopy
from dataclasses import dataclass, field

from pipelines.demo.drafts import Draft
from pipelines.demo.population import Population, Unit
from pipelines.demo.story import Row


@dataclass
class World:
    """The country on its way to the inbox. ``spoilt`` holds the identities of what already carries a mistake."""

    people: Population
    drafts: list[Draft]
    receipts: list[Row]
    decisions: list[Row]
    affiliates: list[Row] = field(default_factory=list)
    extra_performers: list[Row] = field(default_factory=list)
    spoilt: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._units = {unit.unit_no: unit for unit in self.people.units}
        self._kept: list[object] = []  # so that an identity in ``spoilt`` is never given to a new object

    def unit_of(self, row: Row) -> Unit | None:
        """The unit a line or a row of objects names, if it exists."""
        return self._units.get(str(row["unit_no"]))

    def carries_a_mistake(self, draft: Draft) -> bool:
        """Whether a row of the draft is spoilt already."""
        return any(id(row) in self.spoilt for row in (*draft.units, *draft.lines))

    @staticmethod
    def copy_of(draft: Draft) -> Draft:
        """A draft of the same content that shares nothing with it."""
        return deepcopy(draft)

    def add(self, draft: Draft) -> None:
        """Put one more workbook into the inbox; it carries a mistake already."""
        self.drafts.append(draft)
        self.spoilt.add(id(draft))

    def keep(self, thing: object) -> None:
        """Remember what left the country, so that nothing new takes over its identity."""
        self._kept.append(thing)

    def drop(self, draft: Draft) -> None:
        """Take a workbook out of the inbox."""
        self.drafts.remove(draft)
        self.keep(draft)

    def drop_receipt(self, receipt: Row) -> None:
        """Take a receipt out of the treasury."""
        self.receipts.remove(receipt)
        self.keep(receipt)
