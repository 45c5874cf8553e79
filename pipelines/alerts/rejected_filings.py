"""Rejected filings: those that nobody has replaced.

Belongs here: which they are, since when, why, and how it is told. Does not: rejecting (``pipelines.intake``), return
notices (``pipelines.reports.return_notices``), sending.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipelines.alerts.alert import Alert, Kind
from pipelines.findings.settled import is_settled
from pipelines.intake.processes.worker import DEFECT
from pipelines.settings import TIME_ZONE
from schemas.received import filings, findings
from schemas.vocabulary import FilingStatus, Severity

# What a person reads in one message; the number of all is told, and the rest stands in the table filings.
SHOWN = 20
_KEY_DIGITS = 16


@dataclass(frozen=True)
class Rejected:
    """A rejected filing without a later one that was accepted; ``since`` is when it was first read."""

    report_year: int
    file_name: str
    filing_id: str
    user_bin: str | None
    user_name: str | None
    since: datetime
    codes: tuple[str, ...]

    @property
    def key(self) -> str:
        """What is told only once: this content under this name."""
        whole = f"{self.report_year}\0{self.file_name}\0{self.filing_id}"
        return hashlib.sha256(whole.encode()).hexdigest()[:_KEY_DIGITS]

    @property
    def line(self) -> str:
        """The filing in a line."""
        named = " ".join(filter(None, [self.user_name, f"(BIN {self.user_bin})" if self.user_bin else None]))
        since = self.since.astimezone(TIME_ZONE).date().isoformat()
        filer, codes = named or "filer unknown", ", ".join(self.codes)
        return f"- {self.report_year}, {filer}: {self.file_name}, {codes}, since {since}"


def outstanding(connection: sa.Connection) -> list[Rejected]:
    """Return the rejected filings of every year to which their filer has handed in no accepted answer.

    What counts as an answer is said once (``pipelines.findings.settled``).
    """
    rows = connection.execute(
        sa.select(filings)
        .where(filings.c.status == str(FilingStatus.REJECTED), ~is_settled())
        .order_by(filings.c.report_year.desc(), filings.c.received_at, filings.c.file_name)
    ).all()
    codes = _codes(connection, {row.report_year for row in rows})
    return [
        Rejected(
            row.report_year,
            row.file_name,
            row.filing_id,
            row.user_bin,
            row.user_name,
            row.received_at,
            tuple(sorted(codes[row.report_year, row.file_name])),
        )
        for row in rows
    ]


def told(new: Sequence[Rejected], total: int, at: datetime) -> Alert:
    """Return the alert about filings not told of before; ``total`` counts all that are outstanding."""
    lines = [each.line for each in new[:SHOWN]]
    if len(new) > SHOWN:
        lines.append(f"… and {len(new) - SHOWN} more in the table filings.")
    defects = [each for each in new if DEFECT in each.codes]
    if defects:
        named = ", ".join(f"{each.report_year}/{each.file_name}" for each in defects[:SHOWN])
        lines.append(
            f"{len(defects)} of them ({DEFECT}) by a defect of Nedra itself, which the maintainers have to mend: "
            f"{named}. Their filers have nothing to correct."
        )
    each = "Each other filer" if defects else "Each filer"
    lines.append(f"{each} needs its return notice, and the year needs the corrected workbook in its inbox folder.")
    return Alert(
        Kind.REJECTIONS,
        f"Nedra: {len(new)} rejected filing(s) wait for a correction, {total} in all",
        "\n".join(lines),
        at,
        {
            "outstanding": total,
            "new": len(new),
            "defects": len(defects),
            "filings": [_plain(each) for each in new[:SHOWN]],
        },
    )


def _codes(connection: sa.Connection, years: Iterable[int]) -> defaultdict[tuple[int, str], set[str]]:
    rows = connection.execute(
        sa.select(findings.c.report_year, findings.c.file_name, findings.c.code)
        .where(findings.c.severity == str(Severity.REJECT), findings.c.report_year.in_(sorted(years)))
        .distinct()
    )
    found: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for row in rows:
        found[row.report_year, row.file_name].add(row.code)
    return found


def _plain(rejected: Rejected) -> dict[str, Any]:
    return asdict(rejected) | {"since": rejected.since.isoformat(), "codes": list(rejected.codes)}
