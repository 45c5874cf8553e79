"""Sheets as no spreadsheet program writes them: never one of two values, never half of one, never in silence."""

import re

import pytest

from tests.books import a_line, filing
from tests.repacking import FINANCING_PART, repacked

AMOUNT = re.compile(r'(<c r="U3"[^>]*>)(.*?)(</c>)')
LINES = [a_line(1, amount=100_000), a_line(2, amount=250_000.5)]


def edited(replacement):
    """Return a filing whose second amount is written as ``replacement``; ``{cell}`` stands for how it was written."""

    def edit(xml):
        found = AMOUNT.search(xml)
        assert found
        return xml.replace(found[0], replacement.replace("{cell}", found[0]).replace("{start}", found[1]))

    return repacked(filing(financing=LINES), {FINANCING_PART: edit})


@pytest.mark.parametrize(
    "value",
    ["250<!-- x -->000.5", "25&#48;000.5", "<![CDATA[250000.5]]>", "<!-- x -->250000.5", "250000.5<!---->"],
)
def test_a_value_is_read_whole_however_it_is_written(read, value):
    result = read(edited(f"{{start}}<v>{value}</v></c>"))
    assert result.financing.columns["amount"] == ["100000", "250000.5"]


@pytest.mark.parametrize(
    "twice",
    [
        "{cell}{cell}",
        "{start}<v>250000.5</v><v>1</v></c>",
        "{start}<v>250000.5</v>\n  <v>1</v></c>",
        '{cell}</row><row r="3">{start}<v>777777</v></c>',
        '{cell}<c s="0" r="U3"><v>777777</v></c>',
    ],
)
def test_a_cell_or_value_that_stands_twice_makes_the_file_unreadable_f001(read, twice):
    assert [(found.code, found.value) for found in read(edited(twice)).findings] == [("F001", "damaged")]


def hide(pattern, replacement):
    return repacked(filing(), {FINANCING_PART: lambda xml: re.sub(pattern, replacement, xml, count=1)})


@pytest.mark.parametrize(
    ("height", "cells"),
    [('ht="0"', ("A3",)), ('ht="0.00"', ("A3",)), ('ht="0.75"', ()), ('hidden="1"', ("A3",)), ('hidden="0"', ())],
)
def test_a_row_nobody_sees_is_read_with_a_warning_w006(read, height, cells):
    result = read(hide(r'<row r="3"', f'<row {height} r="3"'))
    assert [(found.code, found.cells) for found in result.findings] == ([("W006", cells)] if cells else [])
    assert len(result.financing) == 2


def test_rows_hidden_unless_they_say_otherwise_are_read_with_a_warning_w006(read):
    result = read(hide("<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" '))
    assert [(found.code, found.cells) for found in result.findings] == [("W006", ("A2", "A3"))]
