"""Folding: the one form in which two texts typed by different hands are compared.

Belongs here: case, white space, ё, trailing punctuation, Latin look-alikes of Cyrillic letters.
Does not: synonyms and translations (data in ``pipelines/layouts``), and nothing folded is ever stored or shown.
"""

import re
import unicodedata
from functools import lru_cache

# Lower-case pairs, because folding lowers first: b, h, k, m, t look alike as capitals (В, Н, К, М, Т).
_LOOK_ALIKES = str.maketrans("abcehikmoptxyё", "авсенікмортхуе")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_TRAILING = " :*."
# Numbers without spaces, signs or rare characters need no normalising; Н and N may begin a number sign, № is one.
_PLAIN = re.compile(r"(?![Nn])[0-9A-Za-zА-Яа-яЁё/-]*[0-9A-Za-zА-Яа-яЁё]")
_NUMBER_SIGN = re.compile(r"^(?:no\.?|n|№)(?=[\s№\d])\s*", re.IGNORECASE)


# One pass over lower-case text: look-alikes and dashes together.
_CANONICAL: dict[int, int | str] = {**_LOOK_ALIKES, **_DASHES}


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the comparison form of a label or a name."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    spaced = _SPACES.sub(" ", lowered).strip().rstrip(_TRAILING)
    return spaced.translate(_CANONICAL)


def unit_key(text: str) -> str:
    """Return the comparison form of a contract, licence, agreement or document number: folded, no spaces, no «№».

    Not cached: a year has as many document numbers as payments.
    """
    if _PLAIN.fullmatch(text):
        return text.casefold().translate(_CANONICAL)
    bare = _NUMBER_SIGN.sub("", unicodedata.normalize("NFKC", text.replace("№", " ")).strip())
    return fold(bare).replace(" ", "")
