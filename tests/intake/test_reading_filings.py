"""Filings: a valid workbook is read whole, and a workbook with one mistake gets one finding."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from pipelines.intake.form.read import read_filing
from pipelines.intake.form.values import clean
from pipelines.intake.limits import default_limits
from pipelines.intake.result import cell_address
from pipelines.layouts.loader import filing_layouts
from tests import books
from tests.books import DROP, a_budget_row, a_cover, a_line, a_unit, filing
from tests.repacking import FINANCING_PART, repacked

LETTERS = {field: get_column_letter(n) for n, field in enumerate(books.FINANCING_LABELS, 1)}


def told(read):
    """Return what is said, without the texts."""
    return [(finding.code, finding.sheet, finding.cells, finding.field) for finding in read.findings]


def set_cell(sheet, cell, value):
    def edit(book):
        book[sheet][cell] = value

    return edit


def test_a_valid_filing_has_no_findings(read):
    result = read(filing(budget=[a_budget_row()]))
    assert result.findings == ()
    assert len(result.units) == 1
    assert len(result.financing) == 2
    assert len(result.budget) == 1


def test_the_budget_sheet_may_be_missing(read):
    assert read(filing()).budget is None


def test_the_cover_is_typed_and_its_cells_are_known(read):
    result = read(filing())
    expected = a_cover() | {"multiplier": Decimal(1000)}
    assert result.cover == expected
    assert result.cover_cells["user_bin"] == "B2"


def test_amounts_are_kept_as_written_and_in_tiyn(read):
    rows = read(filing(financing=[a_line(amount="1 234,56"), a_line(2, amount=0.1)])).financing
    assert rows.columns["amount"] == ["1234.56", "0.1"]
    assert rows.columns["amount_tiyn"] == [123_456_000, 10_000]


def test_empty_cells_get_the_defaults_of_the_form(read):
    line = a_line(entry_kind=None, currency=None, performer_country=None, for_year=None)
    columns = read(filing(financing=[line])).financing.columns
    given_back = [columns[name][0] for name in ("entry_kind", "currency", "performer_country", "for_year")]
    assert given_back == ["оплата", "KZT", "KZ", 2025]


def test_columns_whose_cells_may_be_empty_may_be_missing_and_get_the_defaults(read):
    def edit(book):
        sheet = book["НИОКР"]
        for name in ("for_year", "currency", "direction"):
            sheet.delete_cols(list(books.FINANCING_LABELS).index(name) + 1)

    rows = read(filing(edit=edit)).financing
    assert rows.columns["currency"] == ["KZT", "KZT"]
    assert rows.columns["for_year"] == [2025, 2025]
    assert rows.columns["direction"] == [None, None]
    assert cell_address(rows, "currency", 2) is None


def test_the_address_of_a_cell_is_known(read):
    rows = read(filing()).financing
    assert cell_address(rows, "amount", rows.columns["source_row"][1]) == "U3"
    assert cell_address(rows, "amount_tiyn", 3) == "U3"


def test_columns_may_stand_in_any_order_under_a_title(read):
    def edit(book):
        sheet = book["НИОКР"]
        for row in sheet.iter_rows(min_row=1, max_row=3):
            values = [cell.value for cell in row]
            for cell, value in zip(row, reversed(values), strict=True):
                cell.value = value
        sheet.insert_rows(1, amount=4)
        sheet["A2"] = "Отчет о финансировании НИОКР"

    result = read(filing(edit=edit))
    assert result.findings == ()
    assert result.financing.columns["source_row"] == [6, 7]
    assert cell_address(result.financing, "line_no", 6) == "V6"


@pytest.mark.parametrize("language", ["kk", "en"])
def test_a_filing_may_be_labelled_in_kazakh_or_english(read, language):
    def edit(book):
        for sheet in filing_layouts()["2025.1"].sheets:
            assert sheet.names is not None
            page = book[sheet.names.ru]
            names = {field.labels.ru: getattr(field.labels, language) for field in sheet.fields}
            for row in page.iter_rows():
                for cell in row:
                    cell.value = names.get(cell.value, cell.value)
            page.title = getattr(sheet.names, language)

    result = read(filing(budget=[a_budget_row()], edit=edit))
    assert result.findings == ()
    assert (len(result.units), len(result.financing), len(result.budget)) == (1, 2, 1)


def test_labels_are_matched_whatever_the_case_spaces_and_look_alike_letters(read):
    def edit(book):
        sheet = book["НИОКР"]
        sheet["U1"] = "  CУMMА * :"
        sheet["R1"] = "дата\u00a0 \nплатежа:"
        book["Титул"]["A4"] = "ОТЧЁТНЫЙ ГОД:"
        sheet.title = " ниокр "

    assert read(filing(edit=edit)).findings == ()


def test_values_may_be_texts(read):
    line = a_line(line_no="1", agreement_date="01.02.2025", payment_date="2025-07-05", amount="75\u00a0000,5")
    plain = read(filing(financing=[a_line()]))
    assert read(filing(financing=[line])).financing == plain.financing


def test_a_unit_number_typed_as_a_number_is_a_text(read):
    assert read(filing(units=[a_unit(unit_no=1234)])).units.columns["unit_no"] == ["1234"]


def test_empty_rows_are_skipped_and_white_space_is_empty(read):
    def edit(book):
        sheet = book["НИОКР"]
        sheet.insert_rows(3, amount=2)
        sheet["B3"] = " \u00a0 "

    assert read(filing(edit=edit)).financing.columns["source_row"] == [2, 5]


def test_a_row_with_nothing_but_an_amount_is_a_row(read):
    rows = read(filing(edit=set_cell("НИОКР", "U4", 5))).financing
    assert rows.columns["source_row"] == [2, 3, 4]
    assert rows.columns["amount"][2] == "5"
    assert rows.columns["codes"] == ["", "", "L001"]


def test_only_the_top_left_of_merged_cells_has_the_value(read):
    result = read(filing(edit=lambda book: book["НИОКР"].merge_cells("C2:C3")))
    assert told(result) == [("L001", "НИОКР", ("C3",), "project_title")]


# --- mistakes in the file as a whole -------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", ["Титул", "Объекты", "НИОКР"])
def test_a_required_sheet_is_missing_f003(read, sheet):
    (finding,) = read(filing(edit=lambda book: book.remove(book[sheet]))).findings
    assert (finding.code, finding.expected) == ("F003", sheet)


def test_a_sheet_stands_twice_f003(read):
    result = read(filing(edit=lambda book: book.copy_worksheet(book["НИОКР"]).__setattr__("title", "R&D")))
    (finding,) = result.findings
    assert (finding.code, finding.value, finding.expected) == ("F003", "НИОКР + R&D", "НИОКР")
    assert result.financing is None


def test_a_required_column_is_missing_f004_and_nothing_else_is_said_of_the_sheet(read):
    def edit(book):
        book["НИОКР"]["U2"] = "много"
        book["НИОКР"]["L1"] = "Когда"

    result = read(filing(edit=edit))
    (finding,) = result.findings
    assert (finding.code, finding.field, finding.expected) == ("F004", "agreement_date", "Дата договора")
    assert result.financing is None
    assert result.units is not None


def test_a_sheet_without_any_label_lacks_all_its_required_columns_f004(read):
    result = read(filing(edit=lambda book: book["Объекты"].delete_rows(1)))
    assert [(f.code, f.field) for f in result.findings] == [
        ("F004", "unit_no"),
        ("F004", "base_kind"),
        ("F004", "base_amount"),
    ]


def test_a_column_stands_twice_f004(read):
    (finding,) = read(filing(edit=set_cell("НИОКР", "X1", "Amount"))).findings
    assert (finding.code, finding.cells, finding.field, finding.value) == (
        "F004",
        ("U1", "X1"),
        "amount",
        "Сумма + Amount",
    )


def test_an_unknown_column_is_ignored_with_a_note_n001(read):
    def edit(book):
        book["НИОКР"]["W1"] = "Примечание"
        book["НИОКР"]["W5"] = "см. приложение"

    result = read(filing(edit=edit))
    assert told(result) == [("N001", "НИОКР", ("W1",), None)]
    assert result.findings[0].value == "Примечание"
    assert len(result.financing) == 2


@pytest.mark.parametrize("field", [f for f in books.COVER_LABELS if f != "signatory"])
def test_a_cover_field_is_missing_f005(read, field):
    result = read(filing(cover={field: DROP}))
    assert [(f.code, f.field) for f in result.findings] == [("F005", field)]
    assert field not in result.cover


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user_bin", "020540000124"),
        ("user_bin", "12345"),
        ("reporting_year", "две тысячи"),
        ("submission_no", 0),
        ("submission_no", 1.5),
        ("submitted_on", 46_000),
        ("unit_of_account", "доллар"),
        ("user_name", None),
        ("user_name", "=1/0"),
    ],
)
def test_a_cover_field_is_wrong_f005(read, field, value):
    result = read(filing(cover={field: value}))
    assert [(f.code, f.field) for f in result.findings] == [("F005", field)]
    assert result.findings[0].cells == (f"B{list(books.COVER_LABELS).index(field) + 1}",)
    assert field not in result.cover


def test_a_cover_label_stands_twice_f005(read):
    (finding,) = read(filing(edit=set_cell("Титул", "D9", "Reporting year"))).findings
    assert (finding.code, finding.field, finding.cells) == ("F005", "reporting_year", ("A4", "D9"))


def test_the_value_of_a_label_is_not_the_next_label(read):
    def edit(book):
        book["Титул"]["B7"] = None
        book["Титул"]["C7"] = "Подписант"
        book["Титул"]["A8"] = None

    result = read(filing(edit=edit))
    assert [(f.code, f.field) for f in result.findings] == [("F005", "unit_of_account")]


def test_a_cover_may_stand_anywhere(read):
    def edit(book):
        book["Титул"].insert_rows(1, amount=3)
        book["Титул"].insert_cols(1, amount=2)

    result = read(filing(edit=edit))
    assert result.findings == ()
    assert result.cover_cells["form_edition"] == "D4"


@pytest.mark.parametrize("hint", ["C5", "D5", "H5"])
def test_a_value_is_never_taken_from_elsewhere_in_the_row_f005(read, hint):
    result = read(filing(cover={"submission_no": None}, edit=set_cell("Титул", hint, 7)))
    (finding,) = result.findings
    assert (finding.code, finding.field, finding.cells) == ("F005", "submission_no", ("B5",))
    assert "submission_no" not in result.cover


def test_a_label_and_its_value_in_one_cell_are_named_f005(read):
    result = read(filing(cover={"reporting_year": DROP}, edit=set_cell("Титул", "A9", "Отчетный год: 2025")))
    (finding,) = result.findings
    assert (finding.code, finding.cells, finding.value) == ("F005", ("A9",), "Отчетный год: 2025")


@pytest.mark.parametrize("day", [dt.date(2024, 12, 31), dt.date(9999, 12, 31), "01.01.0001", dt.date(2046, 1, 1)])
def test_a_filing_is_not_handed_in_before_its_year_nor_long_after_it_f005(read, day):
    (finding,) = read(filing(cover={"submitted_on": day})).findings
    assert (finding.code, finding.field) == ("F005", "submitted_on")
    assert finding.expected == "2025-01-01 … 2045-12-31"


@pytest.mark.parametrize("day", [dt.date(2025, 1, 1), dt.date(2045, 12, 31), "15.04.2026 г.", "2026-04-15T00:00:00Z"])
def test_a_filing_may_be_handed_in_from_the_first_day_of_its_year(read, day):
    assert read(filing(cover={"submitted_on": day})).findings == ()


@pytest.mark.parametrize(
    "text", ["2025 г.", "2025г.", "за 2025 год", "2025 год", "2025 жыл", "2 025", "2025.0", "'2025"]
)
def test_a_reporting_year_may_have_its_word(read, text):
    result = read(filing(cover={"reporting_year": text}))
    assert result.findings == ()
    assert result.cover["reporting_year"] == 2025


@pytest.mark.parametrize("text", ["2025,1", "2025.1 ", "'2025.1", "\u200e2025.1", 2025.1])
def test_an_edition_may_have_the_russian_decimal_sign(read, text):
    assert read(filing(cover={"form_edition": text})).findings == ()


@pytest.mark.parametrize("mark", ["\u200e", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u202a", "\ufe0f", "'", "’"])
def test_what_no_eye_sees_is_no_part_of_a_value(read, mark):
    result = read(filing(cover={"user_bin": f"{mark}{books.USER_BIN}"}))
    assert result.findings == ()
    assert result.cover["user_bin"] == books.USER_BIN


def test_what_no_eye_sees_is_shown_when_the_value_is_refused(read):
    (finding,) = read(filing(cover={"user_bin": "\u200e12\u00ad345"})).findings
    assert finding.value == "\\u200e12\\u00ad345"


def test_the_signatory_may_be_empty(read):
    result = read(filing(cover={"signatory": None}))
    assert result.findings == ()
    assert "signatory" not in result.cover


def test_the_year_differs_from_the_folder_f006(read):
    (finding,) = read(filing(), year=2024).findings
    assert (finding.code, finding.cells, finding.value, finding.expected) == ("F006", ("B4",), "2025", "2024")


def test_the_edition_is_unknown_f010_and_the_tables_are_not_guessed_at(read):
    result = read(filing(cover={"form_edition": "2031.7"}))
    (finding,) = result.findings
    assert (finding.code, finding.value, finding.expected) == ("F010", "2031.7", "2025.1")
    assert result.financing is None


def test_the_edition_may_be_typed_as_a_number(read):
    assert read(filing(cover={"form_edition": 2025.1})).findings == ()


# --- mistakes in cells ---------------------------------------------------------------------------------------------


REQUIRED = [
    "line_no",
    "unit_no",
    "project_title",
    "work_kind",
    "performer_name",
    "performer_bin",
    "agreement_no",
    "agreement_date",
    "amount",
]


@pytest.mark.parametrize("field", list(books.FINANCING_LABELS))
def test_a_required_cell_is_empty_l001(read, field):
    result = read(filing(financing=[a_line() | {field: None}]))
    wanted = [("L001", "НИОКР", (f"{LETTERS[field]}2",), field)] if field in REQUIRED else []
    assert told(result) == wanted
    assert result.financing.columns["codes"] == ["L001" if field in REQUIRED else ""]


@pytest.mark.parametrize("field", ["line_no", "agreement_date", "payment_date", "amount", "grnti", "performer_bin"])
def test_a_cell_is_of_the_wrong_type_l002(read, field):
    result = read(filing(financing=[a_line(), a_line(2) | {field: "нечто"}]))
    assert told(result) == [("L002", "НИОКР", (f"{LETTERS[field]}3",), field)]
    assert result.findings[0].value == "нечто"
    assert result.financing.columns[field][1] is None
    assert result.financing.columns["codes"] == ["", "L002"]


@pytest.mark.parametrize("field", ["work_kind", "direction", "entry_kind"])
def test_a_value_is_not_in_its_list_l011(read, field):
    result = read(filing(financing=[a_line() | {field: "нечто"}]))
    assert told(result) == [("L011", "НИОКР", (f"{LETTERS[field]}2",), field)]


def test_a_payment_is_for_a_later_year_l011(read):
    result = read(filing(financing=[a_line(for_year=2026)]))
    assert told(result) == [("L011", "НИОКР", ("V2",), "for_year")]
    assert result.financing.columns["for_year"] == [None]


def test_the_same_problem_in_many_cells_is_one_finding(read):
    lines = [a_line(n, work_kind=kind) for n, kind in enumerate(["ток", "НИР", "свет", "ток"], 1)]
    (finding,) = read(filing(financing=lines)).findings
    assert finding.cells == ("D2", "D4", "D5")
    assert finding.value == "ток; свет"


def test_a_long_value_is_shortened_in_a_finding(read, limits):
    (finding,) = read(filing(financing=[a_line(grnti="x" * 5000)])).findings
    assert len(finding.value) == limits.shown_characters
    assert finding.value.endswith("…")


def test_an_excel_error_is_named_l003(read):
    def break_cell(xml):
        return xml.replace('<c r="U2" t="n"><v>75000.5</v></c>', '<c r="U2" t="e"><v>#REF!</v></c>')

    result = read(repacked(filing(), {FINANCING_PART: break_cell}))
    assert told(result) == [("L003", "НИОКР", ("U2",), "amount")]
    assert result.findings[0].value == "#REF!"
    assert result.financing.columns["amount"] == [None, "75000.5"]


def test_a_formula_that_was_never_calculated_is_named_l004(read):
    result = read(filing(financing=[a_line(amount="=40+2")]))
    assert told(result) == [("L004", "НИОКР", ("U2",), "amount")]


def test_a_formula_that_was_calculated_is_its_result(read):
    def calculate(xml):
        return xml.replace('<c r="U2" t="n"><v>75000.5</v></c>', '<c r="U2"><f>40+2</f><v>42</v></c>')

    result = read(repacked(filing(), {FINANCING_PART: calculate}))
    assert result.findings == ()
    assert result.financing.columns["amount"][0] == "42"


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(read):
    def calculate(xml):
        return xml.replace('<c r="G2"', '<c r="F2" t="str"><f>""</f><v></v></c><c r="G2"')

    result = read(repacked(filing(financing=[a_line(grnti=None)]), {FINANCING_PART: calculate}))
    assert result.findings == ()
    assert result.financing.columns["grnti"] == [None]


def test_a_foreign_performer_needs_no_bin(read):
    line = a_line(performer_country="DE", performer_bin=None)
    assert read(filing(financing=[line])).findings == ()


@pytest.mark.parametrize(("raw", "text"), [("DE 811 334", "DE 811 334"), (811334, "811334")])
def test_a_foreign_performer_may_give_its_own_tax_number(read, raw, text):
    result = read(filing(financing=[a_line(performer_country="DE", performer_bin=raw)]))
    assert result.findings == ()
    assert result.financing.columns["performer_bin"] == [text]


def test_a_country_that_cannot_be_read_does_not_also_cost_the_bin(read):
    result = read(filing(financing=[a_line(performer_country="Германия", performer_bin=None)]))
    assert told(result) == [("L002", "НИОКР", ("I2",), "performer_country")]


def test_a_bin_typed_as_a_number_has_its_zeros_restored_w002(read):
    result = read(filing(cover={"user_bin": int(books.USER_BIN)}))
    (finding,) = result.findings
    assert (finding.code, finding.value, finding.expected) == ("W002", "20540000125", "020540000125")
    assert result.cover["user_bin"] == "020540000125"


def test_many_bins_typed_as_numbers_are_one_finding(read):
    bins = [books.bin_of("02054000012"), books.bin_of("00114000011")]
    result = read(filing(financing=[a_line(n, performer_bin=int(b)) for n, b in enumerate(bins, 1)]))
    (finding,) = result.findings
    assert (finding.code, finding.cells, finding.expected) == ("W002", ("H2", "H3"), "; ".join(bins))
    assert result.financing.columns["performer_bin"] == bins
    assert result.financing.columns["codes"] == ["", ""]


def test_an_amount_finer_than_a_tiyn_is_rounded_w007(read):
    result = read(filing(financing=[a_line(amount="0,123456")]))
    (finding,) = result.findings
    assert (finding.code, finding.cells, finding.value, finding.expected) == ("W007", ("U2",), "0.123456", "123.46")
    assert result.financing.columns["amount_tiyn"] == [12_346]


def test_an_amount_is_as_fine_as_its_unit_allows(read):
    assert read(filing(financing=[a_line(amount="0,12345")])).findings == ()
    (finding,) = read(filing(cover={"unit_of_account": "тенге"}, financing=[a_line(amount="0,125")])).findings
    assert (finding.code, finding.expected) == ("W007", "0.13")


def test_without_a_unit_of_account_amounts_are_unknown_in_tiyn_not_zero(read):
    columns = read(filing(cover={"unit_of_account": DROP})).financing.columns
    assert columns["amount"] == ["75000.5", "75000.5"]
    assert columns["amount_tiyn"] == [None, None]


# --- totals and hidden data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Итого", "ИТОГО:", "Всего по листу", "Барлығы", "Total", "Grand total"])
def test_a_total_row_ends_the_table(read, word):
    def edit(book):
        book["НИОКР"]["B4"] = word
        book["НИОКР"]["U4"] = 150_001
        book["НИОКР"]["B6"] = "Исполнитель отчета: А. Серикова"

    result = read(filing(edit=edit))
    assert told(result) == [("N003", "НИОКР", ("A6",), None)]
    assert len(result.financing) == 2


def test_a_total_row_that_is_not_the_sum_w001(read):
    def edit(book):
        book["НИОКР"]["A4"] = "Итого"
        book["НИОКР"]["U4"] = "150 000,5"

    (finding,) = read(filing(edit=edit)).findings
    assert (finding.code, finding.cells, finding.field) == ("W001", ("U4",), "amount")
    assert (finding.value, finding.expected, finding.difference) == ("150000.5", "150001", "-0.5")


def test_every_amount_of_the_total_row_is_compared(read):
    def edit(book):
        for column, value in zip("ACDE", ["Итого", 12_400_000, 1, None], strict=True):
            book["Объекты"][f"{column}3"] = value

    assert told(read(filing(edit=edit))) == [("W001", "Объекты", ("D3",), "declared_due")]


def test_a_total_is_not_compared_when_a_cell_of_its_column_cannot_be_read(read):
    def edit(book):
        book["НИОКР"]["U2"] = "много"
        book["НИОКР"]["A4"] = "Итого"
        book["НИОКР"]["U4"] = 1

    assert [f.code for f in read(filing(edit=edit)).findings] == ["L002"]


def test_excel_adds_in_binary_and_that_is_no_difference(read):
    def edit(book):
        book["НИОКР"]["A4"] = "Итого"
        book["НИОКР"]["U4"] = 0.1 + 0.2

    assert read(filing(financing=[a_line(amount=0.1), a_line(2, amount=0.2)], edit=edit)).findings == ()


def test_a_row_that_only_sounds_like_a_total_is_a_row(read):
    line = a_line(line_no=None, unit_no=None, project_title="Итоговый отчет по теме")
    assert len(read(filing(financing=[line])).financing) == 1


def test_rows_below_the_total_without_contract_and_document_are_not_read_n002(read):
    def edit(book):
        book["НИОКР"].append(["Итого"])
        book["НИОКР"].append([None, None, "в том числе НДС", *[None] * 17, 16_000])

    result = read(filing(edit=edit))
    assert told(result) == [("N002", "НИОКР", ("A5",), None)]
    assert result.financing.columns["source_row"] == [2, 3]


@pytest.mark.parametrize(
    "word", ["Итого по контракту", "Всего", "Итог:", "И Т О Г О", "Σ", "Подытог", "Жалпы жиыны", "Sub-total"]
)
def test_a_total_row_followed_by_entries_is_a_subtotal(read, word):
    def edit(book):
        book["НИОКР"].insert_rows(3)
        book["НИОКР"]["A3"], book["НИОКР"]["U3"] = word, 75_000.5
        book["НИОКР"].append(["Всего", *[None] * 19, 150_001])

    result = read(filing(edit=edit))
    assert result.findings == ()
    assert result.financing.columns["source_row"] == [2, 4]


def test_a_subtotal_is_compared_with_its_block_w001(read):
    def edit(book):
        sheet = book["НИОКР"]
        for place, (word, amount) in ((4, ("Итого 1", 150_001)), (6, ("Итого 2", 75_000)), (8, ("Всего", 300_003))):
            sheet.insert_rows(place)
            sheet.cell(place, 1, word)
            sheet.cell(place, 21, amount)

    result = read(filing(financing=[a_line(number) for number in range(1, 5)], edit=edit))
    told_of = [(f.code, f.cells, f.value, f.expected) for f in result.findings]
    assert told_of == [
        ("W001", ("U6",), "75000", "75000.5"),
        ("W001", ("U8",), "300003", "300002"),
    ]


@pytest.mark.parametrize("field", ["project_title", "performer_name", "agreement_no"])
def test_a_row_with_a_payment_document_is_never_a_total(read, field):
    def edit(book):
        sheet = book["НИОКР"]
        column = list(books.FINANCING_LABELS).index(field) + 1
        for row in sheet.iter_rows():
            row[0].value, row[column - 1].value = row[column - 1].value, row[0].value

    lines = [a_line(1), a_line(2) | {field: "Total organic carbon"}, a_line(3)]
    result = read(filing(financing=lines, edit=edit))
    assert result.findings == ()
    assert len(result.financing) == 3


NUMBERED = {
    "numbers": list(range(1, 23)),
    "texts": [str(number) for number in range(1, 23)],
    "letters": ["А", "Б", "В", *range(1, 20)],
    "brackets": [f"({number})" for number in range(1, 23)],
    "points": [f"{number}." for number in range(1, 23)],
    "a formula": [*range(1, 21), "21 = 19*20", 22],
    "some": [1, None, 2, None, 3],
}


@pytest.mark.parametrize("row", NUMBERED.values(), ids=NUMBERED)
def test_the_numbers_of_columns_are_no_entry(read, row):
    def edit(book):
        book["НИОКР"].insert_rows(2)
        for column, value in enumerate(row, 1):
            book["НИОКР"].cell(2, column, value)

    result = read(filing(edit=edit))
    assert told(result) == [("N003", "НИОКР", ("A2",), None)]
    assert result.financing.columns["source_row"] == [3, 4]


NO_ENTRIES = {
    "signatures": [["Руководитель", None, "______", None, None, None, "Иванов И. И."], ["Главный бухгалтер"], ["М.П."]],
    "a note": [["* суммы указаны без НДС"], [None, "Примечание: по данным бухгалтерии"]],
    "a section": [["Раздел 1. Контракт КТ-101"]],
    "a section in the column of contracts": [[None, "Контракт КТ-101"]],
    "prepared rows": [[3, None, None, "НИР", *[None] * 4, "KZ", *[None] * 9, "оплата", "KZT", None], [4], [5]],
    "prepared rows with zeros": [[3, *[None] * 19, 0], [4, *[None] * 15, "-", "-", None, None, 0.0]],
    "a signature in every column": [[None, "Подпись", "____", None, None, None, None, None, None, None, None, None]],
    "in Kazakh": [["Басшы", None, None, None, None, None, "Ахметов А."], ["Ескерту: ҚҚС-сыз"]],
    "in English": [["Chief accountant", "______"], ["Note: without VAT"]],
}


@pytest.mark.parametrize("rows", NO_ENTRIES.values(), ids=NO_ENTRIES)
def test_rows_that_are_no_entries_are_one_note_n003(read, rows):
    def edit(book):
        for row in rows:
            book["НИОКР"].append(row)

    result = read(filing(edit=edit))
    cells = tuple(f"A{number}" for number in range(4, 4 + len(rows)))
    assert told(result) == [("N003", "НИОКР", cells, None)]
    assert result.financing.columns["source_row"] == [2, 3]


@pytest.mark.parametrize(
    "row",
    [
        ["Руководитель", "________", "Иванов И. И."],
        ["Главный бухгалтер", None, "Петрова"],
        ["М.П."],
        ["* база по данным налоговой отчетности"],
        ["База указана по данным налоговой отчетности за прошлый год"],
        ["____________"],
    ],
)
def test_signatures_under_the_units_are_no_unit(read, row):
    result = read(filing(edit=lambda book: book["Объекты"].append(row)))
    assert told(result) == [("N003", "Объекты", ("A3",), None)]
    assert len(result.units) == 1


@pytest.mark.parametrize("row", [["КТ-9"], ["КТ-9", "СГД"], ["Total-9", "СГД", 5], ["КТ-9", None, "много"]])
def test_a_unit_that_is_not_filled_in_is_still_a_unit(read, row):
    assert len(read(filing(edit=lambda book: book["Объекты"].append(row))).units) == 2


def test_a_header_that_stands_again_is_skipped(read):
    def edit(book):
        book["НИОКР"].insert_rows(3)
        for column, label in enumerate(books.FINANCING_LABELS.values(), 1):
            book["НИОКР"].cell(3, column, label)

    result = read(filing(edit=edit))
    assert told(result) == [("N003", "НИОКР", ("A3",), None)]
    assert result.financing.columns["source_row"] == [2, 4]


def a_second_table(book, labels=None):
    sheet = book["НИОКР"]
    sheet.append(["Итого", *[None] * 19, 150_001])
    sheet.append([])
    sheet.append(["2. Дополнительные платежи"])
    sheet.append(list(books.FINANCING_LABELS.values()) if labels is None else labels)
    sheet.append(list(a_line(9).values()))


def test_a_second_table_of_the_same_header_goes_on_w009(read):
    result = read(filing(edit=a_second_table))
    assert told(result) == [("N003", "НИОКР", ("A6",), None), ("W009", "НИОКР", ("A7",), None)]
    assert result.financing.columns["source_row"] == [2, 3, 8]


def test_a_second_table_of_another_header_is_refused_f012(read):
    labels = list(books.FINANCING_LABELS.values())[::-1]
    result = read(filing(edit=lambda book: a_second_table(book, labels)))
    assert [(f.code, f.cells, f.expected) for f in result.findings][1:] == [("F012", ("A7",), "НИОКР")]


def test_hidden_rows_are_read_with_a_warning_w006(read):
    def edit(book):
        book["НИОКР"].row_dimensions[3].hidden = True
        book["НИОКР"].row_dimensions[9].hidden = True

    result = read(filing(edit=edit))
    assert told(result) == [("W006", "НИОКР", ("A3",), None)]
    assert result.findings[0].value == "3"
    assert len(result.financing) == 2


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_with_a_warning_w006(read, state):
    result = read(filing(edit=lambda book: setattr(book["НИОКР"], "sheet_state", state)))
    assert told(result) == [("W006", "НИОКР", (), None)]
    assert len(result.financing) == 2


def test_a_hidden_sheet_of_lists_is_nobodys_business(read):
    def edit(book):
        lists = book.create_sheet("Списки")
        lists["A1"] = "НИР"
        lists.sheet_state = "hidden"

    assert read(filing(edit=edit)).findings == ()


# --- what a filing says --------------------------------------------------------------------------------------------


def test_a_correction_that_changes_nothing_has_the_same_content(read):
    again = filing(cover={"submission_no": 2, "submitted_on": dt.date(2026, 5, 20)})
    moved = filing(edit=lambda book: book["НИОКР"].insert_rows(1, amount=2))
    assert read(again).content_digest == read(filing()).content_digest == read(moved).content_digest


@pytest.mark.parametrize(
    "change", [{"cover": {"user_name": "ТОО «Другое»"}}, {"financing": [a_line()]}, {"units": [a_unit(base_amount=1)]}]
)
def test_a_correction_that_changes_anything_has_another_content(read, change):
    assert read(filing(**change)).content_digest != read(filing()).content_digest


@settings(max_examples=15, suppress_health_check=[HealthCheck.differing_executors])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "amount": st.one_of(st.none(), st.text(max_size=8).filter(str.isprintable), st.integers(-5, 10**9)),
                "payment_date": st.one_of(st.none(), st.dates(), st.just("?"), st.floats(0, 1e5)),
                "work_kind": st.sampled_from(["НИР", "?", None, 5, True]),
            }
        ),
        max_size=6,
    )
)
def test_every_row_in_is_a_row_out(changes):
    for change in changes:
        if isinstance(change["amount"], str) and change["amount"].startswith("="):
            change["amount"] = None
    lines = [a_line(n, **change) for n, change in enumerate(changes, 1)]
    rows = read_filing(filing(financing=lines), 2025, default_limits()).financing
    assert rows is not None
    assert rows.columns["source_row"] == list(range(2, len(lines) + 2))
    assert {len(column) for column in rows.columns.values()} == {len(lines)}


# --- labels near the form's ----------------------------------------------------------------------------------------


def relabelled(field, label, sheet="НИОКР"):
    """Return an edit that heads the column of a field otherwise."""
    labels = books.FINANCING_LABELS if sheet == "НИОКР" else books.UNITS_LABELS
    cell = f"{get_column_letter(list(labels).index(field) + 1)}1"
    return cell, set_cell(sheet, cell, label)


@pytest.mark.parametrize(
    ("field", "label", "value", "typed"),
    [
        ("currency", "Код валюты", "USD", "USD"),
        ("currency", "Валюта платежа", "USD", "USD"),
        ("currency", "Волюта", "USD", "USD"),
        ("entry_kind", "Тип записи", "возврат", "возврат"),
        ("entry_kind", "Вид записи (оплата, возврат)", "возврат", "возврат"),
        ("for_year", "За какой год", 2024, 2024),
        ("for_year", "В счет какого года", 2024, 2024),
        ("for_year", "Год", 2024, 2024),
        ("payment_doc_no", "№ платежного документа", "ПП-77", "ПП-77"),
        ("payment_doc_no", "Номер платежки", "ПП-77", "ПП-77"),
        ("permit_no", "№ разрешения", "РЗ-1", "РЗ-1"),
        ("amount", "Сумма, тыс. тенге", 5, "5"),
        ("amount", "Сома / Сумма", 5, "5"),
        ("amount", "21. Сумма", 5, "5"),
        ("amount", "Сумма¹", 5, "5"),
        ("amount", "Сумма (1)", 5, "5"),
        ("amount", "Сумма в тыс. тенге", 5, "5"),
        ("performer_name", "Орындаушы / Исполнитель", "АО «К»", "АО «К»"),
        ("performer_name", "Исполнитель\nPerformer", "АО «К»", "АО «К»"),
        ("unit_no", "Номер контракта", "КТ-101", "КТ-101"),
    ],
)
def test_a_label_near_one_missing_column_is_read_as_it_w009(read, field, label, value, typed):
    cell, edit = relabelled(field, label)
    result = read(filing(financing=[a_line(1), a_line(2) | {field: value}], edit=edit))
    assert told(result) == [("W009", "НИОКР", (cell,), field)]
    assert result.findings[0].value == clean(label)
    assert result.financing.columns[field][1] == typed


@pytest.mark.parametrize(
    ("field", "label", "value"),
    [("currency", "Код валюты", "доллары США"), ("for_year", "Год", "прошлый"), ("entry_kind", "Тип записи", "аванс")],
)
def test_a_label_near_a_deciding_column_whose_cells_do_not_fit_is_refused_f012(read, field, label, value):
    cell, edit = relabelled(field, label)
    result = read(filing(financing=[a_line(1) | {field: value}, a_line(2) | {field: value}], edit=edit))
    assert told(result) == [("F012", "НИОКР", (cell,), field)]
    assert result.findings[0].expected == books.FINANCING_LABELS[field]


def test_a_label_near_two_missing_columns_is_refused_f012(read):
    def edit(book):
        book["НИОКР"]["K1"], book["НИОКР"]["L1"] = "Договор", None

    result = read(filing(edit=edit))
    assert ("F012", "НИОКР", ("K1",), "agreement_no") in told(result)


def test_two_labels_near_one_missing_column_are_refused_f012(read):
    def edit(book):
        book["НИОКР"]["U1"], book["НИОКР"]["W1"] = "Сумма без НДС", "Сумма с НДС"

    assert told(read(filing(edit=edit))) == [("F012", "НИОКР", ("U1", "W1"), "amount")]


@pytest.mark.parametrize("label", ["Примечание", "Год начала работ", "НДС", "Сумма с НДС", "Ответственный"])
def test_a_label_near_nothing_that_is_missing_is_a_note_n001(read, label):
    assert told(read(filing(edit=set_cell("НИОКР", "W1", label)))) == [("N001", "НИОКР", ("W1",), None)]


def test_a_header_with_no_label_of_the_form_is_found_by_what_is_near(read):
    def edit(book):
        for column, label in enumerate(books.FINANCING_LABELS.values(), 1):
            book["НИОКР"].cell(1, column, f"{column}) {label} *")

    result = read(filing(edit=edit))
    assert {f.code for f in result.findings} == {"W009"}
    assert result.financing.columns == read(filing()).financing.columns


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("reporting_year", "Есепті жыл / Отчетный год"),
        ("reporting_year", "4. Отчетный год:"),
        ("user_bin", "БИН недропользователя¹"),
        ("unit_of_account", "Единица измерения сумм"),
        ("submission_no", "№ подачи"),
    ],
)
def test_a_label_of_the_cover_near_one_that_is_missing_is_read_as_it_w009(read, field, label):
    row = list(books.COVER_LABELS).index(field) + 1
    result = read(filing(edit=set_cell("Титул", f"A{row}", label)))
    assert told(result) == [("W009", "Титул", (f"A{row}",), field)]
    assert field in result.cover


# --- what a person sees --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["#,##0,", "# ##0 ,", "#,##0.0,", "0,", '#,##0," тыс."', "#,##0,;[Red]-#,##0,"])
def test_a_number_format_that_scales_is_told_with_both_sums_w008(read, code):
    def edit(book):
        book["НИОКР"]["U3"].number_format = code

    (finding,) = read(filing(financing=[a_line(1), a_line(2, amount=250_000_500)], edit=edit)).findings
    assert (finding.code, finding.cells, finding.field, finding.value) == ("W008", ("U3",), "amount", "250000500")
    assert (finding.expected, finding.difference) == ("250 000 500 000 KZT", "250 000 500 KZT")


@pytest.mark.parametrize("code", ["#,##0", "#,##0.00", '#,##0 "тыс., тг"', "General", "@", "# ##0,00"])
def test_a_number_format_that_shows_what_is_stored_is_nobodys_business(read, code):
    def edit(book):
        book["НИОКР"]["U3"].number_format = code

    assert read(filing(edit=edit)).findings == ()


@pytest.mark.parametrize(
    ("cell", "text"),
    [("A1", "Сведения о расходах, млн тенге"), ("C1", "(в тенге)"), ("B1", "в млн. тг")],
)
def test_a_title_that_contradicts_the_cover_is_told_with_both_sums_w008(read, cell, text):
    def edit(book):
        book["НИОКР"].insert_rows(1)
        book["НИОКР"][cell] = text

    (finding,) = read(filing(edit=edit)).findings
    assert (finding.code, finding.cells, finding.value, finding.expected) == ("W008", (cell,), text, "150 001 000 KZT")
    assert finding.difference == ("150 001 KZT" if text == "(в тенге)" else "150 001 000 000 KZT")


@pytest.mark.parametrize(
    "text",
    ["Сведения, тыс. тенге", "мың теңге, in tenge", "добыча, тыс. тонн", "курс 450 тенге за доллар", "млн лет назад"],
)
def test_a_title_that_says_no_other_unit_is_nobodys_business(read, text):
    def edit(book):
        book["НИОКР"].insert_rows(1)
        book["НИОКР"]["A1"] = text

    assert read(filing(edit=edit)).findings == ()


def test_a_column_of_units_that_contradicts_the_cover_is_told_w008(read):
    def edit(book):
        for row, value in enumerate(["Ед. изм.", "млн тенге", "млн тенге"], 1):
            book["НИОКР"][f"W{row}"] = value

    assert told(read(filing(edit=edit))) == [("N001", "НИОКР", ("W1",), None), ("W008", "НИОКР", ("W1",), "amount")]


def test_a_label_that_contradicts_the_cover_is_told_w008(read):
    result = read(filing(edit=set_cell("НИОКР", "U1", "Сумма, млн тенге")))
    assert told(result) == [("W009", "НИОКР", ("U1",), "amount"), ("W008", "НИОКР", ("U1",), "amount")]


def test_a_contract_number_merged_over_its_payments_is_carried_down_n005(read):
    result = read(
        filing(financing=[a_line(n) for n in (1, 2, 3)], edit=lambda book: book["НИОКР"].merge_cells("B2:B4"))
    )
    assert told(result) == [("N005", "НИОКР", ("B3", "B4"), "unit_no")]
    assert result.financing.columns["unit_no"] == ["КТ-101"] * 3


def test_a_hidden_column_is_read_with_a_warning_w006(read):
    def edit(book):
        book["НИОКР"].column_dimensions["V"].hidden = True

    result = read(filing(financing=[a_line(1), a_line(2, for_year=2024)], edit=edit))
    assert told(result) == [("W006", "НИОКР", ("V1",), "for_year")]
    assert result.financing.columns["for_year"] == [2025, 2024]
    assert read(filing(edit=edit)).findings == ()


def test_a_row_without_height_is_a_hidden_row_w006(read):
    data = repacked(filing(), {FINANCING_PART: lambda xml: xml.replace('<row r="3"', '<row r="3" ht="0"')})
    assert told(read(data)) == [("W006", "НИОКР", ("A3",), None)]


def test_rows_hidden_by_default_are_hidden_rows_w006(read):
    def edit(book):
        book["НИОКР"].sheet_format.zeroHeight = True

    assert told(read(filing(edit=edit))) == [("W006", "НИОКР", ("A2", "A3"), None)]
