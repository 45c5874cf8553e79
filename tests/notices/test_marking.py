"""The marked copy: which cells are coloured, what their notes say, and what stays as the filer made it."""

import datetime as dt
import zipfile
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.workbook.protection import WorkbookProtection

from pipelines.findings.finding import Finding
from pipelines.reports.return_notices.composing import FiledWorkbook, SetAside, compose
from pipelines.reports.return_notices.marking import notice_workbook
from pipelines.reports.return_notices.wording import manner
from schemas.vocabulary import FilingStatus, Severity
from tests.books import FINANCING_SHEET, PERFORMER_BIN, UNITS_SHEET
from tests.notices.conftest import USER, coloured, links, noted, opened, said, table

WRONG_BIN = "123456789012"
NAME = "=1+1"

NOTE_OF_A_KIND = """\
L011: Строка не учтена / Жол есепке алынбады / Row not counted
RU: Значения нет в списке. Указано: «Услуга». Допускается: НИР | НТР | ОКР | Цифровизация. Выберите значение из списка \
формы.
KK: Мән тізімде жоқ. Жазылғаны: «Услуга». Рұқсат етілгені: ҒЗЖ | ҒТЖ | ТКЖ | Цифрландыру. Мәнді нысанның тізімінен \
таңдаңыз.
EN: The value is not in the list. Found: “Услуга”. Allowed: Research | Scientific and technical | Experimental design \
| Digitalisation. Choose a value from the form's list.
Основание / Негізі / Basis: Рабочее правило, форма 2025.1, списки значений"""


def test_the_cell_of_a_finding_is_coloured_and_its_note_says_what_to_do_in_three_languages(notices):
    book = notices.book(USER.filing(lines=[USER.line(1), USER.line(2, work_kind="Услуга")]))
    assert coloured(book) == {(FINANCING_SHEET, "D3"): "set_aside"}
    assert noted(book) == {(FINANCING_SHEET, "D3"): NOTE_OF_A_KIND}
    comment = book[FINANCING_SHEET]["D3"].comment
    assert comment is not None
    assert comment.author == "Nedra"


def test_the_first_sheet_lists_the_findings_with_links_and_tells_the_consequence(notices):
    lines = [USER.line(1), USER.line(2, work_kind="Услуга"), USER.line(3, performer_bin=WRONG_BIN)]
    book = notices.book(USER.filing(lines=lines))
    assert book.sheetnames == [manner().sheet, "Титул", UNITS_SHEET, FINANCING_SHEET]
    assert book.active is book.worksheets[0]
    assert [(row["code"], row["sheet"], row["value"]) for row in table(book)] == [
        ("L011", FINANCING_SHEET, "Услуга"),
        ("L010", FINANCING_SHEET, WRONG_BIN),
    ]
    assert links(book) == [("D3", "'НИОКР'!D3"), ("H4", "'НИОКР'!H4")]
    told = said(book)
    assert (
        "Отчет принят, но учтен не весь. Отложено строк: 2; сумма отложенных платежей: "
        "150\u00a0001\u00a0000,00 тенге. Исправьте перечисленное ниже и подайте отчет со следующим номером подачи."
    ) in told
    assert any("Шеттетілген жолдар: 2;" in text for text in told)
    assert any("payments set aside: 150,001,000.00 tenge." in text for text in told)
    for fact in (USER.name, USER.bin, "2025", "1.xlsx", "30.04.2026"):
        assert fact in told
    assert "Строка не учтена / Жол есепке алынбады / Row not counted: 2" in told


def test_one_finding_in_many_cells_is_told_once_and_links_to_each(notices):
    bad = [USER.line(n, work_kind="Услуга") for n in (1, 2, 3)]
    book = notices.book(USER.filing(lines=[*bad, USER.line(4)]))
    assert [bool(row["told"]) for row in table(book)] == [True, False, False]
    assert [row["number"] for row in table(book)] == ["1", "1", "1"]
    assert links(book) == [("D2", "'НИОКР'!D2"), ("D3", "'НИОКР'!D3"), ("D4", "'НИОКР'!D4")]
    assert set(coloured(book)) == set(noted(book)) == {(FINANCING_SHEET, f"D{row}") for row in (2, 3, 4)}


