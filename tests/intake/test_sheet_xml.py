"""Sheet XML: what our own reader makes of cells, what it refuses, and that its time grows with the sheet."""

import dataclasses
import datetime as dt
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.file import sheet_xml, xml_walk
from pipelines.intake.file.appearance import Merge
from pipelines.intake.file.container import Refused
from pipelines.intake.file.number_formats import Kind, Styles
from pipelines.intake.file.plain_sheet import rows_in_doubt
from pipelines.intake.file.sheet_xml import Context, read_sheet
from pipelines.intake.form.read import read_filing
from pipelines.intake.form.values import CellError, NeverCalculated
from pipelines.intake.limits import default_limits
from tests.books import filing
from tests.repacking import FINANCING_PART, repacked

LIMITS = default_limits()
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = Styles({"1": Kind.DATE, "2": Kind.DURATION}, {"3": Decimal("0.001")})
CONTEXT = Context(["nought", "one"], STYLES)


def sheet(rows, around=""):
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData>{around}</worksheet>'.encode()


def value_of(cell, context=CONTEXT):
    """Return the one value of a cell; None when it is empty."""
    cells, _ = read_sheet(sheet(f'<row r="1">{cell}</row>'), context, LIMITS)
    return cells[0][0] if cells else None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>2.5</v></c>', 2.5),
        ('<c r="A1" t="n"><v> 1e3 </v></c>', 1000.0),
        ('<c r="A1"><v>1,5</v></c>', "1,5"),
        ('<c r="A1"><v>1_0</v></c>', "1_0"),
        ('<c r="A1"><v>NaN</v></c>', "NaN"),
        ('<c r="A1"><v> </v></c>', None),
        ('<c r="A1" t="s"><v>1</v></c>', "one"),
        ('<c r="A1" t="s"><v></v></c>', None),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>false</v></c>', False),
        ('<c r="A1" t="e"><v>#REF!</v></c>', CellError("#REF!")),
        ('<c r="A1"><f>B1</f></c>', NeverCalculated()),
        ('<c r="A1"><f>B1</f><v>7</v></c>', 7.0),
        ('<c r="A1" t="str"><f>B1</f></c>', None),
        ('<c r="A1" t="str"><f>B1</f><v>a_x0041_&amp;</v></c>', "aA&"),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t> b</t></r></is></c>', "a b"),
        ('<c r="A1" t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c>', "a"),
        ('<c r="A1" t="inlineStr"><v>10</v></c>', "10"),
        ('<c r="A1" t="d"><v>2024-03-05</v></c>', dt.date(2024, 3, 5)),
        ('<c r="A1" s="1"><v>43000</v></c>', dt.date(2017, 9, 22)),
        ('<c r="A1" s="2"><v>1.5</v></c>', dt.timedelta(days=1, hours=12)),
        ('<c r="A1"><v>5</v><extLst><ext><v>6</v></ext></extLst></c>', 5.0),
        ('<c r="A1"><v>25&#48;<!-- x -->.5</v></c>', 250.5),
        ("<c><v>5</v></c>", 5.0),
    ],
)
def test_a_cell_is_read_as_it_stands(cell, value):
    found = value_of(cell)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("number", "value", "in_1904"),
    [
        ("0.5", dt.time(12), dt.time(12)),
        ("1", dt.date(1900, 1, 1), dt.date(1904, 1, 2)),
        ("59", dt.date(1900, 2, 28), dt.date(1904, 2, 29)),
        ("61", dt.date(1900, 3, 1), dt.date(1904, 3, 2)),
        ("43000.25", *(dt.datetime.combine(day, dt.time(6)) for day in (dt.date(2017, 9, 22), dt.date(2021, 9, 23)))),
        ("2958465", dt.date(9999, 12, 31), 2958465.0),
        ("1e300", 1e300, 1e300),
    ],
)
def test_a_number_under_the_format_of_a_date_is_a_date(number, value, in_1904):
    cell = f'<c r="A1" s="1"><v>{number}</v></c>'
    assert value_of(cell) == value
    assert value_of(cell, dataclasses.replace(CONTEXT, is_1904=True)) == in_1904


def test_what_a_person_sees_of_a_sheet_is_told():
    rows = '<row r="1"><c r="A1" s="3"><v>5</v></c><c r="B1" s="3" t="str"><v>5</v></c></row><row r="3" hidden="1"/>'
    merged = '<mergeCells><mergeCell ref="B2:A1"/><mergeCell ref="X:Y"/><mergeCell ref="9:9"/><mergeCell ref="#REF!"/>'
    _, seen = read_sheet(sheet(rows, f"{merged}</mergeCells>"), CONTEXT, LIMITS)
    assert (seen.hidden_rows, seen.scales) == ({2}, {(0, 0): Decimal("0.001")})
    assert seen.merges == [Merge(0, 0, 1, 1), Merge(0, 23, 1_048_575, 24), Merge(8, 0, 8, 16_383)]


