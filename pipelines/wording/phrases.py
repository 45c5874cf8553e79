"""Phrases: how an explanation speaks to its reader - words, amounts, days and moments in Russian, Kazakh and English.

Belongs here: looking words up in ``phrases.yaml``, writing numbers and dates. Does not: terms (``pipelines.statute``),
finding messages (``pipelines.findings.catalogue``), what is said.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.layouts.loader import vocabularies
from pipelines.settings import TIME_ZONE
from pipelines.wording.terms import percent_of_basis_points, percent_of_fraction
from schemas.money import TIYN_PER_TENGE
from schemas.yaml_text import load_yaml

_WORDS = Path(__file__).with_name("phrases.yaml")
_ENGLISH = "en"
_NO_BREAK = "\u00a0"


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


def amount(tiyn: int, language: str) -> str:
    """Return tenge with two decimals: ``1 234 567,89`` or ``1,234,567.89``."""
    text = f"{Decimal(tiyn) / TIYN_PER_TENGE:,.2f}"
    return text if language == _ENGLISH else text.replace(",", _NO_BREAK).replace(".", ",")


def percent(basis_points: int, language: str) -> str:
    """Return basis points as a percentage."""
    return decimal_comma(percent_of_basis_points(str(basis_points)), language)


def rate(fraction: Decimal, language: str) -> str:
    """Return a fraction as a percentage."""
    return decimal_comma(percent_of_fraction(str(fraction)), language)


def decimal_comma(number: str, language: str) -> str:
    """Return a number with the decimal sign of the language."""
    return number if language == _ENGLISH else number.replace(".", ",")


def day(value: date, language: str) -> str:
    """Return a date: ``31.12.2025`` or ``2025-12-31``."""
    return value.isoformat() if language == _ENGLISH else value.strftime("%d.%m.%Y")


def moment(value: datetime, language: str) -> str:
    """Return an instant by the clock of Almaty, to the second."""
    local = value.astimezone(TIME_ZONE)
    return f"{day(local.date(), language)} {local:%H:%M:%S}"


@cache
def _words() -> Mapping[str, Any]:
    content: Mapping[str, Any] = load_yaml(_WORDS.read_text(encoding="utf-8"))
    return content
