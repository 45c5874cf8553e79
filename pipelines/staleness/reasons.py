"""Reasons: why a year is not what it would be if it were computed now; the one definition of "up to date".

Here: ``reasons``, from facts alone. Not here: the facts (``pipelines.staleness.stored_year``,
``pipelines.staleness.inbox_snapshot``), gathering them at little cost (``pipelines.staleness.observation``), what is
done about a year that is behind (``pipelines.staleness.next_year``, ``pipelines.staleness.catch_up``).

A year is behind when its files, a register, the statute, the form or the limits differ from what its lines and verdicts
were made from, when what it takes over from the year before was written after its own verdicts, or when a step wrote
something and the steps that read it did not follow. The day of the run is no reason: the schedule sees to it every
night (docs/decisions/0016-*.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from pipelines.staleness.inputs import REGISTER, Kind, kind_of
from pipelines.staleness.stored_year import StoredYear

_SHOWN = 3


class Part(IntEnum):
    """How much of a year is asked about: up to and including what a step stores."""

    REGISTERS = 1
    LINES = 2
    VERDICTS = 3
    ROLL_UPS = 4


@dataclass(frozen=True)
class Reason:
    """One reason: its kind, and the names of what differs - files, registers, the earlier year."""

    kind: Kind
    names: tuple[str, ...] = ()
    text: str = ""

    def __str__(self) -> str:
        """Return the reason as an operator reads it."""
        return self.text or str(self.kind)


@dataclass(frozen=True)
class FileChanges:
    """Names of files that are in the inbox only, in both with other contents, and in the warehouse only."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @classmethod
    def between(cls, stored: Mapping[str, str], found: Mapping[str, str]) -> "FileChanges":
        """Compare the files of the warehouse with those of the inbox; both map a name to the SHA-256."""
        return cls(
            new=tuple(sorted(found.keys() - stored.keys())),
            changed=tuple(sorted(name for name in found.keys() & stored.keys() if found[name] != stored[name])),
            removed=tuple(sorted(stored.keys() - found.keys())),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, in order."""
        return tuple(sorted({*self.new, *self.changed, *self.removed}))


def reasons(
    stored: StoredYear, files: FileChanges, now: Mapping[str, str], part: Part = Part.ROLL_UPS
) -> tuple[Reason, ...]:
    """Return why a year, up to a part of it, differs from what computing it now would store; nothing when it does not.

    ``files`` are the changes of its filings, ``now`` the digests of registers and rules as they are, named as loads
    name them. A year that was never computed has that one reason.
    """
    if is_missing(stored, part):
        return (Reason(Kind.NEVER_COMPUTED),)
    found = [] if part is Part.REGISTERS else _of_files(files)
    found += _of_inputs(_made_from(stored, part), now)
    if part >= Part.VERDICTS and stored.before > stored.verdicts:
        found.append(Reason(Kind.EARLIER_YEAR, (str(stored.year - 1),), f"{stored.year - 1} was computed anew"))
    if (part >= Part.VERDICTS and not stored.is_judged) or (part >= Part.ROLL_UPS and not stored.is_rolled_up):
        found.append(Reason(Kind.INTERRUPTED, text="a run ended half way"))
    return tuple(found)


def is_missing(stored: StoredYear, part: Part) -> bool:
    """Tell whether a part was never stored; then nothing else about the year has to be looked at."""
    own = {Part.REGISTERS: stored.registers, Part.LINES: stored.lines}
    return not own.get(part, stored.verdicts)


def in_words(found: Iterable[Reason]) -> str:
    """Return reasons as one text."""
    return "; ".join(map(str, found))


def _made_from(stored: StoredYear, part: Part) -> list[Mapping[str, str]]:
    """Return the inputs of the loads that must have been made from what is there now."""
    if part is Part.REGISTERS:
        return [stored.made_from(stored.registers)]
    loads = [stored.lines] if part is Part.LINES else [stored.lines, stored.verdicts]
    return [stored.made_from(load) for load in loads]


def _of_files(files: FileChanges) -> list[Reason]:
    counted = {"new": files.new, "changed": files.changed, "removed": files.removed}
    said = "; ".join(f"{len(names)} {how}" for how, names in counted.items() if names)
    return [Reason(Kind.FILE, files.names, said)] if said else []


def _of_inputs(made_from: Iterable[Mapping[str, str]], now: Mapping[str, str]) -> list[Reason]:
    made = list(made_from)
    moved: dict[Kind, list[str]] = {}
    for name in sorted(now):
        kind = kind_of(name)
        if kind is not None and any(was.get(name) != now[name] for was in made):
            moved.setdefault(kind, []).append(name.removeprefix(REGISTER))
    return [Reason(kind, tuple(moved[kind]), _changed(moved[kind])) for kind in Kind if kind in moved]


def _changed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more} changed"
