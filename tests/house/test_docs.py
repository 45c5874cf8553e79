"""The documentation cannot drift from the code."""

import re
from pathlib import Path

import pytest

from pipelines.docs.dictionary import type_name
from pipelines.docs.pages import PAGES
from pipelines.settings import Settings
from schemas.tables import metadata

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DOOR = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "AGENTS.md")]
WRITTEN = [*DOOR, *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says_today(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run make docs and commit the page"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_a_link_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_lists_every_page():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = (page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md") if page != DOCS / "README.md")
    assert [page for page in pages if f"({page})" not in index] == []


@pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
def test_every_table_and_column_says_what_it_holds(table):
    assert table.comment
    assert [column.name for column in table.columns if not (column.comment and type_name(column))] == []


def test_the_readme_names_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`NEDRA_{name.upper()}`" not in readme] == []


def test_the_readme_names_only_targets_that_the_makefile_has():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"`?make ([a-z-]+)`?", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(named) <= set(targets)
