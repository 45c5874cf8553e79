"""Mistakes in the cells of a line: odd spellings, and cells that cannot be used; named as in ``mistakes.yaml``.

Belongs here: what happens to the line. Does not: how often; what can be read but is not recognised (``line_mistakes``).
A function returns whether the line could carry the mistake; if not, it must have changed nothing.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from pipelines.demo.drafts import Draft, TypedText, typed
from pipelines.demo.story import Row
from pipelines.demo.world import World

LineMistake = Callable[[Random, World, Draft, Row], bool]
ALL: dict[str, LineMistake] = {}
LATIN_OF_CYRILLIC = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
REQUIRED = ("project_title", "work_kind", "performer_name", "agreement_no", "amount")
LINES_OF_A_SMALL_UNIT = 4
DATES = ("agreement_date", "payment_date", "act_date")


def _mistake(act: LineMistake) -> LineMistake:
    ALL[act.__name__] = act
    return act


@_mistake
def amount_as_text(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """`1 234,56` with one of the many spaces."""
    amount = Decimal(str(line["amount"]))
    space = rng.choice((" ", "\u00a0", "\u202f"))
    text = typed(amount, space)
    line["amount"] = TypedText(text if "," in text else f"{text},00", amount)
    return True


@_mistake
def date_as_text(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A date typed as text, in one of two usual forms."""
    name = rng.choice(DATES)
    day = line[name]
    if not isinstance(day, date):
        return False
    line[name] = TypedText(day.strftime(rng.choice(("%d.%m.%Y", "%Y-%m-%d"))))
    return True


@_mistake
def performer_bin_as_number(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """The BIN lost its leading zeros."""
    if not str(line["performer_bin"] or "").startswith("0"):
        return False
    line["performer_bin"] = int(str(line["performer_bin"]))
    return True


@_mistake
def unit_number_in_latin_letters(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Latin letters that look Cyrillic, and a number sign."""
    typed = str(line["unit_no"]).translate(LATIN_OF_CYRILLIC)
    if typed == line["unit_no"]:
        return False
    line["unit_no"] = f"№ {typed}"
    return True


@_mistake
def foreign_currency(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Paid in dollars."""
    if line["currency"] != "KZT":
        return False
    line["currency"] = "USD"
    line["amount"] = max((Decimal(str(line["amount"])) / 480).quantize(Decimal("0.00001")), Decimal("0.01"))
    return True


@_mistake
def amount_finer_than_a_tiyn(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A product of prices that nobody rounded."""
    line["amount"] = Decimal(str(line["amount"])) + Decimal(rng.randint(1, 9)) / (1000 * draft.multiplier)
    return True


@_mistake
def required_cell_blank(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A required cell is empty."""
    line[rng.choice(REQUIRED)] = None
    return True


@_mistake
def words_instead_of_an_amount(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Words where a number belongs."""
    line["amount"] = TypedText(rng.choice(("по договору", "см. приложение", "12 млн", "уточняется")))
    return True


@_mistake
def error_in_a_cell(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A formula that ended in an error."""
    line["amount"] = TypedText(rng.choice(("#REF!", "#N/A", "#VALUE!")))
    return True


@_mistake
def formula_never_calculated(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A formula saved by a program that does not calculate."""
    line["amount"] = TypedText("=Z100*1.12")
    return True


@_mistake
def negative_amount(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A refund written as a negative amount."""
    line["amount"] = -Decimal(str(line["amount"]))
    return True


@_mistake
def unit_of_nobody(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A unit that is in no register."""
    line["unit_no"] = f"{rng.randint(1, 99)}-ХХ"
    return True


@_mistake
def currency_without_a_rate(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A currency the register of rates does not hold."""
    line["currency"] = "GBP"
    return True


@_mistake
def date_of_another_century(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A slip in the year of a date."""
    line["payment_date"] = TypedText(f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{rng.choice((1900, 2203))}")
    return True


@_mistake
def performer_bin_mistyped(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """One digit of the BIN is wrong."""
    digits = line["performer_bin"]
    if not isinstance(digits, str):
        return False
    line["performer_bin"] = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    return True


@_mistake
def kind_not_in_the_list(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A kind of work that the form does not know."""
    line["work_kind"] = rng.choice(("Исследование", "Услуга", "ПИР"))
    return True


@_mistake
def unit_not_among_the_objects(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Only where the unit has other rows in no sheet to lose: its row of objects goes, the line stays."""
    named = [row for row in draft.units if row["unit_no"] == line["unit_no"]]
    others = [other for other in draft.lines if other["unit_no"] == line["unit_no"]]
    if len(draft.units) <= 1 or len(named) != 1 or len(others) > LINES_OF_A_SMALL_UNIT or id(named[0]) in world.spoilt:
        return False
    draft.units = [row for row in draft.units if row is not named[0]]
    world.keep(named[0])
    return True


@_mistake
def line_number_twice(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A row was copied with its number."""
    if line is draft.lines[0]:
        return False
    line["line_no"] = draft.lines[0]["line_no"]
    return True
