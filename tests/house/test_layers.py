"""Imports go one way; import-linter holds the layers, these tests hold what it cannot see."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "dbt_like_sql", "pipelines", "assets")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PROBE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"dagster", "assets"}))
"""


def test_everything_below_assets_works_without_dagster():
    below = [path for path in MODULES if path.relative_to(ROOT).parts[0] != "assets" and "migrations" not in path.parts]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in below if not path.name.startswith("__")]
    probe = subprocess.run([sys.executable, "-c", PROBE, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (probe.stdout.strip(), probe.stderr) == ("[]", "")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_belongs_in_it(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    if module.name == "__init__.py":
        assert tree.body == []
    else:
        assert ast.get_docstring(tree)


def test_names_of_dagsters_internals_come_through_one_module():
    home = ROOT / "assets" / "instance" / "dagster_internals.py"
    internal = re.compile(r"^\s*(?:from|import) dagster(?:\._| import _)", re.MULTILINE)
    paths = (path for package in ("assets", "pipelines", "benchmarks") for path in (ROOT / package).rglob("*.py"))
    assert [path for path in paths if path != home and internal.search(path.read_text(encoding="utf-8"))] == []
