"""Unit numbers: which unit of the register a number means that is not spelled as the register spells it.

Here: numbers that differ by look-alikes, dashes, number signs, spaces, footnotes, words and dates around them. Not
here: the comparison form (``schemas.folding``), whether the user held the unit (``linking``), the words
(``habits.yaml``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.core.directory import Directory
from pipelines.core.frames import plain_values
from pipelines.layouts.habits import habits
from schemas.folding import RAISED, fold, mark_raised, unit_key

RIVALS = "unit_rivals"
"""Column: the units of the register that a number may mean, when there are several."""
SPELLED = "unit_spelled"
"""Column: the register's spelling, where another one was typed."""
_RAISED = re.compile(rf"{re.escape(RAISED)}([0-9])")
_NEAR_A_LETTER = re.compile(r"(?<=[^\W\d_])-|-(?=[^\W\d_])|[«»\"'()]")


@dataclass(frozen=True)
class _Meant:
    """What a typed number means: the key of a unit, its spelling when another was typed, the rivals if several fit."""

    key: str
    spelled: str | None = None
    rivals: str | None = None


def resolve_units(frame: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """Return lines with ``unit_key`` that of the unit meant, and the columns ``unit_spelled`` and ``unit_rivals``.

    A number that means no unit of the register, or may mean several, keeps its own key.
    """
    index = _loosely(directory)
    known: dict[str | None, _Meant | None] = {None: None}
    meant: list[_Meant | None] = []
    for text in plain_values(frame["unit_no"]):
        if text not in known:
            known[text] = _meant(text, directory, index)
        meant.append(known[text])
    columns = {
        "unit_key": [each and each.key for each in meant],
        SPELLED: [each and each.spelled for each in meant],
        RIVALS: [each and each.rivals for each in meant],
    }
    texts = {name: pd.array(np.array(values, dtype=object), dtype="str") for name, values in columns.items()}
    return frame.assign(**texts)


def _meant(text: str, directory: Directory, index: Mapping[str, set[str]]) -> _Meant:
    key = unit_key(text)
    if key in directory.rows:
        spelled = directory.spelling(key)
        return _Meant(key, spelled if spelled != text else None)
    fitting = sorted({unit for variant in _variants(text) for unit in index.get(variant, ())})
    if len(fitting) == 1:
        return _Meant(fitting[0], directory.spelling(fitting[0]))
    return _Meant(key, rivals=" | ".join(map(directory.spelling, fitting)) or None)


def _variants(text: str) -> Iterator[str]:
    """Yield the loose forms a typed number may have: a raised digit is a footnote's, or a digit of the number."""
    rules = habits().unit_numbers
    bare = rules.before.sub("", rules.dated.sub("", fold(mark_raised(text.replace("№", " ")))).strip(), count=1)
    for form in {unit_key(text), unit_key(bare)}:
        yield _loose(_RAISED.sub("", form))
        yield _loose(_RAISED.sub(r"\1", form))


def _loosely(directory: Directory) -> Mapping[str, set[str]]:
    """Return the keys of the register by their loose form."""
    index: defaultdict[str, set[str]] = defaultdict(set)
    for key in directory.rows:
        index[_loose(key)].add(key)
    return index


def _loose(key: str) -> str:
    """Return a key without the dashes beside letters - between digits they tell numbers apart - and look-alikes."""
    return _NEAR_A_LETTER.sub("", key).translate(dict(habits().unit_numbers.alike))
