"""A template that somebody fills in is read without a word, in every language; what helps in it is never data."""

import datetime as dt
import subprocess
from io import BytesIO

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from assets.cli.app import app
from pipelines.intake.form.read import read_filing, read_register
from pipelines.intake.limits import default_limits
from pipelines.layouts.loader import filing_layout, register_layouts, vocabularies
from pipelines.reports.template.filing_book import filing_book
from pipelines.reports.template.register_book import register_book
from pipelines.reports.template.template_words import content, note
from pipelines.statute.law import load_statute
from tests.books import a_budget_row, a_cover, a_line, a_unit, bin_of
from tests.homes import User, a_home

LANGUAGES = ("ru", "kk", "en")
YEAR = 2025
LAYOUT = filing_layout(YEAR)


def empty(language):
    return filing_book(load_statute().at(YEAR), language)


def filled_in(language, data=None):
    """Type a whole filing into a template as a person would: by its labels, choosing from its lists."""
    book = load_workbook(BytesIO(data or empty(language)))
    rows = {"units": [a_unit()], "financing": [a_line(1), a_line(2)], "budget": [a_budget_row()]}
    cover = book[name(LAYOUT.cover, language)]
    for place, field in enumerate(LAYOUT.cover.fields, start=1):
        assert cover.cell(place, 1).value == getattr(field.labels, language)
        if cover.cell(place, 2).value is None:
            cover.cell(place, 2).value = typed(field, a_cover(YEAR)[field.name], language)
    for sheet in LAYOUT.tables:
        page = book[name(sheet, language)]
        assert [cell.value for cell in page[1]] == [getattr(field.labels, language) for field in sheet.fields]
        for number, row in enumerate(rows[sheet.name], start=2):
            for column, field in enumerate(sheet.fields, start=1):
                page.cell(number, column).value = typed(field, row[field.name], language)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def typed(field, value, language):
    if field.choices is None or field.choices.name in content()["codes"] or value is None:
        return value
    [choice] = [choice for choice in field.choices.choices if choice.value == value]
    return getattr(choice.labels, language)


def as_a_text(address):
    def edit(book):
        book.worksheets[0][address].data_type = "s"

    return edit


