"""Rules of reading for a test: layouts, limits, findings other than those of the distribution, as files in a folder.

Here: putting other files in their place and taking them away again. Not here: workbooks (``tests.books``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from unittest import mock

from pipelines.findings import catalogue
from pipelines.intake import limits
from pipelines.layouts import loader

LAYOUTS, LIMITS = loader.FOLDERS[0], limits.FILE


@contextmanager
def other_layouts(folder: Path, file_name: str = "vocabulary.yaml", old: str = "", new: str = "") -> Iterator[None]:
    """Read by a copy of the layouts in which ``old`` is ``new`` in one file; by default, one more list of words."""
    copytree(LAYOUTS, folder)
    path = folder / file_name
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new) if old else content + "\nanything: {}\n", "utf-8")
    with mock.patch.object(loader, "FOLDERS", (folder,)):
        yield


@contextmanager
def other_limits(
    folder: Path, old: str = "seconds_per_workbook: 60", new: str = "seconds_per_workbook: 61"
) -> Iterator[None]:
    """Read by a copy of the limits in which ``old`` is ``new``."""
    folder.mkdir()
    path = folder / LIMITS.name
    content = LIMITS.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")
    with mock.patch.object(limits, "FILE", path):
        yield


@contextmanager
def other_findings(folder: Path, old: str, new: str) -> Iterator[None]:
    """Read by a copy of the catalogue of findings in which the first ``old`` is ``new``."""
    folder.mkdir()
    path = folder / catalogue.FILE.name
    content = catalogue.FILE.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")
    with mock.patch.object(catalogue, "FILE", path):
        yield
