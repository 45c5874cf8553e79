"""Form page: one sheet of an empty workbook with headers, notes, formats and input rules.

Here: what every sheet of a form or a register has. Not here: which sheets there are
(``pipelines.reports.template.filing_book``, ``pipelines.reports.template.register_book``).
"""

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.layouts.loader import Field, Sheet
from pipelines.reports.template.input_rules import FORMATS, Lists, rule
from pipelines.reports.template.template_words import content, note, spoken

FIRST_ROW = 2
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_HEADER_POINTS = 46


def write_table(page: Worksheet, sheet: Sheet, year: int, lists: Lists, units: str | None = None) -> None:
    """Write the header of a table in row 1 and prepare the rows below it.

    ``units`` is the range that contract numbers are chosen from, None where any may be typed.
    """
    for number, field in enumerate(sheet.fields, start=1):
        letter = get_column_letter(number)
        _header(page, f"{letter}1", sheet, field, lists.language)
        column = page.column_dimensions[letter]
        column.width = _width(field)
        column.number_format = FORMATS[field.type]
        made = rule(field, f"{letter}{FIRST_ROW}", year, lists, units)
        if made is not None:
            made.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + content()['rows'] - 1}")
            page.add_data_validation(made)
    page.row_dimensions[1].height = _HEADER_POINTS
    page.freeze_panes = f"A{FIRST_ROW}"


def write_cover(page: Worksheet, sheet: Sheet, year: int, lists: Lists, values: dict[str, object]) -> None:
    """Write the labels of the cover in column A and what is known already beside them."""
    for row, field in enumerate(sheet.fields, start=1):
        _header(page, f"A{row}", sheet, field, lists.language)
        cell = page[f"B{row}"]
        cell.value = values.get(field.name)
        cell.number_format = FORMATS[field.type]
        if isinstance(cell.value, str):
            cell.data_type = "s"  # a name that begins with = is a name
        cell.fill = _fill("input")
        cell.alignment = Alignment(horizontal="left")
        made = rule(field, f"B{row}", year, lists, None)
        if made is not None:
            made.add(f"B{row}")
            page.add_data_validation(made)
    widths = content()["column_characters"]
    page.column_dimensions["A"].width = page.column_dimensions["B"].width = widths["LONG"]


def _header(page: Worksheet, address: str, sheet: Sheet, field: Field, language: str) -> None:
    cell = page[address]
    cell.value = spoken(field.labels, language)
    cell.font = Font(bold=True)
    cell.fill = _fill("required" if field.cell_required else "optional")
    cell.alignment = _WRAPPED
    size = content()["note_points"]
    cell.comment = Comment(note(sheet, field, language), content()["author"], size["height"], size["width"])


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=content()["colours"][colour])


def _width(field: Field) -> int:
    sizes = content()["column_characters"]
    if field.name in content()["long_fields"]:
        return int(sizes["LONG"])
    return int(sizes["TEXT" if FORMATS[field.type] == "@" else "NARROW"])
