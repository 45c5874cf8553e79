"""Mistakes in a row of `Объекты`, in receipts of the budget and in registers, by their names in ``mistakes.yaml``.

Belongs here: what happens to the row. Does not: how often.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from pipelines.demo.drafts import Draft, TypedText, typed
from pipelines.demo.story import Row
from pipelines.demo.world import World

UnitMistake = Callable[[Random, World, Draft, Row], bool]
ALL: dict[str, UnitMistake] = {}
RECEIPTS: dict[str, Callable[[Random, World, Row], None]] = {}
REGISTERS: dict[str, Callable[[Random, World], None]] = {}
OTHER_BASE = {"СГД": "Затраты на добычу", "Затраты на добычу": "СГД"}


def _mistake(act: UnitMistake) -> UnitMistake:
    ALL[act.__name__] = act
    return act


@_mistake
def base_blank(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """No base, though a duty is declared."""
    if row["declared_due"] is None:
        return False
    row["base_amount"] = None
    return True


@_mistake
def base_of_the_wrong_kind(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """Income where costs are asked for, or the other way round."""
    if row["declared_due"] is None:
        return False
    row["base_kind"] = OTHER_BASE[str(row["base_kind"])]
    return True


@_mistake
def declared_due_wrong(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """A duty that is not 1% of the base."""
    if row["declared_due"] is None:
        return False
    row["declared_due"] = (Decimal(str(row["declared_due"])) * rng.choice((2, Decimal("0.9"), 10))).quantize(
        Decimal("0.01")
    )
    return True


@_mistake
def declared_credit_wrong(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """A credit nobody has."""
    if row["declared_due"] is None:
        return False
    row["declared_credit"] = (Decimal(str(row["declared_due"])) * Decimal("0.2")).quantize(Decimal(1)) + 1
    return True


@_mistake
def base_in_another_unit_of_account(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """Tenge in a form of thousands, or thousands in a form of tenge; only where a year before shows the jump."""
    earlier = [other for other in world.drafts if other.user_bin == draft.user_bin and other.year == draft.year - 1]
    if row["declared_due"] is None or not earlier:
        return False
    factor = Decimal(1000) if draft.multiplier > 1 else Decimal("0.001")
    row["base_amount"] = Decimal(str(row["base_amount"])) * factor
    return True


@_mistake
def base_as_text(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """The base typed with spaces and a comma."""
    base = Decimal(str(row["base_amount"]))
    row["base_amount"] = TypedText(typed(base, "\u00a0"), base)
    return True


@_mistake
def unit_held_by_another(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """One more row, for a unit of somebody else."""
    other = rng.choice(world.people.units)
    if any(holding.user_bin == draft.user_bin for holding in other.holdings):
        return False
    draft.units.append({**row, "unit_no": other.unit_no, "declared_credit": None})
    world.spoilt.add(id(draft.units[-1]))
    return True


@_mistake
def unit_twice(rng: Random, world: World, draft: Draft, row: Row) -> bool:
    """A unit stands in two rows."""
    if row["declared_due"] is None:
        return False
    draft.units.append(dict(row))
    world.spoilt.add(id(draft.units[-1]))
    return True


def _receipt(act: Callable[[Random, World, Row], None]) -> Callable[[Random, World, Row], None]:
    RECEIPTS[act.__name__] = act
    return act


@_receipt
def receipt_of_another_amount(rng: Random, world: World, receipt: Row) -> None:
    """Less arrived than was declared."""
    receipt["amount"] = (Decimal(str(receipt["amount"])) * Decimal("0.87")).quantize(Decimal(1))


@_receipt
def receipt_of_an_unknown_unit(rng: Random, world: World, receipt: Row) -> None:
    """The payer mistyped the number of the contract."""
    receipt["unit_no"] = f"{rng.randint(1, 99)}/НЕТ"


@_receipt
def receipt_missing(rng: Random, world: World, receipt: Row) -> None:
    """Declared, but never received."""
    world.drop_receipt(receipt)


@_receipt
def receipt_under_another_code(rng: Random, world: World, receipt: Row) -> None:
    """Received under the classification code of another payment."""
    receipt["kbk"] = "105402"


def _register(act: Callable[[Random, World], None]) -> Callable[[Random, World], None]:
    REGISTERS[act.__name__] = act
    return act


@_register
def performer_registered_with_a_wrong_bin(rng: Random, world: World) -> None:
    """A row of the register of performers is wrong itself."""
    world.extra_performers.append(
        {
            "bin": "123456789012",
            "name": "ТОО «Опечатка»",
            "kind": "Предприятие",
            "accreditation_no": "0000-НТ",
            "valid_from": date(2020, 1, 1),
            "valid_to": None,
        }
    )
