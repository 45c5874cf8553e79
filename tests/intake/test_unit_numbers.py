"""Unit numbers: which unit of the register is meant, and when it must be asked.

Here: ``pipelines.intake.year.unit_numbers``. Not here: the comparison form (``tests/schemas``), whole filings.
"""

import pandas as pd
import pytest

from pipelines.core.directory import Directory
from pipelines.intake.year.unit_numbers import RIVALS, SPELLED, resolve_units
from pipelines.statute.law import load_statute
from pipelines.stored.registers import unit_of
from schemas import registers as tables
from tests.homes import User

REGISTER = ("2134-УВС", "2134-УВС1", "КТ-101", "12-1/У", "121/У", "МГ №7")


def directory():
    blank = dict.fromkeys(column.name for column in tables.units.columns)
    records = [blank | User().record(unit_no=number) | {"resigned": False} for number in REGISTER]
    return Directory.of(map(unit_of, records), load_statute().at(2025))


def resolved(text):
    frame = pd.DataFrame({"unit_no": pd.array([text], dtype="str")})
    row = resolve_units(frame, directory()).iloc[0]
    return tuple(None if pd.isna(row[name]) else row[name] for name in (SPELLED, RIVALS))


@pytest.mark.parametrize(
    "typed",
    ["KT-101", "КТ – 101", "№ КТ-101", "кт-101", "КТ101", "КТ-1О1", "КТ-101 от 12.05.2010", "КТ-101 (от 12.05.2010 г.)",
     "Контракт № КТ-101", "контракт КТ-101 от 12.05.2010г.", "Лицензия №КТ-101", "«КТ-101»", "КТ-101*", "КТ-101¹",
     "КТ-l01",     "Контракт № КТ-101² от 1.5.2010"],
)  # fmt: skip
def test_a_number_spelled_otherwise_is_the_one_unit_it_can_mean(typed):
    assert resolved(typed) == ("КТ-101", None)


@pytest.mark.parametrize("number", REGISTER)
def test_a_number_spelled_as_in_the_register_is_no_note(number):
    assert resolved(number) == (None, None)


@pytest.mark.parametrize("typed", ["2134-УВС¹", "2134-УВС ¹", "2134УВС₁", "№ 2134-УВС① от 12.05.2010"])
def test_a_number_that_may_be_two_units_is_neither(typed):
    assert resolved(typed) == (None, "2134-УВС | 2134-УВС1")


@pytest.mark.parametrize("typed", ["КТ-102", "КТ-101/1", "2134", "1-21/У", "КТ-101 и КТ-102", "УВС"])
def test_another_number_is_no_unit_of_the_register(typed):
    assert resolved(typed) == (None, None)


def test_a_dash_between_digits_tells_numbers_apart():
    assert resolved("12-1 / У") == ("12-1/У", None)
    assert resolved("121 /У") == ("121/У", None)


def test_an_empty_cell_means_nothing():
    assert resolved(None) == (None, None)
