"""Unread: what lies in the inbox and is read by nobody is named, with what it was likely meant to be."""

import pytest

from pipelines.intake.inbox.inbox import Inbox
from pipelines.intake.inbox.unread import Unread, Unreadness, likely_register, unread_files
from pipelines.intake.limits import default_limits
from pipelines.intake.year.registers import RegisterError, read_registers
from pipelines.layouts.loader import register_layouts

REGISTERS = tuple(register_layouts())


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "inbox"
    for name in ("filings/2025/a.xlsx", "filings/2025/deep/b.xls", "registers/units.xlsx"):
        put(made, name)
    return made


def put(folder, name, content=b"content"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def found(folder, years=(2025,)):
    return unread_files(Inbox(str(folder)), years, REGISTERS)


def test_nothing_is_named_where_every_file_is_read(folder):
    assert found(folder) == []


@pytest.mark.parametrize(
    ("name", "named", "why"),
    [
        ("note.txt", "note.txt", Unreadness.BESIDE),
        ("old/2025/a.xlsx", "old/", Unreadness.BESIDE),
        ("filings/a.xlsx", "filings/a.xlsx", Unreadness.BESIDE),
        ("filings/2025г/a.xlsx", "filings/2025г/", Unreadness.BESIDE),
        ("filings/2025/.a.xlsx", "filings/2025/.a.xlsx", Unreadness.LEFTOVER),
        ("filings/2025/deep/a.xlsx.tmp", "filings/2025/deep/a.xlsx.tmp", Unreadness.UNFINISHED),
        ("registers/.units.xlsx", "registers/.units.xlsx", Unreadness.LEFTOVER),
        ("registers/people.xlsx", "registers/people.xlsx", Unreadness.NO_REGISTER),
        ("registers/units (1).xlsx", "registers/units (1).xlsx", Unreadness.NO_REGISTER),
        ("registers/rates.csv", "registers/rates.csv", Unreadness.NO_REGISTER),
    ],
)
def test_a_file_nobody_reads_is_named_with_the_reason(folder, name, named, why):
    put(folder, name)
    assert found(folder) == [Unread(named, why)]


def test_the_mark_of_an_open_workbook_is_named_only_when_it_holds_more_than_the_mark(folder):
    put(folder, "filings/2025/~$a.xlsx", bytes(165))
    assert found(folder) == []
    put(folder, "filings/2025/~$b.xlsx", bytes(166))
    assert found(folder) == [Unread("filings/2025/~$b.xlsx", Unreadness.LOCK)]


def test_a_year_that_is_not_asked_for_does_not_matter(folder):
    put(folder, "filings/2024/.a.xlsx")
    assert found(folder) == []
    assert len(found(folder, (2024, 2025))) == 1


@pytest.mark.parametrize(
    "name",
    ["Units.XLSX", "units (1).xlsx", "UNITS_v2.xlsx", "Копия units.xlsx", "units - копия.xlsx", "old/units.xlsx"],
)
def test_a_copy_or_another_spelling_is_offered_as_the_register_it_was_meant_to_be(folder, name):
    (folder / "registers/units.xlsx").unlink()
    put(folder, f"registers/{name}")
    assert found(folder) == [Unread(f"registers/{name}", Unreadness.NO_REGISTER, "units")]
    with pytest.raises(RegisterError, match=rf"units\.xlsx is missing.*likely registers/{name.split('(')[0]}") as error:
        read_registers(Inbox(str(folder)), default_limits())
    assert "rename it" in str(error.value)


def test_a_missing_register_with_nothing_like_it_is_asked_for(folder):
    (folder / "registers/units.xlsx").unlink()
    with pytest.raises(RegisterError, match="Put the file there and run the year again"):
        read_registers(Inbox(str(folder)), default_limits())


@pytest.mark.parametrize("name", ["communities.xlsx", "unit.xlsx", "reunits.xlsx", "decision.xlsx"])
def test_a_name_that_is_merely_like_a_register_is_not_offered(name):
    assert likely_register(name, REGISTERS) is None


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
@pytest.mark.parametrize("why", Unreadness)
def test_every_reason_has_words_that_name_the_file(why, language):
    assert Unread("registers/Units.XLSX", why, "units").told(language).count("nits.") == len(("name", "likely"))
