"""Fixtures of reading.

Belongs here: short ways to read a workbook with the default limits. Does not: workbooks (``tests.books``).
"""

import pytest

from pipelines.intake.form.read import read_filing, read_register
from pipelines.intake.limits import default_limits


@pytest.fixture(scope="session")
def limits():
    """The limits of limits.yaml."""
    return default_limits()


@pytest.fixture(scope="session")
def read(limits):
    """Reads a filing of 2025."""
    return lambda data, year=2025: read_filing(data, year, limits)


@pytest.fixture(scope="session")
def read_a_register(limits):
    """Reads a register by name."""
    return lambda data, name: read_register(data, name, limits)
