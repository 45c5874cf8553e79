"""Sources: the acts and papers that parameters of the law and findings cite, from ``sources.yaml``.

Belongs here: a citation for whoever is not a parameter of the law. Does not: the parameters' own references (``law``).
"""

from functools import cache
from pathlib import Path
from typing import Any

from schemas.yaml_text import load_yaml

_FILE = Path(__file__).with_name("sources.yaml")


def cite(source: str, article: str) -> str:
    """Return an article as a person cites it; raise KeyError for a source that is not listed."""
    return f"{_sources()[source]['short']}, {article}"


def document(source: str) -> dict[str, str]:
    """Return title, short title and url of a document; raise KeyError for a source that is not listed."""
    return dict(_sources()[source])


@cache
def _sources() -> dict[str, Any]:
    content: dict[str, Any] = load_yaml(_FILE.read_text(encoding="utf-8"))
    return content
