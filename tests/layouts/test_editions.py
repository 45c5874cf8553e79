"""Editions: their order, what one may say of another, and that every mix of them in a year gives every line."""

import datetime as dt
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from shutil import copytree, ignore_patterns
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from pipelines.intake.form.read import read_filing
from pipelines.intake.limits import default_limits
from pipelines.intake.year.form_columns import COVER, form_columns
from pipelines.intake.year.lines import lines_frame
from pipelines.intake.year.received import Received
from pipelines.layouts import loader
from pipelines.layouts.differences import LayoutError
from pipelines.layouts.edition import Edition, EditionError
from pipelines.layouts.loader import CellType, filing_layout, filing_layouts, newest_layout
from schemas import received as tables
from tests.books import PERFORMER_BIN, a_cover, a_line, filing
from tests.layouts.editions import COLUMN, FIRST, RENAMED_SHEET, SECOND, both_editions, in_the_second_edition
from tests.reading_rules import LAYOUTS

EDITIONS = st.builds(Edition, st.lists(st.integers(0, 9999), min_size=1, max_size=4).map(tuple))
SHEETS = {"cover": tables.filings, "units": tables.unit_lines, "financing": tables.financing_lines,
          "budget": tables.budget_lines}  # fmt: skip


@pytest.fixture
def beside_the_first(tmp_path, monkeypatch):
    """A folder whose editions are read beside 2025.1 and no other, whatever the distribution has."""
    first, folder = tmp_path / "first", tmp_path / "beside"
    others = [path.name for path in LAYOUTS.glob("filing-*.yaml") if path.name != f"filing-{FIRST}.yaml"]
    copytree(LAYOUTS, first, ignore=ignore_patterns(*others))
    folder.mkdir()
    monkeypatch.setattr(loader, "FOLDERS", (first, folder))
    return folder


@pytest.fixture
def both():
    with both_editions():
        yield


def test_editions_are_ordered_as_numbers():
    written = ["2025.1", "2025.2", "2025.10", "2025.10.1", "2026", "10000.1"]
    assert sorted(written, key=Edition.of) == written


@given(EDITIONS)
def test_an_edition_is_read_back_from_its_only_writing(edition):
    assert Edition.of(str(edition)) == edition


@pytest.mark.parametrize("text", ["", "2025.", ".1", "2025.01", "2025,1", "2025.1 ", "-1", "2025.1b", "٢٠٢٥.1"])
def test_what_is_not_written_as_an_edition_is_refused(text):
    with pytest.raises(EditionError, match=r"such as 2025\.1"):
        Edition.of(text)


def test_the_newest_edition_is_that_of_the_greatest_number(beside_the_first):
    for edition in ("2025.2", "2025.10"):
        (beside_the_first / f"filing-{edition}.yaml").write_text(
            f'edition: "{edition}"\nbased_on: "2025.1"\nfirst_year: 2025\nlast_year: null\n'
        )
    assert [edition for edition in filing_layouts() if edition.startswith("2025.")] == ["2025.1", "2025.2", "2025.10"]
    assert str(filing_layout(2025).edition) == str(newest_layout().edition) == "2025.10"
    assert str(filing_layout(2024).edition) == "2025.1"


def test_an_edition_is_its_base_but_for_what_it_says(both):
    base, edition = filing_layouts()[FIRST], filing_layouts()[SECOND]
    was, now = ([field.name for field in layout.tables[1].fields] for layout in (base, edition))
    assert now == [COLUMN if name == "grnti" else name for name in was]
    assert [sheet.name for sheet in edition.sheets] == [sheet.name for sheet in base.sheets]
    assert edition.tables[0].fields == base.tables[0].fields
    assert edition.cover.total_words == base.cover.total_words


def test_a_sheet_may_come_and_go_and_its_names_are_understood_by_every_edition(beside_the_first):
    (beside_the_first / "filing-9999.2.yaml").write_text(
        'edition: "9999.2"\nbased_on: "2025.1"\nfirst_year: 2010\nlast_year: null\nremove_sheets: [budget]\n'
        "sheets:\n  waste:\n    names: {ru: Отходы, kk: Қалдықтар, en: Waste}\n"
        "    fields:\n    - {name: mass, type: decimal, ru: Масса, kk: Салмағы, en: Mass}\n"
        "  financing: {required: false, names: {ru: Платежи, kk: Төлемдер, en: Payments}}\n"
    )
    edition = filing_layouts()["9999.2"]
    assert [sheet.name for sheet in edition.tables] == ["units", "financing", "waste"]
    for layout in filing_layouts().values():
        names = layout.tables[1].names
        assert names is not None
        assert {"НИОКР", "Платежи"} <= set(names.spellings())
    assert (edition.tables[1].required, filing_layouts()["2025.1"].tables[1].required) == (False, True)


