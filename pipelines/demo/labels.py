"""Labels: what stands in the header cells and lists of a demo workbook, by language.

Belongs here: looking them up in the layouts by table and field name. Does not: the labels themselves
(``pipelines/layouts``). A demo writes the edition of its drafts; registers are written in Russian.
"""

from collections.abc import Sequence
from functools import lru_cache

from pipelines.demo.drafts import EDITION
from pipelines.layouts.loader import Labels, Sheet, filing_layouts, register_layouts

REGISTER = "registers/"


def sheet_name(table: str, language: str) -> str:
    """Name of the sheet of a table of the form, or of a register."""
    names = _sheet(table).names
    return table.removeprefix(REGISTER) if names is None else _in(names, language)


def fields(table: str) -> Sequence[str]:
    """Field names of a table, in the order of its columns."""
    return [field.name for field in _sheet(table).fields]


def label(table: str, field: str, language: str) -> str:
    """Header label of a field."""
    return _in(_sheet(table).field(field).labels, language)


def spoken(table: str, field: str, value: object, language: str) -> object:
    """A listed value in the language of the workbook; any other value as it is."""
    return _words(table, field, language).get(value, value) if isinstance(value, str) else value


def total_word(language: str) -> str:
    """The word that begins a row of totals."""
    return {"ru": "Итого", "kk": "Барлығы", "en": "Total"}[language]


@lru_cache(maxsize=32)
def _sheet(table: str) -> Sheet:
    if table.startswith(REGISTER):
        return register_layouts()[table.removeprefix(REGISTER)].sheet
    return next(sheet for sheet in filing_layouts()[EDITION].sheets if sheet.name == table)


@lru_cache(maxsize=512)
def _words(table: str, field: str, language: str) -> dict[str, str]:
    choices = _sheet(table).field(field).choices
    if choices is None or choices.name in _CODES:
        return {}
    return {choice.value: _in(choice.labels, language) for choice in choices.choices}


_CODES = frozenset({"country", "currency", "rate_currency"})  # written as codes in every language


def _in(labels: Labels, language: str) -> str:
    return str(getattr(labels, language))
