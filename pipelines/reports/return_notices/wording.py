"""Wording: what every return notice looks like and says, whatever the findings in it.

Belongs here: reading ``notices.yaml``. Does not: findings and their messages (``pipelines.findings.catalogue``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from schemas.vocabulary import Language
from schemas.yaml_text import load_yaml

BESIDE, BELOW = " / ", "\n"


@dataclass(frozen=True)
class Limits:
    """Counts, characters, seconds, bytes; each is explained in ``notices.yaml``."""

    notes: int
    note_characters: int
    cells_listed: int
    shown_characters: int
    seconds_per_notice: float
    memory_bytes: int
    worst: int


@dataclass(frozen=True)
class Type:
    """The font of the sheet of findings, in points."""

    name: str
    size: float
    title_size: float
    line_points: float


@dataclass(frozen=True)
class Column:
    """A column of the sheet of findings; ``header`` in three languages, ``width`` in characters."""

    name: str
    header: str
    width: int


@dataclass(frozen=True)
class Manner:
    """The look and the words of notices; ``digest`` covers all of it."""

    author: str
    sheet: str
    never_opened: frozenset[str]
    limits: Limits
    colours: Mapping[str, str]
    font: Type
    columns: tuple[Column, ...]
    digest: str
    words: Mapping[str, Mapping[str, Any]]

    def say(self, group: str, key: str, language: str, **facts: object) -> str:
        """Return words in one language with ``{facts}`` filled in; raise KeyError for unknown words."""
        text: str = self.words[group][key][language]
        return text.format(**facts) if facts else text

    def in_all(self, group: str, key: str, between: str = BESIDE) -> str:
        """Return words in all languages, each spelling once."""
        return one_of_each((self.words[group][key][language] for language in Language), between)


def one_of_each(texts: Iterable[str], between: str = BESIDE) -> str:
    """Join texts, each spelling once."""
    return between.join(dict.fromkeys(texts))


@cache
def manner() -> Manner:
    """Return what ``notices.yaml`` says."""
    text = (files(__package__) / "notices.yaml").read_text(encoding="utf-8")
    content = load_yaml(text)
    return Manner(
        author=content["author"],
        sheet=content["sheet"],
        never_opened=frozenset(content["never_opened"]),
        limits=Limits(**content["limits"]),
        colours=content["colours"],
        font=Type(**content["font"]),
        columns=tuple(_column(name, raw) for name, raw in content["columns"].items()),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        words={name: content[name] for name in ("severities", "facts", "outcomes", "note")} | {"": content},
    )


def _column(name: str, raw: Mapping[str, Any]) -> Column:
    return Column(name, one_of_each((raw[language] for language in Language), BELOW), raw["width"])
