"""Fixed clock: workbooks whose bytes depend on their content only.

Belongs here: saving an openpyxl workbook with no time and no machine inside. Does not: what stands in a workbook.
"""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

CORE_PROPERTIES = "docProps/core.xml"
WRITTEN_AT = datetime(2025, 1, 1, tzinfo=UTC)
_ZIP_CLOCK = (2025, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


class FixedClockZip(zipfile.ZipFile):
    """A zip file that remembers neither when nor by whom it was written."""

    def writestr(
        self, zinfo_or_arcname: Any, data: Any, compress_type: int | None = None, compresslevel: int | None = None
    ) -> None:
        """Add a part; the time of change inside the workbook's properties is the fixed one, too."""
        member = zinfo_or_arcname
        name = member.filename if isinstance(member, zipfile.ZipInfo) else member
        content = data.encode() if isinstance(data, str) else data
        if name == CORE_PROPERTIES:
            content = _MODIFIED.sub(rb"\g<1>" + WRITTEN_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
        info = zipfile.ZipInfo(name, _ZIP_CLOCK)
        info.create_system = 0
        super().writestr(info, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)

    def write(
        self,
        filename: Any,
        arcname: Any = None,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a part from a file."""
        self.writestr(arcname or filename, Path(filename).read_bytes())


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook; equal workbooks give equal bytes."""
    target = io.BytesIO()
    with FixedClockZip(target, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    return target.getvalue()
