"""Inbox: names as they can be stored and told."""

import os

import pytest
from fsspec.implementations.local import LocalFileSystem

from pipelines.intake.inbox.inbox import Inbox


def test_a_name_that_is_no_text_is_told_byte_by_byte_and_the_file_is_read(tmp_path):
    folder = tmp_path / "filings" / "2025"
    folder.mkdir(parents=True)
    try:
        (folder / os.fsdecode(b"\xd1\x84\xff.xlsx")).write_bytes(b"content")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    inbox = Inbox(str(tmp_path))
    [file] = inbox.filings(2025)
    assert file.name == "ф\\xff.xlsx"
    assert inbox.read(file) == b"content"
    assert len(inbox.digest(file)) == 64


def test_an_inbox_forgets_what_its_store_listed_before(tmp_path, monkeypatch):
    forgotten = []
    monkeypatch.setattr(LocalFileSystem, "invalidate_cache", lambda *_: forgotten.append(True))
    Inbox(str(tmp_path))
    assert forgotten == [True]


@pytest.mark.parametrize(
    "name", ["~$1.xlsx", ".1.xlsx.aB3", "._1.xlsx", "1.xlsx.part", "1.xlsx.filepart", "1.CRDOWNLOAD"]
)
def test_a_leftover_and_a_file_that_is_still_written_are_no_filings(tmp_path, name):
    folder = tmp_path / "filings" / "2025" / "west"
    folder.mkdir(parents=True)
    (folder / "1.xlsx").write_bytes(b"whole")
    (folder / name).write_bytes(b"half")
    ready, copying = Inbox(str(tmp_path)).listing(2025)
    assert [file.name for file in ready] == ["west/1.xlsx"]
    assert [file.name for file in copying] == ([] if name[0] in "~." else [f"west/{name}"])
