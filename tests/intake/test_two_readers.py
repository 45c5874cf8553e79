"""Two readers: calamine and our own give the same cells, and so does a file saved by another program."""

import datetime as dt
import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineError, WorksheetNotFound

from pipelines.demo.home import write_demo
from pipelines.intake.file import workbook
from pipelines.intake.file.appearance import Appearance
from pipelines.intake.file.container import Refused, open_parts
from pipelines.intake.file.number_formats import scales_of_styles, styles_of
from pipelines.intake.file.package import Package
from pipelines.intake.file.plain_sheet import rows_in_doubt
from pipelines.intake.file.shared_strings import strings_of
from pipelines.intake.file.sheet_xml import Context, read_sheet
from pipelines.intake.file.workbook import Book, calamine_reader
from pipelines.intake.form.read import read_filing
from pipelines.intake.limits import default_limits
from tests.books import a_budget_row, a_line, a_unit, filing
from tests.repacking import COVER_PART, FINANCING_PART, UNITS_PART, repacked


def tricky(book):
    sheet = book["НИОКР"]
    sheet["U2"].number_format = "0.00%"
    sheet["L2"].number_format = '[$-43F]d mmmm yyyy" г."'
    sheet["P2"].number_format = "dd.mm.yyyy;@"
    sheet["R3"].number_format = "mmm-yy"
    sheet["A2"].number_format = '0" дд"'
    sheet["V3"].number_format = "@"
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = "A1:V3"


TRICKY = [
    a_line(1, amount=0.25, act_date=dt.datetime.fromisoformat("2025-06-30T23:59:59"), permit_no=" НБ-1\n2 "),
    a_line(2, amount=1e11, agreement_no=1234567, project_title="  Тема\tс  пробелами ", for_year=2024),
    a_line(3, amount="1\u202f234,5", agreement_date="01.02.2025", performer_bin=990340001230, grnti=52.1),
    a_line(4, amount=0.1 + 0.2, permit_no=True, currency="usd", performer_country="DE", payment_doc_no=10**14),
    a_line(5, amount=None, act_date=dt.time(5), payment_date=dt.timedelta(hours=30)) | {"line_no": "5"},
    a_line(6, amount="=1+1", permit_no="'007", project_title="<b>&amp; «»</b>", agreement_no="_x0041_ 0"),
    a_line(7, amount=-5, project_title='=HYPERLINK("x")', agreement_no="+7", ntc_no="@ntc"),
]
BOOKS = {
    "plain": filing(),
    "tricky": filing(financing=TRICKY, budget=[a_budget_row()], edit=tricky),
    "1904": filing(edit=lambda book: setattr(book, "epoch", CALENDAR_MAC_1904)),
    "merged": filing(edit=lambda book: book["НИОКР"].merge_cells("B2:C3")),
    "far": filing(edit=lambda book: book["НИОКР"].insert_rows(1, amount=40)),
}


def prefixed(xml):
    """Write every element with a namespace prefix, as some generators do."""
    named = xml.replace("</", "\0").replace("<?", "\1").replace("<", "<x:").replace("\0", "</x:").replace("\1", "<?")
    return named.replace("xmlns=", "xmlns:x=")


@pytest.fixture
def read_slowly(monkeypatch, limits):
    """Reads a filing with our own reader alone."""

    def no_reader(data):
        raise ValueError("not this one")

    monkeypatch.setattr(workbook, "calamine_reader", no_reader)
    return lambda data: read_filing(data, 2025, limits)


@pytest.mark.parametrize("name", BOOKS)
def test_both_readers_give_the_same_rows_and_findings(read_slowly, monkeypatch, limits, name):
    slow = read_slowly(BOOKS[name])
    monkeypatch.undo()
    assert read_filing(BOOKS[name], 2025, limits) == slow
    assert slow.financing is not None


