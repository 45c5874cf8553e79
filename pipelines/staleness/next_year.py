"""Next year: which year is to be computed next, and why, or why none.

Here: the decision, from facts alone. Not here: gathering the facts (``assets.automation.observed_years``), what makes a
year behind (``pipelines.staleness.reasons``), asking Dagster for a run (``assets.automation.inbox_sensor``).

One year at a time, the earliest first: a year starts from the verdicts of the year before, so a later one waits until
they are settled. What was decided is nowhere remembered but in the tag of the run it led to; the same facts lead to the
same decision, whatever was lost in between (docs/decisions/0009-*.md).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pipelines.staleness.reasons import Reason, in_words

_SHOWN = 3


@dataclass(frozen=True)
class Attempt:
    """The last run of a year; ``wanted`` is what it was asked for, None when a person or the night asked."""

    run_id: str
    wanted: str | None = None
    has_failed: bool = False
    was_cancelled: bool = False
    will_retry: bool = False
    next_try: str | None = None
    """When a failed run is asked for again on the same content; None when that time has come."""
    is_stored: bool = True
    """Whether the warehouse holds what the run wrote; an older copy of the warehouse that was restored does not."""
    unlaunched: str | None = None
    """The key of a run that was asked for but never launched: asked for again, Dagster launches it."""


@dataclass(frozen=True)
class YearSeen:
    """A year as it is found: why it is behind, and the digest of all it is to be computed from."""

    year: int
    wanted: str
    reasons: tuple[Reason, ...] = ()
    unsettled: tuple[str, ...] = ()
    """Files that are still being copied."""
    is_overdue: bool = False
    """Whether what changed has waited for such files long enough."""
    last: Attempt | None = None

    @property
    def is_attempted(self) -> bool:
        """Whether the last run was asked for exactly this."""
        return self.last is not None and self.last.wanted == self.wanted

    @property
    def is_red(self) -> bool:
        """Whether the last run failed on something else than what is there now."""
        return self.last is not None and self.last.has_failed and not self.is_attempted


@dataclass(frozen=True)
class Ask:
    """A year to compute. The key is the year, what it is computed from and the run before it."""

    year: int
    wanted: str
    because: str
    key: str


@dataclass(frozen=True)
class Wait:
    """Nothing to compute now; the reason is shown in the UI."""

    reason: str


def next_step(years: Iterable[YearSeen], working: Collection[int]) -> Ask | Wait:
    """Return what to do about years in ascending order, ``working`` being those with a run that has not ended."""
    left: list[str] = []
    current = 0
    for seen in years:
        current += 1
        if seen.year in working:
            return Wait(f"{seen.year} is being computed; later years wait for it.")
        if not seen.reasons and not seen.is_red:
            left += seen.unsettled
            continue
        if seen.unsettled and not seen.is_overdue:
            return Wait(f"{seen.year} waits until these files have not changed for a while: {_some(seen.unsettled)}.")
        settled = _settled(seen)
        if settled is None:
            continue
        return settled
    waiting = f" Still being copied: {_some(left)}." if left else ""
    if not current:
        return Wait(f"There is no folder of a reporting year and none was ever computed.{waiting}")
    return Wait(f"All {current} years are what the inbox gives.{waiting}")


def _settled(seen: YearSeen) -> Ask | Wait | None:
    """Return what to do about a year that is behind or red, None when a run has done for it what can be done."""
    last = seen.last
    if last is not None and last.will_retry:
        return Wait(f"{seen.year} failed and is tried again by itself (run {last.run_id}); later years wait for it.")
    if last is not None and seen.is_attempted:
        if last.was_cancelled:
            return Wait(f"{seen.year} was cancelled (run {last.run_id}): run it again. Later years wait for it.")
        if last.has_failed and last.next_try is not None:
            return Wait(
                f"{seen.year} failed on what lies in the inbox now (run {last.run_id}): correct what the run names, or "
                f"run it again. Later years wait for it. It is tried again by itself at {last.next_try}."
            )
        if last.is_stored and not last.has_failed:
            return None
    because = in_words(seen.reasons) or "the last run failed"
    before = "first" if last is None else last.run_id
    key = f"{seen.year}:{seen.wanted}:{before}"
    if last is not None and last.unlaunched is not None and seen.is_attempted:
        key = last.unlaunched
    return Ask(seen.year, seen.wanted, because, key)


def _some(names: Collection[str]) -> str:
    shown = sorted(names)[:_SHOWN]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
