"""Labels: what stands in the header cells and lists of a demo workbook, by language.

Here: looking them up in the layouts. Not here: the labels themselves (``pipelines/layouts``), which edition a draft is
written in (``pipelines.demo.drafts``). Registers are written in Russian.
"""

from collections.abc import Sequence
from functools import lru_cache

from pipelines.layouts.loader import Labels, Sheet, filing_layouts, register_layouts, vocabularies


def form_sheet(edition: str, table: str) -> Sheet:
    """Return a sheet of an edition of the form."""
    return next(sheet for sheet in filing_layouts()[edition].sheets if sheet.name == table)


def register_sheet(name: str) -> Sheet:
    """Return the sheet of a register."""
    return register_layouts()[name].sheet


def sheet_name(sheet: Sheet, language: str) -> str:
    """Name of a sheet."""
    return sheet.name if sheet.names is None else _in(sheet.names, language)


def fields(sheet: Sheet) -> Sequence[str]:
    """Field names of a sheet, in the order of its columns."""
    return [field.name for field in sheet.fields]


def label(sheet: Sheet, field: str, language: str) -> str:
    """Header label of a field."""
    return _in(sheet.field(field).labels, language)


def spoken(sheet: Sheet, field: str, value: object, language: str) -> object:
    """A listed value in the language of the workbook; any other value as it is."""
    choices = sheet.field(field).choices
    if choices is None or not isinstance(value, str):
        return value
    return _words(choices.name, language).get(value, value)


def total_word(language: str) -> str:
    """The word that begins a row of totals."""
    return {"ru": "Итого", "kk": "Барлығы", "en": "Total"}[language]


@lru_cache(maxsize=512)
def _words(vocabulary: str, language: str) -> dict[str, str]:
    if vocabulary in _CODES:
        return {}
    return {choice.value: _in(choice.labels, language) for choice in vocabularies()[vocabulary].choices}


_CODES = frozenset({"country", "currency", "rate_currency"})  # written as codes in every language


def _in(labels: Labels, language: str) -> str:
    return str(getattr(labels, language))