def test_a_reader_that_panics_leaves_the_workbook_to_the_other(monkeypatch, limits, read):
    class PanicException(BaseException):
        pass

    def panic(data):
        raise PanicException

    monkeypatch.setattr(workbook, "calamine_reader", panic)
    assert read(BOOKS["plain"]).findings == ()


def suite():
    """Return every workbook of the suite that is to be read alike, by name."""
    folder = Path(__file__).parents[1] / "forms"
    files = sorted([*(folder / "workbooks").iterdir(), *(folder / "registers").iterdir()])
    return {path.name: path.read_bytes() for path in files} | BOOKS


def bare(cells, doubt=None):
    """Return the filled cells by their place, which is all that counts, but those of rows in doubt."""
    return {
        (row, column): cell
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        if cell is not None and cell != "" and not (doubt and row + 1 in doubt.numbers)
    }


def read_twice(data, limits):
    """Return how many sheets both readers can read, after asking that they give the same cells."""
    package = Package(open_parts(data, limits))
    scales = scales_of_styles(package.styles)
    context = Context(strings_of(package.strings), styles_of(package.styles), package.is_1904)
    doubts = {sheet: rows_in_doubt(package[sheet], scales, limits) for sheet in package.sheets if package.is_ordinary}
    compared = 0
    for sheet, doubt in doubts.items():
        if doubt is None:
            continue
        try:
            cells, seen = read_sheet(package[sheet], context, limits)
        except Refused:
            with pytest.raises(Refused):
                Book(data, limits).grid(sheet)
            continue
        try:
            assert bare(calamine_reader(data)(sheet.name), doubt) == bare(cells, doubt), sheet.name
            assert bare(Book(data, limits).grid(sheet).cells) == bare(cells), sheet.name
        except WorksheetNotFound:  # calamine compares names of parts letter by letter
            continue
        assert seen == Appearance(), sheet.name
        compared += 1
    return compared


def test_both_readers_give_the_same_cells_of_every_workbook_of_the_suite(limits):
    read = {name: read_twice(data, limits) for name, data in suite().items() if is_workbook(data, limits)}
    assert sum(read.values()) > 280
    assert not [name for name, sheets in read.items() if sheets == 0 and name in ("plain", "1904")]


def is_workbook(data, limits):
    try:
        Package(open_parts(data, limits))
    except Refused:
        return False
    return True


def test_both_readers_give_the_same_cells_of_the_demo(limits, tmp_path):
    write_demo(tmp_path, users=12, years=(2024, 2025))
    files = sorted((tmp_path / "inbox").rglob("*.xlsx"))
    sheets = sum(read_twice(path.read_bytes(), limits) for path in files if is_workbook(path.read_bytes(), limits))
    assert sheets > 2 * len(files)


def test_prefixed_names_are_read_and_their_damage_is_seen(read):
    def broken(xml):
        return prefixed(xml.replace('<c r="U2" t="n"><v>75000.5</v></c>', '<c r="U2" t="e"><v>#N/A</v></c>'))

    plain = read(BOOKS["plain"])
    same = read(repacked(BOOKS["plain"], {COVER_PART: prefixed, UNITS_PART: prefixed, FINANCING_PART: prefixed}))
    assert (same.units, same.financing, same.cover) == (plain.units, plain.financing, plain.cover)
    result = read(repacked(BOOKS["plain"], {FINANCING_PART: broken}))
    assert [(f.code, f.cells, f.value) for f in result.findings] == [("L003", ("U2",), "#N/A")]


def test_a_sheet_in_utf_16_is_read_and_its_damage_is_seen(read):
    xml = zipfile.ZipFile(BytesIO(BOOKS["plain"])).read(FINANCING_PART).decode()
    wide = '<?xml version="1.0" encoding="UTF-16"?>' + xml.partition("?>")[2] if xml.startswith("<?") else xml
    wide = wide.replace('<c r="U2" t="n"><v>75000.5</v></c>', '<c r="U2" t="e"><v>#N/A</v></c>')
    result = read(repacked(BOOKS["plain"], add={FINANCING_PART: wide.encode("utf-16")}, drop=(FINANCING_PART,)))
    assert [f.code for f in result.findings] == ["L003"]


