"""Folding: what two hands type for the same label or number is the same, and no more than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.folding import fold, unit_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Номер договора", "  НОМЕР   договора:  "),
        ("Номер договора", "Номер\u00a0договора*"),
        ("Номер договора", "Номер\u2009договора"),
        ("Отчетный год", "Отчётный год"),
        ("КБК", "KБK"),
        ("СУММА", "CYMMA"),
        ("Вид\nработы", "Вид работы"),
        ("тыс. тенге", "тыс. тенге."),
        ("ВИД", "В\u200bИД".replace("\u200b", "")),
    ],
)
def test_one_label_typed_by_two_hands_folds_to_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Дата акта", "Дата договора"), ("и", "й"), ("КТ-1", "КТ-11"), ("", "а")])
def test_different_labels_stay_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "typed", ["КТ-1", "кт-1", "KT-1", "№ КТ-1", "№КТ-1", "КТ – 1", "КТ—1", " КТ - 1 ", "КТ‑1", "Nº КТ-1"]
)
def test_a_unit_number_is_the_same_however_it_is_typed(typed):
    assert unit_key(typed) == unit_key("КТ-1")


@pytest.mark.parametrize("typed", ["КТ-2", "КТ1", "КТ-1/1", "НКТ-1"])
def test_another_unit_number_is_another(typed):
    assert unit_key(typed) != unit_key("КТ-1")


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text("АВСабв RСTxyz0123456789/-–—№.\u00a0", max_size=20))
def test_a_key_has_no_spaces_and_is_its_own_key(text):
    key = unit_key(text)
    assert " " not in key
    assert unit_key(key) == key


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяё ", max_size=20))
def test_case_never_matters_in_cyrillic(text):
    assert fold(text.upper()) == fold(text)
