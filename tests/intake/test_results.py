"""Results: addresses of cells."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.result import ALPHABET, column_index, column_letter


@given(st.integers(0, ALPHABET**4))
def test_a_column_is_found_again_by_its_letters(index):
    assert column_index(column_letter(index)) == index


def test_columns_are_counted_from_a():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
