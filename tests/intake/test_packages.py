"""Packages: the parts of a workbook are found however they are called, and a package that contradicts itself is not."""

import zipfile
from io import BytesIO

import pytest

from pipelines.intake.file.container import Refused, open_parts
from pipelines.intake.file.package import Package
from tests.books import filing
from tests.repacking import repacked

VALID = filing()
WORKBOOK, LINKS, PACKAGE_LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"
SHEET = "xl/worksheets/sheet3.xml"


def renamed(names, edits=None, data=VALID):
    """Return the workbook with parts called otherwise, and the text of others replaced."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode()
            for before, after in (edits or {}).get(name, ()):
                assert before in content
                content = content.replace(before, after)
            new.writestr(names.get(name, name), content)
    return result.getvalue()


def linked(before, after, part=LINKS):
    return {part: [(before, after)]}


SAID_OTHERWISE = {
    "capital letters": renamed({SHEET: "xl/Worksheets/SHEET3.xml"}),
    "backslashes": renamed({SHEET: SHEET.replace("/", "\\")}),
    "backslashes in the list": renamed({}, linked("/xl/worksheets/sheet3.xml", r"worksheets\sheet3.xml")),
    "a space": renamed({SHEET: "xl/worksheets/sheet 3.xml"}, linked("sheet3.xml", "sheet%203.xml")),
    "a percent sign": renamed({SHEET: "xl/worksheets/sheet%203.xml"}, linked("sheet3.xml", "sheet 3.xml")),
    "relative": renamed({}, linked("/xl/worksheets/sheet3.xml", "worksheets/sheet3.xml")),
    "dots": renamed({}, linked("/xl/worksheets/sheet3.xml", "./../xl/worksheets/./sheet3.xml")),
    "no first stroke": renamed({}, linked("/xl/worksheets/sheet3.xml", "xl/worksheets/sheet3.xml")),
    "another folder": renamed({SHEET: "data/third.xml"}, linked("/xl/worksheets/sheet3.xml", "/data/third.xml")),
    "a workbook in capitals": renamed(
        {WORKBOOK: "xl/Workbook.xml", LINKS: "xl/_rels/Workbook.xml.rels"},
        linked("xl/workbook.xml", "xl/Workbook.xml", PACKAGE_LINKS),
    ),
    "a workbook elsewhere": renamed(
        {WORKBOOK: "book.xml", LINKS: "_rels/book.xml.rels"}, linked("xl/workbook.xml", "book.xml", PACKAGE_LINKS)
    ),
    "no list of the package": repacked(VALID, drop=(PACKAGE_LINKS,)),
    "strict": renamed(
        {},
        linked(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
            "http://purl.oclc.org/ooxml/officeDocument/relationships/",
        ),
    ),
}


def package(data, limits):
    return Package(open_parts(data, limits))


@pytest.mark.parametrize("name", SAID_OTHERWISE)
def test_parts_are_found_however_they_are_called(limits, name):
    found = package(SAID_OTHERWISE[name], limits)
    usual = package(VALID, limits)
    assert [sheet.name for sheet in found.sheets] == ["Титул", "Объекты", "НИОКР"]
    assert [found[sheet] for sheet in found.sheets] == [usual[sheet] for sheet in usual.sheets]
    assert found.styles == usual.styles != b""


def doubled(name, content=b"<worksheet/>"):
    return repacked(VALID, add={name: content})


def with_link(link):
    return renamed({}, linked("</Relationships>", f"{link}</Relationships>"))


def listing(before, after):
    return renamed({}, linked(before, after, WORKBOOK))


TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTRADICTIONS = {
    "two parts that differ in capital letters": doubled("xl/worksheets/Sheet3.xml"),
    "two parts that differ in strokes": doubled(r"xl\worksheets\sheet3.xml"),
    "two parts that differ in percent signs": doubled("xl/worksheets/%73heet3.xml"),
    "a reference of two meanings": with_link(f'<Relationship Id="rId1" Type="{TYPES}/worksheet" Target="styles.xml"/>'),
    "two styles": repacked(
        with_link(f'<Relationship Id="s2" Type="{TYPES}/styles" Target="other.xml"/>'), add={"xl/other.xml": b"<x/>"}
    ),
    "a sheet that is not there": repacked(VALID, drop=(SHEET,)),
    "a sheet outside": renamed(
        {}, linked('Target="/xl/worksheets/sheet3.xml"', 'Target="a.xml" TargetMode="External"')
    ),
    "a sheet without a part": listing('r:id="rId3"', ""),
    "one part for two sheets": listing('r:id="rId3"', 'r:id="rId2"'),
    "two workbooks": repacked(
        renamed(
            {},
            linked(
                "</Relationships>",
                f'<Relationship Id="w2" Type="{TYPES}/officeDocument" Target="xl/b.xml"/></Relationships>',
                PACKAGE_LINKS,
            ),
        ),
        add={"xl/b.xml": b"<workbook/>"},
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_package_that_contradicts_itself_is_unreadable_f001(read, name):
    assert [(found.code, found.value) for found in read(CONTRADICTIONS[name]).findings] == [("F001", "damaged")]


def test_charts_are_no_sheets(limits):
    chart = f'<Relationship Id="c1" Type="{TYPES}/chartsheet" Target="chartsheets/sheet1.xml"/>'
    data = renamed(
        {},
        linked("</Relationships>", f"{chart}</Relationships>")
        | linked("</sheets>", '<sheet name="Диаграмма" sheetId="9" r:id="c1"/></sheets>', WORKBOOK),
    )
    assert [sheet.name for sheet in package(data, limits).sheets] == ["Титул", "Объекты", "НИОКР"]


def test_a_target_outside_is_never_followed(limits):
    link = f'<Relationship Id="x" Type="{TYPES}/externalLinkPath" Target="http://192.0.2.1/a" TargetMode="External"/>'
    assert len(package(with_link(link), limits).sheets) == 3


@pytest.mark.parametrize(
    ("data", "is_ordinary"),
    [
        (VALID, True),
        (SAID_OTHERWISE["relative"], True),
        (SAID_OTHERWISE["another folder"], False),
        (SAID_OTHERWISE["a workbook elsewhere"], False),
        (renamed({"xl/styles.xml": "xl/Styles.xml"}), False),
    ],
)
def test_a_reader_that_goes_by_names_is_used_only_where_names_are_as_usual(limits, data, is_ordinary):
    assert package(data, limits).is_ordinary is is_ordinary


def test_a_word_document_is_named_as_what_it_is(limits):
    document = {
        PACKAGE_LINKS: f'<Relationships><Relationship Id="a" Type="{TYPES}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": "<document/>",
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in document.items():
            archive.writestr(name, content)
    with pytest.raises(Refused) as refusal:
        package(buffer.getvalue(), limits)
    assert refusal.value.value == "docx"
