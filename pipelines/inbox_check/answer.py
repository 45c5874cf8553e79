"""Answer: what a check tells of a workbook, as ``nedra check --json`` writes it.

Here: the shape of that JSON, whose schema docs/check.schema.json publishes, and its words. Not here: the judgement
(``pipelines.inbox_check.judgement``), the page for a terminal (``assets.cli``).
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from pipelines.findings.catalogue import FileKind, render, severity_of
from pipelines.inbox_check.outcome import UNITS, Checked, CheckedLine
from pipelines.intake.year.locating import Complaint
from pipelines.statute.law import load_statute
from pipelines.wording import phrases
from pipelines.wording.status_words import status_name
from schemas.vocabulary import Bucket, FilingStatus, Severity, Status

SCHEMA = "check.schema.json"
_UNIT_NOT_HELD = "L006"


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeTold(_Told):
    """A code of recognition."""

    code: str = Field(description="R01 and so on, docs/rules.md")
    title: str = Field(description="the reason in words")
    reference: str = Field(description="the article it rests on")
    remedy: str = Field(description="what the filer can do about it")


class LineTold(_Told):
    """A payment that does not count, or counts with a remark."""

    sheet: str
    cell: str = Field(description="cell of the amount")
    line_no: int | None
    unit_no: str | None
    title: str | None
    amount_tiyn: int | None = Field(description="whole tiyn after the rate; null when nobody knows")
    bucket: str = Field(description="disallowed, recognised or cure")
    codes: list[CodeTold] = Field(description="the one that decided first")


class UnitTold(_Told):
    """The verdict a contract or licence would get."""

    unit_no: str
    status: Status
    status_name: str
    due_tiyn: int | None
    credit_used_tiyn: int | None
    recognised_tiyn: int
    budget_tiyn: int
    shortfall_tiyn: int | None
    fulfilment_bp: int | None = Field(description="basis points: 10000 is the whole obligation")
    doubt: list[str] = Field(description="codes of findings that put the obligation in doubt")
    deadline: date = Field(description="last day to file")
    cure_until: date | None = Field(description="last day to pay what is short; null while no notice runs")


class RegisterTold(_Told):
    """A register without which rules could not be run."""

    register_: str = Field(alias="register", description="units stands for a user whom the register lacks, too")
    not_run: str


class FindingTold(_Told):
    """A finding, docs/findings.md."""

    code: str
    severity: Severity
    sheet: str | None
    cells: list[str]
    field: str | None
    value: str | None
    expected: str | None
    difference: str | None
    message: str


class FileTold(_Told):
    """What would become of one workbook."""

    file: str
    report_year: int | None
    status: FilingStatus
    usable: bool = Field(description="it and all its rows would be used, and no payment disallowed")
    amounts_tiyn: dict[str, int] = Field(description="sum of the payments by bucket")
    lines: dict[str, int] = Field(description="count of the payments by bucket")
    units: list[UnitTold] = Field(description="empty when contracts could not be judged")
    credit_unknown: bool = Field(
        description="the year before is filed but not computed: its credit is not in the units"
    )
    told_lines: list[LineTold]
    registers_missing: list[RegisterTold]
    findings: list[FindingTold]


_ANSWER = TypeAdapter(list[FileTold])


def answer_of(checked: Iterable[Checked], language: str) -> list[FileTold]:
    """Return what is told of each workbook, in ru, kk or en."""
    return [_file(each, language) for each in checked]


def answer_json(told: list[FileTold]) -> str:
    """Return the answer as JSON text."""
    return _ANSWER.dump_json(told, by_alias=True).decode()


def json_schema() -> str:
    """Return the JSON Schema of the answer, as docs/check.schema.json holds it."""
    return json.dumps(_ANSWER.json_schema(by_alias=True, mode="serialization"), indent=2, ensure_ascii=False) + "\n"


def _file(checked: Checked, language: str) -> FileTold:
    return FileTold(
        file=checked.file_name,
        report_year=checked.year,
        status=checked.status,
        usable=checked.is_usable,
        amounts_tiyn=checked.buckets,
        lines=checked.lines,
        units=[
            UnitTold(
                **{name: value for name, value in vars(unit).items() if name != "doubt"},
                status_name=status_name(Status(unit.status), language),
                doubt=[code for code in unit.doubt.split(",") if code],
            )
            for unit in checked.units
        ],
        credit_unknown=checked.credit_unknown,
        told_lines=[_line(line, checked, language) for line in checked.told],
        registers_missing=[
            RegisterTold(register=name, not_run=_not_run(name, checked, language)) for name in checked.missing
        ],
        findings=[_finding(complaint, language) for complaint in checked.complaints],
    )


def _line(line: CheckedLine, checked: Checked, language: str) -> LineTold:
    law = load_statute().at(checked.year or 0)
    rules = [law.code(code) for code in line.codes]
    codes = [
        CodeTold(
            code=rule.code,
            title=str(getattr(rule.title, language)),
            reference=str(rule.reference),
            remedy=phrases.say("remedies", rule.code, language),
        )
        for rule in rules
    ]
    facts: dict[str, Any] = {name: value for name, value in vars(line).items() if name != "codes"}
    return LineTold(**facts, codes=codes)


def _not_run(register: str, checked: Checked, language: str) -> str:
    if register != UNITS:
        return phrases.say("without_register", register, language)
    rules = load_statute().at(checked.year or 0).recognition
    codes = ", ".join([_UNIT_NOT_HELD, *(rule.code for rule in rules if rule.asks_unit)])
    return phrases.say("without_register", register, language, codes=codes)


def _finding(complaint: Complaint, language: str) -> FindingTold:
    finding, filing = complaint.finding, complaint.filing
    name = Path(filing.file_name).name
    return FindingTold(
        code=finding.code,
        severity=severity_of(finding.code),
        sheet=finding.sheet,
        cells=list(finding.cells),
        field=finding.field,
        value=finding.value,
        expected=finding.expected,
        difference=finding.difference,
        message=render(finding, file_name=name, lang=language, kind=FileKind.FILING, edition=filing.form_edition),
    )


def is_lost(line: LineTold) -> bool:
    """Tell whether a payment does not count."""
    return line.bucket == str(Bucket.DISALLOWED)
