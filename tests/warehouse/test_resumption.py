"""A run begun twice: what its first worker stored is taken over, not computed again."""

import pytest
import sqlalchemy as sa

from pipelines.steps.compliance import load_compliance
from pipelines.steps.intake import load_filings
from pipelines.steps.marts import load_models
from pipelines.steps.registers import load_registers
from schemas.trail import loads
from tests.homes import Home, User, a_home

STEPS = {
    "registers": lambda home, run_id: load_registers(home.warehouse, run_id),
    "intake": lambda home, run_id: list(load_filings(home.warehouse, run_id, 2025).loads),
    "compliance": lambda home, run_id: load_compliance(home.warehouse, run_id, 2025),
    "marts": lambda home, run_id: load_models(home.warehouse, run_id, 2025),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    with a_home(tmp_path_factory.mktemp("home"), database=database) as made:
        user = User()
        made.register("units", [user.record()])
        made.hand_in("one.xlsx", user.filing())
        made.hand_in("other.xlsx", b"not a workbook")
        made.run(marts=True)
        yield made


def count(home: Home) -> int:
    with home.warehouse.reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(loads)) or 0


@pytest.mark.parametrize("step", STEPS)
def test_a_step_begun_again_by_its_run_returns_the_loads_it_made(home, step):
    run_id = f"lost-{step}"
    first = STEPS[step](home, run_id)
    before = count(home)
    assert STEPS[step](home, run_id) == first
    assert count(home) == before
    assert STEPS[step](home, f"other than {run_id}") != first
    assert count(home) > before


def test_a_step_begun_again_after_a_later_one_returns_its_own_loads(home):
    first = [step(home, "lost") for step in STEPS.values()]
    assert [step(home, "lost") for step in STEPS.values()] == first


def test_an_intake_begun_again_tells_what_the_first_told(home):
    first = load_filings(home.warehouse, "lost intake", 2025)
    again = load_filings(home.warehouse, "lost intake", 2025)
    assert again == first
    assert first.statuses == {"accepted": 1, "rejected": 1}
    assert first.buckets


def test_a_run_of_another_year_begins_afresh(home):
    load_models(home.warehouse, "run of two years", 2025)
    made = load_models(home.warehouse, "run of two years", 2024)
    assert {load.partition for load in made} == {"2024", None}
