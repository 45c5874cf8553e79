"""Loader of layouts: what a workbook of each edition, and each register, looks like.

Here: reading ``filing-*.yaml``, ``registers.yaml`` and ``vocabulary.yaml`` into frozen dataclasses. Not here: editions
that say only what differs (``pipelines.layouts.differences``), reading workbooks (``pipelines.intake``), ranges and
rules (``schemas``), law (``pipelines.statute``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pipelines.layouts.differences import LayoutError, complete
from pipelines.layouts.edition import Edition, EditionError
from pipelines.statute.directions import direction_names
from schemas.folding import fold
from schemas.vocabulary import Language
from schemas.yaml_text import load_yaml

REPORTING_YEAR = "reporting_year"
DIRECTION = "direction"
EDITION = "form_edition"

FOLDERS: tuple[Path, ...] = (Path(__file__).parent,)
"""Where layout files lie."""

_SAID_OF_A_FIELD = frozenset(
    {"name", "type", "ru", "kk", "en", "also", "cell", "column", "choices", "default", "required_if"}
)
_FILING_FILES = "filing-"
_REGISTERS = "registers.yaml"
_VOCABULARY = "vocabulary.yaml"


class CellType(StrEnum):
    """How a cell is turned into a value (``pipelines.intake.form.values``)."""

    TEXT = "text"
    WHOLE = "whole"
    YEAR = "year"
    DATE = "date"
    BIN = "bin"
    YES_NO = "yes_no"
    CHOICE = "choice"
    COUNTRY = "country"
    CURRENCY = "currency"
    MONEY = "money"
    DECIMAL = "decimal"
    PERCENT = "percent"
    GRNTI = "grnti"


@dataclass(frozen=True)
class Labels:
    """One name in three languages, and further spellings that are understood."""

    ru: str
    kk: str
    en: str
    also: tuple[str, ...] = ()

    def spellings(self) -> tuple[str, ...]:
        """Return every spelling, the Russian one first."""
        return (self.ru, self.kk, self.en, *self.also)


@dataclass(frozen=True)
class Choice:
    """One value of a choice list; ``multiplier`` turns a unit of account into tenge (a decimal number as text)."""

    value: str
    labels: Labels
    multiplier: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """A choice list."""

    name: str
    choices: tuple[Choice, ...]

    @cached_property
    def by_spelling(self) -> dict[str, str]:
        """Return the stored value for each folded spelling."""
        found: dict[str, str] = {}
        for choice in self.choices:
            for spelling in (choice.value, *choice.labels.spellings()):
                if found.setdefault(fold(spelling), choice.value) != choice.value:
                    raise LayoutError(f"{self.name}: {spelling!r} stands for two values")
        return found

    @cached_property
    def expected(self) -> str:
        """Return the stored values as a finding shows them: ``НИР | НТР``."""
        return " | ".join(choice.value for choice in self.choices)


@dataclass(frozen=True)
class Field:
    """One column of a table, or one labelled value of the cover."""

    name: str
    type: CellType
    labels: Labels
    cell_required: bool
    column_required: bool
    choices: Vocabulary | None = None
    default: str | None = None
    required_if: tuple[str, str] | None = None
    """(other field, value): the cell is required, and must have its type, only in rows where the other says so."""


@dataclass(frozen=True)
class Sheet:
    """One table, or the cover; ``names`` is None for a register, whose first sheet is read."""

    name: str
    names: Labels | None
    required: bool
    fields: tuple[Field, ...]
    total_words: tuple[str, ...]

    @cached_property
    def by_label(self) -> dict[str, Field]:
        """Return the field for each folded label."""
        found: dict[str, Field] = {}
        for field in self.fields:
            for label in field.labels.spellings():
                if found.setdefault(fold(label), field) is not field:
                    raise LayoutError(f"{self.name}: the label {label!r} names two fields")
        return found

    def field(self, name: str) -> Field:
        """Return the field called ``name``; raise KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@dataclass(frozen=True)
class FilingLayout:
    """One edition of the filing workbook, and the reporting years it is valid for (inclusive)."""

    edition: Edition
    first_year: int
    last_year: int | None
    cover: Sheet
    tables: tuple[Sheet, ...]

    def is_valid_for(self, year: int) -> bool:
        """Tell whether a filing of the reporting year may use this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Return the cover and the tables, in the order of the form."""
        return (self.cover, *self.tables)


