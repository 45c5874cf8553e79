"""Declared: what a filer computed, against what the law and the ledger say.

Here: the jump of a base (W005), how an amount is written for people. Not here: W003 and W004
(``pipelines.core.assess``).
Amounts are in tiyn; messages show tenge.
"""

from decimal import Decimal

from pipelines.statute.law import Law
from schemas.columns import plain_decimal
from schemas.money import TIYN_PER_TENGE


def in_tenge(amount_tiyn: int) -> str:
    """Return an amount as a person writes it: ``1 234 567.89 KZT``."""
    whole = plain_decimal(Decimal(amount_tiyn) / TIYN_PER_TENGE)
    return f"{whole:,f} KZT".replace(",", " ")


def base_jumped(base_tiyn: int | None, earlier_tiyn: int | None, law: Law) -> bool:
    """Tell whether a base is so far from that of a year earlier that its unit of account is in doubt."""
    if not base_tiyn or not earlier_tiyn:
        return False
    low, high = sorted((base_tiyn, earlier_tiyn))
    return high >= low * law.base_jump.factor
