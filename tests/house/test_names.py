"""Rooms and modules bear the names that CONTRIBUTING promises, and what points at them leads somewhere."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("assets", "pipelines", "dbt_like_sql", "schemas")
MOST_MODULES = 15

# A name that stands more than once, and the one thing it means wherever it stands.
SHARED = {
    "app": "what a program of the system is started with",
    "archive": "the archive of workbooks as they were filed",
    "arrears": "what a past year still owes",
    "compliance": "the step that decides who met the obligation",
    "decisions": "decisions of the authority on payments",
    "findings": "what is said about filings and registers",
    "frames": "data frames of a year",
    "freshness": "whether the running year was computed lately",
    "intake": "the step that takes workbooks in",
    "marts": "the tables derived by SQL",
    "rates": "exchange rates",
    "read": "the way into its room: one function that reads",
    "received": "what came in with a filing",
    "registers": "the registers of the authority",
    "settings": "what the environment says",
    "terms": "the terms of an argument for a verdict",
    "trail": "the audit trail",
    "verify": "proving that the warehouse is as it was written",
    "wording": "words for people",
    "workbook": "a workbook as a file",
    "worker": "the program of a child process",
}

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
NAMED = {name: path for name, path in MODULES.items() if path.stem not in ("__init__", "__main__")}
DATA = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.yaml"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "AGENTS.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
# Pages that say what modules were once called.
OF_BEFORE = {"docs/deploying.md", "docs/decisions/0017-rooms-by-what-they-define.md"}
_MODULE = re.compile(rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`")
_PATH = re.compile(rf"\b(?:{'|'.join(PACKAGES)}|tests|deploy|docs)/[\w./-]+\.(?:py|yaml|sql|md)\b")


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def _exists(name: str) -> bool:
    if name in MODULES:
        return True
    module, _, attribute = name.rpartition(".")
    return module in MODULES and re.search(rf"\b{attribute}\b", MODULES[module].read_text(encoding="utf-8")) is not None


def test_a_folder_holds_what_can_be_seen_at_a_glance():
    held: dict[str, int] = defaultdict(int)
    for path in NAMED.values():
        held[path.parent.relative_to(ROOT).as_posix()] += 1
    fuller = {room: count for room, count in held.items() if count > MOST_MODULES}
    assert fuller == {}, "make a room of those that belong together"


def test_a_name_stands_twice_only_when_it_means_the_same():
    modules = defaultdict(list)
    for name in NAMED:
        modules[name.rpartition(".")[2]].append(name)
    twice = {word: names for word, names in modules.items() if len(names) > 1}
    assert {word: names for word, names in twice.items() if word not in SHARED} == {}, (
        "rename one, or say what both mean"
    )


def test_a_docstring_begins_with_the_name_of_its_module():
    wrong = {}
    for name, path in NAMED.items():
        first = re.match(r"([\w' ,-]+): ", _docstring(path))
        if first is None or "migrations" in path.parts:
            continue
        said = re.findall(r"\w+", first[1].lower())
        if not all(any(word.startswith(part.rstrip("s")) for word in said) for part in path.stem.split("_")):
            wrong[name] = first[1]
    assert wrong == {}


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_a_module_that_code_names_exists(package):
    texts = {path: _every_docstring(path) for path in sorted((ROOT / package).rglob("*.py"))}
    texts |= {path: path.read_text(encoding="utf-8") for path in DATA if path.relative_to(ROOT).parts[0] == package}
    missing = {
        (path.relative_to(ROOT).as_posix(), name)
        for path, text in texts.items()
        for name in [*_MODULE.findall(text), *_PATH.findall(text)]
        if not (_exists(name) or (ROOT / name).exists())
    }
    assert missing == set()


def _every_docstring(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return "\n".join(ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_module_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    if page.relative_to(ROOT).as_posix() not in OF_BEFORE:
        assert [name for name in _MODULE.findall(text) if not _exists(name)] == []
    assert [name for name in _PATH.findall(text) if not (ROOT / name).exists()] == []


def test_a_folder_that_contributing_names_exists():
    named = re.findall(r"`([\w./-]+/)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert [name for name in named if "/" in name.strip("/") and not (ROOT / name).is_dir()] == []
