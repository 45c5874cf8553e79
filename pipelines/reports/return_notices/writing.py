"""Writing: the return notices of a year, from the warehouse and the archive into their folder.

Belongs here: which notices must be written, kept or withdrawn. Does not: orchestration
(``assets.reports.return_notices``), printing (``assets.cli``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.intake.inbox.archive import archive_path
from pipelines.reports.return_notices.composing import compose
from pipelines.reports.return_notices.folder import (
    Entry,
    file_name,
    notices_folder,
    read_index,
    stands,
    withdraw,
    write_index,
)
from pipelines.reports.return_notices.gathering import standing_findings
from pipelines.reports.return_notices.notice import SEVERITIES, Notice, Order, Written
from pipelines.reports.return_notices.wording import manner
from pipelines.reports.return_notices.workers import NoticeError, cannot_write, carry_out_all
from pipelines.settings import Settings
from pipelines.warehouse.locks import turn
from pipelines.warehouse.session import Warehouse


@dataclass(frozen=True)
class NoticesReport:
    """What stands now, the gravest first, and what was done for it; the rest was as it should be."""

    folder: Path
    entries: tuple[Entry, ...]
    written: int
    withdrawn: tuple[str, ...]

    @property
    def worst(self) -> tuple[Entry, ...]:
        """The notices to look at first."""
        return self.entries[: manner().limits.worst]


def notices_root(settings: Settings) -> Path:
    """Return the folder of the notices of all years."""
    return settings.home / "reports" / "notices"


def write_notices(warehouse: Warehouse, year: int, root: Path | None = None) -> NoticesReport:
    """Write a notice for every filing of a year with findings that stand; withdraw those that stand no longer.

    A notice is written when the workbook, its findings or the manner changed, or its file is gone. ``root`` is the
    folder to write to, in a folder of the year; default that of the installation.

    Raises:
        pipelines.reports.return_notices.workers.NoticeError: the folder takes no notice.
    """
    folder = notices_folder(root or notices_root(warehouse.settings), year)
    with _told_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with turn(warehouse.engine, f"notices-{year}"):
        with warehouse.reading() as connection:
            standing = standing_findings(connection, warehouse.statute.at(year))
        with _told_in_words(folder):
            return _written(warehouse, year, folder, [compose(filed, manner()) for filed in standing])


@contextmanager
def _told_in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoticeError(cannot_write(folder, error.strerror or str(error))) from error


def _written(warehouse: Warehouse, year: int, folder: Path, notices: list[Notice]) -> NoticesReport:
    said = manner()
    known = {entry.file: entry for entry in read_index(folder)}
    entries: dict[str, Entry] = {}
    orders: dict[str, Order] = {}
    for notice in notices:
        name, digest = file_name(notice), notice.digest(said.digest)
        before = known.get(name)
        if before is not None and before.digest == digest and stands(folder, before):
            entries[name] = before
            continue
        source = archive_path(warehouse.settings.archive, notice.filing_id) if notice.may_be_opened else None
        orders[name] = Order(notice, source, folder / name)
    done = carry_out_all(list(orders.values()), workers=warehouse.settings.workers, limits=said.limits)
    for (name, order), written in zip(orders.items(), done, strict=True):
        entries[name] = _entry(name, order.notice, written, order.notice.digest(said.digest))
    withdrawn = withdraw(folder, entries.keys())
    write_index(folder, year, entries.values())
    return NoticesReport(folder, tuple(sorted(entries.values(), key=_gravity)), len(orders), tuple(withdrawn))


def _entry(name: str, notice: Notice, written: Written, digest: str) -> Entry:
    return Entry(
        file=name,
        filing_id=notice.filing_id,
        file_names=notice.file_names,
        user_bin=notice.user_bin,
        user_name=notice.user_name,
        status=notice.status,
        severity=notice.severity,
        codes=notice.codes,
        is_marked=written.is_marked,
        size_bytes=written.size_bytes,
        digest=digest,
    )


def _gravity(entry: Entry) -> tuple[int, int, str]:
    return SEVERITIES.index(entry.severity), -entry.places, entry.file
