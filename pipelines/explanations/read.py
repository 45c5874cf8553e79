"""Reading: the explanation of a verdict, of today or of any past day.

Belongs here: finding the verdict or its version, putting its argument into words. Does not: what would be if
(``what_if``), printing, computing anything.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.explanations import shapes
from pipelines.findings.catalogue import catalogue
from pipelines.intake.inbox.archive import archive_path
from pipelines.settings import TIME_ZONE
from pipelines.statute.dated import DatedValue
from pipelines.statute.law import Statute
from pipelines.statute.model import Cure
from pipelines.stored import argument
from pipelines.stored.told_lines import told_lines
from pipelines.warehouse.trail import load_of
from pipelines.wording import numbers, phrases
from pipelines.wording.terms import describe
from schemas.folding import unit_key
from schemas.verdicts import arrears, compliance_by_unit, compliance_history
from schemas.vocabulary import Bucket, DecisionEffect, DecisionKind, Language, Status

_DUES = ("declared", "computed")
_NOT_COUNTED = (str(Bucket.DISALLOWED), str(Bucket.SET_ASIDE))
_VERDICT = [column.name for column in compliance_by_unit.columns]


@dataclass(frozen=True)
class Reader:
    """For whom and by which law a verdict is explained."""

    statute: Statute
    language: str


class NoVerdictError(LookupError):
    """There is nothing to explain; the message says why, in the reader's language."""


def explain(
    connection: sa.Connection, unit: str, year: int, reader: Reader, *, as_of: date | None = None
) -> shapes.Explanation:
    """Return the explanation of a unit's verdict, however its number is typed.

    ``as_of`` asks for the version that was valid at the end of that day in Asia/Almaty; None for what is stored now.

    Raises:
        NoVerdictError: there is, or was at that time, no such verdict.
    """
    versions = _versions(connection, unit, year)
    if as_of is not None:
        return _as_it_was(_valid_at_the_end_of(versions, unit, year, as_of, reader), as_of, reader)
    verdict = _current(connection, unit, year)
    if verdict is None:
        raise NoVerdictError(phrases.say("errors", "no_verdict", reader.language, unit=unit, year=year))
    unit_no = verdict["unit_no"]
    told = told_lines(connection, reader.statute.at(year), filing_id=verdict["filing_id"] or "", unit_no=unit_no)
    lines = [_line(line, year, reader) for line in told]
    decisions = argument.stored_decisions(connection, year, unit_no).get(unit_no, [])
    open_version = next((version for version in versions if version["superseded_at"] is None), None)
    terms = worded(argument.stored_terms(connection, year, unit_no).get(unit_no, []), reader)
    return shapes.Explanation(
        language=reader.language,
        verdict=verdict,
        status_in_words=status_in_words(verdict, terms, reader),
        version=None if open_version is None else _version(open_version, None),
        terms=terms,
        lines=tuple(line for line in lines if line.bucket in _NOT_COUNTED),
        remarked_lines=tuple(line for line in lines if line.bucket not in _NOT_COUNTED),
        decisions=tuple(_decision(each) for each in decisions),
        arrears=_arrears(connection, verdict, decisions, reader.statute.cure),
        archived=_archived(verdict),
        doubt=_doubt(verdict, reader),
    )


