"""Mistakes in a whole filing, by their names in ``mistakes.yaml``.

Belongs here: what happens to the workbook, and further workbooks of the same user. Does not: how often.
A function returns whether the filing could carry the mistake; if not, it must have changed nothing.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pipelines.demo.country import country
from pipelines.demo.drafts import Draft
from pipelines.demo.names import BinIssuer
from pipelines.demo.world import World

FilingMistake = Callable[[Random, World, Draft], bool]
ALL: dict[str, FilingMistake] = {}
LINES_OF_A_REAL_FILING = 3  # with fewer, a hidden or forgotten one would leave nothing to look at
REJECTED = frozenset(
    {
        "damaged_file",
        "text_file_renamed",
        "missing_sheet",
        "missing_column",
        "cover_field_blank",
        "year_of_another_folder",
        "unknown_edition",
    }
)

HIDING = REJECTED | {"missing_filing"}  # what else is wrong with such a filing is never seen


def _mistake(act: FilingMistake) -> FilingMistake:
    ALL[act.__name__] = act
    return act


def hand_in_again(rng: Random, world: World, draft: Draft) -> None:
    """Let the filer notice and hand in a good workbook some days later, under the next number."""
    world.add(_later(rng, draft))


@_mistake
def user_bin_as_number(rng: Random, world: World, draft: Draft) -> bool:
    """Excel takes the BIN for a number and its leading zeros go."""
    if not draft.user_bin.startswith("0"):
        return False
    draft.cover["user_bin"] = int(draft.user_bin)
    return True


@_mistake
def total_wrong(rng: Random, world: World, draft: Draft) -> bool:
    """The total was typed, and a row was changed after it."""
    if len(draft.lines) <= 1 or any(not isinstance(line["amount"], Decimal) for line in draft.lines):
        return False
    draft.total_off_by = Decimal(rng.randint(1, 900))
    return True


@_mistake
def hidden_rows(rng: Random, world: World, draft: Draft) -> bool:
    """A row that counts is hidden by a filter."""
    if len(draft.lines) < LINES_OF_A_REAL_FILING:
        return False
    draft.hidden_lines = {rng.randrange(len(draft.lines))}
    return True


@_mistake
def hidden_sheet(rng: Random, world: World, draft: Draft) -> bool:
    """The sheet of payments is hidden."""
    if not draft.lines:
        return False
    draft.hidden_tables = {"financing"}
    return True


@_mistake
def columns_in_another_order(rng: Random, world: World, draft: Draft) -> bool:
    """The columns of the form are moved about."""
    draft.column_seed = rng.randrange(1_000_000)
    return True


@_mistake
def column_of_their_own(rng: Random, world: World, draft: Draft) -> bool:
    """The accountant needs one column more."""
    draft.extra_columns = [rng.choice(("Примечание бухгалтера", "Согласовано", "ЦФО"))]
    return True


@_mistake
def late_filing(rng: Random, world: World, draft: Draft) -> bool:
    """Handed in up to three months after the deadline."""
    month, day = country()["filing_deadline"]
    late = date(draft.year + 1, month, day) + timedelta(days=rng.randint(1, 90))
    draft.cover["submitted_on"] = draft.received_on = late
    return True


@_mistake
def missing_filing(rng: Random, world: World, draft: Draft) -> bool:
    """Never handed in, though something is owed."""
    if all(row["declared_due"] is None for row in draft.units):
        return False
    world.drop(draft)
    return True


@_mistake
def damaged_file(rng: Random, world: World, draft: Draft) -> bool:
    """The upload broke off: a third of the file is missing."""
    draft.damage = "truncated"
    return True


@_mistake
def text_file_renamed(rng: Random, world: World, draft: Draft) -> bool:
    """A text file under the name of a workbook."""
    draft.damage = "renamed_text"
    return True


@_mistake
def unpacks_without_end(rng: Random, world: World, draft: Draft) -> bool:
    """Beside the good one, a workbook with a picture that unpacks to more than any limit allows."""
    bomb = _later(rng, draft)
    bomb.damage = "bomb"
    world.add(bomb)
    return True


@_mistake
def missing_sheet(rng: Random, world: World, draft: Draft) -> bool:
    """A required sheet is deleted."""
    draft.missing_tables = {rng.choice(("cover", "units", "financing"))}
    return True


@_mistake
def missing_column(rng: Random, world: World, draft: Draft) -> bool:
    """A required column is deleted."""
    columns = (("financing", "amount"), ("financing", "performer_bin"), ("units", "base_amount"))
    draft.missing_fields = {rng.choice(columns)}
    return True


@_mistake
def cover_field_blank(rng: Random, world: World, draft: Draft) -> bool:
    """A required field of the cover is empty."""
    draft.cover[rng.choice(("user_bin", "submitted_on", "submission_no"))] = None
    return True


@_mistake
def year_of_another_folder(rng: Random, world: World, draft: Draft) -> bool:
    """The cover names the year before."""
    draft.cover["reporting_year"] = draft.year - 1
    return True


@_mistake
def unknown_edition(rng: Random, world: World, draft: Draft) -> bool:
    """A form that was never in force."""
    draft.cover["form_edition"] = "2019.2"
    return True


@_mistake
def user_without_a_unit(rng: Random, world: World, draft: Draft) -> bool:
    """Beside the good one, a workbook of somebody nobody knows."""
    stranger = world.copy_of(draft)
    stranger.user_bin = BinIssuer(rng).company(2019)
    stranger.cover["user_bin"], stranger.cover["user_name"] = stranger.user_bin, "ТОО «Неизвестный недропользователь»"
    stranger.file_name = f"{stranger.user_bin}-{draft.year}-1.xlsx"
    world.add(stranger)
    return True


@_mistake
def correction(rng: Random, world: World, draft: Draft) -> bool:
    """First handed in with a payment too low and one forgotten, then put right."""
    payments = [line for line in draft.lines if isinstance(line["amount"], Decimal) and line["amount"] > 1]
    if not payments:
        return False
    world.add(_later(rng, draft))
    line = rng.choice(payments)
    line["amount"] = (Decimal(str(line["amount"])) / 2).quantize(Decimal("0.001"))
    if len(draft.lines) > LINES_OF_A_REAL_FILING:
        draft.lines.pop()
    return True


@_mistake
def same_file_twice(rng: Random, world: World, draft: Draft) -> bool:
    """Uploaded twice, under another name."""
    twin = world.copy_of(draft)
    twin.file_name = draft.file_name.replace(".xlsx", " (копия).xlsx")
    twin.received_on = draft.received_on + timedelta(days=rng.randint(0, 9))
    world.add(twin)
    return True


@_mistake
def correction_of_nothing(rng: Random, world: World, draft: Draft) -> bool:
    """A new number, but nothing else has changed."""
    world.add(_later(rng, draft))
    return True


@_mistake
def other_content_under_the_same_number(rng: Random, world: World, draft: Draft) -> bool:
    """Changed after all, but under the number already used."""
    if not draft.lines or not isinstance(draft.lines[0]["amount"], Decimal):
        return False
    other = _later(rng, draft)
    other.cover["submission_no"] = draft.cover["submission_no"]
    other.lines[0]["amount"] = Decimal(str(other.lines[0]["amount"])) * 2
    other.file_name = draft.file_name.replace(".xlsx", " (исправленный).xlsx")
    world.add(other)
    return True


def _later(rng: Random, draft: Draft) -> Draft:
    """The next submission of the same content, one to three weeks later."""
    number = int(str(draft.cover["submission_no"])) + 1
    again = World.copy_of(draft)
    again.received_on = draft.received_on + timedelta(days=rng.randint(7, 21))
    again.cover["submission_no"], again.cover["submitted_on"] = number, again.received_on
    again.file_name = f"{draft.user_bin}-{draft.year}-{number}.xlsx"
    return again
