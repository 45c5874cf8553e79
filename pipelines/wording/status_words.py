"""Status words: what each verdict is called, when it is given and what follows, in Russian, Kazakh and English.

Here: the words (``status_words.yaml``). Not here: the rule that gives a status (``pipelines.core.assess``), which facts
decided one verdict (``pipelines.explanations.read``).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.statute.model import Translated
from schemas.vocabulary import Status
from schemas.yaml_text import load_yaml

_WORDS = Path(__file__).with_name("status_words.yaml")


@dataclass(frozen=True)
class StatusWords:
    """One status: its name, when it is given, what follows or is to be done."""

    status: Status
    name: Translated
    when: Translated
    next: Translated


@cache
def status_words() -> tuple[StatusWords, ...]:
    """Return every status, the one that is to be looked at first first."""
    content = load_yaml(_WORDS.read_text(encoding="utf-8"))
    return tuple(
        StatusWords(Status(status), **{part: Translated.model_validate(words) for part, words in told.items()})
        for status, told in content.items()
    )


def status_name(status: Status, language: str) -> str:
    """Return what a status is called in ru, kk or en."""
    return next(str(getattr(words.name, language)) for words in status_words() if words.status is status)