def is_in_doubt(xml, scales):
    """Tell whether the first row, or the sheet, is left to the slower reader."""
    doubt = rows_in_doubt(xml, scales, LIMITS)
    return doubt is None or bool(doubt.numbers)


V = "<v>1</v>"
CONTRADICTIONS = {
    "a row twice": f'<row r="2"><c r="A2">{V}</c></row><row r="2"><c r="B2">{V}</c></row>',
    "rows out of order": f'<row r="3"><c r="A3">{V}</c></row><row r="2"><c r="A2">{V}</c></row>',
    "a row after one without a number": f'<row r="3"/><row><c r="A4">{V}</c></row><row r="4"/>',
    "a cell twice": f'<row r="1"><c r="A1">{V}</c><c r="A1">{V}</c></row>',
    "cells out of order": f'<row r="1"><c r="B1">{V}</c><c r="A1">{V}</c></row>',
    "columns of two letters before those of one": f'<row r="1"><c r="AA1">{V}</c><c r="B1">{V}</c></row>',
    "a cell in another row": f'<row r="1"><c r="A2">{V}</c></row>',
    "a cell in a row whose number begins alike": f'<row r="1"><c r="A11">{V}</c></row>',
    "a cell in a row whose number repeats": f'<row r="11"><c r="A1111">{V}</c></row>',
    "a value twice": f'<row r="1"><c r="A1">{V}{V}</c></row>',
    "a text and a value": f'<row r="1"><c r="A1" t="inlineStr"><is><t>1</t></is>{V}</c></row>',
    "a value and a text": f'<row r="1"><c r="A1" t="inlineStr">{V}<is><t>1</t></is></c></row>',
    "two texts": '<row r="1"><c r="A1" t="inlineStr"><is><t>1</t></is><is><t>1</t></is></c></row>',
    "a value in pieces": '<row r="1"><c r="A1"><v>1<x/>2</v></c></row>',
    "a cell in a cell": f'<row r="1"><c r="A1"><c r="B1">{V}</c></c></row>',
    "a cell outside of rows": f'<c r="A1">{V}</c>',
    "a text nobody has": '<row r="1"><c r="A1" t="s"><v>2</v></c></row>',
    "half of a number of a text": '<row r="1"><c r="A1" t="s"><v>1.0</v></c></row>',
    "a kind of value nobody knows": f'<row r="1"><c r="A1" t="zz">{V}</c></row>',
    "no such column": f'<row r="1"><c r="XFE1">{V}</c></row>',
    "no such row": '<row r="1048577"/>',
    "data twice": f'</sheetData><sheetData><row r="1"><c r="A1">{V}</c></row>',
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_sheet_that_contradicts_itself_is_refused_and_never_plain(name):
    xml = sheet(CONTRADICTIONS[name])
    with pytest.raises(Refused) as refusal:
        read_sheet(xml, CONTEXT, LIMITS)
    assert (refusal.value.code, refusal.value.value) == ("F001", "damaged")
    # calamine refuses these by itself, and our reader is asked then
    assert is_in_doubt(xml, {}) or name in ("a text nobody has", "no such column")


NOT_PLAIN = {
    "an error": '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>',
    "a formula never calculated": '<row r="1"><c r="A1"><f>B1</f></c></row>',
    "a formula with an empty result": '<row r="1"><c r="A1"><f>B1</f><v></v></c></row>',
    "a comment": '<row r="1"><c r="A1"><v>1<!-- x -->2</v></c></row>',
    "a comment between cells": '<row r="1"><!-- <c r="A1"><v>1</v></c> --><c r="B1"><v>1</v></c></row>',
    "a character by its number": '<row r="1"><c r="A1"><v>1&#50;</v></c></row>',
    "a hidden row": '<row r="1" hidden="1"/>',
    "a flat row": '<row r="1" ht="0"/>',
    "other quotes": "<row r='1'><c r='A1'><v>1</v></c></row>",
    "no addresses": "<row><c><v>1</v></c></row>",
    "a value under a text": '<row r="1"><c r="A1" t="inlineStr"><v>10</v></c></row>',
    "a far row": '<row r="100001"><c r="A100001"><v>1</v></c></row>',
    "a far column": '<row r="1"><c r="XFD1"><v>1</v></c></row>',
    "a scaled number": '<row r="1"><c r="A1" s="3"><v>1</v></c></row>',
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_the_fast_reader_hides_makes_a_sheet_not_plain(name):
    plain = '<row r="1"><c r="A1" s="1"><f>B1</f><v>1</v></c><c r="C1"/></row>'
    assert not is_in_doubt(sheet(plain), STYLES.scales)
    assert is_in_doubt(sheet(NOT_PLAIN[name]), STYLES.scales)


@pytest.mark.parametrize("name", ["an error", "a formula never calculated", "a value under a text"])
def test_a_row_in_doubt_is_read_again_and_no_other(name):
    doubt = rows_in_doubt(sheet(NOT_PLAIN[name] + '<row r="2"><c r="A2"><v>1</v></c></row>'), {}, LIMITS)
    assert doubt is not None
    assert doubt.numbers == (1,)
    assert b'r="A1"' in doubt.xml
    assert b'r="A2"' not in doubt.xml


def test_merged_cells_make_a_sheet_not_plain():
    assert is_in_doubt(sheet("", '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'), {})


# --- limits --------------------------------------------------------------------------------------------------------


def rows_of(numbers):
    return "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in numbers)


def test_a_sheet_of_too_many_rows_is_counted_and_not_kept(monkeypatch):
    limits = dataclasses.replace(LIMITS, rows_per_sheet=10)
    kept = []
    original = sheet_xml._Reader._keep

    def keep(self, value):
        original(self, value)
        kept.append(len(self._cells))

    monkeypatch.setattr(sheet_xml._Reader, "_keep", keep)
    with pytest.raises(Refused) as refusal:
        read_sheet(sheet(rows_of(range(1, 101))), CONTEXT, limits)
    assert (refusal.value.code, refusal.value.value, refusal.value.expected) == ("F002", "100 rows", "10 rows")
    assert max(kept) == 10
    assert kept[-1] == 0


def test_a_wide_sheet_is_refused_before_it_is_laid_out():
    limits = dataclasses.replace(LIMITS, cells_per_sheet=1000)
    far = rows_of(range(1, 50)) + '<row r="60"><c r="XFD60"><v>1</v></c></row>'
    with pytest.raises(Refused) as refusal:
        read_sheet(sheet(far), CONTEXT, limits)
    assert (refusal.value.code, refusal.value.value) == ("F002", f"{60 * 16_384} cells")


def test_work_doubles_with_a_sheet_and_no_faster(monkeypatch):
    """Counts what the parser calls back and hands over, whatever stands in the sheet."""
    work = []

    def counted(xml, start, end=None, text=None):
        calls = [0, 0]

        def count(function, at):
            def called(*given):
                calls[at] += 1 if at == 0 else len(given[0])
                return function(*given)

            return called

        xml_walk.walk(xml, count(start, 0), count(end, 0), count(text, 1))
        work.append(calls)

    monkeypatch.setattr(sheet_xml, "walk", counted)
    for size in (500, 1000, 2000, 4000):
        read_sheet(sheet(rows_of(range(1, size + 1))), CONTEXT, LIMITS)
    elements = [calls - 4 for calls, _ in work]  # the sheet and its data begin and end once
    assert [after / before for before, after in pairwise(elements)] == [2, 2, 2]
    assert [characters for _, characters in work] == [500, 1000, 2000, 4000]


# --- harm ----------------------------------------------------------------------------------------------------------

WRITTEN = """
<row> <row_r="1"> <row_r="2"> </row> <c_r="A1"> <c_r="B1"_t="s"> <c_t="inlineStr"> <c/> </c> <v> </v> 1 <is> </is>
<t> </t> <f> </f> <f/> &#49; <!--_--> <x:v/> <![CDATA[1]]> <sheetData> </sheetData> <mergeCell_ref="A:B"/> #REF! &amp;
"""
PIECES = st.sampled_from([piece.replace("_", " ") for piece in WRITTEN.split()])


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_sheet_makes_our_reader_raise_anything_but_a_refusal(rows):
    xml = sheet(rows)
    with suppress(Refused):
        read_sheet(xml, CONTEXT, LIMITS)


PARTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/styles.xml", FINANCING_PART)
VALID = filing()


@given(st.sampled_from(PARTS), st.integers(0, 3000), st.binary(max_size=5), st.integers(0, 30))
def test_no_change_to_any_part_makes_reading_raise(part, at, inserted, deleted):
    def changed(xml):
        data, place = xml.encode(), at % len(xml)
        return (data[:place] + inserted + b" " + data[place + deleted :]).decode("utf-8", "replace")

    result = read_filing(
        repacked(VALID, {part: lambda xml: changed(xml) if changed(xml) != xml else xml + " "}), 2025, LIMITS
    )
    assert all(finding.code for finding in result.findings)
    assert len(result.sha256) == 64
