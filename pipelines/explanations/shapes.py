"""Shapes: what an explanation consists of.

Belongs here: frozen dataclasses; their field names are the keys of ``nedra explain --json`` (docs/auditing.md).
Does not: filling them (``read``, ``what_if``), printing. Amounts are in tiyn; None is unknown.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Term:
    """One step of the argument, worded; ``sign`` says how it enters the sum of its section."""

    seq: int
    section: str
    sign: str
    term: str
    wording: str
    amount_tiyn: int | None
    reference: str | None
    source: str | None


@dataclass(frozen=True)
class CodeMeaning:
    """A code of recognition or a finding code, what it means to the reader and the norm it rests on."""

    code: str
    meaning: str
    reference: str | None


@dataclass(frozen=True)
class LineFacts:
    """What a line says of its payment, and ``claims``: the places where the same payment is claimed as well (R06).

    ``cells`` are the cells of these facts by field.
    """

    payment_doc_no: str | None
    payment_date: date | None
    performer_name: str | None
    performer_bin: str | None
    agreement_no: str | None
    agreement_date: date | None
    cells: dict[str, str]
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line of the filing; ``decided_by`` is the code that decided, first in ``codes``.

    ``facts`` is None for a version of the past, which does not keep them.
    """

    line_no: int | None
    title: str | None
    amount_tiyn: int | None
    bucket: str
    decided_by: str | None
    codes: tuple[CodeMeaning, ...]
    decision_no: str | None
    source: str
    facts: LineFacts | None = None


@dataclass(frozen=True)
class Decision:
    """A decision of the authority on the unit and year, and what became of it."""

    decision_no: str
    decided_on: date
    kind: str
    effect: str
    payment_doc_no: str | None
    until: date | None
    lines: int
    amount_tiyn: int | None
    reason: str | None
    signed_by: str | None


@dataclass(frozen=True)
class Arrears:
    """The shortfall after its year; ``months`` is the time to cure the law gives, unless a decision set another.

    ``is_overdue`` tells that the term had passed on the day of the run and something is still open.
    """

    shortfall_tiyn: int
    cured_tiyn: int
    open_tiyn: int
    notice_on: date | None
    cure_until: date | None
    cured_on: date | None
    months: int
    is_extended: bool
    reference: str
    is_overdue: bool = False


@dataclass(frozen=True)
class Version:
    """Which version of the verdict this is; ``asked_for`` is the past day somebody asked for, None for today."""

    version_no: int
    recorded_at: datetime
    superseded_at: datetime | None
    cause: str
    load_id: int
    asked_for: date | None


@dataclass(frozen=True)
class Figure:
    """A figure as it is stored and as it would be; ``difference`` only where both are numbers."""

    name: str
    stored: int | Decimal | str | None
    what_if: int | Decimal | str | None
    difference: int | None


@dataclass(frozen=True)
class WhatIf:
    """A verdict that was never given: what was supposed, what had to be assumed, figures and the argument."""

    suppositions: dict[str, str]
    assumptions: tuple[str, ...]
    status_in_words: str
    figures: tuple[Figure, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Explanation:
    """A verdict as stored (the columns of ``compliance_by_unit``), and why; ``doubt`` says what of its base.

    ``archived`` is the filing's path below the home. ``lines`` did not count; ``remarked_lines`` count, with a code
    that warns.
    """

    language: str
    verdict: dict[str, Any]
    status_in_words: str
    version: Version | None
    terms: tuple[Term, ...]
    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...]
    arrears: Arrears | None
    what_if: WhatIf | None = None
    doubt: tuple[CodeMeaning, ...] = ()
    remarked_lines: tuple[Line, ...] = ()
    archived: str | None = None
