"""Ledger: how credits and the year's financing meet the due.

Here: the arithmetic of one unit and one year. Not here: what counts as financing
(``pipelines.core.recognition.recognition``, ``pipelines.core.budget``), how long credit lives
(``statute/credit_mode.yaml``), the verdict (``pipelines.core.assess``). All amounts are in tiyn.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipelines.core.units import Unit
from pipelines.statute.model import CreditModeName, Dust
from schemas.money import TIYN_PER_TENGE, ratio_bp


@dataclass(frozen=True, order=True)
class Credit:
    """Financing of a year above its need."""

    origin_year: int
    amount_tiyn: int


@dataclass(frozen=True)
class Ledger:
    """One unit and one year; figures that follow from the due are None where it is unknown.

    ``dust_tiyn`` is what is missing of an obligation paid to the tenge: no shortfall.
    Always ``credit_in + opening + (surplus or 0) = (sum of used) + lapsed + (sum of out)``.
    """

    credit_in_tiyn: int
    opening_tiyn: int
    available_tiyn: int
    used: tuple[Credit, ...]
    used_tiyn: int | None
    lapsed_tiyn: int
    dust_tiyn: int
    shortfall_tiyn: int | None
    surplus_tiyn: int | None
    fulfilment_bp: int | None
    out: tuple[Credit, ...]

    @property
    def out_tiyn(self) -> int:
        """Return the whole credit that leaves the year."""
        return _sum(self.out)


def opening_credits(rows: Sequence[Unit], year: int, *, has_predecessor: bool) -> dict[Credit, str]:
    """Return the register's opening credits that join on entry to this year, and the row each stands in.

    ``rows`` are all rows of the unit: a credit belongs to the unit, whoever holds it. The same amount of the same year
    in the rows of several holders is one credit. With a stored result of the year before, only a credit of that very
    year is new. Without one the ledger starts here and takes any earlier credit; a credit of unknown year is taken as
    the year before.
    """
    found: dict[Credit, str] = {}
    for row in rows:
        credit = _opening_credit(row, year, has_predecessor=has_predecessor)
        if credit is not None:
            found.setdefault(credit, row.source)
    return found


def _opening_credit(row: Unit, year: int, *, has_predecessor: bool) -> Credit | None:
    amount, origin = row.opening_credit_tiyn, row.opening_credit_year
    if not amount:
        return None
    if has_predecessor:
        return Credit(origin, amount) if origin == year - 1 else None
    if origin is None:
        return Credit(year - 1, amount)
    return Credit(origin, amount) if origin < year else None


def settle(
    year: int,
    due_tiyn: int | None,
    financing_tiyn: int,
    *,
    carried: Sequence[Credit],
    opening: Collection[Credit],
    mode: CreditModeName,
    dust: Dust | None = None,
) -> Ledger:
    """Set credits and financing off against the due of a year.

    ``due_tiyn`` is None in a year that is not obliged or not determined: then nothing is used and financing creates no
    credit. ``carried`` are the credits that left the year before, ``opening`` those of the register that join now.
    ``dust`` says how little may be missing of an obligation that is paid; None = nothing.
    """
    entering = _merged([*carried, *opening])
    available = tuple(credit for credit in entering if _is_alive(credit, year, mode))
    used = _oldest_first(available, due_tiyn or 0)
    used_tiyn = _sum(used)
    surplus = 0
    if due_tiyn is not None:
        surplus = max(0, financing_tiyn - (due_tiyn - used_tiyn))
    unused = _left(available, used) if mode == "following_years" else ()
    out = _merged([*unused, Credit(year, surplus)])
    known = due_tiyn is not None
    missing = None if due_tiyn is None else max(0, due_tiyn - used_tiyn - financing_tiyn)
    fulfilment_bp = None if due_tiyn is None else ratio_bp(used_tiyn + financing_tiyn, due_tiyn)
    ignored = _dust(missing, fulfilment_bp, dust)
    return Ledger(
        credit_in_tiyn=_sum(carried),
        opening_tiyn=_sum(opening),
        available_tiyn=_sum(available),
        used=used,
        used_tiyn=used_tiyn if known else None,
        lapsed_tiyn=_sum(entering) - used_tiyn - _sum(unused),
        dust_tiyn=ignored,
        shortfall_tiyn=None if missing is None else missing - ignored,
        surplus_tiyn=surplus if known else None,
        fulfilment_bp=fulfilment_bp,
        out=out,
    )


def _dust(missing_tiyn: int | None, fulfilment_bp: int | None, rule: Dust | None) -> int:
    if rule is None or missing_tiyn is None or fulfilment_bp is None or fulfilment_bp < rule.from_bp:
        return 0
    return missing_tiyn if missing_tiyn < rule.less_than_tenge * TIYN_PER_TENGE else 0


def _is_alive(credit: Credit, year: int, mode: CreditModeName) -> bool:
    if mode == "next_year":
        return credit.origin_year == year - 1
    return mode == "following_years"


def _oldest_first(credits_: Sequence[Credit], need: int) -> tuple[Credit, ...]:
    used = []
    for credit in credits_:
        taken = min(need, credit.amount_tiyn)
        if taken > 0:
            used.append(Credit(credit.origin_year, taken))
            need -= taken
    return tuple(used)


def _left(available: Sequence[Credit], used: Sequence[Credit]) -> tuple[Credit, ...]:
    taken = {credit.origin_year: credit.amount_tiyn for credit in used}
    return tuple(
        Credit(credit.origin_year, credit.amount_tiyn - taken.get(credit.origin_year, 0)) for credit in available
    )


def _merged(credits_: Sequence[Credit]) -> tuple[Credit, ...]:
    """Return one credit per origin year, oldest first, without empty ones."""
    by_year: dict[int, int] = {}
    for credit in credits_:
        by_year[credit.origin_year] = by_year.get(credit.origin_year, 0) + credit.amount_tiyn
    return tuple(Credit(origin, amount) for origin, amount in sorted(by_year.items()) if amount)


def _sum(credits_: Collection[Credit]) -> int:
    return sum(credit.amount_tiyn for credit in credits_)
