"""Decimals: a number, however it was typed, as plain decimal text.

Belongs here: spellings of numbers, their one canonical writing. Does not: which cells must be numbers (``values``),
amounts in tiyn (``amounts``).
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

_GROUPED = r"[0-9]{1,3}(?: [0-9]{3})+"
_NUMBER = re.compile(rf"(-?)({_GROUPED}|[0-9]+)(?:[.,]([0-9]+)|\.)?")
_ENGLISH = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)")
_GERMAN = re.compile(r"(-?)([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)")
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
    for pattern in (_NUMBER, _ENGLISH, _GERMAN):
        match = pattern.fullmatch(spaced)
        if match:
            sign, whole, fraction = match.groups()
            digits = re.sub("[ ,.]", "", whole)
            return plain(Decimal(f"{sign}{digits}.{fraction or 0}"))
    return None


def plain(number: Decimal) -> str:
    """Return a number without exponent, trailing zeros or a negative zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
