"""Reading ahead: what was read early is used only when it is what lies in the inbox now."""

import os

import pytest

from pipelines.intake.inbox.inbox import Inbox, digest_of
from pipelines.intake.processes import prefetch
from pipelines.intake.processes.prefetch import read_ahead, reading_ahead
from pipelines.settings import Settings


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    return Settings()


@pytest.fixture
def hand_in(settings):
    def write(year, name, data=b"not a workbook"):
        path = settings.home / "inbox/filings" / str(year) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


def taken(settings, year):
    """Return by name the digest of what was read ahead."""
    files = Inbox(settings.inbox_url).filings(year)
    found = read_ahead(year, files)
    return {file.name: found[file.path].sha256 for file in files if file.path in found}


def test_what_was_read_ahead_is_what_lies_there(settings, hand_in):
    hand_in(2025, "1.xlsx", b"one")
    hand_in(2025, "2.xlsx", b"two")
    with reading_ahead(settings, [2025]):
        assert taken(settings, 2025) == {"1.xlsx": digest_of(b"one"), "2.xlsx": digest_of(b"two")}
    assert sorted(path.stem for path in settings.archive.rglob("*.xlsx")) == sorted(map(digest_of, (b"one", b"two")))


def test_a_file_changed_since_is_not_taken_even_with_its_old_size_and_time(settings, hand_in):
    path = hand_in(2025, "1.xlsx", b"one")
    before = path.stat()
    hand_in(2025, "2.xlsx", b"two")
    with reading_ahead(settings, [2025]):
        path.write_bytes(b"1ne")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert taken(settings, 2025) == {"2.xlsx": digest_of(b"two")}


def test_a_file_that_came_or_went_since_is_not_taken(settings, hand_in):
    gone = hand_in(2025, "1.xlsx")
    with reading_ahead(settings, [2025]):
        gone.unlink()
        hand_in(2025, "2.xlsx")
        assert taken(settings, 2025) == {}


def test_years_are_taken_in_order_and_one_that_nobody_asked_for_is_passed_over(settings, hand_in):
    for year in (2023, 2024, 2025):
        hand_in(year, "1.xlsx", str(year).encode())
    with reading_ahead(settings, None):
        assert taken(settings, 2023) == {"1.xlsx": digest_of(b"2023")}
        assert taken(settings, 2025) == {"1.xlsx": digest_of(b"2025")}
        assert taken(settings, 2024) == {}


def test_a_second_look_reads_anew(settings, hand_in):
    hand_in(2025, "1.xlsx")
    with reading_ahead(settings, [2025]):
        assert len(taken(settings, 2025)) == 1
        assert taken(settings, 2025) == {}


def test_nothing_is_read_ahead_of_a_remote_inbox_nor_outside_of_the_run(settings, hand_in, monkeypatch):
    hand_in(2025, "1.xlsx")
    monkeypatch.setenv("NEDRA_INBOX", "memory://inbox")
    with reading_ahead(Settings(), [2025]):
        assert taken(settings, 2025) == {}
    assert taken(settings, 2025) == {}


def test_the_end_of_the_run_ends_the_reading(settings, hand_in):
    for number in range(50):
        hand_in(2025, f"{number}.xlsx")
    with pytest.raises(RuntimeError, match="stopped"), reading_ahead(settings, [2025]):
        raise RuntimeError("stopped")
    assert prefetch._current is None
