"""The oracle's own reader: workbooks to typed rows, slowly, by openpyxl.

Belongs here: the reading rules of the form and the registers, written a second time from the contract. Does not:
anything of ``pipelines.intake``. Labels and spellings are data and come from ``pipelines/layouts``; ``tests/books.py``
holds the Russian ones apart.
"""
# ruff: noqa: C901 - a section of the contract is one function

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import yaml
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from pipelines.layouts.differences import complete

HERE = Path(__file__).parents[2] / "pipelines"


def _yaml(*parts: str) -> Any:
    return yaml.safe_load(HERE.joinpath(*parts).read_text("utf-8"))


_LAYOUTS = complete({path.name: _yaml("layouts", path.name) for path in (HERE / "layouts").glob("filing-*.yaml")})
FORMS: dict[str, dict[str, Any]] = {
    form["edition"]: form
    for form in sorted(_LAYOUTS.values(), key=lambda form: [int(part) for part in form["edition"].split(".")])
}
"""Every edition of the form, the oldest first."""
REGISTERS = _yaml("layouts", "registers.yaml")["registers"]
WORDS = _yaml("layouts", "vocabulary.yaml")
DIRECTIONS = _yaml("statute", "directions.yaml")["entries"]
LOOK_ALIKES = dict(zip("abcehikmoptxyё", "авсенікмортхуе", strict=True))
TOTALS = ("итого", "всего", "итог", "общий итог", "барлығы", "жиыны", "жалпы", "total", "grand total", "sum")
# 1,234.56 and 1.234,56 can mean only one thing.
MIXED = re.compile(r"(-?\d{1,3}(?:,\d{3})+(?=\.)|-?\d{1,3}(?:\.\d{3})+(?=,))[.,](\d+)")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?$")


@cache
def fold(text: object) -> str:
    """Case, spaces, ё, trailing colon and asterisk, Latin look-alikes: gone."""
    lowered = unicodedata.normalize("NFKC", str(text)).casefold()
    spaced = re.sub(r"[\s\u200b\ufeff]+", " ", lowered).strip(" :*.")
    return re.sub("[‐‑‒–—―−]", "-", "".join(LOOK_ALIKES.get(letter, letter) for letter in spaced))


@cache
def number_key(text: object) -> str:
    """A contract's, agreement's or document's number as two clerks would agree on it."""
    bare = re.sub(r"^\s*(№|no\.?|n)(?=[\s№\d])\s*", "", str(text).strip(), flags=re.I)
    return fold(bare.replace("№", " ")).replace(" ", "")


def good_bin(text: str) -> bool:
    """Two passes of weights modulo 11."""
    if not re.fullmatch("[0-9]{12}", text) or text == "0" * 12:
        return False
    digits = [int(digit) for digit in text]
    for shift in (0, 2):
        control = sum(digits[i] * ((i + shift) % 11 + 1) for i in range(11)) % 11
        if control != 10:
            return control == digits[11]
    return False


