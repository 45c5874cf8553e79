"""Victims: who makes how many of the mistakes, and where.

Belongs here: drawing victims at the rates of ``mistakes.yaml``. Does not: what a mistake does
(``line_mistakes``, ``unit_mistakes``, ``filing_mistakes``).

Rates are quotas, not chances: a demo of the usual size shows every mistake that fits its years at least once. A filing
that will not be used gets no other mistake, because nobody would see it.
"""

from collections import Counter
from collections.abc import Callable
from random import Random

from pipelines.demo.country import MistakeRate, mistake_rates
from pipelines.demo.mistakes import cell_mistakes, filing_mistakes, line_mistakes, unit_mistakes
from pipelines.demo.world import World

TRIES_PER_MISTAKE = 40
TRIES_AT_LEAST = 2_000

_HANDED_IN_AGAIN = 0.6  # of the rejected filings


def make_mistakes(rng: Random, world: World, factor: float = 1.0) -> Counter[str]:
    """Make all mistakes in ``world``; return how many of each were made."""
    made: Counter[str] = Counter()
    for mistake in mistake_rates():
        made[mistake.name] = _SCOPES[mistake.scope](rng, world, mistake, factor)
    return made


def _quota(mistake: MistakeRate, candidates: int, factor: float) -> int:
    return max(1, round(mistake.rate * factor * candidates)) if candidates else 0


def _among_lines(rng: Random, world: World, mistake: MistakeRate, factor: float) -> int:
    act = (line_mistakes.ALL | cell_mistakes.ALL)[mistake.name]
    wanted = _quota(mistake, sum(len(draft.lines) for draft in world.drafts), factor)

    def once() -> bool:
        draft = rng.choice(world.drafts)
        free = [line for line in draft.lines if id(line) not in world.spoilt]
        if not free:
            return False
        line = rng.choice(free)
        if not act(rng, world, draft, line):
            return False
        world.spoilt.add(id(line))
        return True

    return _repeat(once, wanted)


def _among_units(rng: Random, world: World, mistake: MistakeRate, factor: float) -> int:
    act = unit_mistakes.ALL[mistake.name]
    wanted = _quota(mistake, sum(len(draft.units) for draft in world.drafts), factor)

    def once() -> bool:
        draft = rng.choice(world.drafts)
        row = rng.choice(draft.units)
        if id(row) in world.spoilt or not act(rng, world, draft, row):
            return False
        world.spoilt.add(id(row))
        return True

    return _repeat(once, wanted)


def _among_filings(rng: Random, world: World, mistake: MistakeRate, factor: float) -> int:
    act = filing_mistakes.ALL[mistake.name]
    wanted = _quota(mistake, len(world.drafts), factor)

    def once() -> bool:
        draft = rng.choice(world.drafts)
        if id(draft) in world.spoilt or (mistake.name in filing_mistakes.HIDING and world.carries_a_mistake(draft)):
            return False
        faultless = world.copy_of(draft)
        if not act(rng, world, draft):
            return False
        world.spoilt.add(id(draft))
        if mistake.name in filing_mistakes.REJECTED and rng.random() < _HANDED_IN_AGAIN:
            filing_mistakes.hand_in_again(rng, world, faultless)
        return True

    return _repeat(once, wanted)


def _among_receipts(rng: Random, world: World, mistake: MistakeRate, factor: float) -> int:
    act = unit_mistakes.RECEIPTS[mistake.name]
    wanted = min(_quota(mistake, len(world.receipts), factor), len(world.receipts))

    def once() -> bool:
        receipt = rng.choice(world.receipts)
        if id(receipt) in world.spoilt:
            return False
        act(rng, world, receipt)
        world.spoilt.add(id(receipt))
        return True

    return _repeat(once, wanted)


def _in_registers(rng: Random, world: World, mistake: MistakeRate, factor: float) -> int:
    unit_mistakes.REGISTERS[mistake.name](rng, world)
    return 1


def _repeat(once: Callable[[], bool], wanted: int) -> int:
    """Try until ``wanted`` succeed; give up when what is needed hardly exists in this country."""
    made = 0
    for _ in range(max(TRIES_AT_LEAST, wanted * TRIES_PER_MISTAKE)):
        if made == wanted:
            break
        made += once()
    return made


_SCOPES: dict[str, Callable[[Random, World, MistakeRate, float], int]] = {
    "line": _among_lines,
    "unit": _among_units,
    "filing": _among_filings,
    "receipt": _among_receipts,
    "register": _in_registers,
}
