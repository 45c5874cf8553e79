"""Misuse: what a command says when it is called wrongly or pointed at nothing, and that it leaves nothing behind."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from assets.cli.app import main
from tests.homes import Home, User

ROOT = Path(__file__).parents[2]
READING = (("explain", "КТ-1", "--year", "2025"), ("verify",), ("notices",), ("check", "FILE"))


@pytest.fixture
def nedra(monkeypatch, capsys):
    """Calls the command as a shell does; returns the exit code and all that was printed, in one line."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["nedra", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, " ".join((printed.out + printed.err).split())

    return call


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "filing.xlsx"
    path.write_bytes(User(1).filing())
    return path


@pytest.mark.parametrize("call", READING)
def test_a_reading_command_on_a_home_that_is_not_there_says_so_and_makes_none(
    nedra, workbook, tmp_path, monkeypatch, call
):
    home = tmp_path / "no home"
    monkeypatch.setenv("NEDRA_HOME", str(home))
    code, told = nedra(*(str(workbook) if each == "FILE" else each for each in call))
    assert code == 2, told
    assert str(home) in told
    assert "none was made" in told
    assert not home.exists()


@pytest.mark.parametrize("call", READING)
def test_a_reading_command_on_a_url_without_a_warehouse_says_so_and_makes_none(
    nedra, workbook, tmp_path, monkeypatch, new_url, call
):
    url = new_url()
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_DATABASE_URL", url)
    code, told = nedra(*(str(workbook) if each == "FILE" else each for each in call))
    assert code == 2, told
    assert "There is no warehouse" in told
    if url.startswith("sqlite"):
        assert not Path(str(sa.make_url(url).database)).exists()
    else:
        engine = sa.create_engine(url)
        assert sa.inspect(engine).get_table_names() == []
        engine.dispose()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["filing.xlsx"]


def test_a_database_of_another_program_is_not_touched(nedra, tmp_path, monkeypatch):
    other = tmp_path / "other.db"
    engine = sa.create_engine(f"sqlite:///{other}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (one INTEGER)")
    engine.dispose()
    before = other.read_bytes()
    monkeypatch.setenv("NEDRA_DATABASE_URL", f"sqlite:///{other}")
    assert nedra("explain", "КТ-1", "--year", "2025")[0] == 2
    assert other.read_bytes() == before


def test_a_home_that_is_a_file_is_named(nedra, tmp_path, monkeypatch):
    file = tmp_path / "home"
    file.write_text("no folder")
    monkeypatch.setenv("NEDRA_HOME", str(file))
    for call in (("run",), ("explain", "КТ-1", "--year", "2025"), ("verify",)):
        code, told = nedra(*call)
        assert (code, "NEDRA_HOME" in told, "this is a file" in told) == (2, True, True), told


@pytest.mark.parametrize("used", ["inbox/filings/2025/1.xlsx", "warehouse.db", "archive/ab/1.xlsx"])
def test_a_demo_is_not_written_into_a_home_that_is_used(nedra, tmp_path, used):
    kept = tmp_path / used
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"kept")
    code, told = nedra("demo", tmp_path, "--users", 1)
    assert (code, "is used already" in told, "choose an empty folder" in told) == (2, True, True), told
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


def test_a_demo_is_not_written_where_a_file_stands(nedra, tmp_path):
    file = tmp_path / "demo"
    file.write_text("no folder")
    for folder in (file, file / "below"):
        code, told = nedra("demo", folder)
        assert (code, "choose an empty folder" in told) == (2, True), told


def test_a_workbook_that_is_not_there_is_wrong_usage_not_an_unreadable_workbook(nedra, tmp_path):
    code, told = nedra("check", tmp_path / "absent.xlsx")
    assert (code, "does not exist" in told, "F001" in told) == (2, True, False)


@pytest.mark.parametrize("rate", ["150", "100.01", "-1", "half"])
def test_a_rate_that_is_no_percentage_is_refused(nedra, rate):
    code, told = nedra("explain", "КТ-1", "--year", "2025", f"--rate={rate}")
    assert (code, "--rate" in told) == (2, True), told


def test_a_misspelt_setting_is_an_error_with_the_near_name(nedra, monkeypatch):
    monkeypatch.setenv("NEDRA_HOEM", "/srv/nedra")
    code, told = nedra("verify")
    assert code == 2
    assert "NEDRA_HOEM is no setting of Nedra; did you mean NEDRA_HOME?" in told


def test_the_version_is_told(nedra):
    code, told = nedra("--version")
    assert code == 0
    assert told.startswith("nedra ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told_in_a_line(nedra, tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.write_bytes", _on_a_full_disk)
    code, told = nedra("demo", tmp_path / "demo", "--users", 1, "--years", 2025)
    assert (code, "No space left on device" in told, "Traceback" in told) == (2, True, False), told


def _on_a_full_disk(_, data):
    with Path("/dev/full").open("wb") as full:
        return full.write(data)


@pytest.fixture
def computed(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_WORKERS", "1")
    # The command sets these for the rest of its process.
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setenv("NEDRA_AS_OF", "2026-09-01")
    home = Home(tmp_path)
    home.register("units", [User(1).record()])
    home.hand_in("1.xlsx", User(1).filing())
    home.run(2025, marts=True)
    yield home
    home.close()


def test_run_replaces_verdicts_of_another_day_only_when_told_so(nedra, computed):
    before = computed.everything()
    code, told = nedra("run", "--years", "2025", "--as-of", "2026-01-15")
    assert code == 2, told
    assert "would replace the present verdicts of 2025 (as of 2026-09-01) by those of 2026-01-15" in told
    assert "--rewrite" in told
    assert computed.everything() == before


def test_run_told_to_rewrite_says_what_it_replaces(nedra, computed):
    code, told = nedra("run", "--years", "2025", "--as-of", "2026-01-15", "--rewrite")
    assert code == 0, told
    assert "The verdicts of 2025 (as of 2026-09-01) are replaced by those as of 2026-01-15." in told
    days = [as_of for asset, as_of in computed.rows("loads", "asset", "as_of") if asset == "compliance_by_unit"]
    assert days == [dt.date(2026, 9, 1), dt.date(2026, 1, 15)]


def make(folder, *arguments, **environment):
    return subprocess.run(
        ["make", "--no-print-directory", "-f", ROOT / "Makefile", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path):
    """A folder with what make looks at, and programs that stand for Python: one that fits and one that does not."""
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "old").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "fit").write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\nmkdir -p .venv/bin && cp fit .venv/bin/python\n')
    for name in ("old", "fit"):
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_a_python_that_does_not_fit_leaves_no_environment(checkout):
    done = make(checkout, ".venv/bin/python", "PYTHON=./old")
    assert done.returncode != 0
    assert "Nedra needs Python 3.11, 3.12 or 3.13, which ./old is not" in done.stdout
    assert not (checkout / ".venv").exists()


def test_an_environment_of_a_python_that_does_not_fit_is_made_anew(checkout):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(checkout / "old", checkout / ".venv" / "bin" / "python")
    done = make(checkout, ".venv/bin/python", "PYTHON=./fit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (checkout / ".venv" / "bin" / "python").read_text() == (checkout / "fit").read_text()


def test_the_shell_of_make_has_the_commands_and_the_demo_as_its_home(tmp_path):
    done = subprocess.run(
        ["make", "--no-print-directory", "-o", "setup", "shell", f"DEMO={tmp_path / 'demo'}"],
        cwd=ROOT,
        input='nedra --version && echo "home $NEDRA_HOME"\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"home {tmp_path / 'demo'}" in done.stdout
    assert "nedra " in done.stdout.splitlines()[1]
