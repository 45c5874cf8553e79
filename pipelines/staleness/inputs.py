"""Inputs: what a year is made from beside its filings, as loads name it, and of which kind a change of each is.

Here: the kinds of reasons, the one table from the name of an input to its kind, the digests of the rules as they are
now. Not here: digests of files (``pipelines.staleness.inbox_snapshot``), what loads named
(``pipelines.staleness.stored_year``), comparing the two (``pipelines.staleness.reasons``).
"""

from collections.abc import Mapping
from enum import StrEnum

from pipelines.intake.digests import FINDINGS, FORM, LIMITS, reading_digests

REGISTER, STATUTE = "register:", "statute"


class Kind(StrEnum):
    """What made a year fall behind; in the order in which reasons are listed."""

    NEVER_COMPUTED = "never computed"
    FILE = "file"
    REGISTER = "register"
    LAW = "law"
    FORM = "form"
    LIMITS = "limits"
    FINDINGS = "findings"
    EARLIER_YEAR = "earlier year"
    INTERRUPTED = "interrupted"


# The name of an input, or with a colon what such names begin with. A new input of the loads is one line here and its
# present digest in ``rules_now``.
KINDS: Mapping[str, Kind] = {
    REGISTER: Kind.REGISTER,
    STATUTE: Kind.LAW,
    FORM: Kind.FORM,
    LIMITS: Kind.LIMITS,
    FINDINGS: Kind.FINDINGS,
}


def kind_of(name: str) -> Kind | None:
    """Return the kind of a change of an input; None for one that is compared otherwise (filings, the year before)."""
    prefix, colon, _ = name.partition(":")
    return KINDS.get(prefix + colon)


def rules_now(statute: str) -> dict[str, str]:
    """Return the digests of the rules a year computed now would be made by; ``statute`` is that of the law."""
    return {STATUTE: statute} | reading_digests()
