"""Directions: the names a filing may give the direction of a work, from ``directions.yaml``.

Belongs here: the names, for who reads a form; a reading process needs them and no other law, and the model of the law
takes longer to load than a workbook to read. Does not: what a direction counts as, and since when (``law``).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schemas.yaml_text import load_yaml

_FILE = Path(__file__).with_name("directions.yaml")


def direction_names() -> tuple[Mapping[str, str], ...]:
    """Return the name of each direction by language, in the order of the statute."""
    content: Mapping[str, Any] = load_yaml(_FILE.read_text(encoding="utf-8"))
    return tuple(entry["name"] for entry in content["entries"])
