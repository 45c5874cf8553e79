"""Wording: what the terms of a verdict are called, in Russian, Kazakh and English.

Belongs here: looking a term up in ``terms.yaml``. Does not: the terms (``pipelines.core.terms``), findings.
"""

from functools import cache
from pathlib import Path

import yaml

_TERMS = Path(__file__).parent / "terms.yaml"


def describe(term: str, language: str) -> str:
    """Return the wording of a term, such as ``credit_used:2024``, in ru, kk or en.

    Raises:
        KeyError: the term or the language is unknown.
    """
    key, _, detail = term.partition(":")
    return _wording()[key][language].replace("{}", detail)


@cache
def _wording() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = yaml.safe_load(_TERMS.read_text(encoding="utf-8"))
    return content
