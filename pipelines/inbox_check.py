"""Inbox check: what would happen to workbooks, without storing anything.

Belongs here: reading and judging given files against the inbox's registers and the filings already stored.
Does not: printing (``assets.cli``), the ledger (a figure of the year before needs a computed year).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from pipelines.core.directory import Directory
from pipelines.core.frames import plain_values
from pipelines.findings.catalogue import catalogue, rejecting_codes
from pipelines.intake.form.cover import OTHER_YEAR
from pipelines.intake.inbox.inbox import FILINGS, Inbox
from pipelines.intake.limits import default_limits
from pipelines.intake.processes.pool import FilingTask, read_filings
from pipelines.intake.result import FilingRead
from pipelines.intake.year.culprits import without_culprits
from pipelines.intake.year.locating import Complaint
from pipelines.intake.year.received import Received, decide
from pipelines.intake.year.registers import ABSENT, RegisterError, read_registers
from pipelines.intake.year.take_in import YearIntake, take_in
from pipelines.layouts.loader import REPORTING_YEAR
from pipelines.settings import TIME_ZONE, Settings
from pipelines.statute.law import Statute, load_statute
from pipelines.stored.registers import registers_as_read
from pipelines.warehouse.engine import open_engine
from schemas.frames import PlausibleDates
from schemas.received import filings
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
class Checked:
    """What would become of one workbook; amounts in tiyn by bucket.

    ``told`` are the payments that a rule disallows or remarks on, ``missing`` the registers without which rules could
    not be run: ``units`` stands for all of them that need a contract.
    """

    file_name: str
    year: int | None
    status: FilingStatus
    complaints: tuple[Complaint, ...]
    buckets: dict[str, int]
    lines: dict[str, int]
    told: tuple[CheckedLine, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the filing and every row of it would be used, and no payment disallowed."""
        if str(Bucket.DISALLOWED) in self.lines:
            return False
        refused = (Severity.REJECT, Severity.SET_ASIDE)
        severities = {catalogue().entries[complaint.finding.code].severity for complaint in self.complaints}
        return not severities.intersection(refused)


def check_workbooks(paths: Sequence[Path], year: int | None, settings: Settings) -> list[Checked]:
    """Return what would become of each workbook, in the order given.

    The reporting year is ``year``, else that of the inbox folder the file lies in, else the one on the cover. Rules
    that need the registers are left out when the inbox has none, or when there was no duty in that year: then only what
    stands in the workbook itself is judged.
    """
    names = [str(path) for path in dict.fromkeys(paths)]
    years = {name: year or _folder_year(Path(name)) for name in names}
    read = _read(years, settings)
    unknown = {name: _cover_year(read[name]) for name, each in years.items() if each is None}
    # The form is read in the light of its year, which may be said only by the form itself.
    read |= _read(unknown, settings)
    years |= unknown
    statute = load_statute()
    found: dict[str, Checked] = {}
    for reporting_year in sorted({each or 0 for each in years.values()}):
        chosen = {name: read[name] for name in names if years[name] == reporting_year}
        for checked in _check_year(chosen, reporting_year, settings, statute):
            found[checked.file_name] = checked
    return [found[name] for name in names]


def _read(years: Mapping[str, int | None], settings: Settings) -> dict[str, FilingRead]:
    tasks = [FilingTask(name, year or _this_year()) for name, year in years.items()]
    workers = max(1, min(settings.workers, len(tasks)))
    return dict(zip(years, read_filings(tasks, workers=workers, limits=default_limits()), strict=True))


def _folder_year(path: Path) -> int | None:
    """Return the year of the inbox folder a file lies in, at any depth."""
    parts = path.resolve().parts
    places = [place for place, part in enumerate(parts[:-1]) if part == FILINGS and parts[place + 1].isdecimal()]
    return int(parts[places[-1] + 1]) if places else None


def _cover_year(read: FilingRead) -> int:
    told = [finding.value for finding in read.findings if finding.code == OTHER_YEAR]
    named = read.cover.get(REPORTING_YEAR, told[0] if told else None)
    return int(named) if named is not None and str(named).isdecimal() else _this_year()


def _this_year() -> int:
    return datetime.now(TIME_ZONE).year


