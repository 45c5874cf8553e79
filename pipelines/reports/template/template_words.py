"""Template words: what an empty workbook says and looks like beside the form, read from ``template.yaml``.

Here: looking words, notes and sizes up. Not here: labels and lists of the form (``pipelines.layouts.loader``).
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pipelines.layouts.loader import Field, Labels, Sheet
from pipelines.statute.sources import cite
from schemas.yaml_text import load_yaml


@cache
def content() -> Mapping[str, Any]:
    """Return everything that ``template.yaml`` says."""
    found: Mapping[str, Any] = load_yaml((files(__package__) / "template.yaml").read_text(encoding="utf-8"))
    return found


def spoken(labels: Labels, language: str) -> str:
    """Return a label of the form in ru, kk or en."""
    return str(getattr(labels, language))


def sheet_name(name: str, language: str) -> str:
    """Return the name of a sheet of our own (``guide``, ``sums``, ``lists``)."""
    return str(content()["sheets"][name][language])


def note(sheet: Sheet, field: Field, language: str) -> str:
    """Return what belongs under a header, whether it is required, what an empty cell means, and the article."""
    said, need = content()["notes"], content()["need"]
    own = said.get(f"{sheet.name}.{field.name}") or said.get(field.name)
    lines = [own["note"][language] if own else content()["by_type"][str(field.type)][language]]
    lines.append(need["required" if field.cell_required else "optional"][language] + ".")
    if field.default is not None:
        default = need[field.default][language] if field.default in need else field.default
        lines.append(need["default"][language].format(default=default) + ".")
    if own and sheet.names is not None:
        lines.append(f"{need['basis'][language]}: {cite(**own['reference'])}")
    return "\n".join(lines)
