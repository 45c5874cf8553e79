"""Nearness: how like a label of the form a text is that is none.

Here: stripping what says nothing, two languages in one label, words and letters in common. Not here: what follows from
it (``header``, ``cover``), the words and distances (``habits.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from pipelines.layouts.habits import habits
from pipelines.layouts.loader import Field
from schemas.folding import fold

SAME = 1.0
_WORD = re.compile(r"№|[^\W_]+")


def nearest(text: str, fields: Iterable[Field]) -> dict[str, float]:
    """Return how like the labels of each field a text is, 0 to 1, for the fields that are near.

    When the text, bare of marks, numbers and brackets, is a field's label, that field alone is near.
    """
    found = {field.name: max(likeness(text, label) for label in field.labels.spellings()) for field in fields}
    same = {name: share for name, share in found.items() if share == SAME}
    least = min(habits().labels.near_words, habits().labels.near_letters)
    return same or {name: share for name, share in found.items() if share >= least}


def nearest_names(text: str, names: Iterable[str]) -> bool:
    """Tell whether the name of a sheet is near one of the form's, or has all the words of one among its own."""
    least = min(habits().labels.near_words, habits().labels.near_letters)
    words = _WORD.findall(fold(text))
    for name in names:
        wanted = _WORD.findall(fold(name))
        if likeness(text, name) >= least or all(any(_same_word(each, word) for each in words) for word in wanted):
            return True
    return False


@lru_cache(maxsize=16_384)
def likeness(text: str, label: str) -> float:
    """Return how like a label a text is: 1 for the same but for what says nothing, 0 for not near at all."""
    parts = _parts(text)
    if fold(label) in parts or bare(label) in parts:
        return SAME
    return max((_likeness(part, bare(label)) for part in parts if part), default=0.0)


def bare(text: str) -> str:
    """Return a folded label without footnote marks, numbering, brackets and the words of a unit of account."""
    rules, unit = habits().labels, habits().unit_words
    unmarked = rules.brackets.sub(" ", rules.marks.sub(" ", text))
    folded = fold(rules.numbering.sub("", unmarked.strip(), count=1) or unmarked)
    words = folded.split()
    says_unit = {*unit.multipliers, *unit.currency, *rules.says_nothing}
    is_unit = [word.strip(",.;:") in says_unit or not word.strip(",.;:") for word in words]
    while len(words) > 1 and is_unit[len(words) - 1]:
        words.pop()
    return " ".join(words).rstrip(" ,;:.*")


def _parts(text: str) -> set[str]:
    """Return the whole label and, when it stands in two languages, each of them."""
    return {fold(text), bare(text), *map(bare, habits().labels.between_languages.split(text))}


def _likeness(text: str, label: str) -> float:
    rules = habits().labels
    words, wanted = _WORD.findall(text), _WORD.findall(label)
    kinds, wanted_kinds = ({rules.kinds[word] for word in each if word in rules.kinds} for each in (words, wanted))
    if kinds and wanted_kinds and kinds.isdisjoint(wanted_kinds):
        return 0.0
    said, meant = (_telling(each) for each in (words, wanted))
    if not said or not meant:
        return 0.0
    left = list(said)
    for word in meant:
        left.remove(same) if (same := next((each for each in left if _same_word(each, word)), None)) else None
    shared = 2 * (len(said) - len(left)) / (len(said) + len(meant))
    if shared >= SAME:
        shared = SAME if kinds == wanted_kinds else (SAME + rules.near_words) / 2
    letters = SequenceMatcher(None, text, label, autojunk=False).ratio()
    return max(shared if shared >= rules.near_words else 0.0, letters if letters >= rules.near_letters else 0.0)


def _telling(words: list[str]) -> list[str]:
    """Return the words that tell one label from another of its kind; all of them when there are no others."""
    rules = habits().labels
    telling = [word for word in words if word not in rules.kinds and word not in rules.says_nothing]
    return telling or [word for word in words if word not in rules.says_nothing]


def _same_word(one: str, other: str) -> bool:
    rules = habits().labels
    common = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    agree = min(len(one), len(other)) if common is None else common
    return one == other or agree >= max(rules.stem, min(len(one), len(other)) - rules.endings)
