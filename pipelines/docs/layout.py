"""Layout: the page of what the filing workbook and the registers look like.

Belongs here: how a layout is shown. Does not: labels and types (``pipelines/layouts``).
"""

from pipelines.docs import markdown
from pipelines.layouts.loader import (
    DIRECTION,
    Field,
    FilingLayout,
    RegisterLayout,
    Sheet,
    Vocabulary,
    filing_layouts,
    register_layouts,
    vocabularies,
)

_INTRODUCTION = """\
Labels are matched without regard to case, spaces, е/ё, a trailing colon or asterisk, and Latin look-alikes of Cyrillic
letters; in Russian, Kazakh or English; columns in any order. Unknown columns are ignored with a note."""


def write() -> str:
    """Return the page."""
    sections = [_filing(layout) for layout in filing_layouts().values()]
    sections += [_register(layout) for layout in register_layouts().values()]
    sections.append(markdown.section("Lists", *(_vocabulary(known) for known in vocabularies().values())))
    return markdown.page("Filing workbook and registers", _INTRODUCTION, sections)


def _filing(layout: FilingLayout) -> str:
    years = f"from {layout.first_year}" + (f" to {layout.last_year}" if layout.last_year else "")
    return markdown.section(
        f"Filing workbook, edition {layout.edition}",
        f"For reporting years {years}. Where it lies: `inbox/filings/<reporting year>/**/*.xlsx`, any file name.",
        *(_sheet(sheet) for sheet in layout.sheets),
    )


def _sheet(sheet: Sheet) -> str:
    names = f"{sheet.names.ru} / {sheet.names.kk} / {sheet.names.en}" if sheet.names else sheet.name
    note = "" if sheet.required else "The sheet may be missing."
    return markdown.section(names, note, _fields(sheet), level=3)


def _register(layout: RegisterLayout) -> str:
    need = "A year cannot be computed without it." if layout.required else "The file may be missing."
    return markdown.section(
        f"Register `{layout.file}`", f"`inbox/registers/{layout.file}`. {need}", _fields(layout.sheet)
    )


def _fields(sheet: Sheet) -> str:
    rows = [
        (markdown.code(field.name), field.labels.ru, field.labels.kk, field.labels.en, _kind(field), _need(field))
        for field in sheet.fields
    ]
    return markdown.table(("field", "Russian", "Kazakh", "English", "value", "cell"), rows)


def _kind(field: Field) -> str:
    return f"{field.type}: {field.choices.name}" if field.choices else str(field.type)


def _need(field: Field) -> str:
    if field.cell_required:
        return "required"
    condition = f"required if {field.required_if[0]} is {field.required_if[1]}" if field.required_if else "may be empty"
    return f"{condition}; empty = {field.default}" if field.default else condition


def _vocabulary(known: Vocabulary) -> str:
    rows = [(choice.value, choice.labels.ru, choice.labels.kk, choice.labels.en) for choice in known.choices]
    origin = "From `pipelines/statute/directions.yaml`." if known.name == DIRECTION else ""
    return markdown.section(
        markdown.code(known.name), origin, markdown.table(("stored", "Russian", "Kazakh", "English"), rows), level=3
    )
