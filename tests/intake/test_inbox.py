"""Inbox: names as they can be stored and told."""

import os

import pytest

from pipelines.intake.inbox import Inbox


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