def name(sheet, language):
    return getattr(sheet.names, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_in_template_is_read_without_a_finding(language):
    read = read_filing(filled_in(language), YEAR, default_limits())
    assert read.findings == ()
    assert read.financing is not None
    assert len(read.financing.columns["amount"]) == 2
    assert read.units is not None
    assert read.units.columns["unit_no"] == ["КТ-101"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_template_is_the_same_bytes(language):
    assert empty(language) == empty(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_header_has_a_note_with_an_article_and_every_choice_a_list(language):
    book = load_workbook(BytesIO(empty(language)))
    for sheet in LAYOUT.sheets:
        page = book[name(sheet, language)]
        lists = [rule for rule in page.data_validations.dataValidation if rule.type == "list"]
        for place, field in enumerate(sheet.fields, start=1):
            header = page.cell(place, 1) if sheet is LAYOUT.cover else page.cell(1, place)
            assert header.comment is not None
            assert content()["need"]["basis"][language] in header.comment.text, field.name
            if field.choices is not None:
                cell = f"B{place}" if sheet is LAYOUT.cover else page.cell(2, place).coordinate
                assert any(cell in rule.sqref for rule in lists), field.name
        assert all(rule.error and rule.errorTitle for rule in page.data_validations.dataValidation)


def test_a_list_offers_every_choice_the_form_has():
    book = load_workbook(BytesIO(empty("ru")))
    hidden = book[content()["sheets"]["lists"]["ru"]]
    assert hidden.sheet_state == "hidden"
    columns = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in hidden.columns}
    for known, choices in vocabularies().items():
        if known in columns and known not in content()["codes"]:
            assert columns[known] == [choice.labels.ru for choice in choices.choices]
    assert {"work_kind", "direction", "unit_of_account"} <= columns.keys()


def test_no_language_lacks_a_word():
    def lacking(node, path=""):
        if isinstance(node, dict):
            if "ru" in node and any(not node.get(language) for language in LANGUAGES):
                yield path
            for key, value in node.items():
                yield from lacking(value, f"{path}.{key}")
        elif isinstance(node, list):
            for place, value in enumerate(node):
                yield from lacking(value, f"{path}[{place}]")

    assert list(lacking(content())) == []
    for layout in register_layouts().values():
        assert all(note(layout.sheet, field, language) for field in layout.sheet.fields for language in LANGUAGES)


@pytest.mark.parametrize("register", register_layouts())
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_register_has_every_header_and_reads(register, language):
    data = register_book(register_layouts()[register], language, YEAR)
    read = read_register(data, register, default_limits())
    assert read.findings == ()
    assert read.rows is not None
    assert read.rows.letters.keys() == {field.name for field in register_layouts()[register].sheet.fields}


def test_the_command_fills_in_what_the_registers_and_the_ledger_know(tmp_path, monkeypatch):
    first, other = User(1), User(2)
    with a_home(tmp_path) as home:
        records = [first.record(), first.record(unit_no="=КТ-1"), other.record()]
        home.register("units", records, edit=as_a_text("A3"))
        first_year = first.filing(units=[first.unit(base_amount=1_000)])
        home.hand_in("a.xlsx", first_year)
        home.run(2025)
        held = home.rows("credits", "amount_tiyn", report_year=2025, unit_no=first.unit_no)
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    target = tmp_path / "new.xlsx"
    done = CliRunner().invoke(app, ["template", str(target), "--year", "2026", "--bin", first.bin])
    assert done.exit_code == 0, done.output
    book = load_workbook(target)
    assert book["Титул"]["B2"].value == first.bin
    assert book["Титул"]["B3"].value == first.name
    listed = [book["Объекты"][f"A{row}"] for row in (2, 3, 4)]
    assert {cell.value for cell in listed[:2]} == {first.unit_no, "=КТ-1"}
    assert all(cell.data_type == "s" for cell in listed[:2])
    assert listed[2].value is None
    sums = book[content()["sheets"]["sums"]["ru"]]
    row = next(cell.row for cell in listed if cell.value == first.unit_no)
    assert sums[f"D{row}"].value * 100 == sum(amount for (amount,) in held) > 0


def test_a_user_the_registers_do_not_know_is_told_so(tmp_path, monkeypatch):
    with a_home(tmp_path) as home:
        home.register("units", [User(1).record()])
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    stranger = bin_of("99034000123")
    done = CliRunner().invoke(app, ["template", str(tmp_path / "x.xlsx"), "--year", "2025", "--bin", stranger])
    assert done.exit_code != 0
    assert stranger in str(done.exception)
    assert not (tmp_path / "x.xlsx").exists()


def test_a_register_is_written_by_the_command_and_an_unknown_one_refused(tmp_path):
    target = tmp_path / "units.xlsx"
    done = CliRunner().invoke(app, ["template", str(target), "--register", "units", "--lang", "kk"])
    assert done.exit_code == 0
    assert read_register(target.read_bytes(), "units", default_limits()).findings == ()
    done = CliRunner().invoke(app, ["template", str(target), "--register", "nothing"])
    assert "Known are units" in str(done.exception)


@pytest.mark.office
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_saved_by_libreoffice_is_accepted_and_its_help_is_right(office, tmp_path, language):
    original = tmp_path / "filing.xlsx"
    original.write_bytes(filled_in(language))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "saved", original]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    saved = (tmp_path / "saved" / "filing.xlsx").read_bytes()
    read = read_filing(saved, YEAR, default_limits())
    assert read.findings == ()
    assert read.cover["submitted_on"] == dt.date(YEAR + 1, 4, 15)
    assert read.financing is not None
    assert read.financing.columns["amount_tiyn"] == [7_500_050_000] * 2
    sums = load_workbook(BytesIO(saved), data_only=True)[content()["sheets"]["sums"][language]]
    due, paid, budget, missing = (sums[f"{letter}2"].value for letter in "CEFG")
    assert (due, paid, budget, missing) == (124_000, 150_001, 1_000, 0)
    broken = [cell.coordinate for row in sums.iter_rows() for cell in row if str(cell.value).startswith(("#", "Err"))]
    assert broken == []
