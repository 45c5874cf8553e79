"""Outcome: what a check knows of one workbook.

Here: the plain values. Not here: finding them out (``pipelines.inbox_check.judgement``), their words
(``pipelines.inbox_check.answer``).
"""

from dataclasses import dataclass
from datetime import date

from pipelines.findings.catalogue import catalogue
from pipelines.intake.year.locating import Complaint
from schemas.vocabulary import Bucket, FilingStatus, Severity

UNITS = "units"
"""The register without which no rule about a contract can be run."""


@dataclass(frozen=True)
class CheckedLine:
    """A payment of which a rule says something: disallowed by the first of ``codes``, or counted with these remarks.

    ``cell`` is that of the amount, ``amount_tiyn`` is whole tiyn after the rate.
    """

    sheet: str
    cell: str
    line_no: int | None
    unit_no: str | None
    title: str | None
    amount_tiyn: int | None
    bucket: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class CheckedUnit:
    """The verdict a contract would get with this workbook; amounts in tiyn, None where nobody knows.

    ``cure_until`` is the last day to pay what is short, None while no notice of the authority runs.
    """

    unit_no: str
    status: str
    due_tiyn: int | None
    credit_used_tiyn: int | None
    recognised_tiyn: int
    budget_tiyn: int
    shortfall_tiyn: int | None
    fulfilment_bp: int | None
    doubt: str
    deadline: date
    cure_until: date | None


@dataclass(frozen=True)
class Checked:
    """What would become of one workbook; amounts in tiyn by bucket.

    ``told`` are the payments that a rule disallows or remarks on, ``missing`` the registers without which rules could
    not be run: ``units`` stands for all of them that need a contract. ``units`` are the contracts of the user, none
    when they could not be judged; ``credit_unknown`` tells that the year before was filed but not computed.
    """

    file_name: str
    year: int | None
    status: FilingStatus
    complaints: tuple[Complaint, ...]
    buckets: dict[str, int]
    lines: dict[str, int]
    told: tuple[CheckedLine, ...] = ()
    missing: tuple[str, ...] = ()
    units: tuple[CheckedUnit, ...] = ()
    credit_unknown: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether the filing and every row of it would be used, and no payment disallowed."""
        if str(Bucket.DISALLOWED) in self.lines:
            return False
        refused = (Severity.REJECT, Severity.SET_ASIDE)
        severities = {catalogue().entries[complaint.finding.code].severity for complaint in self.complaints}
        return not severities.intersection(refused)
