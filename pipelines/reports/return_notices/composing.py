"""Composing: stored findings of a filing into a notice, in Russian, Kazakh and English.

Belongs here: the order of remarks, the text of notes, what becomes of the filing. Pure.
Does not: the database (``gathering``), messages of codes (``pipelines.findings.catalogue``), workbooks (``marking``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines.findings.catalogue import Told, catalogue, field_label, told
from pipelines.findings.finding import Finding
from pipelines.reports.return_notices.notice import SEVERITIES, Notice, Remark
from pipelines.reports.return_notices.wording import BELOW, Manner, one_of_each
from pipelines.statute.model import RecognitionCode
from pipelines.wording.numbers import amount, day, percent
from pipelines.wording.status_words import status_name
from schemas.vocabulary import FilingStatus, Language, Severity, Status

_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_RUSSIAN = "ru"
DISALLOWED = "disallowed"
_A_FORMULA = "="
"""What reading quotes in place of a formula without a result."""


@dataclass(frozen=True)
class SetAside:
    """What of an accepted filing is not counted: rows, payments in tiyn, rows whose amount cannot be read."""

    rows: int = 0
    amount_tiyn: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Disallowance:
    """Payments of a sheet that one rule of recognition disallows: their cells, and their sum in tiyn."""

    rule: RecognitionCode
    sheet: str
    cells: tuple[str, ...]
    amount_tiyn: int


@dataclass(frozen=True)
class Shortfall:
    """What a contract or licence of a filing lacks: amounts in tiyn, basis points, what the status rests on."""

    unit_no: str
    status: Status
    due_tiyn: int
    counted_tiyn: int
    shortfall_tiyn: int
    fulfilment_bp: int | None
    cure_until: date | None
    reference: str


@dataclass(frozen=True)
class FiledWorkbook:
    """A filing as the warehouse has it, with every finding that names it."""

    filing_id: str
    report_year: int
    user_bin: str | None
    user_name: str | None
    submission_no: int | None
    form_edition: str | None
    status: FilingStatus
    file_names: tuple[str, ...]
    findings: tuple[tuple[Severity, Finding], ...]
    set_aside: SetAside
    deadline: date
    disallowed: tuple[Disallowance, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()


def compose(filed: FiledWorkbook, manner: Manner) -> Notice:
    """Return the notice of a filing that has findings."""
    ordered = sorted(filed.findings, key=_place)
    remarks = [_remark(severity, finding, filed, manner) for severity, finding in ordered]
    remarks += [_short(each, manner) for each in filed.shortfalls]
    refused = any(finding.code in manner.never_opened for _, finding in ordered)
    return Notice(
        filing_id=filed.filing_id,
        report_year=filed.report_year,
        user_bin=filed.user_bin,
        user_name=filed.user_name,
        status=str(filed.status),
        file_names=filed.file_names,
        facts=tuple(_facts(filed, manner)),
        outcome=tuple(_outcome(filed, language, manner) for language in Language),
        remarks=tuple(_in_order([*remarks, *(_disallowed(each, manner) for each in filed.disallowed)])),
        may_be_opened=bool(filed.filing_id) and not refused,
    )


def _place(found: tuple[Severity, Finding]) -> tuple[object, ...]:
    """The gravest first, then what is about the file, then sheet by sheet from the top down."""
    severity, finding = found
    first = _ADDRESS.fullmatch(finding.cells[0]) if finding.cells else None
    row, letters = (int(first[2]), first[1]) if first else (0, "")
    return (
        SEVERITIES.index(severity),
        finding.sheet or "",
        row,
        (len(letters), letters),
        finding.code,
        finding.field or "",
        finding.value or "",
        finding.expected or "",
    )


def _in_order(remarks: Iterable[Remark]) -> list[Remark]:
    """Put the gravest first and leave the rest as it stands."""
    return sorted(remarks, key=lambda remark: SEVERITIES.index(remark.severity))


def _short(found: Shortfall, manner: Manner) -> Remark:
    """Return the remark on a contract that lacks money."""
    told = []
    for language in Language:
        amounts = {
            name: amount(tiyn, language)
            for name, tiyn in (
                ("due", found.due_tiyn), ("counted", found.counted_tiyn), ("shortfall", found.shortfall_tiyn),
            )
        }  # fmt: skip
        share = "–" if found.fulfilment_bp is None else percent(found.fulfilment_bp, language)
        facts = {**amounts, "unit": found.unit_no, "fulfilment": share, "status": status_name(found.status, language)}
        sentences = [manner.say("outcomes", "shortfall", language, **facts)]
        if found.cure_until is not None:
            sentences.append(manner.say("outcomes", "cure_until", language, until=day(found.cure_until, language)))
        told.append(" ".join(sentences))
    return Remark(
        severity=str(Severity.WARN),
        code=str(found.status),
        sheet=None,
        cells=(),
        field=None,
        value=None,
        told=tuple(told),
        note="",
        reference=found.reference,
    )


def _disallowed(found: Disallowance, manner: Manner) -> Remark:
    """Return the remark on payments that a rule disallows."""
    rule = found.rule
    titles = {language: str(getattr(rule.title, language)) for language in Language}
    sums = {language: f"{titles[language]}: {amount(found.amount_tiyn, language)}." for language in Language}
    basis = f"{manner.in_all('note', 'basis')}: {rule.reference}"
    notes = [f"{language.upper()}: {titles[language]}." for language in Language]
    return Remark(
        severity=DISALLOWED,
        code=rule.code,
        sheet=found.sheet,
        cells=found.cells,
        field=None,
        value=None,
        told=tuple(sums.values()),
        note="\n".join([f"{rule.code}: {manner.in_all('severities', DISALLOWED)}", *notes, basis]),
        reference=str(rule.reference),
    )


def _facts(filed: FiledWorkbook, manner: Manner) -> Iterable[tuple[str, str]]:
    known = {
        "user_name": filed.user_name,
        "user_bin": filed.user_bin,
        "report_year": str(filed.report_year),
        "submission_no": None if filed.submission_no is None else str(filed.submission_no),
        "file_names": "; ".join(filed.file_names),
        "filing_id": filed.filing_id or None,
        "deadline": day(filed.deadline, _RUSSIAN),
    }
    for name, value in known.items():
        if value is not None:
            yield manner.in_all("facts", name), value


def _outcome(filed: FiledWorkbook, language: str, manner: Manner) -> str:
    aside = filed.set_aside
    if filed.status is FilingStatus.REJECTED:
        return manner.say("outcomes", "rejected", language)
    lost = sum(each.amount_tiyn for each in filed.disallowed)
    told = {"rows": sum(len(each.cells) for each in filed.disallowed), "amount": amount(lost, language)}
    if not filed.disallowed and not aside.rows:
        return manner.say("outcomes", "accepted", language)
    sentences = [manner.say("outcomes", "in_part", language)]
    if filed.disallowed:
        sentences.append(manner.say("outcomes", "disallowed", language, **told))
    if not aside.rows:
        return " ".join([*sentences, manner.say("outcomes", "if_a_mistake", language)])
    facts = {"rows": aside.rows, "amount": amount(aside.amount_tiyn, language)}
    sentences.append(manner.say("outcomes", "set_aside", language, **facts))
    if aside.unreadable:
        sentences.append(manner.say("outcomes", "unreadable_amounts", language, rows=aside.unreadable))
    return " ".join([*sentences, manner.say("outcomes", "correct_rows", language)])


def _remark(severity: Severity, finding: Finding, filed: FiledWorkbook, manner: Manner) -> Remark:
    entry = catalogue().entries[finding.code]
    file_name = filed.file_names[0]
    if finding.value == _A_FORMULA:
        finding = replace(finding, value=None)  # the copy shows the formula itself
    # The values of several cells would tell the reader of one of them about the others.
    noted = replace(finding, value=None) if len(finding.cells) > 1 else finding
    # The outcome tells what becomes of every row; a code with a consequence of its own tells it here.
    own = {language: entry.wordings[language].next_step for language in Language}
    sheet, notes = [], []
    for language in Language:
        said, beside = (
            told(each, file_name=file_name, lang=language, edition=filed.form_edition) for each in (finding, noted)
        )
        sheet.append(_text(said, own[language]))
        notes.append(f"{language.upper()}: {_text(beside, own[language])}")
    return Remark(
        severity=str(severity),
        code=finding.code,
        sheet=finding.sheet,
        cells=finding.cells,
        field=finding.field and _labels(finding, filed.form_edition),
        value=finding.value if finding.cells or finding.field else None,
        told=tuple(sheet),
        note="\n".join(
            [
                f"{finding.code}: {manner.in_all('severities', severity)}",
                *notes,
                f"{manner.in_all('note', 'basis')}: {entry.reference}",
            ]
        ),
        reference=entry.reference,
    )


def _text(said: Told, own_next: str | None) -> str:
    parts: Sequence[str] = (f"{said.title}.", *said.facts, said.do, *([own_next] if own_next else []))
    return " ".join(parts)


def _labels(finding: Finding, edition: str | None) -> str:
    name, sheet = finding.field or "", finding.sheet
    labels = (field_label(name, language, sheet=sheet, edition=edition) for language in Language)
    return one_of_each(labels, BELOW)
