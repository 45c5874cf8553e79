"""Culprits: filings with which the program itself breaks, found and set apart so that the year goes on.

Here: telling them from the others, their finding (F013). Not here: what is attempted (``pipelines.steps.intake``), the
same for reading a workbook (``pipelines.intake.processes.worker``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from pipelines.findings.finding import Finding
from pipelines.intake.limits import Limits
from pipelines.intake.processes.worker import DEFECT, told_defect
from pipelines.intake.year.received import Received

_log = logging.getLogger(__name__)
_HALF = 2
Made = TypeVar("Made")
_Attempt = Callable[[Sequence[Received]], object]


def without_culprits(
    workbooks: Sequence[Received],
    attempt: Callable[[Sequence[Received]], Made],
    trial: _Attempt,
    limits: Limits,
    outside: Callable[[Exception], bool] | None = None,
) -> Made:
    """Return what ``attempt`` makes of the workbooks, after rejecting those with which it raises (F013).

    ``trial`` is the same attempt without its effect; it is asked of parts of the workbooks, never when all goes well.
    An error is raised as it is when it comes from ``outside``, when the attempt fails without any workbook as well, or
    when most of so many workbooks are to blame (``limits.defects_at_once``) that the program is.
    """
    left = list(workbooks)
    while True:
        try:
            return attempt(left)
        except Exception as error:
            if outside is not None and outside(error):
                raise
            sound = [each for each in left if not _is_set_apart(each)]
            found = _Search(trial).within(sound)
            apart = len(workbooks) - len(sound) + len(found)
            if not found or (apart > limits.defects_at_once and apart * _HALF > len(workbooks)):
                raise
            left = [_set_apart(each, found[id(each)]) if id(each) in found else each for each in left]


class _Search:
    """Looks for the workbooks with which a trial raises, halving what it does not know."""

    def __init__(self, trial: _Attempt) -> None:
        self._trial = trial

    def within(self, workbooks: Sequence[Received]) -> dict[int, Exception]:
        """Return the error of each culprit by ``id``; none when the trial fails without any workbook, too."""
        return {} if self._error(()) is not None else self._among(workbooks)

    def _among(self, part: Sequence[Received]) -> dict[int, Exception]:
        error = self._error(part)
        if error is None:
            return {}
        if len(part) == 1:
            return {id(part[0]): error}
        middle = len(part) // _HALF
        first, second = part[:middle], part[middle:]
        return self._among(first) | self._among(second) or self._tipping(first, second, error)

    def _tipping(self, sound: Sequence[Received], others: Sequence[Received], error: Exception) -> dict[int, Exception]:
        """Return the first of ``others`` with which the trial fails beside ``sound``: neither half fails alone."""
        low, high = 0, len(others)
        while high - low > 1:
            middle = (low + high) // _HALF
            found = self._error([*sound, *others[:middle]])
            low, high, error = (middle, high, error) if found is None else (low, middle, found)
        return {id(others[high - 1]): error}

    def _error(self, part: Sequence[Received]) -> Exception | None:
        try:
            self._trial(part)
        except Exception as error:
            return error
        return None


def _is_set_apart(workbook: Received) -> bool:
    return any(finding.code == DEFECT for finding in workbook.read.findings)


def _set_apart(workbook: Received, error: Exception) -> Received:
    _log.error("Nedra cannot judge %s: a defect of its own", workbook.file_name, exc_info=error)
    findings = (*workbook.read.findings, Finding(DEFECT, value=told_defect(error)))
    return replace(workbook, read=replace(workbook.read, findings=findings))
