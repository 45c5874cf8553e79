"""Arithmetic: the terms of a verdict set out as sums a reader can follow, section by section.

Belongs here: which earlier result is carried down as an operand of the next sum. Does not: computing any amount (every
figure is a stored term), wording, printing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.explanations.shapes import Term

SECTIONS = ("duty", "credit", "money", "outcome")
MINUS = "−"


@dataclass(frozen=True)
class Step:
    """A line of a sum: a term with its sign there; carried down when it was already shown as a result above."""

    sign: str
    term: Term
    is_carried: bool = False


def sums(terms: Sequence[Term]) -> dict[str, tuple[Step, ...]]:
    """Return the steps of each section, sections without any left out.

    In each sum: the operands, then ``=`` the result. ``·`` is beside the sum.
    """
    by_key = {term.term.partition(":")[0]: term for term in terms}
    due = by_key.get("due") or by_key.get("fixed_due")
    need, financing, surplus = (by_key.get(key) for key in ("need", "financing", "surplus"))
    shown: dict[str, list[Step]] = {section: [] for section in SECTIONS}
    for term in terms:
        steps = shown[term.section]
        key = term.term.partition(":")[0]
        # A sum begins with the result of the one before.
        if key in ("credit_used", "need") and not any(step.is_carried for step in steps):
            steps += _carried(("", due))
        if key in ("dust", "shortfall") and not surplus and not any(step.is_carried for step in steps):
            steps += _carried(("", need), (MINUS, financing))
        if key == "surplus":
            steps += _carried(("", financing), (MINUS, need))
        beside = key == "shortfall" and surplus is not None
        steps.append(Step("" if beside else term.sign, term))
    return {section: tuple(steps) for section, steps in shown.items() if steps}


def _carried(*operands: tuple[str, Term | None]) -> Iterable[Step]:
    return [Step(sign, term, is_carried=True) for sign, term in operands if term is not None]
