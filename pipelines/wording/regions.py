"""Regions: what the regions of Kazakhstan are called, in Russian, Kazakh and English, by KATO code.

Here: the words (``regions.yaml``). Not here: adding up by region (``dbt_like_sql/models/region_summary.sql``).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pipelines.statute.model import Translated
from schemas.marts import UNNAMED
from schemas.yaml_text import load_yaml

_WORDS = Path(__file__).with_name("regions.yaml")
_DIGITS, _REST = 2, "0000000"


@cache
def region_names() -> Mapping[str, Translated]:
    """Return the name of each region by its whole code (``230000000``), and of a region that is not given (``-``)."""
    content = load_yaml(_WORDS.read_text(encoding="utf-8"))
    named = {f"{digits}{_REST}": Translated.model_validate(words) for digits, words in content["regions"].items()}
    return named | {UNNAMED: Translated.model_validate(content["not_given"])}


def region_name(kato: str | None, language: str) -> str:
    """Return the name of the region a KATO code lies in, in ru, kk or en; the code itself where no region has it."""
    code = UNNAMED if kato in (None, UNNAMED) else f"{str(kato)[:_DIGITS]}{_REST}"
    known = region_names().get(code)
    return str(kato) if known is None else str(getattr(known, language))
