"""Decimals: a number, however it was typed, as plain decimal text.

Belongs here: spellings of numbers, their one canonical writing. Does not: which cells must be numbers (``values``),
amounts in tiyn (``amounts``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

_GROUPED = r"[0-9]{1,3}(?: [0-9]{3})+"
_NUMBER = re.compile(rf"(-?)({_GROUPED}|[0-9]+)(?:[.,]([0-9]+)|\.)?")
_ENGLISH = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)")
_GERMAN = re.compile(r"(-?)([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)")
_GROUPS = re.compile(r"(-?)([0-9]{1,3}(?:([.,])[0-9]{3}(?:\3[0-9]{3})+))()")
# Three digits behind the only sign: a thousand or a fraction. A zero before the sign, or a space, settles it.
_TWO_WAYS = re.compile(r"(-?)([1-9][0-9]{0,2})[.,]([0-9]{3})")
_SIGN_OF_DECIMALS = re.compile(r"-?[0-9 ]*[0-9]([.,])[0-9]+")
_LONGEST_NUMBER = 60
_HUGE = 10**300


def number_text(raw: Any) -> str | None:
    """Return the plain decimal writing of a number typed as one or as text; None when it is not a number.

    A float is taken by its shortest writing. In a text, white space separates thousands and one comma or point the
    decimals; ``1,234.56`` and ``1.234,56`` can mean only one thing and are read so.
    """
    kind = raw.__class__
    if kind is float:
        return _float_text(raw)
    if kind is str:
        return _parsed_number(raw)
    if kind is int and abs(raw) < _HUGE:
        return str(raw)
    return None


def _float_text(raw: float) -> str | None:
    text = repr(raw)
    if text.endswith(".0"):
        text = text[:-2]
    elif "e" in text:
        text = plain(Decimal(text))
    elif not math.isfinite(raw):
        return None
    return "0" if text == "-0" else text


@lru_cache(maxsize=65_536)
def _parsed_number(text: str) -> str | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    spaced = " ".join(text.replace("\u2212", "-").split())
    for pattern in (_NUMBER, _ENGLISH, _GERMAN, _GROUPS):
        match = pattern.fullmatch(spaced)
        if match:
            sign, whole, *_, fraction = match.groups()
            digits = re.sub("[ ,.]", "", whole)
            return plain(Decimal(f"{sign}{digits}.{fraction or 0}"))
    return None


@dataclass(frozen=True)
class TwoReadings:
    """The two numbers a text may stand for, as plain decimal text, and the sign between its digits."""

    thousands: str
    decimals: str
    sign: str

    def __str__(self) -> str:
        """Return both, as a finding tells them."""
        return f"{self.thousands} | {self.decimals}"

    def settled(self, decimal_sign: str) -> str:
        """Return the number, once it is known which sign begins the decimals."""
        return self.decimals if self.sign == decimal_sign else self.thousands


def two_readings(text: str) -> TwoReadings | None:
    """Return both numbers of a text such as ``1.234`` or ``100,000``; None when it has one reading or none."""
    match = _TWO_WAYS.fullmatch(text.replace("\u2212", "-"))
    if match is None:
        return None
    sign, whole, rest = match.groups()
    return TwoReadings(f"{sign}{whole}{rest}", plain(Decimal(f"{sign}{whole}.{rest}")), text[-4])


def decimal_sign(text: str) -> str | None:
    """Return the sign that surely begins the decimals of a number, or would, by the way it groups its thousands."""
    spaced = " ".join(text.replace("\u2212", "-").split())
    if two_readings(spaced) or _parsed_number(spaced) is None:
        return None
    if groups := _GROUPS.fullmatch(spaced):
        return "," if groups[3] == "." else "."
    if _ENGLISH.fullmatch(spaced) or _GERMAN.fullmatch(spaced):
        return max(".,", key=spaced.rindex)
    match = _SIGN_OF_DECIMALS.fullmatch(spaced)
    return match[1] if match else None


def tenge_text(amount: Decimal) -> str:
    """Return an amount in tenge as a finding shows it in any language: thousands apart, ``150 001 000.5 KZT``."""
    whole, point, rest = plain(amount).partition(".")
    return f"{int(whole):,}{point}{rest} KZT".replace(",", " ")


def plain(number: Decimal) -> str:
    """Return a number without exponent, trailing zeros or a negative zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