HEAD = 'edition: "9999.2"\nbased_on: "2025.1"\nfirst_year: 2010\nlast_year: null\n'
LABELS = "ru: Новое, kk: Жаңа, en: New"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("edition: 2026.1\n", "`edition` must be a text in quotes"),
        (HEAD.replace("9999.2", "9999.02"), "'9999.02' is no edition"),
        (HEAD.replace("9999.2", "9999.3"), "the file of the edition 9999.3 is called filing-9999.3.yaml"),
        (HEAD.replace("9999.2", "2025.1"), "the edition 2025.1 is that of "),
        (HEAD.replace("2025.1", "2024.7"), "names the edition '2024.7', which no file has; known are 2025.1, 9999.2"),
        (HEAD.replace("2025.1", "9999.2"), "in a circle: filing-9999.2.yaml -> filing-9999.2.yaml"),
        (HEAD + "title: x\n", "unknown title; allowed are"),
        (HEAD + "remove_sheets: [waste]\n", "has no sheet 'waste'; it has cover, units, financing, budget"),
        (HEAD + "sheets: {units: {remove: [trl]}}\n", "sheets.units.remove: the edition 2025.1 has no column 'trl'"),
        (HEAD + "sheets: {units: {change: {trl: {ru: x}}}}\n", "sheets.units.change: the edition 2025.1 has no column"),
        (HEAD + "sheets: {units: {change: {unit_no: {name: x}}}}\n", "a column keeps its name"),
        (HEAD + f"sheets: {{units: {{add: [{{name: x, after: trl, type: text, {LABELS}}}]}}}}\n",
         "sheets.units.add.x.after: the edition 2025.1 has no column 'trl'"),
        (HEAD + f"sheets: {{units: {{add: [{{name: unit_no, type: text, {LABELS}}}]}}}}\n", "is already one of"),
        (HEAD + "sheets: {units: {columns: []}}\n", "sheets.units: unknown columns; allowed are"),
        (HEAD + "sheets: {units: {add: [{name: x, type: text, ru: Новое}]}}\n", "sheets.units: 'kk' is missing"),
        (HEAD + f"sheets: {{units: {{add: [{{name: x, type: colour, {LABELS}}}]}}}}\n", "sheets.units: 'colour'"),
        (HEAD + "sheets: {units: {change: {base_amount: {colum: optional}}}}\n", "sheets.units: base_amount: colum is"),
        (HEAD + "sheets: {financing: {remove: [performer_country]}}\n", "sheets.financing: 'performer_country'"),
        (HEAD + "sheets: {units: {change: {base_amount: {type: text}}}}\n",
         "sheets.units.base_amount is of the type text, and of money in the edition 2025.1"),
        (HEAD + "sheets: {units: {names: {ru: НИОКР, kk: x, en: y}}}\n", "'НИОКР' names two sheets"),
    ],
)  # fmt: skip
def test_an_edition_that_cannot_be_is_refused_by_file_and_place(beside_the_first, content, said):
    (beside_the_first / "filing-9999.2.yaml").write_text(content, "utf-8")
    with pytest.raises(LayoutError) as refused:
        filing_layouts()
    assert said in str(refused.value)


def test_a_longer_circle_is_told_whole(beside_the_first):
    for edition, base in (("9999.2", "9999.3"), ("9999.3", "9999.4"), ("9999.4", "9999.3")):
        content = HEAD.replace("9999.2", edition).replace("2025.1", base)
        (beside_the_first / f"filing-{edition}.yaml").write_text(content)
    with pytest.raises(LayoutError, match=r"filing-9999.3.yaml -> filing-9999.4.yaml -> filing-9999.3.yaml"):
        filing_layouts()


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_field_of_every_edition_has_a_column(sheet):
    assert form_columns(sheet, SHEETS[sheet])


@pytest.mark.usefixtures("both")
def test_a_field_that_no_column_holds_is_refused_by_both_files():
    with pytest.raises(LayoutError) as refused:
        form_columns("financing", tables.financing_lines)
    said = str(refused.value)
    assert said.startswith("filing-9999.1.yaml: sheets.financing has the field 'tested_level'")
    assert "schemas/received.py" in said
    assert "no column 'tested_level'" in said


