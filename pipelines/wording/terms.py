"""Terms: what the terms of a verdict are called, in Russian, Kazakh and English.

Belongs here: looking a term up in ``terms.yaml``. Does not: the terms (``pipelines.core.terms``), numbers
(``numbers``), findings.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from pipelines.wording import numbers
from pipelines.wording.units_of_account import unit_words
from schemas.yaml_text import load_yaml

_TERMS = Path(__file__).parent / "terms.yaml"

# Details that are stored as numbers and read as percentages, or as units of account.
_DETAILS: Mapping[str, Callable[[str, str], str]] = {
    "rate": numbers.rate,
    "fulfilment": numbers.percent,
    "likely_unit_of_base": unit_words,
    "likely_unit_of_declared_due": unit_words,
}


def describe(term: str, language: str) -> str:
    """Return the wording of a term, such as ``credit_used:2024``, in ru, kk or en.

    Raises:
        KeyError: the term or the language is unknown.
    """
    key, _, detail = term.partition(":")
    shown = _DETAILS[key](detail, language) if key in _DETAILS else detail
    return _wording()[key][language].replace("{}", shown)


@cache
def _wording() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = load_yaml(_TERMS.read_text(encoding="utf-8"))
    return content
