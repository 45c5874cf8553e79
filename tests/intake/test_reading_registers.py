"""Registers: the first sheet of each, typed by its layout."""

import datetime as dt

import pytest

from tests import books
from tests.books import a_unit_record, register

DAY = dt.date(2025, 5, 20)
RECORDS: dict[str, dict[str, object]] = {
    "units": a_unit_record(),
    "performers": {"bin": books.PERFORMER_BIN, "name": "АО «Институт недр»", "kind": "НИИ"},
    "affiliates": {"user_bin": books.USER_BIN, "affiliate_bin": books.PERFORMER_BIN},
    "treasury": {
        "receipt_no": 17,
        "received_on": DAY,
        "payer_bin": books.USER_BIN,
        "unit_no": None,
        "kbk": 401103,
        "amount": "60 000 000,00",
    },
    "decisions": {
        "decision_no": "Р-1",
        "decided_on": DAY,
        "kind": "уведомление",
        "user_bin": books.USER_BIN,
        "unit_no": "КТ-101",
        "report_year": 2024,
    },
    "rates": {"on": DAY, "currency": "USD", "rate": 512.34},
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_valid_register_is_read_without_findings(read_a_register, name):
    result = read_a_register(register(name, [RECORDS[name]]), name)
    assert result.findings == ()
    assert result.rows.columns["codes"] == [""]
    assert set(books.REGISTER_LABELS[name]) <= set(result.rows.columns)


@pytest.mark.parametrize("name", RECORDS)
def test_an_empty_register_has_no_rows(read_a_register, name):
    assert len(read_a_register(register(name, []), name).rows) == 0


def test_amounts_of_a_register_are_in_tenge_and_codes_are_texts(read_a_register):
    columns = read_a_register(register("treasury", [RECORDS["treasury"]]), "treasury").rows.columns
    assert columns["amount_tiyn"] == [6_000_000_000]
    assert columns["kbk"] == ["401103"]
    assert columns["receipt_no"] == ["17"]
    assert columns["for_year"] == [None]


def test_a_rate_is_a_decimal_and_the_calculation_index_a_currency(read_a_register):
    rows: list[dict[str, object]] = [RECORDS["rates"], {"on": "01.01.2025", "currency": "МРП", "rate": "3 932"}]
    columns = read_a_register(register("rates", rows), "rates").rows.columns
    assert columns["currency"] == ["USD", "МРП"]
    assert columns["rate"] == ["512.34", "3932"]
    assert columns["on"] == ["2025-05-20", "2025-01-01"]


@pytest.mark.parametrize(
    "without", ["unit_no", "unit_date", "unit_kind", "user_bin", "user_name", "sector", "operation"]
)
def test_a_required_column_of_a_register_is_missing_f004(read_a_register, without):
    result = read_a_register(register("units", [RECORDS["units"]], without=[without]), "units")
    assert result.rows is None
    assert [(finding.code, finding.field) for finding in result.findings] == [("F004", without)]


def test_all_columns_of_units_after_the_operation_may_be_missing(read_a_register):
    without = list(books.REGISTER_LABELS["units"])[7:]
    result = read_a_register(register("units", [RECORDS["units"]], without=without), "units")
    assert result.findings == ()
    assert result.rows.columns["fixed_due_tiyn"] == [None]


def test_a_bad_row_of_a_register_is_marked_and_the_others_are_not(read_a_register):
    rows = [a_unit_record(), a_unit_record(unit_date="вчера", sector="Нефть"), a_unit_record(unit_no=None)]
    result = read_a_register(register("units", rows), "units")
    assert result.rows.columns["codes"] == ["", "L002,L011", "L001"]
    assert [(f.code, f.cells) for f in result.findings] == [("L001", ("A4",)), ("L002", ("B3",)), ("L011", ("F3",))]


def test_the_first_sheet_is_the_register_whatever_its_name(read_a_register):
    def edit(book):
        book.worksheets[0].title = "Лист1"
        book.create_sheet("Прочее")["A1"] = "Номер"

    assert read_a_register(register("units", [RECORDS["units"]], edit=edit), "units").findings == ()


def test_an_unreadable_register_has_no_rows_and_says_why(read_a_register):
    result = read_a_register(b"Number;Date", "units")
    assert result.rows is None
    assert [(finding.code, finding.value) for finding in result.findings] == [("F001", "csv | txt")]


def test_a_rate_under_a_percent_format_is_what_is_seen(read_a_register):
    def edit(book):
        sheet = book.worksheets[0]
        labels = [cell.value for cell in sheet[1]]
        for label, value, code in (("Ставка %", 0.015, "0.0%"), ("Неустойка %", 0.3, "0%")):
            cell = sheet.cell(2, labels.index(label) + 1, value)
            cell.number_format = code

    read = read_a_register(register("units", [a_unit_record(), a_unit_record(rate_override=1.5)], edit=edit), "units")
    assert read.findings == ()
    assert read.rows.columns["rate_override"] == ["1.5", "1.5"]
    assert read.rows.columns["forfeit_percent"] == ["30", None]
