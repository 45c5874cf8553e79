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
_SPACES = re.compile(r"\s+")
# What no eye sees and no comparison may see: Unicode's Default_Ignorable_Code_Point, the braille blank, and the other
# format characters (category Cf).
INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_TRAILING = " :*."
# Numbers without spaces, signs or rare characters need no normalising; Н and N may begin a number sign, № is one.
_PLAIN = re.compile(r"(?![Nn])[0-9A-Za-zА-Яа-яЁё/-]*[0-9A-Za-zА-Яа-яЁё]")
_NUMBER_SIGN = re.compile(r"^(?:no\.?|n|№)(?=[\s№\d])\s*", re.IGNORECASE)
PRINTABLE_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")
"""Those of them that Python calls printable."""
RAISED = "^"
"""Stands before a raised digit in the key of a number."""
_RAISED = re.compile("[¹²³⁰⁴-⁹₀-₉①-⑨⑴-⑼⓪⓵-⓽❶-❾➀-➈➊-➒]")

# One pass over lower-case text: look-alikes and dashes together.
_CANONICAL: dict[int, int | str] = {**_LOOK_ALIKES, **_DASHES}


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the comparison form of a label or a name."""
    lowered = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    spaced = _SPACES.sub(" ", lowered).strip().rstrip(_TRAILING)
    return spaced.translate(_CANONICAL)


def unit_key(text: str) -> str:
    """Return the comparison form of a contract, licence, agreement or document number: folded, no spaces, no «№».

    Not cached: a year has as many document numbers as payments.
    """
    if _PLAIN.fullmatch(text):
        return text.casefold().translate(_CANONICAL)
    plain = unicodedata.normalize("NFKC", mark_raised(INVISIBLE.sub("", text).replace("№", " ")))
    return fold(_NUMBER_SIGN.sub("", plain.strip())).replace(" ", "")


def mark_raised(text: str) -> str:
    """Return a text whose raised, lowered and circled digits are ``^`` and the digit: folding leaves that alone."""
    return _RAISED.sub(_raised, text)


def _raised(found: re.Match[str]) -> str:
    """A raised, lowered or circled digit may be a footnote's: it is never the digit itself."""
    return f"{RAISED}{unicodedata.digit(found[0])}"
