"""The oracle's filings: whole workbooks, and section 6 of the rules.

Belongs here: reading a workbook, what rejects it, which one is effective, which rows are set aside. Does not: cells
(``reading``), what a line is worth (``lines``).
"""
# ruff: noqa: C901 - a section of the contract is one function

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.oracle.facts import Registers, half_up
from tests.oracle.reading import (
    FORMS,
    MissingError,
    Row,
    Table,
    fold,
    good_bin,
    is_blank,
    labels_of,
    number_key,
    open_twice,
    read_table,
    typed,
)

MULTIPLIER = {"тенге": 1, "тыс. тенге": 1_000, "млн тенге": 1_000_000}
REJECT = {f"F{n:03}" for n in (1, 2, 3, 4, 5, 6, 9, 10, 11)}


@dataclass
class Filing:
    """One workbook received."""

    path: Path
    year: int
    sha: str
    size: int = 0
    cover: dict[str, Any] = field(default_factory=dict)
    units: Table | None = None
    lines: Table | None = None
    budget: Table | None = None
    status: str = ""
    complaints: list[tuple[str, str | None, str | None, str | None]] = field(default_factory=list)

    def complain(self, code: str, sheet: str | None = None, name: str | None = None, cell: str | None = None) -> None:
        """Remember a finding of one cell."""
        self.complaints.append((code, sheet, name, cell))

    @property
    def rejected(self) -> bool:
        """Whether a finding so far rejects it."""
        return any(code in REJECT for code, *_ in self.complaints)

    @property
    def content(self) -> object:
        """Everything typed but the submission's number and date."""
        cover = {k: v for k, v in self.cover.items() if k not in ("submission_no", "submitted_on")}
        tables = [
            [(row.values, row.wrong) for row in table.rows] if table else None
            for table in (self.units, self.lines, self.budget)
        ]
        return cover, tables


def read_filing(path: Path, year: int) -> Filing:
    """Read one workbook as far as it can be read."""
    data = path.read_bytes()
    filing = Filing(path, year, hashlib.sha256(data).hexdigest(), len(data))
    try:
        with zipfile.ZipFile(path) as packed:
            if len(data) > 20 * 2**20 or sum(part.file_size for part in packed.infolist()) > 200 * 2**20:
                filing.complain("F002")
                return filing
        values, formulas = open_twice(path)
    except Exception:
        filing.complain("F001")
        return filing
    sheets = {}
    form = form_of(values, year)
    for key, spec in form["sheets"].items():
        found = [sheet for sheet in values.worksheets if fold(sheet.title) in sheet_names(key)]
        if len(found) != 1 and spec.get("required", True):
            filing.complain("F003")
        elif found:
            sheets[key] = found[0]
    for sheet in values.worksheets:
        hidden = sheet.sheet_state != "visible"
        for index, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if (hidden or sheet.row_dimensions[index].hidden) and not all(map(is_blank, row)):
                filing.complain("W006", sheet.title)
                break
    if "cover" in sheets:
        _read_cover(filing, sheets["cover"], form, year)
    for key, name in (("units", "units"), ("financing", "lines"), ("budget", "budget")):
        if key not in sheets:
            continue
        try:
            table = read_table(sheets[key], formulas[sheets[key].title], form["sheets"][key]["fields"], year)
        except MissingError as missing:
            filing.complain(str(missing))
            continue
        setattr(filing, name, table)
    return filing


@cache
def sheet_names(key: str) -> set[str]:
    """What a sheet is called in any edition."""
    specs = [form["sheets"][key]["names"] for form in FORMS.values() if key in form["sheets"]]
    return {fold(name) for spec in specs for name in (spec["ru"], spec["kk"], spec["en"], *spec.get("also", []))}


def editions_of(year: int) -> list[str]:
    """The editions a filing of the year may use, the newest last."""
    return [name for name, each in FORMS.items() if each["first_year"] <= year <= (each["last_year"] or year)]


def form_of(values: Any, year: int) -> dict[str, Any]:
    """The edition named on the cover; the newest of the year when none or an unknown one is."""
    specs = [spec for form in FORMS.values() for spec in form["sheets"]["cover"]["fields"]]
    labels = {label for spec in specs if spec["name"] == "form_edition" for label in labels_of(spec)}
    for sheet in values.worksheets:
        for row in sheet.iter_rows(values_only=True) if fold(sheet.title) in sheet_names("cover") else ():
            for label, value in pairwise(row):
                if not is_blank(label) and fold(label) in labels and str(value) in FORMS:
                    return FORMS[str(value)]
    return FORMS[editions_of(year)[-1]]


