"""The catalogue of findings: complete, in three languages, and told well."""

import re

import pytest

from pipelines.findings.catalogue import (
    FileKind,
    catalogue,
    field_label,
    placeholders,
    render,
    severity_of,
    told,
)
from pipelines.findings.finding import Finding
from schemas.vocabulary import Language, Severity

CONTRACT = {
    Severity.REJECT: "F001 F002 F003 F004 F005 F006 F009 F010 F011 F012 F013",
    Severity.SET_ASIDE: "L001 L002 L003 L004 L005 L006 L007 L009 L010 L011 L012 L013 L014",
    Severity.WARN: "F007 F008 W001 W002 W003 W004 W005 W006 W007 W008 W009 W013 W014",
    Severity.NOTE: "N001 N002 N003 N004 N005 N006",
}
CODES = sorted(catalogue().entries)
FACTS = frozenset({"file", "sheet", "cells", "field", "value", "expected", "difference"})
KAZAKH_LETTERS = re.compile("[әғқңөұүһі]", re.IGNORECASE)


def full(code: str) -> Finding:
    """Return a finding that knows everything."""
    return Finding(code, "НИОКР", ("M7", "M9"), "amount", "сто", "1234.56", "1")


def test_every_code_of_the_contract_has_the_severity_the_contract_gives_it():
    assert {code: severity_of(code) for code in CODES} == {
        code: severity for severity, codes in CONTRACT.items() for code in codes.split()
    }


@pytest.mark.parametrize("code", CODES)
def test_a_code_asks_for_the_same_facts_in_every_language(code):
    wordings = catalogue().entries[code].wordings
    wanted = {language: [placeholders(part) for part in wording.message] for language, wording in wordings.items()}
    assert wanted[Language.RU] == wanted[Language.KK] == wanted[Language.EN]
    assert all(names and names <= FACTS for names in wanted[Language.RU])


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_told_in_the_language_it_says(code):
    wordings = catalogue().entries[code].wordings
    texts = {language: f"{wording.title} {wording.do}" for language, wording in wordings.items()}
    assert re.search("[а-я]", texts[Language.RU])
    assert not KAZAKH_LETTERS.search(texts[Language.RU])
    assert KAZAKH_LETTERS.search(texts[Language.KK])
    assert not re.search("[а-яё]", texts[Language.EN], re.IGNORECASE)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CODES)
def test_a_message_says_where_what_and_what_to_do(code, language):
    message = render(full(code), file_name="отчет.xlsx", lang=language)
    wording = catalogue().entries[code].wordings[language]
    for part in ("отчет.xlsx", "НИОКР", "M7, M9", field_label("amount", language), wording.title, wording.do):
        assert part in message
    assert "{" not in message


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CODES)
def test_a_message_with_no_facts_still_names_the_file_and_the_step(code, language):
    message = render(Finding(code), file_name="отчет.xlsx", lang=language)
    assert "отчет.xlsx" in message
    assert catalogue().entries[code].wordings[language].do in message
    assert "None" not in message
    assert "{" not in message


def test_a_sentence_whose_fact_is_unknown_is_left_out():
    told = render(Finding("L002", sheet="НИОКР", value="сто"), file_name="a.xlsx", lang="ru")
    assert "Указано: «сто»." in told
    assert "Ожидалось" not in told
    assert "ячейки" not in told


def test_many_cells_are_counted_after_the_first_dozen():
    cells = tuple(f"M{row}" for row in range(7, 27))
    assert "M18 and 8 more," in render(Finding("L001", cells=cells, field="amount"), file_name="a.xlsx", lang="en")


def test_as_many_cells_as_are_shown_are_not_counted():
    cells = tuple(f"M{row}" for row in range(7, 7 + catalogue().cells_shown))
    assert " more" not in render(Finding("L001", cells=cells), file_name="a.xlsx", lang="en")


def test_braces_in_a_cell_are_only_text():
    assert "«{file}»" in render(Finding("L002", value="{file}"), file_name="a.xlsx", lang="ru")


def test_a_field_is_named_as_its_own_sheet_labels_it():
    assert field_label("unit_no", Language.EN, sheet="НИОКР") == "Contract (licence) number"
    assert field_label("unit_no", Language.RU, file_name="registers/units.xlsx") == "Номер"
    assert field_label("no_such_field", Language.RU) == "no_such_field"


def test_a_list_is_told_in_the_language_of_the_reader():
    finding = Finding("L011", cells=("B3",), field="work_kind", value="НИРС", expected="НИР | Цифровизация")
    assert "Digitalisation" in render(finding, file_name="a.xlsx", lang="en")
    assert "Цифрландыру" in render(finding, file_name="a.xlsx", lang="kk")


def test_a_unit_after_a_number_is_told_in_words():
    finding = Finding("F002", value="120000 rows", expected="100000 rows", difference="20000 rows")
    assert "Превышение: 20000 строк." in render(finding, file_name="a.xlsx", lang="ru")


def test_what_a_person_wrote_is_quoted_and_not_translated():
    told = render(Finding("L002", cells=("B3",), field="amount", value="text"), file_name="a.xlsx", lang="ru")
    assert "«text»" in told


def test_the_keeper_of_a_register_is_not_told_to_file_again():
    finding = Finding("L001", cells=("A3",), field="unit_no")
    told = render(finding, file_name="units.xlsx", lang="en", kind=FileKind.REGISTER)
    assert "inbox/registers" in told
    assert "submission" not in told


def test_an_unknown_code_is_an_error_and_not_a_silence():
    with pytest.raises(KeyError):
        render(Finding("X999"), file_name="a.xlsx", lang="ru")


CAUSES = ["empty", "truncated", "encrypted", "xls", "xlsb", "ods", "csv | txt", "xml | html", "pdf"]


@pytest.mark.parametrize("language", Language)
def test_a_file_that_is_no_workbook_is_advised_by_what_it_is(language):
    advice = [
        told(Finding("F001", value=cause), file_name="a.xlsx", lang=language).do for cause in [*CAUSES, "damaged"]
    ]
    assert len(set(advice)) == len(advice)
    assert advice[-1] == catalogue().entries["F001"].wordings[language].do
    if language is Language.KK:
        assert all(KAZAKH_LETTERS.search(each) for each in advice)
    if language is Language.RU:
        assert not any(KAZAKH_LETTERS.search(each) for each in advice)


def test_every_advice_by_cause_is_told_in_every_language():
    for entry in catalogue().entries.values():
        assert len({tuple(wording.do_by_value) for wording in entry.wordings.values()}) == 1
    assert list(catalogue().entries["F001"].wordings[Language.EN].do_by_value) == CAUSES
