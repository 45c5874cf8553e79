"""Catalogue: what each finding code means and how it is told to a person in Russian, Kazakh or English.

Belongs here: reading ``findings.yaml`` and turning a finding into a sentence for its reader.
Does not: finding anything (``reading``, ``validating``), the words themselves (YAML), the codes of recognition R01-R29
(``pipelines/statute/recognition.yaml``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePosixPath
from string import Formatter
from typing import Any

from pipelines.findings.finding import Finding
from pipelines.layouts.loader import Labels, filing_layouts, newest_layout, register_layouts, vocabularies
from pipelines.statute.sources import cite
from pipelines.wording.numbers import in_language
from schemas.folding import fold
from schemas.vocabulary import Language, Severity
from schemas.yaml_text import load_yaml

FILE = Path(__file__).with_name("findings.yaml")
_OR = " | "
_TENGE = "tenge"


class FileKind(StrEnum):
    """Who is spoken to: the filer of a workbook, or the keeper of a register."""

    FILING = "filing"
    REGISTER = "register"


@dataclass(frozen=True)
class Wording:
    """One code in one language; ``next_step`` replaces that of its severity, ``do_by_value`` the usual ``do``."""

    title: str
    message: tuple[str, ...]
    do: str
    next_step: str | None
    do_by_value: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """A finding told in one language, part by part; sentences whose facts are unknown are left out."""

    place: str
    title: str
    facts: tuple[str, ...]
    do: str
    next_step: str


@dataclass(frozen=True)
class Entry:
    """One code: its severity, when it is raised, what that rests on, and its wordings."""

    code: str
    severity: Severity
    when: str
    reference: str
    wordings: Mapping[Language, Wording]


@dataclass(frozen=True)
class Frame:
    """What every message of one language shares."""

    place: tuple[str, ...]
    and_more: str
    words: Mapping[str, str]
    next_steps: Mapping[tuple[FileKind, Severity], str]


@dataclass(frozen=True)
class Catalogue:
    """All codes, in the order of the file, and the frames of their messages."""

    entries: Mapping[str, Entry]
    frames: Mapping[Language, Frame]
    cells_shown: int
    last_checked_on: str


def severity_of(code: str) -> Severity:
    """Return what a finding does to what it names; raise KeyError for an unknown code."""
    return catalogue().entries[code].severity


def rejecting_codes() -> frozenset[str]:
    """Return the codes that reject a filing."""
    return frozenset(code for code, entry in catalogue().entries.items() if entry.severity is Severity.REJECT)


def render(
    finding: Finding,
    *,
    file_name: str,
    lang: Language | str,
    kind: FileKind = FileKind.FILING,
    edition: str | None = None,
) -> str:
    """Return the message of a finding: where, what, what was expected, what to do, what becomes of it.

    A part whose facts are unknown is left out. ``file_name`` is the name as the reader knows it, ``edition`` that of a
    filing's form, whose words for its columns are used. Raises KeyError for an unknown code, ValueError for an unknown
    language.
    """
    said = told(finding, file_name=file_name, lang=lang, kind=kind, edition=edition)
    return " ".join([f"{said.place}: {said.title}.", *said.facts, said.do, said.next_step])


def told(
    finding: Finding,
    *,
    file_name: str,
    lang: Language | str,
    kind: FileKind = FileKind.FILING,
    edition: str | None = None,
) -> Told:
    """Return the parts of a finding's message, for a reader who is shown the place by other means; see ``render``."""
    language = Language(lang)
    entry, frame = catalogue().entries[finding.code], catalogue().frames[language]
    wording = entry.wordings[language]
    field = finding.field
    facts = {
        "file": file_name,
        "sheet": finding.sheet,
        "cells": _cells(finding.cells, frame.and_more),
        "field": field and field_label(field, language, sheet=finding.sheet, file_name=file_name, edition=edition),
        # What a person wrote is quoted as it stands; what the readers say of a whole file is told in words.
        "value": finding.value if _is_quoted(finding) else _in_words(finding.value, frame.words, language),
        "expected": _in_words(finding.expected, frame.words, language),
        "difference": _in_words(finding.difference, frame.words, language),
    }
    place = ", ".join(_known(frame.place, facts))
    return Told(
        place=f"{place[:1].upper()}{place[1:]}",
        title=wording.title,
        facts=tuple(_known(wording.message, facts)),
        do=wording.do_by_value.get(finding.value or "", wording.do),
        next_step=wording.next_step or frame.next_steps[kind, entry.severity],
    )