def test_a_cell_with_several_findings_has_the_colour_of_the_gravest_and_a_note_of_each(notices):
    # The first is set aside for its sign; its amount is also finer than a tiyn.
    book = notices.book(USER.filing(lines=[USER.line(1), USER.line(2, amount="-10.0000001")]))
    assert coloured(book) == {(FINANCING_SHEET, "U3"): "set_aside"}
    [note] = noted(book).values()
    assert [part.split(":")[0] for part in note.split("\n\n")] == ["L005", "W007"]


def test_formulas_formats_and_everything_else_stay_as_the_filer_made_them(notices):
    def edit(book: Any) -> None:
        sheet = book[FINANCING_SHEET]
        sheet["W2"] = "=U2*1.12"
        sheet["U2"].number_format = "# ##0.00 ₸"
        sheet["U2"].font = Font(bold=True, color="FF112233")
        sheet["U2"].fill = PatternFill("solid", start_color="FFABCDEF")
        sheet.column_dimensions["C"].width = 41
        sheet.freeze_panes = "B2"
        sheet["A2"].comment = Comment("сверено", "Бухгалтер")
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=21, min_row=2, max_row=3))
        book[UNITS_SHEET].add_chart(chart, "H2")
        book[UNITS_SHEET].sheet_view.tabSelected = True

    book = notices.book(USER.filing(lines=[USER.line(1), USER.line(2, work_kind="Услуга")], edit=edit))
    sheet = book[FINANCING_SHEET]
    assert sheet["W2"].value == "=U2*1.12"
    assert sheet["U2"].number_format == "# ##0.00 ₸"
    assert (sheet["U2"].font.b, sheet["U2"].fill.start_color.rgb) == (True, "FFABCDEF")
    assert sheet.column_dimensions["C"].width == 41
    assert sheet.freeze_panes == "B2"
    assert sheet["A2"].comment.text == "сверено"
    assert len(book[UNITS_SHEET]._charts) == 1
    assert book.calculation.fullCalcOnLoad
    assert [each.sheet_view.tabSelected for each in book.worksheets] == [True, False, False, False]


def test_what_the_filer_noted_in_a_cell_stays_below_the_note(notices):
    def edit(book: Any) -> None:
        book[FINANCING_SHEET]["D2"].comment = Comment("так в договоре", "Бухгалтер")

    book = notices.book(USER.filing(lines=[USER.line(1, work_kind="Услуга")], edit=edit))
    assert noted(book) == {(FINANCING_SHEET, "D2"): f"{NOTE_OF_A_KIND}\n\nБухгалтер: так в договоре"}


def test_light_letters_turn_black_on_a_light_colour(notices):
    def edit(book: Any) -> None:
        for address, colour in (("W1", Color(theme=0)), ("X1", Color(rgb="FFFFFFFF")), ("Y1", Color(rgb="FF7F0000"))):
            cell = book[FINANCING_SHEET][address]
            cell.value = f"Примечание {address}"
            cell.fill = PatternFill("solid", start_color="FF1F3864")
            cell.font = Font(bold=True, color=colour)

    book = notices.book(USER.filing(edit=edit))
    assert coloured(book) == {(FINANCING_SHEET, address): "note" for address in ("W1", "X1", "Y1")}
    fonts = [book[FINANCING_SHEET][address].font for address in ("W1", "X1", "Y1")]
    assert [(font.b, font.color.rgb) for font in fonts] == [
        (True, "FF000000"),
        (True, "FF000000"),
        (True, "FF7F0000"),
    ]


def test_what_a_filer_wrote_never_becomes_a_formula(notices):
    hostile = ['=HYPERLINK("http://example.org","x")', "+1", "-1", "@SUM(A1)", "#REF!"]

    def edit(book: Any) -> None:
        for row, text in enumerate(hostile, start=2):
            cell = book[FINANCING_SHEET].cell(row, 4)
            cell.value = text
            cell.data_type = "s"
        book["Титул"]["B3"] = NAME
        book["Титул"]["B3"].data_type = "s"

    lines = [USER.line(number) for number in range(1, len(hostile) + 1)]
    [entry] = notices.written(USER.filing(lines=lines, edit=edit)).entries
    path = notices.folder / entry.file
    cells = [cell for row in load_workbook(path).worksheets[0].iter_rows() for cell in row]
    shown = {cell.value: cell for cell in cells if cell.value in (*hostile, NAME)}
    assert shown.keys() == {*hostile, NAME}
    assert {cell.data_type for cell in shown.values()} == {"s"}
    assert [text for text, cell in shown.items() if not cell.quotePrefix] == ["#REF!"]
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_protected_sheet_stays_protected_and_is_marked(notices):
    def edit(book: Any) -> None:
        book[FINANCING_SHEET].protection.set_password("секрет")
        book[FINANCING_SHEET].protection.enable()
        book.security = WorkbookProtection(workbookPassword="ABCD", lockStructure=True)

    book = notices.book(USER.filing(lines=[USER.line(1, work_kind="Услуга")], edit=edit))
    assert book[FINANCING_SHEET].protection.sheet
    assert book.security.lockStructure
    assert coloured(book) == {(FINANCING_SHEET, "D2"): "set_aside"}
    assert len(noted(book)) == 1


