"""Habits: what people do to a form, read from ``habits.yaml`` into frozen dataclasses and compiled patterns.

Here: words, patterns and distances by which a form is read that is not filled in as it was meant. Not here: reading
(``pipelines.intake.form``), the form itself (``pipelines.layouts.loader``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.layouts import loader
from schemas.folding import fold
from schemas.yaml_text import load_yaml

_FILE = "habits.yaml"


@dataclass(frozen=True)
class UnitWords:
    """Folded words of a unit of account; multipliers are whole numbers as text, as in the vocabulary."""

    multipliers: Mapping[str, str]
    """Multiplier by word."""
    currency: frozenset[str]
    openings: frozenset[str]
    """Words behind which a unit of account is said of an amount."""
    fillers: frozenset[str]


@dataclass(frozen=True)
class RowHabits:
    """By what rows that are no entries are known; patterns match the whole of a folded cell, or its beginning."""

    numbered_cells: int
    number_of_a_column: re.Pattern[str]
    remark: re.Pattern[str]
    """How signatures and notes begin, in folded text."""
    footnote: re.Pattern[str]
    """How a footnote begins, in the text as it stands."""
    blank_line: re.Pattern[str]
    words_of_a_sentence: int


@dataclass(frozen=True)
class SheetHabits:
    """By what a sheet is known for one of the form's that is not called so; patterns match folded text."""

    further: re.Pattern[str]
    """What stands behind the name of a sheet that goes on with it; group 1 is a year, if it is one."""
    apart: re.Pattern[str]
    """A word by which a sheet says that it is no part of the filing."""
    of_nedra: frozenset[str]
    """Names of the sheets that Nedra adds to a form, in a template and in a return notice, folded."""


@dataclass(frozen=True)
class LabelHabits:
    """By what a label is known for one of the form's; explained in ``habits.yaml``. Words are folded."""

    between_languages: re.Pattern[str]
    marks: re.Pattern[str]
    numbering: re.Pattern[str]
    brackets: re.Pattern[str]
    kinds: Mapping[str, str]
    """Kind of thing by word."""
    says_nothing: frozenset[str]
    near_words: float
    near_letters: float
    endings: int
    stem: int
    fitting_cells: float
    deciding: frozenset[str]


@dataclass(frozen=True)
class NumberHabits:
    """How numbers of contracts and licences are written out, in folded text."""

    before: re.Pattern[str]
    dated: re.Pattern[str]
    alike: Mapping[int, str]


@dataclass(frozen=True)
class Habits:
    """Everything of ``habits.yaml``; patterns match folded text unless they say otherwise."""

    apostrophes: str
    date_tail: re.Pattern[str]
    """What may stand behind a date or a year, at the end of a folded text."""
    year: re.Pattern[str]
    """A year in its words; group 1 is the year."""
    local_hours: tuple[int, ...]
    countries_alike: Mapping[str, str]
    copy_words: frozenset[str]
    """Codes that look like another country's spelling, and whose."""
    unit_words: UnitWords
    rows: RowHabits
    sheets: SheetHabits
    labels: LabelHabits
    unit_numbers: NumberHabits


def habits() -> Habits:
    """Return the habits of the layouts in use."""
    return _habits(loader.FOLDERS[0])


@cache
def _habits(folder: Path) -> Habits:
    content: Mapping[str, Any] = load_yaml((folder / _FILE).read_text(encoding="utf-8"))
    dates, unit = content["dates"], content["unit_of_account"]
    tail, head = _any_of(dates["after"]), _any_of(dates["before_a_year"])
    return Habits(
        apostrophes=content["apostrophes"],
        date_tail=re.compile(rf"\s*(?:{tail})\.?$"),
        year=re.compile(rf"(?:(?:{head}) )?([0-9]{{4}})(?:[ -]?(?:{tail})\.?)?"),
        local_hours=tuple(dates["local_hours"]),
        countries_alike=dict(content["countries_alike"]),
        copy_words=frozenset(content["copy_words"]),
        unit_words=UnitWords(
            {fold(word): factor for factor, words in unit["multipliers"].items() for word in words},
            frozenset(map(fold, unit["currency"])),
            frozenset(map(fold, unit["openings"])),
            frozenset(map(fold, unit["fillers"])),
        ),
        rows=_rows(content["rows"]),
        sheets=_sheets(content["sheets"], rf"(?:(?:{head}) )?([0-9]{{4}})(?:[ -]?(?:{tail})\.?)?"),
        labels=_labels(content["labels"]),
        unit_numbers=NumberHabits(
            before=re.compile(rf"(?:(?:{_any_of(content['unit_numbers']['before'])})[\s.:]*(?![^\W\d_]))+"),
            dated=re.compile(
                rf"\(?\s*(?:{_any_of(content['unit_numbers']['dated_by'])})"
                rf"\s*[0-9]{{1,2}}[.][0-9]{{1,2}}[.][0-9]{{2,4}}\s*(?:(?:{tail})\.?)?\s*\)?$"
            ),
            alike=str.maketrans(content["unit_numbers"]["alike"]),
        ),
    )


def _sheets(content: Mapping[str, Any], year: str) -> SheetHabits:
    further, numbered = _any_of(content["further"]), _any_of(content["numbered"])
    number = r"[\s_.№-]*[0-9]{1,2}"
    return SheetHabits(
        further=re.compile(
            rf"[\s_.,:;(-]*(?:{year}|[0-9]{{1,2}}|(?:{further})(?:{number})?|(?:{numbered}){number})[\s.)]*"
        ),
        apart=re.compile(rf"(?<![^\W\d_])(?:{_any_of(content['apart'])})(?![^\W\d_])"),
        of_nedra=frozenset(map(fold, content["of_nedra"])),
    )


def _labels(content: Mapping[str, Any]) -> LabelHabits:
    return LabelHabits(
        between_languages=re.compile(content["between_languages"]),
        marks=re.compile(content["marks"]),
        numbering=re.compile(content["numbering"]),
        brackets=re.compile(content["brackets"]),
        near_words=content["near_words"],
        near_letters=content["near_letters"],
        endings=content["endings"],
        stem=content["stem"],
        fitting_cells=content["fitting_cells"],
        kinds={fold(word): kind for kind, words in content["kinds"].items() for word in words},
        says_nothing=frozenset(map(fold, content["says_nothing"])),
        deciding=frozenset(content["deciding"]),
    )


def _rows(content: Mapping[str, Any]) -> RowHabits:
    beginnings = _any_of([*content["signatures"], *content["notes"]])
    return RowHabits(
        numbered_cells=content["numbered_cells"],
        number_of_a_column=re.compile(content["number_of_a_column"]),
        remark=re.compile(rf"(?:{beginnings})(?![^\W\d_])"),
        footnote=re.compile(content["footnote"]),
        blank_line=re.compile(content["blank_line"]),
        words_of_a_sentence=content["words_of_a_sentence"],
    )


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of folded words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(map(fold, words), key=len, reverse=True))
