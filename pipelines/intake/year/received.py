"""Received: which of the workbooks handed in for a year is the effective filing of its user.

Belongs here: order of receipt, duplicates, resubmissions, corrections. Does not: reading, the lines of a filing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipelines.findings.finding import Finding
from pipelines.intake.result import FilingRead
from schemas.vocabulary import FilingStatus


@dataclass(frozen=True)
class Received:
    """One workbook of the inbox, read. ``file_name`` is its path below the year's folder."""

    file_name: str
    received_at: datetime
    modified_at: float
    read: FilingRead
    status: FilingStatus = FilingStatus.ACCEPTED
    findings: tuple[Finding, ...] = ()

    def at(self, received_at: datetime) -> "Received":
        """Return the workbook with the moment its bytes were first read."""
        return replace(self, received_at=received_at)

    @property
    def user_bin(self) -> str | None:
        """BIN on the cover, if it could be read."""
        return _text(self.read.cover.get("user_bin"))

    @property
    def form_edition(self) -> str | None:
        """Edition of the form on the cover, if it could be read."""
        return _text(self.read.cover.get("form_edition"))

    @property
    def submission_no(self) -> int:
        """Submission number on the cover; 0 when it could not be read (the filing is then rejected)."""
        number = self.read.cover.get("submission_no")
        return number if isinstance(number, int) else 0

    @property
    def submitted_on(self) -> date | None:
        """Submission date on the cover."""
        day = self.read.cover.get("submitted_on")
        return day if isinstance(day, date) else None


def decide(received: Iterable[Received], known_bins: Collection[str], rejecting: Collection[str]) -> list[Received]:
    """Return the workbooks in order of receipt, each with its status and the findings about it as a whole.

    ``rejecting`` are the finding codes that reject a filing. The first received of two contents under one submission
    number stays (F009); the same bytes count once (F007); a rejected correction never displaces an accepted filing.
    """
    decided: list[Received] = []
    seen_bytes: dict[str, str] = {}
    taken: dict[tuple[str, int], Received] = {}
    for workbook in sorted(received, key=lambda item: (item.received_at, item.modified_at, item.file_name)):
        if workbook.read.sha256 and workbook.read.sha256 in seen_bytes:
            told = Finding("F007", expected=seen_bytes[workbook.read.sha256])
            decided.append(_with(workbook, FilingStatus.DUPLICATE, told))
            continue
        seen_bytes[workbook.read.sha256] = workbook.file_name
        found = _as_a_whole(workbook, known_bins, taken)
        judged = replace(workbook, findings=(*workbook.read.findings, *found))
        if any(finding.code in rejecting for finding in judged.findings):
            decided.append(replace(judged, status=FilingStatus.REJECTED))
            continue
        taken[judged.user_bin or "", judged.submission_no] = judged
        decided.append(judged)
    return _superseded(decided)


def _as_a_whole(
    workbook: Received, known_bins: Collection[str], taken: dict[tuple[str, int], Received]
) -> list[Finding]:
    user_bin = workbook.user_bin
    if user_bin is None:
        return []
    cell = tuple(filter(None, [workbook.read.cover_cells.get("user_bin")]))
    if user_bin not in known_bins:
        return [Finding("F011", workbook.read.cover_sheet, cell, "user_bin", user_bin)]
    first = taken.get((user_bin, workbook.submission_no))
    if first is None or workbook.submission_no == 0:
        return []
    cell = tuple(filter(None, [workbook.read.cover_cells.get("submission_no")]))
    number = str(workbook.submission_no)
    return [Finding("F009", workbook.read.cover_sheet, cell, "submission_no", number, first.file_name)]


def _superseded(decided: list[Received]) -> list[Received]:
    """Leave the highest submission number of each user accepted; a number that brought nothing new is told (F008)."""
    chains: defaultdict[str, list[Received]] = defaultdict(list)
    for workbook in decided:
        if workbook.status is FilingStatus.ACCEPTED:
            chains[workbook.user_bin or ""].append(workbook)
    final: dict[str, Received] = {}
    for chain in chains.values():
        ordered = sorted(chain, key=lambda item: item.submission_no)
        for before, workbook in zip([None, *ordered], ordered, strict=False):
            judged = workbook
            if before is not None and before.read.content_digest == workbook.read.content_digest is not None:
                judged = replace(judged, findings=(*judged.findings, _nothing_new(workbook, before)))
            if workbook is not ordered[-1]:
                judged = replace(judged, status=FilingStatus.SUPERSEDED)
            final[workbook.file_name] = judged
    return [final.get(workbook.file_name, workbook) for workbook in decided]


def _nothing_new(workbook: Received, before: Received) -> Finding:
    cell = tuple(filter(None, [workbook.read.cover_cells.get("submission_no")]))
    number = str(workbook.submission_no)
    return Finding("F008", workbook.read.cover_sheet, cell, "submission_no", number, before.file_name)


def _with(workbook: Received, status: FilingStatus, *findings: Finding) -> Received:
    # A duplicate repeats every complaint of its original: it gets only the one that says so.
    return replace(workbook, status=status, findings=findings)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
