"""The system against the oracle: the same inbox, every column, every line, every finding.

Belongs here: running homes through the steps and through the oracle. Does not: expectations by hand (``tests/core``,
``tests/steps``), Dagster. When the two differ, ``oracle`` says how it reads the contract; one of them is wrong.
"""

import datetime as dt

import pytest

from pipelines.demo.home import write_demo
from tests.homes import a_home
from tests.oracle import country
from tests.oracle.comparing import differences

LONG_AFTER = dt.date(2027, 9, 1)


def compared(folder, years, as_of, write):
    """Run a home and return the differences."""
    with a_home(folder, as_of=as_of) as home:
        write(home)
        home.run(*years, marts=True)
    return differences(folder, years, as_of)


def test_a_country_by_hand_is_decided_as_the_oracle_decides_it(tmp_path):
    assert compared(tmp_path, country.YEARS, LONG_AFTER, country.a_country().write) == []


@pytest.mark.parametrize("as_of", [dt.date(2026, 4, 30), dt.date(2026, 5, 1)], ids=["deadline", "day after"])
def test_the_deadline_is_the_last_day_to_wait(tmp_path, as_of):
    made = country.a_country(country.fixed_obligations, country.worst_of_a_user, country.submissions)
    assert compared(tmp_path, [2025], as_of, made.write) == []


def test_optional_registers_may_be_absent(tmp_path):
    made = country.a_country(country.people, country.currencies, country.decisions, country.receipts)
    made.registers = {"units": made.registers["units"]}
    assert compared(tmp_path, [2024, 2025], LONG_AFTER, made.write) == []


@pytest.mark.parametrize(("seed", "mistakes"), [(1, 0), (2, 6)])
def test_a_drawn_country_is_decided_as_the_oracle_decides_it(tmp_path, seed, mistakes):
    years = [2025, 2026]

    def write(home):
        clean = not mistakes
        write_demo(home.folder, users=5, years=years, seed=seed, clean=clean, mistake_factor=mistakes or 1)

    assert compared(tmp_path, years, dt.date(2027, 3, 1), write) == []
