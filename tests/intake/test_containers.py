"""Containers: files that are no workbook (F001), too large (F002), or made to do harm."""

import dataclasses
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.form.read import read_filing
from pipelines.intake.limits import default_limits
from tests.books import filing
from tests.repacking import FINANCING_PART, UNITS_PART, repacked, with_lying_size

VALID = filing()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def zipped(**parts):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (OLE, "xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("№;Сумма\n1;5".encode(), "csv | txt"),
        (b"\xef\xbb\xbf<html><table></table></html>", "xml | html"),
        (b"%PDF-1.7", "pdf"),
        (b"\x00\x01\x02", "damaged"),
        (b"PK\x03\x04 and nothing more", "truncated"),
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        (zipped(**{"xl__workbook.bin": b"?"}), "xlsb"),
        (zipped(**{"word__document.xml": "<w/>"}), "docx"),
        (zipped(readme="hello"), "zip"),
        (zipped(**{"xl__workbook.xml": "<workbook/>"}), "damaged"),
        (zipped(**{"xl__workbook.xml": "<workbook"}), "damaged"),
        (repacked(VALID, drop=("xl/_rels/workbook.xml.rels",)), "damaged"),
        (VALID[: len(VALID) // 2], "truncated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_workbook_is_refused_and_named_f001(read, data, what):
    result = read(data)
    (finding,) = result.findings
    assert (finding.code, finding.value, finding.expected) == ("F001", what, ".xlsx | .xlsm")
    assert (len(result.sha256), result.size_bytes) == (64, len(data))
    assert (result.units, result.financing, result.content_digest) == (None, None, None)


def test_an_encrypted_archive_is_refused(read):
    encrypted = bytearray(VALID)
    encrypted[encrypted.find(b"PK\x01\x02") + 8] |= 1
    assert [(f.code, f.value) for f in read(bytes(encrypted)).findings] == [("F001", "encrypted")]


def test_a_workbook_with_macros_is_read_and_they_are_not_run(read):
    assert read(repacked(VALID, add={"xl/vbaProject.bin": b"Sub Workbook_Open()"})).findings == ()


def test_a_damaged_sheet_is_refused(read):
    damaged = repacked(VALID, {FINANCING_PART: lambda xml: xml[: len(xml) // 2]})
    assert [f.code for f in read(damaged).findings] == ["F001"]


# --- sizes ---------------------------------------------------------------------------------------------------------


def refused(data, **changes):
    limits = dataclasses.replace(default_limits(), **changes)
    return [(f.code, f.value, f.expected, f.difference) for f in read_filing(data, 2025, limits).findings]


def test_a_file_over_the_packed_size_is_refused_f002():
    size = len(VALID)
    assert refused(VALID, packed_bytes=size) == []
    assert refused(VALID, packed_bytes=size - 1) == [("F002", f"{size} B", f"{size - 1} B", "1 B")]


def test_a_file_over_the_unpacked_size_is_refused_by_what_it_claims():
    size = sum(entry.file_size for entry in zipfile.ZipFile(BytesIO(VALID)).infolist())
    assert refused(VALID, unpacked_bytes=size) == []
    assert refused(VALID, unpacked_bytes=size - 1) == [("F002", f"{size} B", f"{size - 1} B", "1 B")]


def test_a_bomb_that_lies_about_its_size_is_refused_before_it_is_unpacked():
    bomb = repacked(VALID, add={"xl/media/image1.png": bytes(30_000_000)})
    lying = with_lying_size(bomb, "xl/media/image1.png", 1000)
    assert refused(lying, unpacked_bytes=20_000_000) == [("F002", "> 20000000 B", "20000000 B", None)]


def test_a_part_that_is_not_of_the_size_it_claims_is_damaged(read):
    assert [(f.code, f.value) for f in read(with_lying_size(VALID, UNITS_PART, 10)).findings] == [("F001", "damaged")]


def test_a_file_of_too_many_parts_is_refused():
    assert refused(VALID, zip_entries=3)[0][0] == "F002"


def test_a_part_that_stands_twice_is_damaged(read):
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = repacked(VALID, add={UNITS_PART: b"<worksheet/>"})
    assert [(f.code, f.value) for f in read(doubled).findings] == [("F001", "damaged")]


def test_a_sheet_of_too_many_rows_is_refused():
    def far(xml):
        return xml.replace("</sheetData>", '<row r="100001"><c r="A100001"><v>1</v></c></row></sheetData>')

    data = repacked(VALID, {FINANCING_PART: far})
    assert refused(data) == [("F002", "100001 rows", "100000 rows", "1 rows")]


def test_empty_formatted_rows_are_not_counted(read):
    def padded(xml):
        rows = "".join(f'<row r="{n}" ht="15"/>' for n in range(4, 200_000))
        return xml.replace("</sheetData>", f'{rows}<row r="1048576" ht="15"/></sheetData>')

    result = read(repacked(VALID, {FINANCING_PART: padded}))
    assert result.findings == ()
    assert len(result.financing) == 2


def test_a_cell_in_the_last_column_does_not_make_a_sheet_of_billions_of_cells():
    def far(xml):
        return xml.replace("</sheetData>", '<row r="90000"><c r="XFD90000"><v>1</v></c></row></sheetData>')

    assert refused(repacked(VALID, {FINANCING_PART: far}))[0][:2] == ("F002", f"{90_000 * 16_384} cells")


# --- harm ----------------------------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "' + "&lol;" * 10 + '"><!ENTITY lol2 "' + "&lol1;" * 10 + '">]>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declaration", [LAUGHS, EXTERNAL])
@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_entities_are_refused_unread(read, declaration, code):
    content = f'<?xml version="1.0" encoding="{code}"?>{declaration}<sst>&lol2;&secret;</sst>'.encode(code)
    result = read(repacked(VALID, add={"xl/sharedStrings.xml": content}))
    assert [(f.code, f.value) for f in result.findings] == [("F001", "DOCTYPE")]


def test_a_sheet_of_deeply_nested_elements_does_not_exhaust_the_stack(read):
    deep = "<a>" * 100_000 + "</a>" * 100_000
    nested = repacked(VALID, {FINANCING_PART: lambda xml: xml.replace("</sheetData>", f"</sheetData>{deep}")})
    assert {f.code for f in read(nested).findings} <= {"F001"}


def test_links_to_other_files_are_not_followed(read):
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        'Target="http://192.0.2.1/secret.xlsx" TargetMode="External"/></Relationships>'
    )
    linked = repacked(VALID, add={"xl/externalLinks/_rels/externalLink1.xml.rels": rels.encode()})
    assert read(linked).findings == ()


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_raise(data):
    assert [f.code for f in read_filing(data, 2025, default_limits()).findings] == ["F001"]


@given(st.integers(0, len(VALID) - 1), st.integers(1, 255))
def test_no_flipped_bit_makes_reading_raise(at, mask):
    flipped = bytearray(VALID)
    flipped[at] ^= mask
    result = read_filing(bytes(flipped), 2025, default_limits())
    assert all(finding.code for finding in result.findings)


@given(st.integers(0, len(VALID) - 1))
def test_no_truncation_makes_reading_raise(length):
    assert [f.code for f in read_filing(VALID[:length], 2025, default_limits()).findings] == ["F001"]


XML = zipfile.ZipFile(BytesIO(VALID)).read(FINANCING_PART)


@given(st.integers(0, len(XML) - 1), st.binary(min_size=1, max_size=6), st.integers(0, 20))
def test_no_change_to_the_xml_of_a_sheet_makes_reading_raise(at, inserted, deleted):
    changed = XML[:at] + inserted + XML[at + deleted :]
    result = read_filing(repacked(VALID, add={FINANCING_PART: changed}, drop=(FINANCING_PART,)), 2025, default_limits())
    assert all(finding.code for finding in result.findings)
