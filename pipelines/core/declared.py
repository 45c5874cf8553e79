"""Declared: what a filer computed, against what the law and the ledger say.

Here: the jump of a base (W005), declared due and credit (W003, W004). Not here: two units of account in one filing
(``pipelines.core.doubt``). Amounts are in tiyn.
"""

from collections.abc import Iterator

from pipelines.core.doubt import TWO_UNITS, TwoUnits
from pipelines.core.verdict import Difference, FiledUnit
from pipelines.statute.law import Law


def base_jumped(base_tiyn: int | None, earlier_tiyn: int | None, law: Law) -> bool:
    """Tell whether a base is so far from that of a year earlier that its unit of account is in doubt."""
    if not base_tiyn or not earlier_tiyn:
        return False
    low, high = sorted((base_tiyn, earlier_tiyn))
    return high >= low * law.base_jump.factor


def differences(
    filing: FiledUnit,
    *,
    due_tiyn: int | None,
    credit_tiyn: int,
    earlier_base_tiyn: int | None,
    apart: TwoUnits | None,
    law: Law,
) -> Iterator[Difference]:
    """Yield what a row of the form says otherwise than is known.

    ``due_tiyn`` is the computed due, None when unknown; ``credit_tiyn`` the credit available; ``apart`` is set where
    the due stays unknown because the declared one is a unit of account away.
    """
    if apart is not None:
        name = {"base": "base_amount", "declared_due": "declared_due"}[apart.likely]
        source = filing.sources.get(apart.likely, "")
        yield Difference(TWO_UNITS, name, apart.declared_due_tiyn, apart.computed_due_tiyn, source, apart)
    compared = (
        ("W003", filing.declared_due_tiyn, due_tiyn, "declared_due"),
        ("W004", filing.declared_credit_tiyn, credit_tiyn, "declared_credit"),
    )
    for code, declared, computed, name in compared:
        if declared is None or computed is None:
            continue
        if abs(declared - computed) > filing.tolerances.get(name, 0):
            yield Difference(code, name, declared, computed, filing.sources.get(name, ""))
    base = filing.base_tiyn
    if base is not None and earlier_base_tiyn is not None and base_jumped(base, earlier_base_tiyn, law):
        yield Difference("W005", "base_amount", base, earlier_base_tiyn, filing.sources.get("base", ""))
