"""Judgement: what would become of given workbooks.

Here: reading and judging them against the inbox's registers and the filings already stored. Not here: the verdicts they
would lead to (``pipelines.inbox_check.preview``), printing (``assets.cli``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from pipelines.core.directory import Directory
from pipelines.core.frames import plain_values
from pipelines.core.rates import RateBook
from pipelines.core.recognition.codes import RecognitionFacts
from pipelines.findings.catalogue import rejecting_codes
from pipelines.inbox_check.outcome import UNITS, Checked, CheckedLine
from pipelines.inbox_check.preview import NOTHING, Preview, preview
from pipelines.intake.form.cover import OTHER_YEAR
from pipelines.intake.inbox.inbox import FILINGS, Inbox
from pipelines.intake.limits import default_limits
from pipelines.intake.processes.pool import FilingTask, read_filings
from pipelines.intake.processes.worker import DEFECT
from pipelines.intake.result import FilingRead
from pipelines.intake.year.culprits import without_culprits
from pipelines.intake.year.locating import Complaint
from pipelines.intake.year.received import Received, decide
from pipelines.intake.year.registers import ABSENT, TABLES, Register, RegisterError, read_registers
from pipelines.intake.year.take_in import YearIntake, take_in
from pipelines.layouts.loader import REPORTING_YEAR
from pipelines.settings import TIME_ZONE, Settings
from pipelines.statute.law import Statute, load_statute
from pipelines.stored.registers import StoredRegisters, registers_as_read
from pipelines.warehouse.engine import open_engine
from schemas.frames import PlausibleDates
from schemas.received import filings
from schemas.vocabulary import Bucket, FilingStatus


@dataclass(frozen=True)
class _Judge:
    """What the workbooks of one year are judged by.

    ``registers`` is None where there is no usable register of units, ``units_known`` is False there and for a user
    whom the register lacks.
    """

    year: int
    settings: Settings
    statute: Statute
    registers: Mapping[str, Register] | None
    units_known: bool
    missing: tuple[str, ...]

    @cached_property
    def _read(self) -> StoredRegisters | None:
        return None if self.registers is None else registers_as_read(self.registers, self.statute)

    @cached_property
    def directory(self) -> Directory:
        law = self.statute.at(self.year)
        return Directory.of(self._read.units, law) if self._read and self.units_known else Directory.unknown(law)

    def take(self, received: Sequence[Received]) -> YearIntake:
        """Judge the rows of filings that have their status."""
        law, limits = self.statute.at(self.year), default_limits()
        facts = self._read.facts(law) if self._read else RecognitionFacts(None, None, None, law)
        rates = self._read.rates if self._read else RateBook((), self.statute.exchange_rate)
        facts = replace(facts, units_known=self.units_known)
        dates = PlausibleDates(limits.earliest_year, self.year + 1)
        return take_in(received, self.directory, rates, facts, dates, limits)

    def ahead(self, intake: YearIntake) -> Preview:
        """Return the verdicts the filings would lead to."""
        if self.registers is None or not self.units_known:
            return NOTHING
        return preview(intake, self.registers, self.settings, self.statute, self.year)


def check_workbooks(paths: Sequence[Path], year: int | None, settings: Settings) -> list[Checked]:
    """Return what would become of each workbook, in the order given.

    The reporting year is ``year``, else that of the inbox folder the file lies in, else the one on the cover. Without
    registers every rule is run that needs none; of a year without the duty only the reading is judged.
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
    if year < statute.first_year:
        return [_from_reading(each, year, rejecting) for each in handed_in]
    judge = _judge(year, settings, statute)
    own = {each.read.sha256 for each in handed_in}
    before = [each for each in _stored(settings, year) if each.read.sha256 not in own]
    known_bins = judge.directory.bins if judge.units_known else {each.user_bin for each in handed_in}

    def take(part: Sequence[Received]) -> YearIntake:
        return judge.take(decide(part, frozenset(filter(None, known_bins)), rejecting))

    intake = without_culprits([*before, *handed_in], take, take, default_limits())
    names = {each.file_name for each in handed_in}
    ours = [each for each in intake.filings if each.file_name in names]
    looked_ahead = judge.ahead(intake) if any(each.status is FilingStatus.ACCEPTED for each in ours) else NOTHING
    return [
        _of_rejected(each, judge)
        if each.status is FilingStatus.REJECTED
        else _checked(each, intake, judge, looked_ahead)
        for each in ours
    ]


def _judge(year: int, settings: Settings, statute: Statute) -> _Judge:
    try:
        registers = read_registers(Inbox(settings.inbox_url), default_limits())
    except RegisterError:
        return _Judge(year, settings, statute, None, units_known=False, missing=tuple(TABLES))
    missing = tuple(name for name, register in registers.items() if register.digest == ABSENT)
    return _Judge(year, settings, statute, registers, units_known=True, missing=missing)


def _of_rejected(workbook: Received, judge: _Judge) -> Checked:
    """Return what would become of a rejected workbook, with all that would be said of it were it not rejected.

    What refuses the whole must not hide what is wrong with its rows: the filer would hear of that a return later. Where
    Nedra itself broke on the workbook its rows are not tried again.
    """
    if any(finding.code == DEFECT for finding in workbook.findings):
        told = tuple(Complaint(workbook, finding) for finding in workbook.findings)
        return Checked(workbook.file_name, judge.year, workbook.status, told, {}, {}, missing=judge.missing)
    alone = judge
    if judge.units_known and workbook.user_bin not in judge.directory.bins:
        alone = replace(judge, units_known=False, missing=(UNITS, *judge.missing))
    intake = alone.take([replace(workbook, status=FilingStatus.ACCEPTED)])
    is_readable = workbook.read.units is not None and workbook.user_bin is not None
    looked_ahead = alone.ahead(intake) if is_readable else NOTHING
    return replace(_checked(intake.filings[0], intake, alone, looked_ahead), status=FilingStatus.REJECTED)


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


def _from_reading(workbook: Received, year: int, rejecting: Collection[str]) -> Checked:
    codes = {finding.code for finding in workbook.read.findings}
    status = FilingStatus.REJECTED if codes.intersection(rejecting) else FilingStatus.ACCEPTED
    complaints = tuple(Complaint(workbook, finding) for finding in workbook.read.findings)
    return Checked(workbook.file_name, year, status, complaints, {}, {})


def _checked(workbook: Received, intake: YearIntake, judge: _Judge, looked_ahead: Preview) -> Checked:
    number = {each.file_name: place for place, each in enumerate(intake.used)}.get(workbook.file_name)
    lines = intake.financing_lines[intake.financing_lines["filing_no"].eq(-1 if number is None else number)]
    ahead = looked_ahead if workbook.status is FilingStatus.ACCEPTED else NOTHING
    return Checked(
        workbook.file_name,
        judge.year,
        workbook.status,
        tuple(each for each in intake.complaints if each.filing.file_name == workbook.file_name),
        {str(name): int(amount) for name, amount in lines.groupby("bucket")["amount_tiyn"].sum().items()},
        {str(name): int(count) for name, count in lines["bucket"].value_counts().items()},
        tuple(_told(workbook, lines)),
        judge.missing,
        ahead.units.get(workbook.user_bin or "", ()),
        credit_unknown=ahead.credit_unknown,
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
