"""Terms: what the terms of a verdict are called, in Russian, Kazakh and English.

Belongs here: looking a term up in ``terms.yaml``. Does not: the terms (``pipelines.core.terms``), findings.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from schemas.columns import plain_decimal
from schemas.yaml_text import load_yaml

_TERMS = Path(__file__).parent / "terms.yaml"

_PERCENT = 100
# The one language of the three that writes 1.5 and not 1,5.
_DECIMAL_POINT = "en"


def percent_of_fraction(fraction: str) -> str:
    """Return a fraction as a percentage: ``0.015`` is ``1.5%``."""
    return f"{plain_decimal(Decimal(fraction) * _PERCENT):f}%"


def percent_of_basis_points(basis_points: str) -> str:
    """Return basis points as a percentage: ``6615`` is ``66.15%``."""
    return f"{plain_decimal(Decimal(basis_points) / _PERCENT):f}%"


# Details that are stored as numbers and read as percentages.
_DETAILS: Mapping[str, Callable[[str], str]] = {
    "rate": percent_of_fraction,
    "fulfilment": percent_of_basis_points,
}


def describe(term: str, language: str) -> str:
    """Return the wording of a term, such as ``credit_used:2024``, in ru, kk or en.

    Raises:
        KeyError: the term or the language is unknown.
    """
    key, _, detail = term.partition(":")
    shown = detail
    if key in _DETAILS:
        number = _DETAILS[key](detail)
        shown = number if language == _DECIMAL_POINT else number.replace(".", ",")
    return _wording()[key][language].replace("{}", shown)


@cache
def _wording() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = load_yaml(_TERMS.read_text(encoding="utf-8"))
    return content
