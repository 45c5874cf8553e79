"""Declared: what a filer computed, against what the law and the ledger say.

Here: the jump of a base (W005). Not here: W003 and W004 (``pipelines.core.assess``). Amounts are in tiyn.
"""

from pipelines.statute.law import Law


def base_jumped(base_tiyn: int | None, earlier_tiyn: int | None, law: Law) -> bool:
    """Tell whether a base is so far from that of a year earlier that its unit of account is in doubt."""
    if not base_tiyn or not earlier_tiyn:
        return False
    low, high = sorted((base_tiyn, earlier_tiyn))
    return high >= low * law.base_jump.factor
