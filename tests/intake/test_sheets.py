"""Sheets: a table may go on in a further sheet or stand under a near name; what is nobody's is named, never silent."""

from decimal import Decimal

import pytest

from pipelines.layouts.habits import habits
from pipelines.reports.return_notices.wording import manner
from pipelines.reports.template.template_words import content
from schemas.folding import fold
from tests.books import FINANCING_LABELS, a_line, filing

HEADER = list(FINANCING_LABELS.values())


def _row(number, **changes):
    line = a_line(number, **changes)
    return [line.get(name) for name in FINANCING_LABELS]


def _with(name, *rows, rename=None):
    """Return a filing with a further sheet, and `НИОКР` under another name if told so."""

    def edit(book):
        if rename:
            book["НИОКР"].title = rename
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)

    return filing(edit=edit)


def _told(result):
    return [(f.code, f.sheet, ", ".join(f.cells), f.value) for f in result.findings]


@pytest.mark.parametrize("name", [
    "НИОКР (2)", "НИОКР_2", "НИОКР 2", "ниокр продолжение", "НИОКР (продолжение)", "НИОКР жалғасы", "НИОКР part 2",
    "НИОКР, часть 2", "НИОКР 2025", "НИОКР 2025 г.", "R&D (2)", "ҒЗТКЖ (2)",
])  # fmt: skip
def test_a_further_sheet_under_the_same_header_goes_on_with_the_table(read, name):
    result = read(_with(name, HEADER, _row(3)))
    assert _told(result) == [("W009", name, "A1", name)]
    assert result.financing.columns["line_no"] == [1, 2, 3]
    assert result.financing.columns["sheet"] == ["НИОКР", "НИОКР", name]
    assert result.financing.columns["source_row"] == [2, 3, 2]


@pytest.mark.parametrize("header", [HEADER[::-1], HEADER[:-3], ["итоги", "по", "годам", "нет"]])
def test_a_further_sheet_under_another_header_is_refused(read, header):
    assert _told(read(_with("НИОКР (2)", header, _row(3)))) == [("F012", "НИОКР (2)", "", "НИОКР (2)")]


@pytest.mark.parametrize("name", ["НИОКР 2023", "НИОКР (копия)", "Копия НИОКР", "НИОКР старый", "Справочник", "Лист1"])
def test_another_sheet_with_data_is_named_and_not_read(read, name):
    result = read(_with(name, HEADER, _row(3)))
    assert _told(result) == [("N004", None, "", name)]
    assert len(result.financing) == 2


def test_an_empty_sheet_is_nothing(read):
    assert read(_with("Лист1")).findings == read(_with("НИОКР (2)")).findings == ()


def test_a_sheet_with_a_number_alone_is_the_sheet(read):
    result = read(_with("Лист1", rename="НИОКР (2)"))
    assert _told(result) == [("W009", "НИОКР (2)", "", "НИОКР (2)")]
    assert len(result.financing) == 2


@pytest.mark.parametrize("name", ["Платежи НИОКР", "1. НИОКР", "НИОКР за год", "ФИНАНСИРОВАНИЕ НИОКР"])
def test_a_near_name_over_the_whole_header_of_a_missing_sheet_is_that_sheet(read, name):
    result = read(_with("Лист1", rename=name))
    assert _told(result) == [("W009", name, "", name)]
    assert len(result.financing) == 2


@pytest.mark.parametrize("name", ["НИОКР 2023", "НИОКР черновик", "Реестр платежей"])
def test_a_missing_sheet_is_not_found_where_it_is_not_surely_meant(read, name):
    assert ("F003", None, "", f"Титул; Объекты; {name}; Лист1") in _told(read(_with("Лист1", rename=name)))


def test_a_total_in_a_further_sheet_may_stand_for_the_whole_table(read):
    whole = sum(Decimal(str(a_line(number)["amount"])) for number in (1, 2, 3))
    for off_by, codes in ((0, ["W009"]), (1, ["W009", "W001"])):
        total = ["Итого", *[None] * (HEADER.index("Сумма") - 1), float(whole + off_by)]
        assert [f.code for f in read(_with("НИОКР (2)", HEADER, _row(3), total)).findings] == codes


@pytest.mark.parametrize(
    ("year", "told"), [(2025, ("N004", None, "", "Титул (2)")), (2024, ("F012", "Титул (2)", "", "Титул (2)"))]
)
def test_a_second_cover_may_not_contradict_the_first(read, year, told):
    result = read(_with("Титул (2)", ["Отчетный год", year]))
    assert _told(result)[0] == told


def test_every_sheet_that_nedra_adds_to_a_form_is_known_as_its_own():
    of_template = {name for labels in content()["sheets"].values() for name in labels.values()}
    assert {fold(name) for name in of_template | {manner().sheet}} == habits().sheets.of_nedra