@dataclass
class Row:
    """One row: values that could be read, and the codes of fields that could not."""

    number: int
    values: dict[str, Any]
    wrong: dict[str, set[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass
class Table:
    """Rows of one sheet and the complaints about its cells: (code, field, cell)."""

    sheet: str
    rows: list[Row] = field(default_factory=list)
    complaints: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)

    def complain(self, code: str, name: str, row: Row) -> None:
        """Set the row aside for this field."""
        self.complaints.append((code, name, f"{self.letters.get(name, '?')}{row.number}"))
        if code.startswith("L"):
            row.wrong.setdefault(name, set()).add(code)


class MissingError(Exception):
    """A sheet or column is not there; carries the code."""


def labels_of(spec: dict[str, Any]) -> set[str]:
    return {fold(spec[key]) for key in ("ru", "kk", "en") if key in spec} | {fold(x) for x in spec.get("also", [])}


def _choice(name: str, value: Any) -> str | None:
    if name == "direction":
        for entry in DIRECTIONS:
            if fold(value) in {fold(entry["code"]), *map(fold, entry["name"].values())}:
                return str(entry["name"]["ru"])
        return None
    for stored, spec in WORDS[name].items():
        if fold(value) in labels_of(spec) | {fold(stored)}:
            return str(stored)
    return None


def typed(spec: dict[str, Any], value: Any, year: int | None = None) -> tuple[Any, str | None, bool]:
    """Return value, code of what is wrong, and whether leading zeros were put back."""
    kind = spec["type"]
    text = " ".join(str(value).split()) if isinstance(value, str) else None
    if kind == "text":
        if isinstance(value, bool | dt.datetime | dt.date):
            return str(value), None, False
        return (text if text is not None else plain(Decimal(repr(value)))), None, False
    if kind in ("money", "decimal", "percent", "whole", "year"):
        if isinstance(value, bool | dt.datetime | dt.date | dt.time):
            return None, "L002", False
        bare = re.sub(r"[\s\u00a0\u202f\u2009]", "", value).replace(",", ".") if isinstance(value, str) else repr(value)
        if isinstance(value, str) and (mixed := MIXED.fullmatch(value.strip())):
            bare = re.sub(r"[.,]", "", mixed[1]) + "." + mixed[2]
        elif isinstance(value, str) and not NUMBER.match(bare):
            return None, "L002", False
        number = Decimal(bare)
        if kind == "year":
            fits = number == int(number) and 1990 <= number <= (year or number)
            return (int(number), None, False) if fits else (None, "L011", False)
        if kind == "whole":
            return (int(number), None, False) if number == int(number) else (None, "L002", False)
        return number, None, False
    if kind == "date":
        if isinstance(value, dt.datetime):
            return value.date(), None, False
        if isinstance(value, dt.date):
            return value, None, False
        turned = re.sub(r"^(\d\d)\.(\d\d)\.(\d{4})$", r"\3-\2-\1", text or "")
        try:
            is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", turned)
            return (dt.date.fromisoformat(turned), None, False) if is_day else (None, "L002", False)
        except ValueError:
            return None, "L002", False
    if kind == "bin":
        if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
            digits = str(int(value))
            return digits.zfill(12), None if len(digits) <= 12 else "L002", len(digits) < 12
        digits = re.sub(r"\s", "", str(value))
        return (digits, None, False) if re.fullmatch("[0-9]{12}", digits) else (None, "L002", False)
    if kind in ("choice", "yes_no", "currency", "country"):
        found = _choice(spec["choices"], value)
        if found is None and kind == "currency" and re.fullmatch("[A-Za-z]{3}", text or ""):
            found = str(text).upper()
        if found is None and kind == "country" and re.fullmatch("[A-Za-z]{2}", text or ""):
            found = str(text).upper()
        return found, None if found is not None else "L002" if kind in ("currency", "country") else "L011", False
    if kind == "grnti":
        shown = text if text is not None else plain(Decimal(repr(value)))
        return (shown, None, False) if re.fullmatch(r"\d\d\.\d\d(\.\d\d)?", shown) else (None, "L002", False)
    raise AssertionError(kind)


def plain(number: Decimal) -> str:
    """A number without trailing zeros and exponent."""
    return format(number.to_integral_value() if number == number.to_integral_value() else number.normalize(), "f")


def is_blank(value: Any) -> bool:
    """Nothing there, or only white space."""
    return value is None or (isinstance(value, str) and not value.strip("\u200b\ufeff \t\r\n\u00a0\u202f\u2009"))


def read_table(sheet: Any, formulas: Any, specs: list[dict[str, Any]], year: int | None = None) -> Table:
    """Find the header, read to the total row or the end."""
    table = Table(sheet.title)
    grid = [[cell.value for cell in row] for row in sheet.iter_rows()]
    names = [(spec["name"], labels_of(spec)) for spec in specs]
    best, found = -1, dict[str, int]()
    for index, cells in enumerate(grid[:50]):
        here: dict[str, int] = {}
        for column, value in enumerate(cells):
            for name, labels in names:
                if not is_blank(value) and fold(value) in labels:
                    here.setdefault(name, column)
        if len(here) > len(found):
            best, found = index, here
    for spec in specs:
        needed = spec.get("column", "optional" if spec.get("cell") == "optional" else "required") == "required"
        if needed and spec["name"] not in found:
            raise MissingError("F004")
    table.letters = {name: get_column_letter(column + 1) for name, column in found.items()}
    for index in range(best + 1, len(grid)):
        cells = grid[index]
        filled = [value for value in cells if not is_blank(value)]
        if filled and isinstance(filled[0], str) and fold(filled[0]).startswith(tuple(map(fold, TOTALS))):
            _check_total(table, cells, found, specs)
            break
        raw = {name: cells[column] for name, column in found.items()}
        uncalculated = {
            name
            for name, column in found.items()
            if raw[name] is None and str(formulas.cell(index + 1, column + 1).value or "").startswith("=")
        }
        if not uncalculated and all(is_blank(value) for value in raw.values()):
            continue
        row = Row(index + 1, {})
        for spec in specs:
            name = spec["name"]
            value = raw.get(name)
            if name in uncalculated:
                table.complain("L004", name, row)
            elif is_blank(value):
                default = spec.get("default")
                row.values[name] = year if default == "reporting_year" else default
                needed = spec.get("cell", "required") == "required"
                if needed or (spec.get("required_if") and raw_country(raw, row) == "KZ"):
                    table.complain("L001", name, row)
            elif isinstance(value, str) and value.startswith("#") and value.rstrip("!?/0A").upper() in _ERRORS:
                table.complain("L003", name, row)
            elif spec.get("required_if") and raw_country(raw, row) != "KZ":
                row.values[name] = str(value)
            else:
                row.values[name], code, restored = typed(spec, value, year)
                if code:
                    row.values[name] = None
                    table.complain(code, name, row)
                elif restored:
                    table.complain("W002", name, row)
        table.rows.append(row)
    return table


_ERRORS = {"#REF", "#DIV", "#N", "#NAME", "#NULL", "#NUM", "#VALUE", "#N/"}


def raw_country(raw: dict[str, Any], row: Row) -> str | None:
    """The performer's country, wherever its column stands; None when it cannot be read."""
    value = raw.get("performer_country")
    return "KZ" if is_blank(value) else typed({"type": "country", "choices": "country"}, value)[0]


def _check_total(table: Table, cells: list[Any], found: dict[str, int], specs: list[dict[str, Any]]) -> None:
    for spec in specs:
        if spec["type"] != "money" or spec["name"] not in found:
            continue
        name = spec["name"]
        total, code, _ = (None, "L", False) if is_blank(cells[found[name]]) else typed(spec, cells[found[name]])
        if code or any(name in row.wrong for row in table.rows):
            continue
        if total != sum((row[name] or Decimal(0) for row in table.rows), Decimal(0)):
            table.complaints.append(("W001", name, None))


def open_twice(path: Path) -> tuple[Any, Any]:
    """Return the workbook by its values and by its formulas."""
    with ZipFile(path) as packed:
        plain_values = not any(b"<f" in packed.read(name) for name in packed.namelist() if "sheets/" in name)
    values = load_workbook(path, data_only=True)
    return values, values if plain_values else load_workbook(path)


def read_register(path: Path, name: str) -> Table | None:
    """The usable rows of one register; None when there is no such file."""
    file = path / REGISTERS[name]["file"]
    if not file.exists():
        return None
    values, formulas = open_twice(file)
    table = read_table(values.worksheets[0], formulas.worksheets[0], REGISTERS[name]["fields"])
    for row in table.rows:
        for spec in REGISTERS[name]["fields"]:
            if spec["type"] == "bin" and row[spec["name"]] is not None and not good_bin(row[spec["name"]]):
                table.complain("L010", spec["name"], row)
    table.rows = [row for row in table.rows if not row.wrong]
    return table
