"""Effects: what became of each decision of the authority - applied, overruled, lapsed, set aside or waiting.

Here: weighing decisions on one payment, on the base of a year, and notices and extensions of a year, against each
other. Not here: which buckets lines end in (``pipelines.core.recognition.recognition``), the cure clock
(``pipelines.core.arrears``), reading what is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from schemas.vocabulary import DecisionEffect, DecisionKind

TERMS = (DecisionKind.NOTICE, DecisionKind.EXTENSION)


@dataclass(frozen=True)
class Decision:
    """A decision as the register has it; ``payment_key`` is the comparison form of the payment document."""

    source_row: int
    decision_no: str
    decided_on: date
    kind: DecisionKind
    user_bin: str | None = None
    payment_key: str | None = None
    until: date | None = None

    @property
    def order(self) -> tuple[date, str]:
        """Of several decisions on one payment the last in this order counts."""
        return self.decided_on, self.decision_no

    @property
    def is_on_base(self) -> bool:
        """Tell whether the decision accepts or rejects the whole year of the unit: it names no payment document."""
        return self.kind not in TERMS and self.payment_key is None

    def names(self, line: "NamedLine") -> bool:
        """Tell whether the decision is about a line of its unit and year."""
        same_user = self.user_bin is None or self.user_bin == line.user_bin
        return self.payment_key is not None and self.payment_key == line.payment_key and same_user


@dataclass(frozen=True)
class NamedLine:
    """A line of an effective filing, and the decision it was last judged by; amount in tiyn, None = unreadable."""

    user_bin: str
    payment_key: str
    amount_tiyn: int | None
    is_set_aside: bool
    decision_no: str | None


@dataclass(frozen=True)
class Effect:
    """What became of a decision, on how many lines and how much money (tiyn)."""

    effect: DecisionEffect
    lines: int = 0
    amount_tiyn: int | None = None


def effects_on_payments(decisions: Iterable[Decision], lines: Sequence[NamedLine]) -> dict[int, Effect]:
    """Return the effect of each decision to accept or reject, by its row, for one unit and one computed year."""
    asked = [decision for decision in decisions if decision.kind not in TERMS and not decision.is_on_base]
    found: dict[int, Effect] = {}
    for decision in asked:
        named = [line for line in lines if decision.names(line)]
        usable = [line for line in named if not line.is_set_aside]
        decided = [line for line in usable if _counting(asked, line) is decision]
        if decided:
            # A decision that came after the year was computed has not reached its lines yet.
            reached = all(line.decision_no == decision.decision_no for line in decided)
            found[decision.source_row] = _effect(DecisionEffect.APPLIED if reached else DecisionEffect.WAITING, decided)
        elif usable:
            found[decision.source_row] = Effect(DecisionEffect.OVERRULED)
        elif named:
            found[decision.source_row] = _effect(DecisionEffect.SET_ASIDE, named)
        else:
            found[decision.source_row] = Effect(DecisionEffect.LAPSED)
    return found


def base_decision(decisions: Iterable[Decision], user_bin: str) -> Decision | None:
    """Return the decision that counts for the base of a user's unit and year, None without one.

    To accept a year as a whole, without a payment document, confirms its base; to reject it takes that back. The latest
    counts.
    """
    asked = [each for each in decisions if each.is_on_base and each.user_bin in (None, user_bin)]
    return max(asked, key=_order, default=None)


def effects_on_base(
    decisions: Iterable[Decision], user_bin: str | None, *, is_confirmed: bool, rests_on_base: bool
) -> dict[int, Effect]:
    """Return the effect of each decision on the base, by its row, for one unit and one computed year.

    ``user_bin`` is the obliged person, None when the year has no verdict on the unit. ``is_confirmed`` tells whether
    the verdict says that the base is, ``rests_on_base`` whether its obligation is taken of one at all.
    """
    asked = [each for each in decisions if each.is_on_base]
    counting = None if user_bin is None else base_decision(asked, user_bin)
    found = dict.fromkeys((each.source_row for each in asked), Effect(DecisionEffect.LAPSED))
    for each in asked:
        if counting is None or each.user_bin not in (None, user_bin) or not rests_on_base:
            continue
        if each is not counting:
            found[each.source_row] = Effect(DecisionEffect.OVERRULED)
            continue
        # A decision that came after the year was computed has not reached its verdict yet.
        reached = is_confirmed == (each.kind == DecisionKind.ACCEPT)
        found[each.source_row] = Effect(DecisionEffect.APPLIED if reached else DecisionEffect.WAITING)
    return found


def effects_on_terms(decisions: Iterable[Decision], shortfall_tiyn: int | None) -> dict[int, Effect]:
    """Return the effect of each notice and extension, by its row, for one unit and one year that is over.

    Without a shortfall there is nothing to cure. The first notice starts the clock, the last extension sets the term.
    """
    asked = [decision for decision in decisions if decision.kind in TERMS]
    if not shortfall_tiyn:
        return {decision.source_row: Effect(DecisionEffect.LAPSED) for decision in asked}
    notices = [decision for decision in asked if decision.kind == DecisionKind.NOTICE]
    extensions = [decision for decision in asked if decision.kind == DecisionKind.EXTENSION and decision.until]
    counting = {
        *([min(notices, key=_order).source_row] if notices else []),
        *([max(extensions, key=_order).source_row] if extensions else []),
    }
    return {decision.source_row: _term(decision, counting, shortfall_tiyn) for decision in asked}


def _term(decision: Decision, counting: set[int], shortfall_tiyn: int) -> Effect:
    if decision.source_row in counting:
        return Effect(DecisionEffect.APPLIED, amount_tiyn=shortfall_tiyn)
    if decision.kind == DecisionKind.EXTENSION and decision.until is None:
        return Effect(DecisionEffect.LAPSED)
    return Effect(DecisionEffect.OVERRULED)


def _counting(decisions: Sequence[Decision], line: NamedLine) -> Decision:
    return max((decision for decision in decisions if decision.names(line)), key=_order)


def _order(decision: Decision) -> tuple[date, str]:
    return decision.order


def _effect(effect: DecisionEffect, lines: Sequence[NamedLine]) -> Effect:
    known = [line.amount_tiyn for line in lines if line.amount_tiyn is not None]
    return Effect(effect, len(lines), sum(known) if known else None)
