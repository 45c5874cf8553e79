"""Which notices stand: written once, kept, withdrawn; workbooks nobody can open; the processes that write."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipelines.intake.inbox.archive import archive_path
from pipelines.reports.return_notices import workers
from pipelines.reports.return_notices.folder import file_name
from pipelines.reports.return_notices.workers import NoticeError
from pipelines.reports.return_notices.writing import write_notices
from tests.books import DROP
from tests.homes import Home, User
from tests.notices.conftest import USER, coloured, said, table

BAD = USER.filing(lines=[USER.line(1), USER.line(2, work_kind="Услуга")])
CORRECTION = USER.filing(cover={"submission_no": 2})
REJECTED = USER.filing(cover={"reporting_year": 2024})
LIST_ONLY = "Your workbook cannot be opened or is over a limit, so this is only the list of findings."


def names(report):
    return [entry.file_names for entry in report.entries]


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_filing_without_findings_has_no_notice(notices):
    assert notices.written(USER.filing()).entries == ()
    assert files(notices.folder) == ["index.json"]


def test_a_notice_is_named_by_the_bin_and_the_digest_and_the_index_says_what_it_is_about(notices):
    [entry] = notices.written(BAD).entries
    filing_id = notices.home.value("filings", "filing_id")
    assert entry.file == f"{USER.bin}-{filing_id[:12]}.xlsx"
    assert files(notices.folder) == [entry.file, "index.json"]
    index = json.loads((notices.folder / "index.json").read_text(encoding="utf-8"))
    [told] = index["notices"]
    assert (index["report_year"], told["file"], told["filing_id"]) == (2025, entry.file, filing_id)
    assert (told["user_bin"], told["user_name"], told["file_names"]) == (USER.bin, USER.name, ["1.xlsx"])
    assert (told["status"], told["severity"], told["codes"]) == ("accepted", "set_aside", {"L011": 1})


def test_writing_again_writes_nothing_and_elsewhere_the_same_bytes(notices, tmp_path):
    first = notices.written(BAD)
    stamps = {path: path.stat().st_mtime_ns for path in notices.folder.iterdir()}
    again = notices.again()
    assert (first.written, again.written, again.entries) == (1, 0, first.entries)
    assert {path: path.stat().st_mtime_ns for path in notices.folder.iterdir()} == stamps
    write_notices(notices.home.warehouse, 2025, tmp_path / "elsewhere")
    for path in notices.folder.iterdir():
        assert (tmp_path / "elsewhere" / "2025" / path.name).read_bytes() == path.read_bytes()


def test_a_notice_that_is_gone_or_cut_short_is_written_again(notices):
    [entry] = notices.written(BAD).entries
    path = notices.folder / entry.file
    content = path.read_bytes()
    path.unlink()
    assert write_notices(notices.home.warehouse, 2025).written == 1
    path.write_bytes(b"half")
    assert write_notices(notices.home.warehouse, 2025).written == 1
    assert path.read_bytes() == content


def test_a_lost_index_costs_one_more_writing(notices):
    notices.written(BAD)
    (notices.folder / "index.json").write_text("{", encoding="utf-8")
    report = notices.again()
    assert (report.written, len(report.entries)) == (1, 1)


def test_new_findings_of_the_same_workbook_change_its_notice(notices):
    # The register no longer knows the unit: a second finding about the same bytes.
    notices.written(BAD)
    other = User(2)
    notices.home.register("units", [USER.record(), other.record()])
    notices.home.register("rates", [])
    before = notices.again().written
    notices.home.register("units", [USER.record(unit_no="КТ-9"), other.record()])
    report = notices.again()
    assert (before, report.written) == (0, 1)
    assert "L006" in report.entries[0].codes


def test_a_correction_withdraws_the_notice(notices):
    [entry] = notices.written(BAD).entries
    notices.home.hand_in("2.xlsx", CORRECTION)
    report = notices.again()
    assert (report.entries, report.withdrawn) == ((), (entry.file,))
    assert files(notices.folder.parent) == ["2025/index.json", f"withdrawn/2025/{entry.file}"]
    # The correction is taken back: the notice stands again, once.
    (notices.home.inbox / "filings" / "2025" / "2.xlsx").unlink()
    notices.again()
    assert files(notices.folder.parent) == [f"2025/{entry.file}", "2025/index.json"]


def test_a_file_that_is_no_notice_is_left_alone(notices):
    notices.folder.mkdir(parents=True)
    (notices.folder / "сопроводительное письмо.xlsx").write_bytes(b"")
    (notices.folder / ".abc.part").write_bytes(b"left by a run that was killed")
    notices.written(BAD)
    assert "сопроводительное письмо.xlsx" in files(notices.folder)
    assert ".abc.part" not in files(notices.folder)


def test_a_rejected_filing_keeps_its_notice_until_the_user_hands_in_an_accepted_one(notices):
    report = notices.written(REJECTED)
    assert [(entry.status, entry.severity) for entry in report.entries] == [("rejected", "reject")]
    book = load_workbook(notices.folder / report.entries[0].file)
    assert coloured(book) == {("Титул", "B4"): "reject"}
    assert any("The filing is not accepted and not counted" in text for text in said(book))
    notices.home.hand_in("2.xlsx", CORRECTION)
    assert notices.again().entries == ()


def test_a_rejected_correction_has_a_notice_beside_the_accepted_filing(notices):
    bad_correction = USER.filing(cover={"submission_no": 2, "signatory": None, "unit_of_account": "рубли"})
    report = notices.written(USER.filing(), bad_correction)
    assert names(report) == [("2.xlsx",)]


def test_the_same_bytes_under_two_names_are_one_notice(notices):
    report = notices.written(BAD, BAD)
    assert names(report) == [("1.xlsx", "2.xlsx")]
    assert report.entries[0].codes == {"L011": 1, "F007": 1}


def test_the_gravest_notices_come_first(notices):
    other = User(2)
    notices.home.register("units", [USER.record(), other.record()])
    warned = other.filing(units=[other.unit(declared_due=1)])
    report = notices.written(warned, REJECTED, USER.filing(lines=[USER.line(work_kind="Услуга")], cover={}))
    assert [entry.severity for entry in report.entries] == ["reject", "set_aside", "warn"]


def test_a_workbook_that_cannot_be_read_is_not_opened_and_gets_a_list_alone(notices, monkeypatch):
    monkeypatch.setattr(
        "pipelines.reports.return_notices.marking.load_workbook", lambda *_, **__: pytest.fail("it was opened")
    )
    entries = notices.written(b"no workbook", BAD[: len(BAD) // 2], b"").entries
    assert [(entry.file.partition("-")[0], entry.codes, entry.is_marked) for entry in entries] == [
        (name, {"F001": 1}, False) for name in ("1", "2", "3")
    ]
    for entry in entries:
        book = load_workbook(notices.folder / entry.file)
        assert len(book.worksheets) == 1
        assert [(row["code"], row["cell"].hyperlink) for row in table(book)] == [("F001", None)]
        assert any(LIST_ONLY in text for text in said(book))


def test_a_workbook_openpyxl_cannot_write_gets_a_list_alone(notices, monkeypatch):
    def break_down(*_arguments, **_options):
        raise KeyError("xl/styles.xml")

    monkeypatch.setattr("pipelines.reports.return_notices.marking.load_workbook", break_down)
    [entry] = notices.written(BAD).entries
    assert not entry.is_marked
    book = load_workbook(notices.folder / entry.file)
    assert any("The cells could not be marked in a copy of your workbook" in text for text in said(book))


def test_a_workbook_the_archive_no_longer_has_as_it_was_is_not_passed_off_as_the_filers(notices):
    notices.home.hand_in("1.xlsx", BAD)
    notices.home.hand_in("2.xlsx", REJECTED)
    notices.home.run(2025)
    gone, changed = (
        archive_path(notices.home.settings.archive, filing_id)
        for (filing_id,) in notices.home.rows("filings", "filing_id")
    )
    gone.unlink()
    changed.write_bytes(CORRECTION)
    assert [entry.is_marked for entry in write_notices(notices.home.warehouse, 2025).entries] == [False, False]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("отчет 2025 (испр.).xlsx", "отчет_2025_испр-"),
        ("..xlsx", "filing-"),
        ("=cmd|' calc'!A1.xlsx", "cmd_calc_A1-"),
        ("a/../../b.xlsx", "b-"),
        ("x" * 300, "x" * 60 + "-"),
    ],
)
def test_a_notice_of_an_unknown_filer_is_named_safely_after_the_file(name, expected):
    from pipelines.reports.return_notices.notice import Notice

    notice = Notice("ab" * 32, 2025, None, None, "rejected", (name,), (), (), (), may_be_opened=False)
    assert file_name(notice) == f"{expected}abababababab.xlsx"


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    yield made
    made.close()


def test_what_is_not_counted_is_the_same_on_both_databases(tmp_path, database, here):
    made = Home(tmp_path, database=database)
    made.register("units", [USER.record()])
    lines = [USER.line(1, work_kind="Услуга", amount=7), USER.line(2, amount="много")]
    budget = [USER.budget_row(amount=5, unit_no="КТ-0"), USER.budget_row(payment_doc_no="Б-2")]
    made.hand_in("1.xlsx", USER.filing(units=[USER.unit(), USER.unit(unit_no="КТ-0")], lines=lines, budget=budget))
    made.run(2025)
    [entry] = write_notices(made.warehouse, 2025).entries
    told = said(load_workbook(made.folder / "reports" / "notices" / "2025" / entry.file))
    assert (
        "The filing is accepted, but not all of it is counted. Rows set aside: 4; payments set aside: 12,000.00 tenge. "
        "Rows whose amount cannot be read: 1. Correct what is listed below and hand in the filing under the next "
        "submission number."
    ) in told
    made.close()


def test_notices_are_written_by_processes_of_their_own(home):
    for number in range(1, 4):
        home.hand_in(f"{number}.xlsx", USER.filing(cover={"user_bin": DROP, "submission_no": number}))
    home.hand_in("4.xlsx", BAD)
    home.run(2025)
    report = write_notices(home.warehouse, 2025)
    assert sorted(names(report)) == [("1.xlsx",), ("2.xlsx",), ("3.xlsx",), ("4.xlsx",)]
    assert {entry.is_marked for entry in report.entries} == {True}
    assert all(load_workbook(report.folder / entry.file).worksheets[1].title == "Титул" for entry in report.entries)


def test_a_workbook_that_ends_its_process_gets_a_list_alone(home, monkeypatch):
    home.hand_in("1.xlsx", BAD)
    home.hand_in("2.xlsx", REJECTED)
    home.run(2025)
    monkeypatch.setattr(workers, "_COMMAND", (sys.executable, "-m", "tests.notices.dying_worker"))
    report = write_notices(home.warehouse, 2025)
    assert {entry.file_names: entry.is_marked for entry in report.entries} == {("1.xlsx",): False, ("2.xlsx",): True}


def test_a_folder_that_takes_no_notice_stops_the_work_and_says_what_to_do(home):
    home.hand_in("1.xlsx", BAD)
    home.run(2025)
    (home.folder / "reports").write_bytes(b"a file where the folder should be")
    with pytest.raises(NoticeError, match=r"2025 cannot be written: .*Check the folder's permissions"):
        write_notices(home.warehouse, 2025)


def test_libreoffice_opens_a_notice_and_computes_its_formulas(office, notices, tmp_path):
    def edit(book):
        book["НИОКР"]["X5"] = "=1000+234"

    [entry] = notices.written(USER.filing(lines=[USER.line(1), USER.line(2, work_kind="Услуга")], edit=edit)).entries
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run([*command, "--outdir", tmp_path, notices.folder / entry.file], check=True, capture_output=True)
    saved = load_workbook(tmp_path / entry.file, data_only=True)
    assert [row["code"] for row in table(saved)] == ["L011"]
    assert saved["НИОКР"]["X5"].value == 1234
    assert coloured(saved) == {("НИОКР", "D3"): "set_aside"}
    comment = saved["НИОКР"]["D3"].comment
    assert comment is not None
    assert "EN: The value is not in the list." in comment.text
    assert Path(notices.folder / entry.file).exists()


def test_a_filing_whose_payment_is_disallowed_is_told_so_and_called_accepted(notices):
    late = USER.line(2, payment_date="05.05.2024", amount=7)
    book = notices.book(USER.filing(lines=[USER.line(1), late]))
    told = said(book)
    assert any("payments not counted: 1, of 7,000.00 tenge" in text for text in told)
    assert not any("all its rows are counted" in text for text in told)
    assert any("Remarks on an accepted filing" in text for text in told)
    assert coloured(book) == {("НИОКР", "U3"): "disallowed"}
    [row] = table(book)
    assert row["code"] == "R02"
    assert any("129(1)(1)" in str(value) for value in row.values())


def test_what_became_of_a_filing_is_said_once_though_it_lost_money_in_two_ways(notices):
    late, unknown = USER.line(2, payment_date="05.05.2024", amount=7), USER.line(3, work_kind="Услуга")
    [told] = [text for text in said(notices.book(USER.filing(lines=[USER.line(1), late, unknown]))) if "1, of" in text]
    assert told.count("The filing is accepted") == 1
    assert "Rows set aside: 1" in told


def test_a_disallowed_payment_of_a_filing_that_was_corrected_is_told_no_more(notices):
    late = USER.line(2, payment_date="05.05.2024")
    assert len(notices.written(USER.filing(lines=[USER.line(1), late])).entries) == 1
    assert notices.written(USER.filing(lines=[USER.line(1), late]), CORRECTION).entries == ()


def test_a_contract_that_lacks_money_is_told_though_every_row_counts(notices):
    unit = USER.unit(base_amount=100_000_000, declared_due=1_000_000)
    book = notices.book(USER.filing(units=[unit], lines=[USER.line(1)]))
    [row] = table(book)
    assert row["code"] == "BREACH"
    assert (
        "КТ-1: due 1,000,000,000.00, counted 75,000,500.00, missing 924,999,500.00 tenge, fulfilled 7.5% (Breach)"
        in row["told"]
    )


def test_a_contract_without_a_shortfall_has_no_notice(notices):
    assert notices.written(USER.filing(lines=[USER.line(1)])).entries == ()
