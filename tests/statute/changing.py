"""Changing: the statute up to 2026 with values that are to come, as a lawyer would write them into its files.

Here: reading the files, adding values. What the files really say of later years is left out, so that a law to come
changes no test. Not here: what follows from the values (the tests).
"""

from copy import deepcopy
from functools import cache
from typing import Any

from pipelines.statute.law import HERE, SHAPES, Statute, statute_of
from schemas.yaml_text import load_yaml

NEXT = "2027-01-01"
NEW_ARTICLE = {"source": "CODE", "article": "ст. 999"}
BACKING: dict[str, Any] = {"published_on": "2026-11-01", "confidence": "S", "reference": NEW_ARTICLE}


@cache
def _files() -> dict[str, Any]:
    names = ("sources", *SHAPES)
    return {name: _up_to_2026(load_yaml((HERE / f"{name}.yaml").read_text(encoding="utf-8"))) for name in names}


def _up_to_2026(node: Any) -> Any:
    if isinstance(node, list):
        return [_up_to_2026(part) for part in node if not (isinstance(part, dict) and part.get("from", "") >= NEXT)]
    return {key: _up_to_2026(part) for key, part in node.items()} if isinstance(node, dict) else node


def files() -> dict[str, Any]:
    """The files of the statute, to be bent."""
    return deepcopy(_files())


def values_of(content: dict[str, Any], row: str | None = None) -> list[dict[str, Any]]:
    """The list of values of a parameter, or of one row of it, to be changed in place."""
    if "entries" not in content:
        return content["values"]  # type: ignore[no-any-return]
    entry = content["entries"][0] if row is None else next(e for e in content["entries"] if row in e.values())
    return entry["values"]  # type: ignore[no-any-return]


def statute_with(changes: dict[str, list[dict[str, Any]]]) -> Statute:
    """The statute with values added to parameters; of a list, ``row`` says to which of its rows.

    A value without an article, a confidence and a day of publication has those of a law to come.
    """
    bent = files()
    for name, values in changes.items():
        for value in values:
            plain = {key: fact for key, fact in value.items() if key != "row"}
            values_of(bent[name], value.get("row")).append(BACKING | plain)
    return statute_of(bent, digest="changed")
