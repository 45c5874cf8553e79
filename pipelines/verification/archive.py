"""Archive: whether it still holds the very workbooks the rows cite.

Here: comparing files with the digests of ``filings``. Not here: keeping them (``pipelines.intake.inbox.archive``), rows
(``verify``).
"""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from pipelines.intake.inbox.archive import archive_path, file_digest
from pipelines.verification.rows import Break
from schemas.received import filings


def archive_breaks(connection: sa.Connection, archive: Path) -> Iterator[Break]:
    """Yield every workbook the archive lost or changed; none when the archive is not on this machine."""
    if not archive.is_dir():
        return
    for filing_id in connection.scalars(sa.select(filings.c.filing_id).distinct().order_by(filings.c.filing_id)):
        if not filing_id:
            continue  # the workbook could not even be opened
        path, where = archive_path(archive, filing_id), f"archive, filing_id {filing_id}"
        try:
            if file_digest(path) != filing_id:
                yield Break(where, f"{path.name} no longer holds the bytes that were received")
        except OSError as error:
            yield Break(where, f"the workbook cannot be read: {error.strerror}")
