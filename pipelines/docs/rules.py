"""Rules: the page of the law as Nedra follows it.

Belongs here: how a parameter is shown, whatever its shape. Does not: values and articles (``pipelines/statute``).
"""

from dataclasses import fields
from enum import Enum
from typing import get_args

from pydantic import BaseModel

from pipelines.docs import markdown
from pipelines.statute.law import Statute, load_statute
from pipelines.statute.model import Backed, Confidence, Parameter, Reference

_INTRODUCTION = """\
Every rate, date, list and threshold of law, as data: one file of `pipelines/statute` a parameter, each value with the
article it rests on, how sure we are of it, and the day somebody last looked whether it still holds."""

_CONFIDENCE = {
    "S": "seen in the source",
    "X": "seen as an excerpt of the source",
    "I": "inferred from what was seen",
    "M": "a working assumption",
}
_SHOWN_APART = {*Parameter.model_fields}


def write() -> str:
    """Return the page."""
    statute = load_statute()
    legend = markdown.table(("confidence", "means"), [(mark, _CONFIDENCE[mark]) for mark in get_args(Confidence)])
    return markdown.page("Rules", _INTRODUCTION, [markdown.section("Confidence", legend), *_parameters(statute)])


def _parameters(statute: Statute) -> list[str]:
    found = ((field.name, getattr(statute, field.name)) for field in fields(statute))
    return [_parameter(name, value) for name, value in found if isinstance(value, Parameter)]


def _parameter(name: str, parameter: Parameter) -> str:
    values = {key: getattr(parameter, key) for key in type(parameter).model_fields if key not in _SHOWN_APART}
    single = {key: value for key, value in values.items() if not _is_table(value)}
    facts = [
        parameter.note and f"{parameter.note.strip()}\n",
        f"* file: `pipelines/statute/{name}.yaml`; unit: {parameter.unit}",
        f"* reference: {_reference(parameter.reference)}",
        f"* confidence: {parameter.confidence}; last checked on {parameter.last_checked_on}",
    ]
    return markdown.section(
        parameter.title,
        "\n".join(fact for fact in facts if fact),
        markdown.table(("name", "value"), [(key, _text(value)) for key, value in single.items()]) if single else "",
        *(_entries(value) for value in values.values() if _is_table(value)),
    )


def _is_table(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _entries(entries: tuple[BaseModel, ...]) -> str:
    names = [name for name in type(entries[0]).model_fields if name not in Backed.model_fields]
    used = [name for name in names if any(getattr(entry, name) not in (None, ()) for entry in entries)]
    rows = [[*(_text(getattr(entry, name)) for name in used), *_backing(entry)] for entry in entries]
    return markdown.table((*(name.replace("_", " ") for name in used), "reference", "confidence"), rows)


def _backing(entry: BaseModel) -> tuple[str, str]:
    return (_reference(entry.reference), entry.confidence) if isinstance(entry, Backed) else ("", "")


def _reference(reference: Reference) -> str:
    return f"[{reference.short}]({reference.url}), {reference.article}" if reference.url else str(reference)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    return "" if value is None else str(value)