def _read_cover(filing: Filing, sheet: Any, form: dict[str, Any], year: int) -> None:
    grid = list(sheet.iter_rows())
    for spec in form["sheets"]["cover"]["fields"]:
        name, value, cell = spec["name"], None, None
        for row in grid:
            for column, at in enumerate(row):
                if (
                    cell is None
                    and not is_blank(at.value)
                    and fold(at.value) in labels_of(spec)
                    and column + 1 < len(row)
                ):
                    cell = row[column + 1]
                    value = cell.value
        if is_blank(value):
            if spec.get("cell") != "optional":
                filing.complain("F005", sheet.title, name)
            continue
        found, code, restored = typed(spec, value)
        if name == "user_bin" and not code and not good_bin(found):
            code = "F005"
        if name == "submission_no" and not code and found < 1:
            code = "F005"
        if code:
            filing.complain("F005", sheet.title, name)
            continue
        if restored:
            filing.complain("W002", sheet.title, name)
        filing.cover[name] = found
        if name == "form_edition" and found not in editions_of(year):
            filing.complain("F010", sheet.title, name)
        if name == "reporting_year" and found != year:
            filing.complain("F006", sheet.title, name)


def decide_filings(filings: list[Filing], registers: Registers) -> None:
    """Section 6, whole filings: duplicate, rejected, accepted, superseded."""
    known = {row["user_bin"] for row in registers.units}
    seen: dict[str, Filing] = {}
    numbers: dict[tuple[str, int], Filing] = {}
    for filing in filings:
        if filing.sha in seen:
            filing.complaints = []
            filing.units = filing.lines = filing.budget = None
            filing.complain("F007")
            filing.status = "duplicate"
            continue
        seen[filing.sha] = filing
        if "user_bin" in filing.cover and filing.cover["user_bin"] not in known:
            filing.complain("F011")
        if not filing.rejected:
            mark = (filing.cover["user_bin"], filing.cover["submission_no"])
            if mark in numbers:
                filing.complain("F009")
            else:
                numbers[mark] = filing
        filing.status = "rejected" if filing.rejected else "superseded"
    for user in {user for user, _ in numbers}:
        chain = [numbers[mark] for mark in sorted(mark for mark in numbers if mark[0] == user)]
        chain[-1].status = "accepted"
        for one, other in pairwise(chain):
            if one.content == other.content:
                other.complain("F008")


def check_rows(filing: Filing, registers: Registers, year: int) -> None:
    """Section 6, rows: what needs the register, the other rows or the year."""
    assert filing.units is not None
    assert filing.lines is not None
    user, multiplier = filing.cover["user_bin"], MULTIPLIER[filing.cover["unit_of_account"]]
    listed = {number_key(row["unit_no"]) for row in filing.units.rows if row["unit_no"] is not None}
    money = {"units": ("base_amount", "declared_due", "declared_credit"), "lines": ("amount",), "budget": ("amount",)}
    for kind, table in (("units", filing.units), ("lines", filing.lines), ("budget", filing.budget)):
        seen: set[object] = set()
        for row in table.rows if table else ():
            assert table is not None
            for name, value in row.values.items():
                if isinstance(value, dt.date) and not 1990 <= value.year <= year + 1:
                    table.complain("L009", name, row)
            for name in money[kind]:
                value = row[name]
                if value is None:
                    continue
                exact = Fraction(value) * multiplier * 100
                if value < 0 or (half_up(exact) == 0 and kind != "units"):
                    table.complain("L005", name, row)
                if exact.denominator != 1:
                    table.complain("W007", name, row)
            if row["unit_no"] is not None:
                key = number_key(row["unit_no"])
                if kind != "units" and key not in listed:
                    table.complain("L012", "unit_no", row)
                elif not registers.held(key, user, year):
                    table.complain("L006", "unit_no", row)
            mark: object = {
                "units": None if row["unit_no"] is None else number_key(row["unit_no"]),
                "lines": row["line_no"],
                "budget": None,
            }[kind]
            if mark is not None and mark in seen:
                table.complain("L013", "unit_no" if kind == "units" else "line_no", row)
            seen.add(mark)
            if kind == "lines":
                country, performer = row["performer_country"], row["performer_bin"]
                if country == "KZ" and performer is not None and not good_bin(performer):
                    table.complain("L010", "performer_bin", row)
                if country not in (None, "KZ") and performer is not None and good_bin(performer):
                    table.complain("W014", "performer_country", row)
                day, doubtful = rate_day(row)
                known = row["currency"] is not None and not doubtful
                rate = registers.rate(row["currency"], day) if known else None
                if known and rate is None:
                    table.complain("L007", "currency", row)
                if rate is not None and row["currency"] != "KZT" and row["amount"] is not None and multiplier != 1:
                    table.complain("W008", "amount", row)


def rate_day(row: Row) -> tuple[dt.date | None, bool]:
    """The day whose exchange rate counts, and whether the cell that names it could not be read."""
    names = ("payment_date",) if row["payment_doc_no"] and row["payment_date"] else ("agreement_date",)
    doubtful = any(name in row.wrong and row[name] is None for name in names)
    return row[names[0]], doubtful and row["currency"] != "KZT"
