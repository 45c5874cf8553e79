"""Registers: the six workbooks of the authority, read and checked, as frames ready to store.

Belongs here: which file is which register, what happens when one is missing, rules over their rows.
Does not: reading cells (``reading``), what registers mean to a unit (``pipelines.core``).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from pipelines.findings.catalogue import severity_of
from pipelines.findings.finding import Finding
from pipelines.intake.form.read import read_register
from pipelines.intake.inbox.inbox import Inbox, digest_of
from pipelines.intake.inbox.unread import unread_files
from pipelines.intake.limits import Limits
from pipelines.intake.result import RegisterRead, Rows, cell_address
from pipelines.intake.year import validating
from pipelines.intake.year.bounds import bound_amounts
from pipelines.intake.year.lines import typed_columns
from pipelines.intake.year.validating import Failure
from pipelines.layouts.loader import register_layouts
from schemas import frames
from schemas import registers as tables
from schemas.frames import IS_BOUNDED, MONEY
from schemas.vocabulary import Severity

ABSENT = "absent"
TABLES: Mapping[str, sa.Table] = {
    "units": tables.units,
    "performers": tables.performers,
    "affiliates": tables.affiliates,
    "treasury": tables.treasury_receipts,
    "decisions": tables.decisions,
    "rates": tables.exchange_rates,
}
# What makes a row the same row as another of its register.
_KEYS = {
    "units": ("unit_no", "user_bin", "holder_from"),
    "treasury": ("receipt_no", "received_on"),
    "decisions": ("decision_no", "decided_on", "unit_no", "report_year", "payment_doc_no"),
    "rates": ("currency", "on"),
}
_MONEY = {"fixed_due_tiyn", "opening_credit_tiyn", "amount_tiyn"}
_FORM_FIELD = {"fixed_due_tiyn": "fixed_due", "opening_credit_tiyn": "opening_credit", "amount_tiyn": "amount"}
_SHOWN_VALUES = 5


@dataclass(frozen=True)
class Unusable:
    """A register no year can be computed with: what is to be said of its file, the findings that refuse it.

    A missing register has no findings.
    """

    file_name: str
    message: str
    findings: tuple[Finding, ...] = ()


class RegisterError(Exception):
    """Registers a year cannot do without are missing or unusable; the message says which files and what to do."""

    def __init__(self, unusable: tuple[Unusable, ...]) -> None:
        """Carry every such register, so that all of them can be corrected at once."""
        super().__init__(" ".join(each.message for each in unusable))
        self.unusable = unusable


@dataclass(frozen=True)
class Register:
    """One register: its rows that count, the findings about it, the digest of its file."""

    name: str
    file_name: str
    digest: str
    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    rows_in: int


def register_digests(inbox: Inbox) -> dict[str, str]:
    """Return the SHA-256 of each register's file, ``absent`` for an optional one that is not there."""
    found = inbox.registers()
    return {name: digest_of(inbox.read(found[name])) if name in found else ABSENT for name in TABLES}


def read_registers(inbox: Inbox, limits: Limits) -> dict[str, Register]:
    """Read every register of the inbox.

    Raises:
        RegisterError: required registers are missing, or some cannot be read or lack a required column.
    """
    found = inbox.registers()
    registers: dict[str, Register] = {}
    unusable: list[Unusable] = []
    for name, layout in register_layouts().items():
        if name in found:
            read = _read(inbox, name, found[name].name, inbox.read(found[name]), limits)
            if isinstance(read, Unusable):
                unusable.append(read)
            else:
                registers[name] = read
        elif layout.required:
            message = (
                f"The register {layout.file} is missing: it is expected at {inbox.register_path(name)}. "
                f"{_remedy(inbox, name)} and run the year again."
            )
            unusable.append(Unusable(layout.file, message))
        else:
            registers[name] = Register(name, layout.file, ABSENT, _frame(name, None, ABSENT), (), 0)
    if unusable:
        raise RegisterError(tuple(unusable))
    return registers


