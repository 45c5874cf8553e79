"""Workers: one result per workbook, in order, whatever the workbooks do to the processes that read them."""

import dataclasses
import hashlib
import os
import subprocess
import sys
import threading
import zipfile

import pytest

from pipelines.intake.form.read import read_filing
from pipelines.intake.inbox.archive import archive_path
from pipelines.intake.processes import pool
from pipelines.intake.processes.pool import FilingTask, ReadingError, read_filings
from tests.books import filing
from tests.repacking import FINANCING_PART, repacked

VALID = filing()


@pytest.fixture
def bad_worker(monkeypatch):
    monkeypatch.setattr(pool, "_COMMAND", (sys.executable, "-m", "tests.intake.misbehaving_worker"))


def read_all(limits, *contents, count=1, archive=None, **changes):
    tasks = [FilingTask(f"{n}.xlsx", 2025, content) for n, content in enumerate(contents)]
    return list(read_filings(tasks, workers=count, limits=dataclasses.replace(limits, **changes), archive=archive))


def codes(results):
    return [[(finding.code, finding.value) for finding in result.findings] for result in results]


def files(folder, *contents):
    tasks = []
    for n, content in enumerate(contents):
        path = folder / f"{n}.xlsx"
        path.write_bytes(content)
        tasks.append(FilingTask(str(path), 2025))
    return tasks


def test_no_workbooks_need_no_process(limits):
    assert read_all(limits) == []


def test_the_result_of_a_process_is_that_of_reading(limits, tmp_path):
    (task,) = files(tmp_path, VALID)
    assert list(read_filings([task], workers=1, limits=limits)) == [read_filing(VALID, 2025, limits)]


def test_results_come_in_the_order_of_the_tasks(limits, tmp_path):
    books = [filing(cover={"submission_no": n}) for n in range(1, 13)]
    results = read_filings(files(tmp_path, *books), workers=2, limits=dataclasses.replace(limits, results_ahead=3))
    assert [result.cover["submission_no"] for result in results] == list(range(1, 13))


def test_every_workbook_is_kept_unchanged_under_its_digest(limits, tmp_path):
    contents = [VALID, b"no workbook", VALID]
    archive = tmp_path / "archive"
    for _ in range(2):
        results = list(read_filings(files(tmp_path, *contents), workers=1, limits=limits, archive=archive))
    for content, result in zip(contents, results, strict=True):
        assert result.sha256 == hashlib.sha256(content).hexdigest()
        assert archive_path(archive, result.sha256).read_bytes() == content
    assert sorted(path.suffix for path in archive.rglob("*.*")) == [".xlsx", ".xlsx"]


def test_a_workbook_half_kept_by_a_crash_is_kept_again(limits, tmp_path):
    kept = archive_path(tmp_path / "archive", hashlib.sha256(VALID).hexdigest())
    kept.parent.mkdir(parents=True)
    kept.write_bytes(VALID[:10])
    read_all(limits, VALID, archive=tmp_path / "archive")
    assert kept.read_bytes() == VALID


def test_a_workbook_too_large_to_open_is_kept_and_refused(limits, tmp_path):
    small = dataclasses.replace(limits, packed_bytes=100)
    (result,) = read_filings(files(tmp_path, VALID), workers=1, limits=small, archive=tmp_path / "archive")
    assert [(f.code, f.expected) for f in result.findings] == [("F002", "100 B")]
    assert result.size_bytes == len(VALID)
    assert archive_path(tmp_path / "archive", result.sha256).read_bytes() == VALID