def test_rows_and_cells_without_addresses_are_read_in_their_order(read):
    def bare(xml):
        filled = re.sub(r' r="[A-Z]+[0-9]+"', "", xml)
        return re.sub(r'<row r="[0-9]+"', "<row", filled)

    whole = [dict.fromkeys(row, "5") | row for row in [a_unit(declared_credit=0)]]
    data = filing(units=whole)
    assert read(repacked(data, {UNITS_PART: bare})).units == read(data).units


def test_a_workbook_saved_by_libreoffice_reads_the_same(office, tmp_path, read):
    lines = [*TRICKY[:3], a_line(4, amount=7), a_line(5, amount="=40+2")]
    lines[1] |= {"project_title": "Тема с пробелами"}
    original = tmp_path / "filing.xlsx"
    data = filing(financing=lines, budget=[a_budget_row()], edit=tricky, path=original)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "saved", original]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    before, after = read(data), read((tmp_path / "saved" / "filing.xlsx").read_bytes())
    # One amount stands under a percent format.
    assert [f.code for f in before.findings] == ["L004", "W008"]
    assert [f.code for f in after.findings] == ["W008"]
    assert (after.cover, after.units, after.budget) == (before.cover, before.units, before.budget)
    before.financing.columns["amount"][4], before.financing.columns["amount_tiyn"][4] = "42", 4_200_000
    before.financing.columns["codes"][4] = ""
    assert after.financing == before.financing


ATTRIBUTES = st.sampled_from(
    ["", ' s="0"', ' s="1"', ' t="n"', ' t="s"', ' t="b"', ' t="str"', ' t="inlineStr"', ' t="d"']
)
VALUES = st.sampled_from(
    ["1", "0", "2", "1.50", "-7", "1e3", " 2 ", "", "x", "nan", "true", "00", "1.0", "45000.25", "_x0041_"]
)
BODIES = st.one_of(
    VALUES.map(lambda value: f"<v>{value}</v>"),
    VALUES.map(lambda value: f"<is><t>{value}</t></is>"),
    VALUES.map(lambda value: f"<f>A1</f><v>{value}</v>"),
    st.sampled_from(["", "<f/>", "<v/>", "<is/>", "<v>1</v><v>2</v>", "<is><t>a</t></is><v>1</v>", "<v>1<x/>2</v>"]),
)
CELLS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3), ATTRIBUTES, ATTRIBUTES, BODIES), max_size=4)
ROWS = st.lists(st.tuples(st.integers(1, 3), CELLS), max_size=3)


def written(rows):
    lines = []
    for number, cells in rows:
        inner = "".join(
            f'<c r="{"ABCDE"[column]}{row}"{style}{kind}>{body}</c>' for column, row, style, kind, body in cells
        )
        lines.append(f'<row r="{number}">{inner}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


@given(ROWS.map(written))
def test_a_sheet_that_is_proved_plain_is_read_alike_by_both(xml):
    data = repacked(BOOKS["plain"], {COVER_PART: lambda old: re.sub("<sheetData>.*</sheetData>", xml, old)})
    package = Package(open_parts(data, default_limits()))
    cover = package.sheets[0]
    doubt = rows_in_doubt(package[cover], {}, default_limits())
    if doubt is None:
        return
    try:
        fast = bare(calamine_reader(data)(cover.name), doubt)
    except CalamineError:  # our own reader is asked then
        return
    context = Context(strings_of(package.strings), styles_of(package.styles), package.is_1904)
    try:
        cells, seen = read_sheet(package[cover], context, default_limits())
    except Refused:
        with pytest.raises(Refused):
            Book(data, default_limits()).grid(cover)
        return
    assert (fast, seen) == (bare(cells, doubt), Appearance())
    assert bare(Book(data, default_limits()).grid(cover).cells) == bare(cells)