def _check_year(read: dict[str, FilingRead], year: int, settings: Settings, statute: Statute) -> list[Checked]:
    now = datetime.now(UTC)
    handed_in = [Received(name, now, order, each) for order, (name, each) in enumerate(read.items())]
    rejecting = rejecting_codes()
    limits = default_limits()
    dates = PlausibleDates(limits.earliest_year, year + 1)
    if year < statute.first_year:
        return [_from_reading(each, year, rejecting) for each in handed_in]
    try:
        read_as = read_registers(Inbox(settings.inbox_url), limits)
    except RegisterError:
        return [_from_reading(each, year, rejecting, missing=(UNITS,)) for each in handed_in]
    registers = registers_as_read(read_as, statute)
    missing = tuple(name for name, register in read_as.items() if register.digest == ABSENT)
    law = statute.at(year)
    directory = Directory.of(registers.units, law)
    own = {each.read.sha256 for each in handed_in}
    before = [each for each in _stored(settings, year) if each.read.sha256 not in own]

    def take(part: Sequence[Received]) -> YearIntake:
        decided = decide(part, directory.bins, rejecting)
        return take_in(decided, directory, registers.rates, registers.facts(law), dates, limits)

    intake = without_culprits([*before, *handed_in], take, take, limits)
    ours = {each.file_name for each in handed_in}
    return [_checked(each, intake, year, missing) for each in intake.filings if each.file_name in ours]


def _stored(settings: Settings, year: int) -> list[Received]:
    """Return the filings already accepted for the year, as far as order and duplicates are concerned."""
    if not settings.has_warehouse:
        return []
    engine = open_engine(settings.warehouse_url)
    used = [str(FilingStatus.ACCEPTED), str(FilingStatus.SUPERSEDED)]
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(filings.name):
            return []
        rows = connection.execute(
            sa.select(filings).where(filings.c.report_year == year, filings.c.status.in_(used))
        ).mappings()
        return [
            Received(
                f"stored:{row['file_name']}",
                row["received_at"],
                0.0,
                FilingRead(
                    row["filing_id"],
                    row["size_bytes"],
                    cover={
                        "user_bin": row["user_bin"],
                        "submission_no": row["submission_no"],
                        "multiplier": Decimal(1),
                    },
                    content_digest=row["content_digest"],
                ),
            )
            for row in rows
        ]


def _from_reading(
    workbook: Received, year: int, rejecting: Collection[str], *, missing: tuple[str, ...] = ()
) -> Checked:
    codes = {finding.code for finding in workbook.read.findings}
    status = FilingStatus.REJECTED if codes.intersection(rejecting) else FilingStatus.ACCEPTED
    complaints = tuple(Complaint(workbook, finding) for finding in workbook.read.findings)
    return Checked(workbook.file_name, year, status, complaints, {}, {}, missing=missing)


def _checked(workbook: Received, intake: YearIntake, year: int, missing: tuple[str, ...]) -> Checked:
    number = {each.file_name: place for place, each in enumerate(intake.used)}.get(workbook.file_name)
    lines = intake.financing_lines[intake.financing_lines["filing_no"].eq(-1 if number is None else number)]
    return Checked(
        workbook.file_name,
        year,
        workbook.status,
        tuple(each for each in intake.complaints if each.filing.file_name == workbook.file_name),
        {str(name): int(amount) for name, amount in lines.groupby("bucket")["amount_tiyn"].sum().items()},
        {str(name): int(count) for name, count in lines["bucket"].value_counts().items()},
        tuple(_told(workbook, lines)),
        missing,
    )


def _told(workbook: Received, lines: pd.DataFrame) -> Iterator[CheckedLine]:
    """Yield the payments that a rule disallows or remarks on; findings tell of those that were set aside."""
    letters = {} if workbook.read.financing is None else workbook.read.financing.letters
    names = ("sheet", "source_row", "line_no", "unit_no", "project_title", "amount_tiyn", "bucket")
    chosen = lines[lines["bucket"].ne(str(Bucket.SET_ASIDE)) & lines["codes"].ne("")]
    columns = [plain_values(chosen[name]) for name in (*names, "codes", "disallowed_by")]
    for sheet, row, line_no, unit_no, title, amount, bucket, codes, by in zip(*columns, strict=True):
        others = sorted(set(codes.split(",")) - {by})
        cell = f"{letters.get('amount', '')}{row}"
        yield CheckedLine(
            str(sheet),
            cell,
            None if line_no is None else int(line_no),
            unit_no,
            title,
            None if amount is None else int(amount),
            str(bucket),
            (*([by] if by else []), *others),
        )
