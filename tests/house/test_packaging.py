"""The lock installs anywhere, and names no package index."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("lock.txt", "dev.txt")
# Addresses and options by which a file would tie the project to one package index; letters in brackets keep the
# pattern from being one of them itself.
INDEX = re.compile(
    r"https?://[^\s/\"']*(?:p[y]pi|python[h]osted|npm[j]s|ana[c]onda)|-{2}(?:extra-)?index[-]url|-{2}find[-]links"
)
GENERATED = {"build", "dist", "demo", "data"}


def pins(name: str) -> dict[str, set[str]]:
    """Return the hashes of each pinned requirement of a lock, whatever platform it is for."""
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / "requirements" / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.split(r" [\\;]", block)[0]: set(re.findall(r"--hash=(\S+)", block)) for block in blocks[1:]}


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_hashed(name):
    locked = pins(name)
    assert locked
    assert [pin for pin, hashes in locked.items() if "==" not in pin or not hashes] == []


def test_development_runs_on_exactly_what_production_runs_on():
    production, development = pins("lock.txt"), pins("dev.txt")
    assert {pin: development.get(pin) for pin in production} == production


def test_no_file_names_a_package_index():
    tops = [top for top in ROOT.iterdir() if top.name == ".ci" or not top.name.startswith(".")]
    texts = [path for top in tops if top.name not in GENERATED for path in (top, *top.rglob("*")) if path.is_file()]
    named = [str(path.relative_to(ROOT)) for path in texts if INDEX.search(path.read_text("utf-8", errors="replace"))]
    assert named == []
