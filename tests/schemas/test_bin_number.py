"""BIN numbers: the check digit against published and worked numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.bin_number import check_digit, has_valid_check_digit

ELEVEN = st.text("0123456789", min_size=11, max_size=11)


@pytest.mark.parametrize("text", ["140940023346", "050340000009", "050340000019", "050340000029"])
def test_a_number_of_the_first_pass_is_valid(text):
    assert has_valid_check_digit(text)


@pytest.mark.parametrize("text", ["050340001808", "050340001821", "050340001833", "061211600012"])
def test_a_number_of_the_second_pass_is_valid(text):
    weights = range(1, 12)
    assert sum(int(digit) * weight for digit, weight in zip(text[:-1], weights, strict=True)) % 11 == 10
    assert has_valid_check_digit(text)


@pytest.mark.parametrize("prefix", ["05034000181", "05034000262", "05034000343"])
def test_a_prefix_with_ten_in_both_passes_is_never_issued(prefix):
    assert check_digit(prefix) is None
    assert not any(has_valid_check_digit(f"{prefix}{digit}") for digit in range(10))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1409400233460",
        "14094002334",
        "14094002334X",
        "١٤٠٩٤٠٠٢٣٣٤٦",
        " 40940023346",
        "000000000000",
        "-40940023346",
    ],
)
def test_what_is_not_twelve_ascii_digits_is_invalid(text):
    assert not has_valid_check_digit(text)


@given(ELEVEN)
def test_exactly_one_digit_fits_a_prefix_that_is_issued(prefix):
    fitting = [digit for digit in range(10) if has_valid_check_digit(f"{prefix}{digit}")]
    expected = check_digit(prefix)
    assert fitting == ([] if expected is None or prefix == "0" * 11 else [expected])


@given(ELEVEN, st.integers(0, 9), st.integers(1, 9))
def test_a_mistyped_digit_is_nearly_always_seen(prefix, place, step):
    # The eleventh digit has the weight 11 in the first pass: its mistakes go unseen there.
    digit = check_digit(prefix)
    other = prefix[:place] + str((int(prefix[place]) + step) % 10) + prefix[place + 1 :]
    if digit is not None and has_valid_check_digit(f"{other}{digit}"):
        # Only a number that falls into the second pass can hide the change.
        sums = [sum(int(d) * w for d, w in zip(each, range(1, 12), strict=True)) % 11 for each in (prefix, other)]
        assert 10 in sums
