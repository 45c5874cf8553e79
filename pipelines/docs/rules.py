"""Rules: the page of the law as Nedra follows it.

Here: how a dated parameter is shown, whatever its shape. Not here: values and articles (``pipelines.statute``).
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any, get_args

from pipelines.docs import markdown
from pipelines.statute.dated import Confidence, Dated, DatedByUnit, DatedRows, Reference, Value
from pipelines.statute.law import ASKED_BY_DAY, Statute, load_statute, parameters

_INTRODUCTION = """\
Every rate, date, list and threshold of law, as data: one file of `pipelines/statute` a parameter, each value with the
day it holds from, the article it rests on and how sure we are of it; each file with the day somebody last looked
whether its values still hold. A value holds until a later one takes its place; `published on` says when the act of a
value to come was published.

A year is judged by the law of its 31 December. What is paid, received or notified is judged by the law of that day,
where a parameter says so."""

_BY_UNIT = (
    "Of the values that cover a unit's regime and sector, the one that began last decides; where neither is named, a "
    "value is for all."
)
_CONFIDENCE = {
    "S": "seen in the source",
    "X": "seen as an excerpt of the source",
    "I": "inferred from what was seen",
    "M": "a working assumption",
}
_NAMES = {"start": "from"}
_FIRST = ("start", "until", "published_on", "regimes", "sectors")
_LAST = ("reference", "confidence")


def write() -> str:
    """Return the page."""
    legend = markdown.table(("confidence", "means"), [(mark, _CONFIDENCE[mark]) for mark in get_args(Confidence)])
    return markdown.page("Rules", _INTRODUCTION, [markdown.section("Confidence", legend), *_parameters(load_statute())])


def _parameters(statute: Statute) -> list[str]:
    return [_parameter(name, parameter) for name, parameter in parameters(statute)]


def _parameter(name: str, parameter: Dated[Any]) -> str:
    facts = [
        parameter.note and f"{parameter.note.strip()}\n",
        f"* file: `pipelines/statute/{name}.yaml`; unit: {parameter.unit}",
        f"* last checked on {parameter.last_checked_on}",
        f"* in force {'on a day' if name in ASKED_BY_DAY else 'in a reporting year'}",
        f"* {_BY_UNIT}" if isinstance(parameter, DatedByUnit) and _has_scopes(parameter) else "",
    ]
    return markdown.section(parameter.title, "\n".join(fact for fact in facts if fact), _table(parameter))


def _has_scopes(parameter: DatedByUnit[Any]) -> bool:
    return any(value.regimes or value.sectors for value in parameter.values)


def _table(parameter: Dated[Any]) -> str:
    """Return one line for each value: of a list row by row, of any other parameter oldest first."""
    names = _columns(parameter)
    rows = [[_cell(getattr(value, name)) for name in names] for value in _in_order(parameter)]
    return markdown.table([_NAMES.get(name, name.replace("_", " ")) for name in names], rows)


def _in_order(parameter: Dated[Any]) -> Sequence[Value]:
    if not isinstance(parameter, DatedRows):
        return parameter.values
    rows = [row.row for row in parameter.rows]
    return sorted(parameter.values, key=lambda value: rows.index(value.row))


def _columns(parameter: Dated[Any]) -> list[str]:
    """Return what is said of any value at all: days and scope, then what holds, then article and confidence."""
    shape = type(parameter.values[0])
    used = [
        name
        for name in shape.model_fields
        if any(getattr(value, name) not in (None, (), "") for value in parameter.values)
    ]
    key = [shape.key] if isinstance(parameter, DatedRows) else []
    first = [*key, *(name for name in _FIRST if name in used and name not in key)]
    return [*first, *(name for name in used if name not in (*first, *_LAST)), *_LAST]


def _cell(value: object) -> str:
    if isinstance(value, Reference):
        return f"[{value.short}]({value.url}), {value.article}" if value.url else str(value)
    if isinstance(value, tuple):
        return ", ".join(_cell(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    return "" if value is None else str(value)