def test_of_merged_cells_the_first_holds_the_note(notices):
    # Merged with the kind of work of the line above, the cell of the second line is empty and cannot hold a note.
    book = notices.book(
        USER.filing(
            lines=[USER.line(1), USER.line(2, work_kind=None)],
            edit=lambda book: book[FINANCING_SHEET].merge_cells("D2:D3"),
        )
    )
    assert [(row["code"], row["cell"].value) for row in table(book)] == [("L001", "D3")]
    assert coloured(book) == {(FINANCING_SHEET, "D2"): "set_aside"}
    assert set(noted(book)) == {(FINANCING_SHEET, "D2")}


def test_no_link_leads_to_a_hidden_sheet(notices):
    def edit(book: Any) -> None:
        book[FINANCING_SHEET].sheet_state = "hidden"

    book = notices.book(USER.filing(lines=[USER.line(1, work_kind="Услуга"), USER.line(2)], edit=edit))
    assert book[FINANCING_SHEET].sheet_state == "hidden"
    assert {row["code"] for row in table(book)} == {"L011", "W006"}
    assert {link for _, link in links(book)} == {None}


def test_a_finding_in_each_of_a_thousand_rows_leaves_the_workbook_usable():
    cells = tuple(f"H{row}" for row in range(2, 1002))
    finding = Finding("L010", FINANCING_SHEET, cells, "performer_bin", WRONG_BIN)
    aside = SetAside(1000, 100, 0)
    filed = FiledWorkbook(
        "ab" * 32, 2025, USER.bin, USER.name, 1, "2025.1", FilingStatus.ACCEPTED, ("1.xlsx",),
        ((Severity.SET_ASIDE, finding),), aside, dt.date(2026, 4, 30),
    )  # fmt: skip
    data = USER.filing(lines=[USER.line(n, performer_bin=WRONG_BIN) for n in range(1, 1001)])
    content, is_marked = notice_workbook(compose(filed, manner()), data, manner())
    book = opened(content)
    assert is_marked
    assert len(coloured(book)) == 1000
    assert len(noted(book)) == manner().limits.notes == 500
    assert [address for address, _ in links(book)] == list(cells)
    note = "The first 500 cells have notes; the other 500 are coloured and listed below only."
    assert any(note in text for text in said(book))


def test_a_corrected_notice_can_be_handed_in_and_its_marks_go(notices):
    bad = [USER.line(1, work_kind="Услуга"), USER.line(2, performer_bin=WRONG_BIN)]
    book = notices.book(USER.filing(lines=bad))
    book[FINANCING_SHEET]["D2"] = "НИР"
    book["Титул"]["B5"] = 2
    corrected = BytesIO()
    book.save(corrected)
    notices.home.hand_in("2.xlsx", corrected.getvalue())
    [entry] = notices.again().entries
    again = load_workbook(notices.folder / entry.file)
    assert entry.file_names == ("2.xlsx",)
    assert again.sheetnames == book.sheetnames
    assert [row["code"] for row in table(again)] == ["L010"]
    assert coloured(again) == {(FINANCING_SHEET, "H3"): "set_aside"}
    assert set(noted(again)) == {(FINANCING_SHEET, "H3")}

    again[FINANCING_SHEET]["H3"] = PERFORMER_BIN
    again["Титул"]["B5"] = 3
    corrected = BytesIO()
    again.save(corrected)
    notices.home.hand_in("3.xlsx", corrected.getvalue())
    assert notices.again().entries == ()
    assert notices.home.value("filings", "status", file_name="3.xlsx") == "accepted"
    assert notices.home.value("filings", "finding_count", file_name="3.xlsx") == 0