def test_a_file_that_vanished_is_a_finding(limits, tmp_path):
    (result,) = read_filings([FilingTask(str(tmp_path / "gone.xlsx"), 2025)], workers=1, limits=limits)
    assert [(f.code, f.value) for f in result.findings] == [("F001", "No such file or directory")]
    assert (result.sha256, result.size_bytes) == ("", 0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_named_like_a_workbook_is_not_waited_for(limits, tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    (result,) = read_filings([FilingTask(str(tmp_path / "pipe.xlsx"), 2025)], workers=1, limits=limits)
    assert [(f.code, f.value) for f in result.findings] == [("F001", "not a file")]


def test_bytes_from_elsewhere_are_fetched_when_their_turn_comes(limits):
    fetched = []

    def fetch():
        fetched.append(1)
        return VALID

    results = read_filings([FilingTask("s3://inbox/1.xlsx", 2025, fetch)] * 20, workers=1, limits=limits)
    next(results)
    results.close()
    assert 1 <= len(fetched) < 20


def test_large_bytes_do_not_block_the_pipes(limits):
    large = repacked(VALID, add={"xl/media/image.bin": os.urandom(3_000_000)})
    assert codes(read_all(limits, *[large] * 3)) == [[], [], []]


@pytest.mark.parametrize(
    ("behaviour", "finding"),
    [
        (b"exit", ("F013", "exit code 7")),
        (b"segfault", ("F001", "damaged (-11)")),
        (b"abort", ("F002", "> 1536 MiB")),
        (b"memory", ("F002", "> 1536 MiB")),
        (b"bug", ("F013", "KeyError: 'a mistake of our own'")),
    ],
)
def test_a_workbook_that_ends_its_process_costs_itself_one_finding(bad_worker, limits, tmp_path, behaviour, finding):
    tasks = files(tmp_path, VALID, behaviour, VALID, behaviour + b"!", VALID)
    results = list(read_filings(tasks, workers=1, limits=limits, archive=tmp_path / "archive"))
    assert codes(results) == [[], [finding], [], [finding], []]
    assert results[1].sha256 == hashlib.sha256(behaviour).hexdigest()
    assert archive_path(tmp_path / "archive", results[1].sha256).read_bytes() == behaviour


def test_a_workbook_that_hangs_costs_itself_one_finding(bad_worker, limits, tmp_path):
    tasks = files(tmp_path, VALID, b"hang", VALID)
    short = dataclasses.replace(limits, seconds_per_workbook=3)
    assert codes(read_filings(tasks, workers=1, limits=short)) == [[], [("F002", "> 3 s")], []]


def test_what_a_library_prints_does_not_disturb_the_messages(bad_worker, limits):
    assert codes(read_all(limits, b"print", VALID)) == [[("F001", "csv | txt")], []]


def test_a_bomb_of_shared_texts_costs_itself_one_finding(limits):
    text = "<si><t>" + "я" * 400_000 + "</t></si>"
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{text}</sst>'
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(4, 2000))
    types = 'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"'
    bomb = repacked(
        VALID,
        {
            FINANCING_PART: lambda xml: xml.replace("</sheetData>", f"{cells}</sheetData>"),
            "[Content_Types].xml": lambda xml: xml.replace(
                "</Types>", f'<Override PartName="/xl/sharedStrings.xml" {types}/></Types>'
            ),
        },
        add={"xl/sharedStrings.xml": strings.encode()},
        drop=("xl/sharedStrings.xml",),
    )
    assert len(bomb) < 100_000
    small = {"memory_bytes": 600 * 2**20}
    assert codes(read_all(limits, VALID, bomb, VALID, **small)) == [[], [("F002", "> 600 MiB")], []]


def test_no_process_starting_is_not_the_fault_of_a_workbook(monkeypatch, limits):
    monkeypatch.setattr(pool, "_COMMAND", (sys.executable, "-c", "raise SystemExit('no such module')"))
    with pytest.raises(ReadingError, match="no such module"):
        read_all(limits, VALID)


def test_an_archive_that_takes_nothing_stops_the_run(limits, tmp_path):
    (tmp_path / "archive").write_text("a file, not a folder")
    with pytest.raises(ReadingError, match="the archive cannot keep"):
        read_all(limits, VALID, archive=tmp_path / "archive")


def test_stopping_half_way_leaves_no_process_and_no_thread(bad_worker, limits, tmp_path):
    results = read_filings(files(tmp_path, VALID, b"hang", VALID), workers=1, limits=limits)
    next(results)
    results.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "reading"]


def test_a_reading_process_imports_no_slow_library():
    slow = {"pandas", "dagster", "openpyxl", "pydantic"}
    code = f"import sys, pipelines.intake.processes.worker; print({slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_valid_archive_is_still_a_workbook(tmp_path, limits):
    read_all(limits, VALID, archive=tmp_path)
    (kept,) = tmp_path.rglob("*.xlsx")
    assert zipfile.is_zipfile(kept)