@dataclass(frozen=True)
class RegisterLayout:
    """One register: its file name, whether a year can be computed without it, its table."""

    name: str
    file: str
    required: bool
    sheet: Sheet


def filing_layouts() -> dict[str, FilingLayout]:
    """Return the layouts by edition, as the cover of a filing writes it, the oldest first.

    Every edition understands the sheet names of all editions, and their labels of the cell that says which one it is:
    a workbook is recognised first and read by the edition it names.

    Raises:
        LayoutError: layout files contradict themselves or one another.
    """
    return _filing_layouts(FOLDERS)


@cache
def _filing_layouts(folders: tuple[Path, ...]) -> dict[str, FilingLayout]:
    contents = {path.name: _yaml(path) for path in _paths(folders) if path.name.startswith(_FILING_FILES)}
    layouts = [_filing(name, content) for name, content in complete(contents).items()]
    layouts.sort(key=lambda layout: layout.edition)
    _refuse_two_types(layouts)
    names = _spellings((sheet.name, sheet.names) for layout in layouts for sheet in layout.sheets)
    labels = _spellings((EDITION, layout.cover.field(EDITION).labels) for layout in layouts)
    return {str(layout.edition): _recognising(layout, names, labels[EDITION]) for layout in layouts}


def filing_layout(year: int) -> FilingLayout:
    """Return the newest edition valid for a reporting year; raise LookupError if there is none."""
    valid = [layout for layout in filing_layouts().values() if layout.is_valid_for(year)]
    if not valid:
        raise LookupError(f"no edition of the filing form is valid for {year}")
    return valid[-1]


def newest_layout() -> FilingLayout:
    """Return the newest edition of all, whatever years it is valid for."""
    return list(filing_layouts().values())[-1]


def register_layouts() -> dict[str, RegisterLayout]:
    """Return the layouts of the registers by name."""
    return _register_layouts(FOLDERS)


@cache
def _register_layouts(folders: tuple[Path, ...]) -> dict[str, RegisterLayout]:
    content = _yaml(folders[0] / _REGISTERS)
    words = _total_words(content)
    return {
        name: RegisterLayout(
            name=name,
            file=entry["file"],
            required=entry["required"],
            sheet=Sheet(name, None, True, _fields(entry["fields"]), words),
        )
        for name, entry in content["registers"].items()
    }


def vocabularies() -> dict[str, Vocabulary]:
    """Return the choice lists by name, the directions of ``pipelines.statute`` among them."""
    return _vocabularies(FOLDERS)


@cache
def _vocabularies(folders: tuple[Path, ...]) -> dict[str, Vocabulary]:
    lists = {
        name: Vocabulary(name, tuple(_choice(value, entry) for value, entry in entries.items()))
        for name, entries in _yaml(folders[0] / _VOCABULARY).items()
    }
    return {**lists, DIRECTION: _directions()}


def layouts_digest() -> str:
    """Return the SHA-256 over the names and contents of all layout files.

    What a file says counts, in the order in which it says it: a comment or another way of writing it down does not.
    """
    return _digest(FOLDERS)


