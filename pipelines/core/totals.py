"""Totals: the money of a unit's lines by what became of it.

Belongs here: summing judged lines per unit. Does not: judging them (``recognition``). Amounts are in tiyn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from schemas.vocabulary import Bucket


@dataclass(frozen=True)
class LineTotals:
    """Sums of a unit's lines; always declared = recognised + cure + set_aside + the sum of ``disallowed``.

    ``disallowed`` is keyed by the code that decided. ``sources`` says where lines stand, keyed by bucket or code.
    """

    declared: int = 0
    recognised: int = 0
    clean: int = 0
    cure: int = 0
    set_aside: int = 0
    disallowed: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def disallowed_tiyn(self) -> int:
        """Return the sum over all codes."""
        return sum(self.disallowed.values())


def total_lines(lines: pd.DataFrame) -> dict[str, LineTotals]:
    """Return totals per unit_no.

    ``lines`` holds unit_no, amount_tiyn (a missing one adds nothing), bucket, disallowed_by, is_clean, and optionally
    ``source``, the place of each line, which is gathered per bucket or code.
    """
    named = lines.assign(
        part=lines["disallowed_by"].where(lines["disallowed_by"].notna(), lines["bucket"]),
        amount=lines["amount_tiyn"].fillna(0).astype("int64"),
    )
    sums: dict[str, dict[str, int]] = {}
    per_part = named.groupby(["unit_no", "part"], sort=False, as_index=False)["amount"].sum()
    for unit_no, part, amount in zip(per_part["unit_no"], per_part["part"], per_part["amount"], strict=True):
        sums.setdefault(unit_no, {})[part] = int(amount)
    clean = named[named["is_clean"]].groupby("unit_no", sort=False)["amount"].sum().to_dict()
    sources = _sources(named) if "source" in named else {}
    return {
        unit_no: _totals(parts, int(clean.get(unit_no, 0)), sources.get(unit_no, {})) for unit_no, parts in sums.items()
    }


def _totals(parts: Mapping[str, int], clean: int, sources: Mapping[str, str]) -> LineTotals:
    buckets = [bucket.value for bucket in Bucket]
    return LineTotals(
        declared=sum(parts.values()),
        recognised=parts.get(Bucket.RECOGNISED.value, 0),
        clean=clean,
        cure=parts.get(Bucket.CURE.value, 0),
        set_aside=parts.get(Bucket.SET_ASIDE.value, 0),
        disallowed={code: amount for code, amount in parts.items() if code not in buckets},
        sources=sources,
    )


def _sources(lines: pd.DataFrame) -> dict[str, dict[str, str]]:
    gathered: dict[str, dict[str, str]] = {}
    for (unit_no, part), places in lines.groupby(["unit_no", "part"], sort=False)["source"]:
        gathered.setdefault(str(unit_no), {})[str(part)] = ", ".join(places.dropna().astype(str))
    return gathered
