"""Differences: an edition that is written down as what differs from another one.

Here: plain contents of YAML files in, plain contents of the same shape out, every edition complete. Not here: what a
complete edition means (``pipelines.layouts.loader``).

A file with ``based_on`` has its own ``edition``, ``first_year`` and ``last_year``; it may have ``total_words``, which
replace those of the base, and ``sheets``. A sheet the base has says what differs::

    financing:
      names: {ru: ..., kk: ..., en: ...}       # replaces the names
      required: false
      remove: [permit_no]                      # columns
      change: {amount: {ru: ..., also: [...]}} # what is said of a column replaces what the base says of it
      add:
        - {name: trl, after: grnti, type: whole, ...}   # without `after`, at the end

A sheet the base lacks is written in full. ``remove_sheets`` lists those that are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BASED_ON = "based_on"
_REMOVE_SHEETS = "remove_sheets"
_OWN = frozenset({"edition", BASED_ON, "first_year", "last_year", "total_words", "sheets", _REMOVE_SHEETS})
_OF_SHEET = frozenset({"names", "required", "remove", "change", "add"})
_AFTER = "after"

Content = Mapping[str, Any]


class LayoutError(ValueError):
    """A layout file contradicts itself or another; the message names the file and the place."""


def complete(contents: Mapping[str, Content]) -> dict[str, dict[str, Any]]:
    """Return the contents of layout files by file name, differences carried out.

    Raises:
        LayoutError: a base is unknown or goes in a circle, or a difference is about something the base has not.
    """
    named: dict[str, str] = {}
    for name, content in contents.items():
        edition = content.get("edition")
        if not isinstance(edition, str):
            raise LayoutError(f'{name}: `edition` must be a text in quotes, such as "2026.1"; found {edition!r}')
        if edition in named:
            raise LayoutError(f"{name}: the edition {edition} is that of {named[edition]} too")
        named[edition] = name
    return {name: _complete(name, contents, named, ()) for name in contents}


def _complete(name: str, contents: Mapping[str, Content], named: Mapping[str, str], on_the_way: tuple[str, ...]) -> Any:
    content = contents[name]
    base = content.get(BASED_ON)
    if base is None:
        return dict(content)
    if name in on_the_way:
        circle = " -> ".join([*on_the_way[on_the_way.index(name) :], name])
        raise LayoutError(f"{name}: `{BASED_ON}` goes in a circle: {circle}")
    if base not in named:
        known = ", ".join(named)
        raise LayoutError(f"{name}: `{BASED_ON}` names the edition {base!r}, which no file has; known are {known}")
    _only(name, content, _OWN)
    first = _complete(named[base], contents, named, (*on_the_way, name))
    sheets = dict(first["sheets"])
    for sheet in content.get(_REMOVE_SHEETS, ()):
        _known(f"{name}: {_REMOVE_SHEETS}", "sheet", sheet, sheets, base)
        del sheets[sheet]
    for sheet, differences in content.get("sheets", {}).items():
        place = f"{name}: sheets.{sheet}"
        sheets[sheet] = _sheet(place, sheets[sheet], differences, base) if sheet in sheets else differences
    kept = {key: value for key, value in content.items() if key not in (BASED_ON, _REMOVE_SHEETS)}
    return {"total_words": first["total_words"], **kept, "sheets": sheets}


def _sheet(place: str, first: Content, differences: Content, base: str) -> dict[str, Any]:
    if "fields" in differences:
        _only(place, differences, frozenset({"names", "required", "fields"}))
        return {**first, **differences}
    _only(place, differences, _OF_SHEET)
    fields: dict[str, Any] = {field["name"]: field for field in first["fields"]}
    for column in differences.get("remove", ()):
        _known(f"{place}.remove", "column", column, fields, base)
        del fields[column]
    for column, change in differences.get("change", {}).items():
        _known(f"{place}.change", "column", column, fields, base)
        if "name" in change:
            raise LayoutError(f"{place}.change.{column}: a column keeps its name; remove it and add another")
        fields[column] = fields[column] | change
    for field in differences.get("add", ()):
        fields = _with(f"{place}.add", fields, field, base)
    plain = {key: value for key, value in differences.items() if key in ("names", "required")}
    return {**first, **plain, "fields": list(fields.values())}


def _with(place: str, fields: dict[str, Any], field: Content, base: str) -> dict[str, Any]:
    name, after = field["name"], field.get(_AFTER)
    if name in fields:
        raise LayoutError(f"{place}: the column {name!r} is already one of the edition {base}; `change` it")
    added = {key: value for key, value in field.items() if key != _AFTER}
    if after is None:
        return {**fields, name: added}
    _known(f"{place}.{name}.{_AFTER}", "column", after, fields, base)
    names = list(fields)
    at = names.index(after) + 1
    return {key: fields.get(key, added) for key in (*names[:at], name, *names[at:])}


def _known(place: str, kind: str, name: str, known: Mapping[str, Any], base: str) -> None:
    if name not in known:
        raise LayoutError(f"{place}: the edition {base} has no {kind} {name!r}; it has {', '.join(known)}")


def _only(place: str, content: Content, allowed: frozenset[str]) -> None:
    if unknown := sorted(content.keys() - allowed):
        raise LayoutError(f"{place}: unknown {', '.join(unknown)}; allowed are {', '.join(sorted(allowed))}")