@cache
def _digest(folders: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for path in _paths(folders):
        content = json.dumps(_yaml(path), ensure_ascii=False)
        digest.update(f"{path.name}\0{content}\n".encode())
    return digest.hexdigest()


def _paths(folders: tuple[Path, ...]) -> list[Path]:
    return sorted((path for folder in folders for path in folder.glob("*.yaml")), key=lambda path: path.name)


def _directions() -> Vocabulary:
    labels = (Labels(name["ru"], name["kk"], name["en"]) for name in direction_names())
    return Vocabulary(DIRECTION, tuple(Choice(label.ru, label) for label in labels))


def _filing(file_name: str, content: Mapping[str, Any]) -> FilingLayout:
    try:
        edition = Edition.of(content["edition"])
    except EditionError as error:
        raise LayoutError(f"{file_name}: {error}") from error
    if file_name != f"{_FILING_FILES}{edition}.yaml":
        raise LayoutError(f"{file_name}: the file of the edition {edition} is called {_FILING_FILES}{edition}.yaml")
    words = _total_words(content)
    sheets = [
        _filing_sheet(f"{file_name}: sheets.{name}", name, entry, words) for name, entry in content["sheets"].items()
    ]
    return FilingLayout(edition, content["first_year"], content["last_year"], sheets[0], tuple(sheets[1:]))


def _filing_sheet(place: str, name: str, entry: Mapping[str, Any], words: tuple[str, ...]) -> Sheet:
    try:
        sheet = Sheet(name, _labels(entry["names"]), entry.get("required", True), _fields(entry["fields"]), words)
        for field in sheet.fields:
            if field.required_if is not None:
                sheet.field(field.required_if[0])
    except (KeyError, ValueError) as error:
        raise LayoutError(f"{place}: {error} is missing, or nothing that is known here") from error
    return sheet


def _refuse_two_types(layouts: Iterable[FilingLayout]) -> None:
    """Refuse a field that is of one type in an edition and of another in a later one: both have one column."""
    first: dict[tuple[str, str], tuple[CellType, Edition]] = {}
    for layout in layouts:
        for sheet in layout.sheets:
            for field in sheet.fields:
                kind, edition = first.setdefault((sheet.name, field.name), (field.type, layout.edition))
                if kind is not field.type:
                    raise LayoutError(
                        f"{_FILING_FILES}{layout.edition}.yaml: sheets.{sheet.name}.{field.name} is of the type "
                        f"{field.type}, and of {kind} in the edition {edition}: give the new column a name of its own"
                    )


def _spellings(named: Iterable[tuple[str, Labels | None]]) -> dict[str, tuple[str, ...]]:
    """Return every spelling of each name, refusing one that stands for two."""
    owners: dict[str, str] = {}
    found: dict[str, dict[str, None]] = {}
    for name, labels in named:
        for spelling in labels.spellings() if labels else ():
            owner = owners.setdefault(fold(spelling), name)
            if owner != name:
                raise LayoutError(f"{spelling!r} names two sheets, {owner} and {name}, maybe of different editions")
            found.setdefault(name, {})[spelling] = None
    return {name: tuple(spellings) for name, spellings in found.items()}


def _recognising(layout: FilingLayout, names: Mapping[str, tuple[str, ...]], labels: tuple[str, ...]) -> FilingLayout:
    """Return the layout with the spellings of all editions among those that are understood."""

    def named(sheet: Sheet) -> Sheet:
        return replace(sheet, names=sheet.names and _also(sheet.names, names[sheet.name]))

    fields = tuple(
        replace(field, labels=_also(field.labels, labels)) if field.name == EDITION else field
        for field in layout.cover.fields
    )
    return replace(
        layout, cover=named(replace(layout.cover, fields=fields)), tables=tuple(named(sheet) for sheet in layout.tables)
    )


def _also(labels: Labels, spellings: Iterable[str]) -> Labels:
    own = labels.spellings()
    return replace(labels, also=(*labels.also, *(each for each in spellings if each not in own)))


def _fields(entries: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    return tuple(_field(entry) for entry in entries)


def _field(entry: Mapping[str, Any]) -> Field:
    if unknown := sorted(entry.keys() - _SAID_OF_A_FIELD):
        raise LayoutError(f"{entry['name']}: {', '.join(unknown)}")
    cell_required = entry.get("cell", "required") == "required"
    condition = entry.get("required_if")
    return Field(
        name=entry["name"],
        type=CellType(entry["type"]),
        labels=_labels(entry),
        cell_required=cell_required,
        column_required=entry.get("column", "required" if cell_required else "optional") == "required",
        choices=vocabularies()[entry["choices"]] if "choices" in entry else None,
        default=entry.get("default"),
        required_if=next(iter(condition.items())) if condition else None,
    )


def _choice(value: str, entry: Mapping[str, Any]) -> Choice:
    return Choice(value, _labels(entry), entry.get("multiplier"))


def _labels(entry: Mapping[str, Any]) -> Labels:
    return Labels(entry["ru"], entry["kk"], entry["en"], tuple(entry.get("also", ())))


def _total_words(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(fold(word) for language in Language for word in content["total_words"][language])


def _yaml(path: Path) -> Any:
    return load_yaml(path.read_text(encoding="utf-8"))
