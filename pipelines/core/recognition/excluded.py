"""Excluded kinds: titles that name an expense which is not research (code R25).

Here: finding word beginnings in many titles at once. Not here: the words (``statute/excluded_kinds.yaml``).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
import pandas as pd

from pipelines.core.frames import Mask
from pipelines.statute.model import ExcludedKind

_BETWEEN = "\x00"


def names_excluded_kind(titles: pd.Series, words: Sequence[ExcludedKind]) -> Mask:
    """Tell for each title whether it names an excluded kind; no title names none."""
    codes, unique = pd.factorize(titles)
    found = np.zeros(len(unique) + 1, dtype=bool)  # the last place is that of NA, whose code is -1
    found[: len(unique)] = _find(unique.tolist(), words)
    return found[codes]


def _find(titles: Sequence[str], words: Sequence[ExcludedKind]) -> Mask:
    """Search all titles as one text: a substring search over megabytes beats a pattern per title."""
    text = _BETWEEN.join(titles).casefold().replace("ё", "е").replace("\xa0", " ")
    starts = list(accumulate((len(title) + 1 for title in text.split(_BETWEEN)), initial=0))
    vocabulary = " ".join(set(text.replace(_BETWEEN, " ").split()))
    found = np.zeros(len(titles), dtype=bool)
    for kind in words:
        # Most beginnings occur nowhere; the words that do occur are a far shorter text than the titles.
        stems = [stem for stem in kind.stems if stem.split()[0] in vocabulary]
        named = {title for stem in stems for title in _titles_with(stem, text, starts)}
        if named:
            named -= {title for stem in kind.exceptions for title in _titles_with(stem, text, starts)}
        found[list(named)] = True
    return found


def _titles_with(stem: str, text: str, starts: Sequence[int]) -> Iterator[int]:
    """Yield the place of each title in which a word begins with the stem; the first such word is enough."""
    at = text.find(stem)
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            place = bisect_right(starts, at) - 1
            yield place
            at = text.find(stem, starts[place + 1])
        else:
            at = text.find(stem, at + 1)
