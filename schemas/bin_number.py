"""BIN numbers, and IIN: the twelve-digit numbers of legal and natural persons, and their check digit.

Belongs here: the arithmetic of the check digit. Does not: cleaning what a clerk typed (``pipelines.intake``).
Source: two-pass control digit of the national registers of identification numbers, Law No 223 of 12.01.2007.
"""

from collections.abc import Sequence

LENGTH = 12
_FIRST_PASS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_PASS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_MODULUS = 11
_DIGITS = frozenset("0123456789")


def check_digit(first_eleven: str) -> int | None:
    """Return the control digit of eleven digits, or None for a prefix that is never issued."""
    for weights in (_FIRST_PASS, _SECOND_PASS):
        control = _weighted(first_eleven, weights) % _MODULUS
        if control < _MODULUS - 1:
            return control
    return None


def has_valid_check_digit(text: str) -> bool:
    """Tell whether ``text`` is twelve ASCII digits, not all zero, whose last one is their control digit."""
    if len(text) != LENGTH or not _DIGITS.issuperset(text) or text == "0" * LENGTH:
        return False
    return check_digit(text[:-1]) == int(text[-1])


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
