"""Every command has a help, a row in the README, an exit code that is written down, and a test that runs it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assets.cli.app import app

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _called(path: Path) -> Iterator[str]:
    """Every text that stands first in a call or a list of a test, where a command stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        words = node.elts if isinstance(node, ast.List) else node.args if isinstance(node, ast.Call) else []
        texts = [each.value for each in words if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        yield from (text for text in texts if text in COMMANDS)


TESTED = {command for path in (ROOT / "tests").rglob("test_*.py") for command in _called(path)}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_a_help_and_says_its_options(command):
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert app.registered_commands
    [callback] = [
        each.callback
        for each in app.registered_commands
        if each.callback and command in (each.name, each.callback.__name__)
    ]
    assert callback.__doc__
    assert callback.__doc__.splitlines()[0] in " ".join(shown.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_shows_the_call_and_the_exit_code(command):
    [row] = re.findall(rf"^\| `nedra {command}\b.*$", README, re.MULTILINE)
    assert re.search(r"\| *0\b[^|]*\|$", row), "the last column is the exit code"


def test_the_readme_shows_no_command_that_is_not_there():
    assert set(re.findall(r"^\| `nedra (\w+)", README, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_some_test_runs_the_command(command):
    assert command in TESTED