def test_what_the_cover_says_is_kept_but_the_year_that_the_folder_says():
    kept = set(form_columns(COVER, tables.filings).values())
    assert kept == {field.name for field in newest_layout().cover.fields} - {"reporting_year"}


@cache
def read(edition, lines):
    """Read a workbook of the edition with so many lines, the amounts of which are 1, 2, 3, ... million."""
    rows = [a_line(number, amount=number * 1_000, grnti="52.47.19") for number in range(1, lines + 1)]
    data = filing(financing=rows, edit=in_the_second_edition if edition == SECOND else None)
    with both_editions():
        return read_filing(data, 2025, default_limits())


@given(st.lists(st.tuples(st.sampled_from([FIRST, SECOND]), st.integers(0, 3)), max_size=6))
def test_any_mix_of_editions_in_a_year_gives_every_line_of_every_filing(mix):
    grown = tables.financing_lines.to_metadata(sa.MetaData())
    grown.append_column(sa.Column(COLUMN, sa.BigInteger))
    now = datetime.now(UTC)
    filings = [Received(f"{place}.xlsx", now, place, read(*each)) for place, each in enumerate(mix)]
    with both_editions():
        frame = lines_frame(filings, "financing", grown)
    names = ["filing_no", "sheet", "line_no", "amount_tiyn", "grnti", COLUMN, "codes"]
    found = [tuple(None if pd.isna(value) else value for value in row) for row in frame[names].to_numpy(dtype=object)]
    assert found == [
        (place, "НИОКР", number, number * 100_000_000, "52.47.19", None, "")
        if edition == FIRST
        else (place, RENAMED_SHEET, number, number * 100_000_000, None, number, "")
        for place, (edition, lines) in enumerate(mix)
        for number in range(1, lines + 1)
    ]


@pytest.mark.usefixtures("both")
def test_an_edition_is_recognised_by_the_labels_of_any_and_read_by_its_own():
    assert read_filing(filing(edit=in_the_second_edition), 2025, default_limits()).findings == ()
    assert read_filing(filing(), 2025, default_limits()).findings == ()
    # The first edition's labels, and on the cover the number of the second: read by the second, as near as they are.
    mixed = read_filing(filing(cover={"form_edition": SECOND}), 2025, default_limits())
    assert {(finding.code, finding.field) for finding in mixed.findings} >= {("W009", "amount")}


@pytest.mark.usefixtures("both")
def test_an_unknown_edition_is_told_those_of_the_year_in_their_order():
    [finding] = read_filing(filing(cover={"form_edition": "2024.7"}), 2025, default_limits()).findings
    assert (finding.code, finding.expected) == ("F010", f"{FIRST} | {SECOND}")


SAMPLES = {
    CellType.TEXT: "текст", CellType.WHOLE: 1, CellType.YEAR: 2025, CellType.DATE: dt.date(2025, 3, 1),
    CellType.BIN: PERFORMER_BIN, CellType.COUNTRY: "KZ", CellType.CURRENCY: "KZT", CellType.MONEY: 1,
    CellType.DECIMAL: 1, CellType.GRNTI: "52.47.19",
}  # fmt: skip


def a_workbook_of(layout):
    """Return a workbook of the edition in which every field of every sheet is filled, and the year it is of."""
    year = max(2025, layout.first_year)
    book = Workbook()
    cover: Any = book.active
    for sheet in layout.sheets:
        page: Any = cover if sheet is layout.cover else book.create_sheet()
        page.title = sheet.names.ru
        said = a_cover(year) | {"form_edition": str(layout.edition)} if sheet is layout.cover else {}
        values = [
            said.get(field.name, field.choices.choices[0].value if field.choices else SAMPLES[field.type])
            for field in sheet.fields
        ]
        labels = [field.labels.ru for field in sheet.fields]
        for row in zip(labels, values, strict=True) if sheet is layout.cover else (labels, values):
            page.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue(), year


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("edition", [*filing_layouts(), SECOND])
def test_a_workbook_of_every_edition_is_read_whole_and_without_a_finding(edition):
    data, year = a_workbook_of(filing_layouts()[edition])
    read = read_filing(data, year, default_limits())
    assert read.findings == ()
    for sheet in filing_layouts()[edition].tables:
        columns = getattr(read, sheet.name).columns
        assert [field.name for field in sheet.fields if columns[field.name] in ([], [None])] == []
