"""The oracle's lines: section 3 of the rules.

Belongs here: codes and buckets of payments, their amounts in tiyn. Does not: sums of units (``oracle``).
"""
# ruff: noqa: C901 - a section of the contract is one function

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import yaml

from tests.oracle.facts import HC, Registers, U, half_up, regime_of
from tests.oracle.filings import MULTIPLIER, Filing, rate_day
from tests.oracle.reading import HERE, Row, fold, number_key

BUDGET_FROM = {HC: dt.date(2026, 2, 23), U: dt.date(2026, 2, 25)}
EXCLUDED = yaml.safe_load((HERE / "statute" / "excluded_kinds.yaml").read_text("utf-8"))["entries"]


@dataclass
class Line:
    """One row of НИОКР of an effective filing."""

    filing: Filing
    row: Row
    key: str | None
    amount: int | None = None
    codes: set[str] = field(default_factory=set)
    bucket: str = ""
    clean: bool = False
    decision: str | None = None
    rate_wanted: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.row[name]

    @property
    def user(self) -> str:
        """BIN on the cover."""
        return str(self.filing.cover["user_bin"])

    @property
    def refund(self) -> bool:
        """Money back."""
        return bool(self["entry_kind"] == "возврат")

    @property
    def performer(self) -> str:
        """BIN of the performer, else its country and name."""
        return str(self["performer_bin"] or (self["performer_country"], number_key(self["performer_name"])))

    @property
    def paid(self) -> bool:
        """Both the document and its date stand there."""
        return bool(self["payment_doc_no"] and self["payment_date"])


def _of_the_year(values: list[dict[str, Any]], year: int) -> dict[str, Any] | None:
    """What holds on 31 December: the last value that has begun, None if it has ended or none has."""
    end = f"{year}-12-31"
    begun = [value for value in values if value["from"] <= end]
    return begun[-1] if begun and begun[-1].get("until", end) >= end else None


def excluded_title(title: str, year: int) -> bool:
    """R25: a word that begins like one of the year's list, and no exception of that kind."""
    text = fold(title)

    def begins(stem: str) -> bool:
        return re.search(r"(?<!\w)" + re.escape(fold(stem)), text) is not None

    return any(
        any(begins(stem) for stem in entry["stems"]) and not any(begins(stem) for stem in entry["exceptions"])
        for entry in (_of_the_year(entry["values"], year) for entry in EXCLUDED)
        if entry is not None
    )


def classify(line: Line, lines: list[Line], registers: Registers, year: int) -> None:
    """Section 3 for one line that is not set aside."""
    assert line.key is not None
    unit = registers.holder_row(line.key, year)
    assert unit is not None
    regime, sector = regime_of(unit), unit["sector"]
    day, performer = line["payment_date"], line["performer_bin"]
    foreign = line["performer_country"] != "KZ"
    disallow, warn = [], []
    document = line["payment_doc_no"]
    rejected = registers.decided("отклонить", line.user, line.key, year, document) if document else []
    accepted = registers.decided("принять", line.user, line.key, year, document) if document else []
    latest = max(rejected + accepted, key=lambda row: (row["decided_on"], str(row["decision_no"])), default=None)
    is_accepted = latest is not None and latest["kind"] == "принять"
    if rejected:
        disallow.append("R07")
    if not line.paid and not line.refund:
        disallow.append("R01")
    if day and day.year != year:
        disallow.append("R02")
    if not line.refund:
        digital = line["work_kind"] == "Цифровизация"
        if sector in BUDGET_FROM and day and day >= BUDGET_FROM[sector]:
            if digital:
                warn.append("R28")
            else:
                disallow.append("R05")
        if digital and regime == "INCOME" and sector in (HC, U) and day and day >= dt.date(2024, 2, 28):
            warn.append("R29")
        if digital and not (
            (regime in ("COST_HC", "COST_U") and day and day >= dt.date(2020, 7, 7))
            or (regime == "INCOME" and sector in (HC, U) and day and day >= dt.date(2024, 2, 28))
        ):
            disallow.append("R03")
        if regime == "INCOME" and foreign and not line["permit_no"]:
            disallow.append("R04")
        if line.paid and any(same_payment(line, other) and place(other) < place(line) for other in lines):
            disallow.append("R06")
        if not foreign and registers.performers is not None and day and not registers.accredited(performer, day):
            warn.append("R20")
        if performer and day and registers.affiliated(line.user, performer, day):
            warn.append("R21")
        if foreign and regime.startswith("COST"):
            warn.append("R22")
        if not line["act_no"] or not line["act_date"] or line["act_date"].year != year:
            warn.append("R23")
        decided = line["ntc_no"] and line["ntc_date"] and day and line["ntc_date"] <= day
        council_from = dt.date(2023, 12, 29) if sector in (HC, U) else dt.date(2024, 9, 3)
        if day and day >= council_from and not decided:
            warn.append("R24")
        if excluded_title(line["project_title"], year):
            warn.append("R25")
        if any(
            other.user != line.user
            and number_key(other["agreement_no"]) == number_key(line["agreement_no"])
            and other.performer == line.performer
            for other in lines
        ):
            warn.append("R26")
        if performer == line.user:
            warn.append("R27")
    line.codes = set(disallow + warn)
    line.decision = latest["decision_no"] if latest else None
    if disallow and not is_accepted:
        line.bucket = "disallowed"
    elif line["for_year"] < year:
        line.bucket = "cure"
    else:
        line.bucket = "recognised"
        line.clean = is_accepted or not warn


def same_payment(one: Line, other: Line) -> bool:
    """R06: performer, agreement, document, date, amount and kind of entry agree."""
    return (
        one.amount == other.amount
        and one["payment_date"] == other["payment_date"]
        and one["entry_kind"] == other["entry_kind"]
        and one.performer == other.performer
        and other.paid
        and number_key(one["agreement_no"]) == number_key(other["agreement_no"])
        and number_key(one["payment_doc_no"]) == number_key(other["payment_doc_no"])
    )


def place(line: Line) -> tuple[str, str, int]:
    """Order of user BIN, unit number, line number."""
    return line.user, str(line.key), line["line_no"]


def lines_of(filing: Filing, registers: Registers) -> list[Line]:
    """Lines of an effective filing with their amount in tiyn."""
    assert filing.lines is not None
    found = []
    for row in filing.lines.rows:
        line = Line(filing, row, None if row["unit_no"] is None else number_key(row["unit_no"]))
        day, _ = rate_day(row)
        rate = registers.rate(row["currency"], day) if row["currency"] else None
        if row["amount"] is not None and rate is not None:
            multiplier = MULTIPLIER[filing.cover["unit_of_account"]]
            line.amount = half_up(Fraction(row["amount"]) * multiplier * Fraction(rate) * 100) * (
                -1 if line.refund else 1
            )
        found.append(line)
    return found
