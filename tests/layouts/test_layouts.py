"""Layouts: the label files are complete and unambiguous."""

import pytest

from pipelines.intake.limits import limits_digest
from pipelines.layouts.differences import LayoutError
from pipelines.layouts.loader import (
    CellType,
    Choice,
    Field,
    Labels,
    Sheet,
    Vocabulary,
    filing_layout,
    filing_layouts,
    layouts_digest,
    register_layouts,
    vocabularies,
)
from schemas.folding import fold
from schemas.vocabulary import BaseKind, DecisionKind, EntryKind, Operation, Regime, Sector, UnitKind, WorkKind
from tests import books
from tests.reading_rules import other_layouts, other_limits

SHEETS = [sheet for layout in filing_layouts().values() for sheet in layout.sheets]
SHEETS += [register.sheet for register in register_layouts().values()]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_two_fields_of_a_sheet_fold_to_the_same_label(sheet):
    owners: dict[str, str] = {}
    for field in sheet.fields:
        for label in field.labels.spellings():
            assert owners.setdefault(fold(label), field.name) == field.name, label


def test_no_two_sheets_of_an_edition_fold_to_the_same_name():
    for layout in filing_layouts().values():
        owners: dict[str, str] = {}
        for sheet in layout.sheets:
            for name in sheet.names.spellings() if sheet.names else ():
                assert owners.setdefault(fold(name), sheet.name) == sheet.name, name


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_label_is_a_total_word(sheet):
    assert not {fold(label) for field in sheet.fields for label in field.labels.spellings()} & set(sheet.total_words)


def test_the_fields_and_russian_labels_of_the_form_are_those_of_the_contract():
    layout = filing_layouts()["2025.1"]
    wanted = [books.COVER_LABELS, books.UNITS_LABELS, books.FINANCING_LABELS, books.BUDGET_LABELS]
    assert [{f.name: f.labels.ru for f in sheet.fields} for sheet in layout.sheets] == wanted
    assert [sheet.names and sheet.names.ru for sheet in layout.sheets] == ["Титул", "Объекты", "НИОКР", "Бюджет"]
    assert [sheet.required for sheet in layout.sheets] == [True, True, True, False]


def test_the_fields_and_russian_labels_of_the_registers_are_those_of_the_contract():
    found = {
        name: {f.name: f.labels.ru for f in register.sheet.fields} for name, register in register_layouts().items()
    }
    assert found == books.REGISTER_LABELS
    assert [name for name, register in register_layouts().items() if register.required] == ["units"]


def test_the_columns_a_register_of_units_may_leave_out_are_those_after_the_operation():
    fields = register_layouts()["units"].sheet.fields
    assert [field.name for field in fields if field.column_required] == [field.name for field in fields[:7]]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("base_kind", BaseKind),
        ("work_kind", WorkKind),
        ("entry_kind", EntryKind),
        ("sector", Sector),
        ("operation", Operation),
        ("unit_kind", UnitKind),
        ("decision_kind", DecisionKind),
        ("regime", Regime),
    ],
)
def test_a_choice_list_holds_the_values_of_the_vocabulary(name, values):
    assert [choice.value for choice in vocabularies()[name].choices] == list(values)


@pytest.mark.parametrize("vocabulary", vocabularies().values(), ids=lambda vocabulary: vocabulary.name)
def test_every_spelling_of_a_choice_list_means_one_value(vocabulary):
    assert vocabulary.by_spelling


def test_directions_are_taken_from_the_statute_and_stored_in_russian():
    directions = vocabularies()["direction"]
    assert len(directions.choices) >= 11
    assert directions.by_spelling[fold("Electronics")] == "Электроника"


def test_every_unit_of_account_says_how_many_tenge_it_is():
    assert [c.multiplier for c in vocabularies()["unit_of_account"].choices] == ["1", "1000", "1000000"]


def test_the_default_of_every_field_is_a_value_its_column_accepts():
    for sheet in SHEETS:
        for field in sheet.fields:
            if field.default is not None and field.choices is not None:
                assert fold(field.default) in field.choices.by_spelling or field.type is CellType.COUNTRY


def test_the_newest_valid_edition_is_the_form_of_a_year():
    assert str(filing_layout(2025).edition) == "2025.1"


def test_a_year_before_the_duty_has_no_form():
    with pytest.raises(LookupError, match="1990"):
        filing_layout(1990)


def test_two_fields_with_one_label_are_refused():
    labels = Labels("Сумма", "Сома", "Amount")
    fields = tuple(Field(name, CellType.MONEY, labels, True, True) for name in ("one", "two"))
    with pytest.raises(LayoutError, match="Сумма"):
        _ = Sheet("sheet", None, True, fields, ()).by_label


def test_a_spelling_of_two_values_is_refused():
    choices = tuple(Choice(value, Labels("одно", "one", "one")) for value in ("А", "Б"))
    with pytest.raises(LayoutError, match="stands for two values"):
        _ = Vocabulary("list", choices).by_spelling


def test_the_digest_of_the_layouts_is_that_of_what_they_say(tmp_path):
    was = layouts_digest()
    with other_layouts(tmp_path / "a comment", old="unit_of_account:", new="# a comment\nunit_of_account:"):
        assert layouts_digest() == was
    with other_layouts(tmp_path / "a word", old="also: [тг, KZT]", new="also: [тг, KZT, тнг]"):
        assert layouts_digest() != was


def test_the_digest_of_the_limits_is_that_of_what_decides_on_a_workbook(tmp_path):
    was = limits_digest()
    with other_limits(tmp_path / "pace", old="tasks_in_flight: 4 ", new="tasks_in_flight: 5 "):
        assert limits_digest() == was
    with other_limits(tmp_path / "a limit", old="header_rows: 100 ", new="header_rows: 99 "):
        assert limits_digest() != was
