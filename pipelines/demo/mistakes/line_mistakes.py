"""Mistakes in a line that the rules of recognition are about: one function each, by its name in ``mistakes.yaml``.

Belongs here: what happens to the line, and to registers where the mistake needs them. Does not: how often; cells that
cannot be read (``cell_mistakes``). A function returns whether the line could carry the mistake; if not, it must have
changed nothing.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pipelines.demo.country import country
from pipelines.demo.drafts import Draft
from pipelines.demo.names import BinIssuer, company_names
from pipelines.demo.population import Performer
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
def unpaid(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Reported, but neither a payment document nor a date."""
    line["payment_doc_no"] = line["payment_date"] = None
    return True


@_mistake
def paid_in_the_next_year(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Paid in January."""
    line["payment_date"] = date(draft.year + 1, 1, rng.randint(5, 31))
    return True


@_mistake
def digitalisation_not_allowed(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A digital project where only research counts."""
    unit = world.unit_of(line)
    if unit is None or unit.archetype.sector != "ТПИ":
        return False
    line["work_kind"], line["project_title"] = "Цифровизация", f"Цифровой двойник карьера {unit.deposit}"
    return True


@_mistake
def foreign_without_permit(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A foreign performer under an old contract, without a permit."""
    unit = world.unit_of(line)
    if unit is None or unit.archetype.credit != "any":
        return False
    _hire(line, rng.choice(world.people.foreigners))
    line["permit_no"] = None
    return True


@_mistake
def foreign_under_a_cost_regime(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A foreign performer under the Code."""
    unit = world.unit_of(line)
    if unit is None or not unit.archetype.by_costs:
        return False
    _hire(line, rng.choice(world.people.foreigners))
    return True


@_mistake
def institute_paid_after_the_new_order(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Still paid to an institute when the money was due to the budget."""
    channel, unit = country()["budget_channel"], world.unit_of(line)
    start = date.fromisoformat(channel["starts_on"])
    if unit is None or unit.archetype.sector not in channel["sectors"] or draft.year < start.year:
        return False
    line["payment_date"] = max(start, date(draft.year, 1, 10)) + timedelta(days=rng.randint(0, 200))
    return True


@_mistake
def same_payment_twice(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """The same payment stands in two rows."""
    draft.lines.append({**line, "line_no": len(draft.lines) + 1})
    world.spoilt.add(id(draft.lines[-1]))
    return True


@_mistake
def performer_without_accreditation(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Never accredited, or no longer on the day of payment."""
    issued = BinIssuer(rng).company(rng.randint(2001, 2019))
    _hire(line, Performer(issued, company_names(rng, "ТПИ", 1)[0], "Предприятие"))
    if rng.random() < country()["behaviour"]["accreditation_ran_out"]:
        ended = date(draft.year - 1, 6, 30)
        world.extra_performers.append(
            {
                "bin": issued,
                "name": line["performer_name"],
                "kind": "Предприятие",
                "accreditation_no": f"{rng.randint(1000, 9999)}-НТ",
                "valid_from": date(draft.year - 6, 7, 1),
                "valid_to": ended,
            }
        )
    return True


@_mistake
def affiliate_as_performer(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """The money stays in the group: an accredited company of the user's own."""
    issued = BinIssuer(rng).company(rng.randint(2002, 2016))
    stem = str(draft.cover["user_name"]).partition("«")[2].rstrip("»")
    name = f"ТОО «{stem} {rng.choice(country()['group_companies'])}»"
    _hire(line, Performer(issued, name, "Предприятие"))
    accredited: Row = {"accreditation_no": f"{rng.randint(1000, 9999)}-НТ", "valid_to": date(draft.year + 3, 12, 31)}
    row: Row = {"bin": issued, "name": name, "kind": "Предприятие", "valid_from": date(2016, 1, 1)}
    world.extra_performers.append(row | accredited)
    ground = rng.choice(("Дочерняя организация", "Общий учредитель", "Общий руководитель"))
    since: Row = {"valid_from": date(2016, 1, 1), "valid_to": None}
    world.affiliates.append({"user_bin": draft.user_bin, "affiliate_bin": issued, "ground": ground} | since)
    return True


@_mistake
def missing_act(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """No act of acceptance."""
    line["act_no"] = line["act_date"] = None
    return True


@_mistake
def ntc_after_the_payment(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """The council decided after the money was paid."""
    paid_on = line["payment_date"]
    if not isinstance(paid_on, date) or not _ntc_is_due(line, paid_on):
        return False
    line["ntc_date"] = paid_on + timedelta(days=rng.randint(5, 40))
    return True


@_mistake
def no_ntc_decision(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """The council never decided."""
    paid_on = line["payment_date"]
    if not isinstance(paid_on, date) or not _ntc_is_due(line, paid_on):
        return False
    line["ntc_no"] = line["ntc_date"] = None
    return True


@_mistake
def excluded_kind(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """An ordinary purchase under the name of research."""
    line["project_title"] = rng.choice(country()["excluded_titles"])
    return True


@_mistake
def agreement_of_another_user(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """An agreement that another user reports too."""
    other = rng.choice(world.drafts)
    if other.year != draft.year or other.user_bin == draft.user_bin or not other.lines:
        return False
    theirs = rng.choice(other.lines)
    if not theirs["performer_bin"] or id(theirs) in world.spoilt:
        return False
    for name in ("agreement_no", "agreement_date", "performer_name", "performer_bin", "performer_country"):
        line[name] = theirs[name]
    line["currency"], line["permit_no"] = "KZT", None
    return True


@_mistake
def performer_is_the_user(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """The user paid itself."""
    _hire(line, Performer(draft.user_bin, str(draft.cover["user_name"]), "Предприятие"))
    return True


@_mistake
def refund(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """A quarter of a payment came back."""
    back = Decimal(str(line["amount"])) / 4
    amount = back.quantize(Decimal(1)) if back > 1 else Decimal(str(line["amount"]))
    number = len(draft.lines) + 1
    draft.lines.append(
        {**line, "line_no": number, "entry_kind": "возврат", "amount": amount, "payment_doc_no": f"В-{number}"}
    )
    world.spoilt.add(id(draft.lines[-1]))
    return True


@_mistake
def rejected_by_the_authority(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """The authority looked at the payment and rejected it."""
    return _decided(rng, world, draft, line, "отклонить", "Работа не относится к научным исследованиям")


@_mistake
def accepted_by_the_authority(rng: Random, world: World, draft: Draft, line: Row) -> bool:
    """Without an act, but the authority has seen the report of the work."""
    if not _decided(rng, world, draft, line, "принять", "Отчет о работе представлен при проверке"):
        return False
    return missing_act(rng, world, draft, line)


def _hire(line: Row, performer: Performer) -> None:
    """Let another performer have done the work, paid in tenge."""
    line["performer_name"], line["performer_bin"] = performer.name, performer.bin
    line["performer_country"] = performer.country
    line["currency"] = "KZT"


def _decided(rng: Random, world: World, draft: Draft, line: Row, kind: str, reason: str) -> bool:
    if not line["payment_doc_no"]:
        return False
    world.decisions.append(
        {
            "decision_no": f"КГД-{len(world.decisions) + 1:04d}",
            "decided_on": date(draft.year + 1, rng.randint(5, 9), rng.randint(1, 28)),
            "kind": kind,
            "user_bin": draft.user_bin,
            "unit_no": line["unit_no"],
            "report_year": draft.year,
            "payment_doc_no": line["payment_doc_no"],
            "until": None,
            "reason": reason,
            "signed_by": "Департамент контроля",
        }
    )
    return True


def _ntc_is_due(line: Row, paid_on: date) -> bool:
    return line["ntc_no"] is not None and paid_on >= date.fromisoformat(country()["ntc_needed_from"])
