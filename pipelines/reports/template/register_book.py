"""Register book: the empty workbook of a register.

Here: its sheets. Not here: headers and input rules (``pipelines.reports.template.form_page``).
"""

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.fixed_clock import WRITTEN_AT, saved
from pipelines.layouts.loader import RegisterLayout
from pipelines.reports.template.filing_book import write_guide
from pipelines.reports.template.form_page import write_table
from pipelines.reports.template.input_rules import Lists
from pipelines.reports.template.template_words import content, sheet_name


def register_book(layout: RegisterLayout, language: str, year: int) -> bytes:
    """Return the empty workbook of a register: its table first, because the first sheet is read."""
    book = Workbook()
    book.properties.creator = content()["author"]
    book.properties.created = WRITTEN_AT.replace(tzinfo=None)
    page: Worksheet = book.worksheets[0]
    page.title = layout.name
    guide = book.create_sheet(sheet_name("guide", language))
    hidden = book.create_sheet(sheet_name("lists", language))
    hidden.sheet_state = "hidden"
    write_table(page, layout.sheet, year, Lists(hidden, language))
    write_guide(guide, content()["guide"]["register_lines"], language, file=layout.file)
    return saved(book)
