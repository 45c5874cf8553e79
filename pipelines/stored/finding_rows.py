"""Finding rows: complaints as rows of the table of findings.

Belongs here: numbering, severity, the message in each language. Does not: finding anything, the words.
"""

from collections.abc import Iterable

from pipelines.findings.catalogue import FileKind, render, severity_of
from pipelines.findings.finding import Finding
from pipelines.intake.year.locating import Complaint
from pipelines.intake.year.registers import Register
from pipelines.stored.effective_filings import FiledRow
from schemas.vocabulary import Language

FindingRow = tuple[object, ...]
_CELL_SEPARATOR = ", "


def register_rows(registers: Iterable[Register]) -> list[FindingRow]:
    """Return the findings of registers as rows of the table ``findings``, numbered from 1."""
    told = [(register, finding) for register in registers for finding in register.findings]
    return [
        (
            number,
            register.file_name,
            register.file_name,
            None,
            None,
            None,
            *_told(finding, register.file_name, FileKind.REGISTER),
        )
        for number, (register, finding) in enumerate(told, start=1)
    ]


def complaint_rows(complaints: Iterable[Complaint], year: int) -> list[FindingRow]:
    """Return the findings of filings as rows of the table ``findings``, numbered from 1."""
    return [
        (
            number,
            complaint.filing.read.sha256,
            complaint.filing.file_name,
            year,
            complaint.filing.user_bin,
            complaint.unit_no,
            *_told(complaint.finding, complaint.filing.file_name, FileKind.FILING, complaint.filing.form_edition),
        )
        for number, complaint in enumerate(complaints, start=1)
    ]


def finding_row(number: int, filed: FiledRow, year: int, unit_no: str, finding: Finding) -> FindingRow:
    """Return one finding about a row of a unit in a filing as a row of the table ``findings``."""
    told = _told(finding, filed.file_name, FileKind.FILING, filed.form_edition)
    return (number, filed.unit.filing_id, filed.file_name, year, filed.unit.user_bin, unit_no, *told)


def _told(finding: Finding, file_name: str, kind: FileKind, edition: str | None = None) -> FindingRow:
    return (
        str(severity_of(finding.code)),
        finding.code,
        finding.sheet,
        _CELL_SEPARATOR.join(finding.cells) or None,
        finding.field,
        finding.value,
        finding.expected,
        finding.difference,
        *(render(finding, file_name=file_name, lang=language, kind=kind, edition=edition) for language in Language),
    )