def end_of(day: date) -> datetime:
    """Return the first moment after a day in Asia/Almaty, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=TIME_ZONE).astimezone(UTC)


def worded(terms: Iterable[Mapping[str, Any]], reader: Reader) -> tuple[shapes.Term, ...]:
    """Return terms with their words, their section and their sign."""
    return tuple(_term(term, reader.language) for term in terms)


def _term(term: Mapping[str, Any], language: str) -> shapes.Term:
    section, sign = phrases.position(term["term"])
    return shapes.Term(
        seq=term["seq"],
        section=section,
        sign=sign,
        term=term["term"],
        wording=describe(term["term"], language),
        amount_tiyn=term["amount_tiyn"],
        reference=term["reference"],
        source=term["source"],
    )


def status_in_words(verdict: Mapping[str, Any], terms: Sequence[shapes.Term], reader: Reader) -> str:
    """Return what the status says and which threshold decided it."""
    language, status = reader.language, Status(verdict["status"])
    details = {key: detail for key, _, detail in (term.term.partition(":") for term in terms)}
    law = reader.statute.at(verdict["report_year"])
    expected = law.base_kind.find(verdict["regime"], verdict["sector"])
    filed_kind = details.get("filed_base_kind")
    key = str(status)
    if status == Status.NOT_YET_OBLIGED and details.get("first_obliged_year", "-") == "-":
        key = "NOT_YET_OBLIGED_UNKNOWN"
    if status == Status.UNDETERMINED and expected and filed_kind not in (None, "-", str(expected.base_kind)):
        key = "UNDETERMINED_BASE"
    if status == Status.BREACH and verdict["below_30"]:
        key = "BREACH_NOTICE"
    amounts = {term.term: term.amount_tiyn for term in terms if term.amount_tiyn is not None}
    if status == Status.UNDETERMINED and "computed_due" in amounts:
        key = "UNDETERMINED_TWO_UNITS"
    shortfall, fulfilment = verdict["shortfall_tiyn"], verdict["fulfilment_bp"]
    told = {name: numbers.amount(amounts[f"{name}_due"], language) for name in _DUES if f"{name}_due" in amounts}
    facts = told | {
        "first_year": details.get("first_obliged_year"),
        "deadline": numbers.day(verdict["deadline"], language),
        "regime": verdict["regime"],
        "base_kind": phrases.label("base_kind", filed_kind, language),
        "expected": phrases.label("base_kind", str(expected.base_kind), language) if expected else "-",
        "shortfall": None if shortfall is None else numbers.amount(shortfall, language),
        "fulfilment": None if fulfilment is None else numbers.percent(fulfilment, language),
        "threshold": numbers.percent(law.status.partial_from_bp, language),
    }
    return phrases.say("statuses", key, language, **facts)


def _current(connection: sa.Connection, unit: str, year: int) -> dict[str, Any] | None:
    verdicts = connection.execute(
        sa.select(compliance_by_unit).where(compliance_by_unit.c.report_year == year)
    ).mappings()
    key = unit_key(unit)
    return next((dict(row) for row in verdicts if unit_key(row["unit_no"]) == key), None)


def _versions(connection: sa.Connection, unit: str, year: int) -> list[dict[str, Any]]:
    history = compliance_history
    spellings = connection.scalars(sa.select(history.c.unit_no).where(history.c.report_year == year).distinct())
    same = [spelling for spelling in spellings if unit_key(spelling) == unit_key(unit)]
    rows = connection.execute(
        sa.select(history)
        .where(history.c.report_year == year, history.c.unit_no.in_(same))
        .order_by(history.c.recorded_at, history.c.version_no)
    ).mappings()
    return [dict(row) for row in rows]


def _valid_at_the_end_of(
    versions: list[dict[str, Any]], unit: str, year: int, day: date, reader: Reader
) -> dict[str, Any]:
    end, language = end_of(day), reader.language
    told = {"unit": unit, "year": year, "day": numbers.day(day, language)}
    if not versions:
        raise NoVerdictError(phrases.say("errors", "no_verdict", language, unit=unit, year=year))
    by_then = [version for version in versions if version["recorded_at"] < end]
    if not by_then:
        first = numbers.moment(versions[0]["recorded_at"], language)
        raise NoVerdictError(phrases.say("errors", "nothing_by_then", language, **told, first=first))
    found = by_then[-1]
    if found["superseded_at"] is not None and found["superseded_at"] < end:
        last = numbers.moment(found["superseded_at"], language)
        raise NoVerdictError(phrases.say("errors", "withdrawn", language, **told, last=last))
    return found


def _as_it_was(found: Mapping[str, Any], day: date, reader: Reader) -> shapes.Explanation:
    kept = json.loads(found["argument"])
    terms = worded(kept["terms"], reader)
    verdict = {name: found[name] for name in _VERDICT}
    return shapes.Explanation(
        language=reader.language,
        verdict=verdict,
        status_in_words=status_in_words(verdict, terms, reader),
        version=_version(found, day),
        terms=terms,
        lines=tuple(_line(line, verdict["report_year"], reader) for line in kept["lines"]),
        archived=_archived(verdict),
        decisions=tuple(_decision(each) for each in kept["decisions"]),
        arrears=None,
        doubt=_doubt(verdict, reader),
    )


def _version(row: Mapping[str, Any], asked_for: date | None) -> shapes.Version:
    return shapes.Version(
        version_no=row["version_no"],
        recorded_at=row["recorded_at"],
        superseded_at=row["superseded_at"],
        cause=row["cause"],
        load_id=row["load_id"],
        asked_for=asked_for,
    )


def _line(line: Mapping[str, Any], year: int, reader: Reader) -> shapes.Line:
    decided_by = line["decided_by"]
    codes = [code for code in line["codes"].split(",") if code]
    # The code that decided comes first; a set-aside line has no such code, every finding counts.
    ordered = sorted(codes, key=lambda code: (code != decided_by, code))
    is_set_aside = line["bucket"] == str(Bucket.SET_ASIDE)
    meaning = _of_finding if is_set_aside else _of_recognition
    meanings = tuple(meaning(code, year, reader) for code in ordered)
    if meanings and decided_by is not None:
        meanings = (shapes.CodeMeaning(decided_by, meanings[0].meaning, line["reference"]), *meanings[1:])
    return shapes.Line(
        line_no=line["line_no"],
        title=line["title"],
        amount_tiyn=line["amount_tiyn"],
        bucket=line["bucket"],
        decided_by=decided_by,
        codes=meanings,
        decision_no=line["decision_no"],
        source=line["source"],
        facts=shapes.LineFacts(**line["facts"], claims=tuple(line["claims"])) if "facts" in line else None,
    )


def _of_recognition(code: str, year: int, reader: Reader) -> shapes.CodeMeaning:
    try:
        rule = reader.statute.at(year).code(code)
    except LookupError:  # a code of an old version that the law no longer has
        return shapes.CodeMeaning(code, code, None)
    return shapes.CodeMeaning(code, str(getattr(rule.title, reader.language)), str(rule.reference))


def _of_finding(code: str, _: int, reader: Reader) -> shapes.CodeMeaning:
    entry = catalogue().entries.get(code)
    if entry is None:
        return shapes.CodeMeaning(code, code, None)
    return shapes.CodeMeaning(code, entry.wordings[Language(reader.language)].title, entry.reference)


def _doubt(verdict: Mapping[str, Any], reader: Reader) -> tuple[shapes.CodeMeaning, ...]:
    """Return what puts the base of a verdict in doubt; nothing for a version of before doubt was kept."""
    codes = [code for code in (verdict["doubt"] or "").split(",") if code]
    return tuple(_of_finding(code, verdict["report_year"], reader) for code in codes)


def _decision(kept: Mapping[str, Any]) -> shapes.Decision:
    dates = {name: _day(kept[name]) for name in ("decided_on", "until")}
    return shapes.Decision(**{**kept, **dates})


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _archived(verdict: Mapping[str, Any]) -> str | None:
    """Return where the filing of a verdict lies in the archive, below the home."""
    filing_id = verdict["filing_id"]
    return None if filing_id is None else archive_path(Path("archive"), filing_id).as_posix()


def _arrears(
    connection: sa.Connection,
    verdict: Mapping[str, Any],
    decisions: Iterable[Mapping[str, Any]],
    cures: DatedValue[Cure],
) -> shapes.Arrears | None:
    row = connection.execute(
        sa.select(arrears).where(
            arrears.c.report_year == verdict["report_year"], arrears.c.unit_no == verdict["unit_no"]
        )
    ).one_or_none()
    if row is None:
        return None
    cure = cures.on_or_first(row.notice_on or verdict["deadline"])
    judged_on = load_of(connection, verdict["load_id"]).as_of
    applied = (str(DecisionKind.EXTENSION), str(DecisionEffect.APPLIED))
    return shapes.Arrears(
        shortfall_tiyn=row.shortfall_tiyn,
        cured_tiyn=row.cured_tiyn,
        open_tiyn=row.open_tiyn,
        notice_on=row.notice_on,
        cure_until=row.cure_until,
        cured_on=row.cured_on,
        months=cure.months(below_30=verdict["below_30"]),
        is_extended=any((each["kind"], each["effect"]) == applied for each in decisions),
        reference=str(cure.reference),
        is_overdue=row.open_tiyn > 0 and row.cure_until is not None and row.cure_until < judged_on,
    )
