"""Totals: the money of a unit's lines by what became of it.

Here: summing judged lines per unit. Not here: judging them (``pipelines.core.recognition.recognition``). Amounts are in
tiyn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

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


class JudgedLine(NamedTuple):
    """What became of one line."""

    unit_no: str
    amount_tiyn: int | None
    """None, an amount nobody knows, adds nothing."""
    bucket: str
    disallowed_by: str | None
    is_clean: bool


def total_lines(
    lines: Iterable[JudgedLine], sources: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, LineTotals]:
    """Return totals per unit_no; ``sources`` says for each unit where the lines of each part stand.

    A part is what a line is summed under: the code that disallowed it, otherwise its bucket.
    """
    sums: dict[str, dict[str, int]] = {}
    clean: dict[str, int] = {}
    for unit_no, amount, bucket, disallowed_by, is_clean in lines:
        parts = sums.setdefault(unit_no, {})
        part = disallowed_by or bucket
        parts[part] = parts.get(part, 0) + (amount or 0)
        if is_clean:
            clean[unit_no] = clean.get(unit_no, 0) + (amount or 0)
    places = sources or {}
    return {unit_no: _totals(parts, clean.get(unit_no, 0), places.get(unit_no, {})) for unit_no, parts in sums.items()}


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