def _remedy(inbox: Inbox, name: str) -> str:
    """Return what to do for a missing register: most often its file is there under another name."""
    found = unread_files(inbox, (), register_layouts())
    likely = [file.name for file in found if file.likely == name]
    return f"It is likely {' or '.join(likely)}: rename it" if likely else "Put the file there"


def _read(inbox: Inbox, name: str, file_name: str, data: bytes, limits: Limits) -> Register | Unusable:
    read = read_register(data, name, limits)
    if read.rows is None or any(severity_of(finding.code) is Severity.REJECT for finding in read.findings):
        return _unusable(inbox, name, file_name, read)
    digest = digest_of(data)
    frame = bound_amounts(_frame(name, read, digest), MONEY.get(name, ()), limits)
    failed = validating.failures(frame, frames.register(name))
    frame["codes"] = validating.merge_codes(frame["codes"], failed)
    findings = (*read.findings, *_findings(name, read.rows, frame, failed))
    accepted = frame[frame["codes"].eq("")].reset_index(drop=True)
    return Register(name, file_name, digest, accepted, findings, len(frame))


def _unusable(inbox: Inbox, name: str, file_name: str, read: RegisterRead) -> Unusable:
    refusing = tuple(finding for finding in read.findings if severity_of(finding.code) is Severity.REJECT)
    reasons = "; ".join(
        ": ".join(filter(None, [finding.code, finding.sheet, finding.field, finding.expected or finding.value]))
        for finding in refusing
    )
    message = (
        f"The register {file_name} cannot be used ({reasons}). Correct {inbox.register_path(name)} and run the year "
        "again; until then the year stays as it was last computed."
    )
    return Unusable(file_name, message, refusing)


def _frame(name: str, read: RegisterRead | None, digest: str) -> pd.DataFrame:
    table = TABLES[name]
    columns = {} if read is None or read.rows is None else dict(read.rows.columns)
    frame = typed_columns(columns, table, [column.name for column in table.columns] + ["codes", *_MONEY])
    frame["file_id"] = digest
    if name == "units":
        frame["resigned"] = frame["resigned"].fillna(value=False)
    for column in ("rate", "rate_override", "forfeit_percent"):
        if column in frame:
            frame[f"{column}_parts"] = _parts(frame[column])
    if name in _KEYS:
        parts = [frame[column].astype("str").fillna("") for column in _KEYS[name]]
        frame["row_key"] = pd.Series(
            ["\0".join(row) for row in zip(*parts, strict=True)], index=frame.index, dtype="str"
        )
    return frame


def _parts(column: "pd.Series[str]") -> "pd.Series[int]":
    """Return the sign of a decimal as a whole number Pandera can compare: -1, 0, 1; NA stays."""
    return column.map(_sign).astype("Int64")


def _sign(number: Any) -> int | None:
    return None if pd.isna(number) else (float(number) > 0) - (float(number) < 0)


def _findings(name: str, rows: Rows, frame: pd.DataFrame, failed: list[Failure]) -> list[Finding]:
    """Return one finding for each code and column, with all its cells in order of row."""
    grouped: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for failure in failed:
        grouped[failure.code, failure.column].append(failure.row)
    found = []
    for (code, failed_column), numbers in grouped.items():
        bare = failed_column.removesuffix("_parts").removesuffix(IS_BOUNDED)
        column = _KEYS[name][0] if failed_column == "row_key" else bare
        field = _FORM_FIELD.get(column, column)
        addresses = [cell_address(rows, field, int(row)) for row in frame["source_row"].loc[numbers]]
        values = dict.fromkeys(str(value) for value in frame.loc[numbers, column].dropna())
        shown = "; ".join(list(values)[:_SHOWN_VALUES]) or None
        found.append(Finding(code, rows.sheet, tuple(filter(None, addresses)), field, shown))
    return found
