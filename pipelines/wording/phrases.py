"""Phrases: the words an explanation speaks in, in Russian, Kazakh and English.

Belongs here: looking words up in ``phrases.yaml``. Does not: terms (``terms``), numbers and dates (``numbers``),
finding messages (``pipelines.findings.catalogue``), what is said.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.layouts.loader import vocabularies
from schemas.yaml_text import load_yaml

_WORDS = Path(__file__).with_name("phrases.yaml")


def say(group: str, key: str, language: str, **facts: object) -> str:
    """Return words of a group in ru, kk or en with ``{facts}`` filled in; raise KeyError for unknown words."""
    text: str = _words()[group][key][language]
    return text.format(**facts) if facts else text


def phrase(key: str, language: str, *detail: object) -> str:
    """Return a phrase; ``{}`` in it stands for the detail."""
    return say("phrases", key, language).format(*detail)


def position(term: str) -> tuple[str, str]:
    """Return the section a term belongs to and its sign there ("" for none)."""
    place = _words()["terms"][term.partition(":")[0]]
    return place["section"], place.get("sign", "")


def cause_in_words(cause: str, language: str) -> str:
    """Return the causes of a version, which are stored as ``filing:BIN, compliance_by_unit:2024``, in words."""
    return ", ".join(_cause(each, language) for each in cause.split(", "))


def _cause(cause: str, language: str) -> str:
    key, _, detail = cause.partition(":")
    words = _words()["causes"]
    return words[key][language].replace("{}", detail) if key in words else cause


def label(vocabulary: str, value: str | None, language: str) -> str:
    """Return a listed value as the form prints it in a language; a value that is not listed stays as it is."""
    for choice in vocabularies()[vocabulary].choices:
        if choice.value == value:
            return str(getattr(choice.labels, language))
    return value or "-"


@cache
def _words() -> Mapping[str, Any]:
    content: Mapping[str, Any] = load_yaml(_WORDS.read_text(encoding="utf-8"))
    return content
