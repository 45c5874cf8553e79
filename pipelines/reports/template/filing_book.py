"""Filing book: the empty filing workbook of a year, or one that knows its user.

Here: its sheets and the calculation beside them. Not here: headers and input rules
(``pipelines.reports.template.form_page``), what is known of a user (``pipelines.reports.template.prefilled``).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.fixed_clock import WRITTEN_AT, saved
from pipelines.layouts.loader import EDITION, REPORTING_YEAR, FilingLayout, Sheet, filing_layout, vocabularies
from pipelines.reports.template.form_page import FIRST_ROW, write_cover, write_table
from pipelines.reports.template.input_rules import MONEY, Lists
from pipelines.reports.template.prefilled import Prefilled
from pipelines.reports.template.template_words import content, sheet_name, spoken
from pipelines.statute.law import Law
from schemas.money import TIYN_PER_TENGE
from schemas.vocabulary import EntryKind

_TITLE_POINTS = 14
_GUIDE_CHARACTERS = 110
_RATE = "0.00%"


def filing_book(law: Law, language: str, known: Prefilled | None = None) -> bytes:
    """Return the empty filing workbook of a reporting year in a language; the same call gives the same bytes.

    Raises LookupError when no edition of the form is valid for the year.
    """
    layout = filing_layout(law.year)
    book = Workbook()
    book.properties.creator = content()["author"]
    book.properties.created = WRITTEN_AT.replace(tzinfo=None)
    guide: Worksheet = book.worksheets[0]
    guide.title = sheet_name("guide", language)
    pages = {sheet.name: book.create_sheet(_name(sheet, language)) for sheet in layout.sheets}
    sums = book.create_sheet(sheet_name("sums", language))
    hidden = book.create_sheet(sheet_name("lists", language))
    hidden.sheet_state = "hidden"
    lists = Lists(hidden, language)
    write_guide(guide, content()["guide"]["lines"], language, year=law.year, **_names(layout, language))
    write_cover(pages["cover"], layout.cover, law.year, lists, _cover(layout, law.year, known))
    units = None
    for sheet in layout.tables:
        write_table(pages[sheet.name], sheet, law.year, lists, units)
        if sheet.name == "units":
            units = _numbers(pages["units"], sheet)
            _list_units(pages["units"], sheet, known)
    _calculation(sums, layout, law, lists, known)
    return saved(book)


def write_guide(page: Worksheet, lines: Sequence[Any], language: str, **facts: object) -> None:
    """Write the sheet that tells how to fill the workbook in."""
    page["A1"] = content()["guide"]["title"][language].format(**facts) if "year" in facts else str(facts["file"])
    page["A1"].font = Font(bold=True, size=_TITLE_POINTS, color=content()["colours"]["title"])
    for row, line in enumerate(lines, start=3):
        page.cell(row, 1, line[language].format(**facts)).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = _GUIDE_CHARACTERS
    page.sheet_view.showGridLines = False


def _name(sheet: Sheet, language: str) -> str:
    return sheet.name if sheet.names is None else spoken(sheet.names, language)


def _names(layout: FilingLayout, language: str) -> dict[str, str]:
    return {"sums": sheet_name("sums", language)} | {sheet.name: _name(sheet, language) for sheet in layout.sheets}


def _cover(layout: FilingLayout, year: int, known: Prefilled | None) -> dict[str, object]:
    values: dict[str, object] = {EDITION: str(layout.edition), REPORTING_YEAR: year}
    if known is not None:
        values |= {"user_bin": known.user_bin, "user_name": known.user_name}
    return values


def _list_units(page: Worksheet, sheet: Sheet, known: Prefilled | None) -> None:
    for row, unit in enumerate(known.units if known else (), start=FIRST_ROW):
        cell = page.cell(row, _column(sheet, "unit_no"), unit.unit_no)
        cell.data_type, cell.number_format = "s", "@"


def _numbers(page: Worksheet, sheet: Sheet) -> str:
    letter = get_column_letter(_column(sheet, "unit_no"))
    last = FIRST_ROW + content()["units_shown"] - 1
    return f"{quote_sheetname(page.title)}!${letter}${FIRST_ROW}:${letter}${last}"


def _column(sheet: Sheet, field: str) -> int:
    return [each.name for each in sheet.fields].index(field) + 1


def _calculation(page: Worksheet, layout: FilingLayout, law: Law, lists: Lists, known: Prefilled | None) -> None:
    """Write the sheet of help: what each unit owes, what is declared for it, what is missing; a row of totals below."""
    language, words = lists.language, content()["sums"]
    tables = {sheet.name: sheet for sheet in layout.tables}
    letters = dict(zip(words["columns"], "ABCDEFG", strict=True))
    for name, letter in letters.items():
        page[f"{letter}1"] = words["columns"][name][language]
        page[f"{letter}1"].font = Font(bold=True)
        page[f"{letter}1"].alignment = Alignment(wrap_text=True)
        page.column_dimensions[letter].width = content()["column_characters"]["TEXT"]
    last = FIRST_ROW + content()["units_shown"] - 1
    usual = _usual_rate(law)
    multiplier = _multiplier(layout, lists)
    for row in range(FIRST_ROW, last + 1):
        place = row - FIRST_ROW
        unit = known.units[place] if known is not None and place < len(known.units) else None
        number = f"{_ref(tables['units'], language)}{get_column_letter(_column(tables['units'], 'unit_no'))}{row}"
        base = f"{_ref(tables['units'], language)}{get_column_letter(_column(tables['units'], 'base_amount'))}{row}"
        page[f"A{row}"] = f'=IF({number}="","",{number})'
        page[f"B{row}"] = float(unit.rate if unit else usual)
        page[f"C{row}"] = f'=IF($A{row}="","",B{row}*N({base}))'
        if unit is not None and unit.credit_tiyn is not None:
            page[f"D{row}"] = Decimal(unit.credit_tiyn) / TIYN_PER_TENGE
        page[f"E{row}"] = f'=IF($A{row}="","",{_declared(tables["financing"], f"$A{row}", lists)})'
        page[f"F{row}"] = f'=IF($A{row}="","",{_plain_sum(tables["budget"], f"$A{row}", language)})'
        page[f"G{row}"] = f'=IF($A{row}="","",MAX(0,C{row}-N(D{row})/{multiplier}-E{row}-F{row}))'
        page[f"B{row}"].number_format = _RATE
        for letter in "CDEFG":
            page[f"{letter}{row}"].number_format = MONEY
    total = last + 1
    page[f"A{total}"] = words["total"][language]
    for letter in "CDEFG":
        page[f"{letter}{total}"] = f"=SUM({letter}{FIRST_ROW}:{letter}{last})"
        page[f"{letter}{total}"].number_format = MONEY
    for cell in page[total]:
        cell.font = Font(bold=True)
    page[f"A{total + 1}"] = words["note"][language]
    page[f"A{total + 1}"].font = Font(italic=True, color=content()["colours"]["grey"])
    page.freeze_panes = "B2"


def _usual_rate(law: Law) -> Decimal:
    return law.rate.begun[0].value


def _multiplier(layout: FilingLayout, lists: Lists) -> str:
    """Return the formula of tenge in one unit of account of the cover; 1 while none is chosen."""
    units = vocabularies()["unit_of_account"]
    spellings = lists.of(units)
    values = lists.add("multiplier", [int(choice.multiplier or 1) for choice in units.choices])
    row = [each.name for each in layout.cover.fields].index("unit_of_account") + 1
    chosen = f"{_ref(layout.cover, lists.language)}$B${row}"
    return f"IFERROR(INDEX({values},MATCH({chosen},{spellings},0)),1)"


def _declared(sheet: Sheet, unit: str, lists: Lists) -> str:
    """Return the formula of payments in tenge of a unit, less what was returned."""
    kinds = {choice.value: spoken(choice.labels, lists.language) for choice in vocabularies()["entry_kind"].choices}
    refund, currency = kinds[EntryKind.REFUND], _range(sheet, "currency", lists.language)
    kind = _range(sheet, "entry_kind", lists.language)
    plain = _plain_sum(sheet, unit, lists.language)[:-1]
    terms = [
        f'{sign}{plain},{kind},"{test}{refund}",{currency},"{value}")'
        for sign, test in (("+", "<>"), ("-", ""))
        for value in ("KZT", "=")
    ]
    return "".join(terms)


def _plain_sum(sheet: Sheet, unit: str, language: str) -> str:
    return f"SUMIFS({_range(sheet, 'amount', language)},{_range(sheet, 'unit_no', language)},{unit})"


def _range(sheet: Sheet, field: str, language: str) -> str:
    letter = get_column_letter(_column(sheet, field))
    return f"{_ref(sheet, language)}${letter}${FIRST_ROW}:${letter}${FIRST_ROW + content()['rows'] - 1}"


def _ref(sheet: Sheet, language: str) -> str:
    return f"{quote_sheetname(_name(sheet, language))}!"
