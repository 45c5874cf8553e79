"""Fixtures of the tests with real servers.

Belongs here: an installation that is ended with its test or module, the tools of the machine.
Does not: starting processes (``tests.live.processes``).
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.live.processes import Installation, an_installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation with nothing running, for one test."""
    with an_installation(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def new_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Installation]]:
    """Makes installations that the tests of a module share; keywords are the fields of ``Installation``."""
    with ExitStack() as opened:

        def make(**more: Any) -> Installation:
            folder = more.pop("folder", None) or tmp_path_factory.mktemp("home")
            return opened.enter_context(an_installation(folder, **more))

        yield make


def the_tool(name: str, package: str) -> Path:
    """Return a program of the machine, or fail with the Debian package that has it."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed (Debian: apt-get install {package})")
    return Path(found)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser."""
    return the_tool("chromium", "chromium")
