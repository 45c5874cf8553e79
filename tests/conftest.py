"""Fixtures every test may use.

Belongs here: what isolates a test from the machine it runs on. Does not: fixtures of one subject (its own conftest).
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: a slow machine is not a defect. The same examples every time: a red test stays red until it is mended.
settings.register_profile("nedra", deadline=None, derandomize=True)
settings.load_profile("nedra")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the installation of whoever runs it."""
    for name in os.environ:
        if name.startswith(("NEDRA_", "DAGSTER_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def office() -> Path:
    """The spreadsheet program; a build without it fails, a newcomer without it skips."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Path(found)
    missing = "LibreOffice is not installed (Debian: apt-get install libreoffice-calc)"
    return pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