def field_label(
    name: str, language: Language, *, sheet: str | None = None, file_name: str = "", edition: str | None = None
) -> str:
    """Return the label of a field as the form prints it, or the name itself for a field no form has.

    The same field may be labelled differently on two sheets: ``sheet`` (as named in the file) and ``file_name`` (of a
    register) say which one is meant; and in two editions: without one, the newest speaks.
    """
    known = _labels(edition if edition in filing_layouts() else str(newest_layout().edition))
    places = (PurePosixPath(file_name).name, fold(sheet or ""), "")
    labels = next((known[place, name] for place in places if (place, name) in known), None)
    return name if labels is None else str(getattr(labels, language))


def catalogue() -> Catalogue:
    """Return the catalogue."""
    return _catalogue(FILE)


def severities_digest() -> str:
    """Return the SHA-256 of what each code does to what it names: the rule in the catalogue, without its words."""
    severities = {code: str(entry.severity) for code, entry in catalogue().entries.items()}
    return hashlib.sha256(json.dumps(severities, sort_keys=True).encode()).hexdigest()


@cache
def _catalogue(path: Path) -> Catalogue:
    content = load_yaml(path.read_text(encoding="utf-8"))
    return Catalogue(
        entries={raw["code"]: _entry(raw) for raw in content["entries"]},
        frames={language: _frame(content, language) for language in Language},
        cells_shown=content["cells_shown"],
        last_checked_on=content["last_checked_on"],
    )


@cache
def placeholders(sentence: str) -> frozenset[str]:
    """Return the names of the facts a sentence needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def _entry(raw: Mapping[str, Any]) -> Entry:
    return Entry(
        code=raw["code"],
        severity=Severity(raw["severity"]),
        when=raw["when"],
        reference=cite(**raw["reference"]),
        wordings={
            language: Wording(
                title=raw["title"][language],
                message=tuple(raw["message"][language]),
                do=raw["do"][language],
                next_step=raw.get("next", {}).get(language),
                do_by_value={value: words[language] for value, words in raw.get("do_by_value", {}).items()},
            )
            for language in Language
        },
    )


def _frame(content: Mapping[str, Any], language: Language) -> Frame:
    return Frame(
        place=tuple(content["place"][language]),
        and_more=content["and_more"][language],
        words=_choice_labels(language) | {word: told[language] for word, told in content["words"].items()},
        next_steps={
            (FileKind(raw["kind"]), Severity(raw["severity"])): raw["next"][language] for raw in content["next"]
        },
    )


def _cells(cells: tuple[str, ...], and_more: str) -> str | None:
    shown = ", ".join(cells[: catalogue().cells_shown])
    hidden = len(cells) - catalogue().cells_shown
    if hidden > 0:
        return and_more.format(cells=shown, count=hidden)
    return shown or None


def _is_quoted(finding: Finding) -> bool:
    """Tell whether the value is what a person wrote, and no computed amount that is compared with another."""
    return bool(finding.cells or finding.field) and finding.difference is None


def _in_words(told: str | None, words: Mapping[str, str], language: Language) -> str | None:
    """Tell each alternative in words: a whole one (``text``), or the unit after a number (``120 rows``)."""
    return None if told is None else _OR.join(_word(part, words, language) for part in told.split(_OR))


def _word(part: str, words: Mapping[str, str], language: Language) -> str:
    if part in words:
        return words[part]
    number, space, unit = part.rpartition(" ")
    if number and unit in words:
        return f"{number}{space}{words[unit]}"
    return in_language(part, language, words[_TENGE]) or part


def _choice_labels(language: Language) -> dict[str, str]:
    """Labels of every listed value, so that a list is told in the reader's language."""
    choices = (choice for known in vocabularies().values() for choice in known.choices)
    return {choice.value: getattr(choice.labels, language) for choice in choices}


def _known(sentences: tuple[str, ...], facts: Mapping[str, str | None]) -> list[str]:
    """Fill in the sentences whose every fact is known; what stands in a fact is never read as a placeholder."""
    return [
        sentence.format_map(facts)
        for sentence in sentences
        if all(facts[name] is not None for name in placeholders(sentence))
    ]


@cache
def _labels(edition: str) -> Mapping[tuple[str, str], Labels]:
    """Labels of an edition by (register file or folded sheet name, field), and by ("", field) for a field anywhere."""
    found: dict[tuple[str, str], Labels] = {}
    for sheet in filing_layouts()[edition].sheets:
        for field in sheet.fields:
            for spelling in sheet.names.spellings() if sheet.names else ():
                found[fold(spelling), field.name] = field.labels
            found.setdefault(("", field.name), field.labels)
    for register in register_layouts().values():
        for field in register.sheet.fields:
            found[register.file, field.name] = field.labels
            found.setdefault(("", field.name), field.labels)
    return found
