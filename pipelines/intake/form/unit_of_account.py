"""Unit of account: tenge, thousands, millions, told by their words.

Here: whether a text is surely a unit of account, and which. Not here: the spellings of the form (``vocabulary.yaml``),
the words (``habits.yaml``), what is done with a unit that contradicts the cover.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.layouts.habits import habits
from schemas.folding import fold

_WORD = re.compile(r"[^\W\d_]+|[0-9]+|₸|[^\w\s]")
# What stands between the words of «(тыс. тенге):» and says nothing.
_PUNCTUATION = frozenset(".,:;()[]*-/\"«»'")
# Behind what a unit of account is said of an amount, beside the opening words of the habits.
_OPENING_SIGNS = frozenset(",(:-[")
_POINT = "."


@lru_cache(maxsize=4096)
def multiplier_of(text: str) -> str | None:
    """Return how many tenge one unit is, as a whole number in text; None when a word is unknown or two contradict.

    «тыс. тенге», «KZT thousand», «(млн тг)», «₸» are units; «тыс. долларов» and «тыс. млн тенге» are not.
    """
    words = habits().unit_words
    multipliers: set[str] = set()
    has_currency = False
    for word in _WORD.findall(fold(text)):
        if word in words.multipliers:
            multipliers.add(words.multipliers[word])
        elif word in words.currency:
            has_currency = True
        elif word not in words.fillers and word not in _PUNCTUATION:
            return None
    if len(multipliers) > 1 or not (multipliers or has_currency):
        return None
    return multipliers.pop() if multipliers else "1"


@lru_cache(maxsize=4096)
def multiplier_in(text: str) -> str | None:
    """Return how many tenge one unit is that a longer text says, «Сумма, тыс. тенге», «(в млн тенге)».

    None when it says none surely: «тыс. тонн», «450 тенге за доллар», thousands and millions together.
    """
    words = habits().unit_words
    spoken = [word for word in _WORD.findall(fold(text)) if word not in _POINT]
    said: set[str] = set()
    for place, word in enumerate(spoken):
        following = spoken[place + 1] if place + 1 < len(spoken) else None
        before = spoken[place - 1] if place else None
        if word in words.multipliers and (following in words.currency or _ends(spoken, place)):
            said.add(words.multipliers[word])
        elif word in words.currency and _opens(before):
            said.add("1")
    return said.pop() if len(said) == 1 else None


def _ends(words: list[str], place: int) -> bool:
    """Tell whether a word is the last but for closing signs, and stands behind an opening one: «Сумма, тыс.»."""
    rest = words[place + 1 :]
    return place > 0 and _opens(words[place - 1]) and all(word in _PUNCTUATION for word in rest)


def _opens(word: str | None) -> bool:
    return word in _OPENING_SIGNS or word in habits().unit_words.openings
