"""Cases: filings as people and programs make them, with the right outcome of each.

Here: reading ``cases.yaml``, the outcome of a filing in a warehouse, told as the file tells it. Not here: what is asked
of it (``test_cases``).
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.demo.home import write_demo
from schemas.yaml_text import load_yaml
from tests.homes import Home

FOLDER = Path(__file__).parent
YEAR = 2024
_PLAIN: dict[str, Any] = {
    "status": "accepted",
    "findings": [],
    "base": "50000000000",
    "lines": ["100000000", "250000500", "149999500"],
}
_PAID_ON = ["2024-03-05", "2024-04-05", "2024-05-05"]
_SUBMITTED_ON = "2025-03-12"


@dataclass(frozen=True)
class Case:
    """One workbook and its right outcome."""

    name: str
    told: dict[str, Any]

    @property
    def data(self) -> bytes:
        """The workbook."""
        return (FOLDER / "workbooks" / self.name).read_bytes()

    @property
    def outcome(self) -> dict[str, Any]:
        """The right outcome, as ``outcomes`` tells what became of it."""
        right = _PLAIN | {key: value for key, value in self.told.items() if key in _PLAIN}
        if right["status"] == "rejected":
            return {"status": "rejected", "findings": sorted(right["findings"])}
        lines = [str(line) for line in right["lines"]]
        paid_on = _PAID_ON if len(lines) == len(_PAID_ON) else None
        right["findings"] = sorted(right["findings"])
        return right | {"base": str(right["base"]), "lines": lines, "on": _SUBMITTED_ON, "paid_on": paid_on}


def cases(*, alone: bool) -> list[Case]:
    """Return the cases that can share a year, or those that are handed in ``alone``."""
    told = load_yaml((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
    every = [Case(name, case) for name, case in told.items()]
    return [case for case in every if case.name.startswith("D") is alone]


def parameters(found: list[Case]) -> list[Any]:
    """Return the cases as parameters of a test."""
    return [pytest.param(case, id=case.name.removesuffix(".xlsx")) for case in found]


def with_registers(home: Home) -> Home:
    """Put the registers of the cases into a home."""
    shutil.copytree(FOLDER / "registers", home.inbox / "registers", copy_function=shutil.copyfile)
    return home


def beside_others(home: Home, users: int) -> set[str]:
    """Put filings of so many users of the demo into a home whose register knows the units of the cases, too.

    Returns the numbers of the units of these others.
    """
    write_demo(home.folder, users=users, years=(YEAR,), mistake_factor=0.1)
    target = home.inbox / "registers" / "units.xlsx"
    known = [pd.read_excel(path, dtype=object, engine="calamine") for path in (target, FOLDER / "registers/units.xlsx")]
    pd.concat(known).to_excel(target, index=False, engine="openpyxl")
    return set(known[0].iloc[:, 0])


def outcomes(home: Home) -> dict[str, dict[str, Any]]:
    """Return what became of every filing of a home, as ``cases.yaml`` tells it, by file name."""
    findings, bases, lines, paid_on = (defaultdict[str, list[str]](list) for _ in range(4))
    for row in home.records("findings"):
        cells = (row["cell"] or "").replace(", ", ",")
        place = "!".join(filter(None, [row["sheet"], cells]))
        findings[row["file_name"]].append(f"{row['code']} {place}".strip())
    for row in home.records("unit_lines"):
        bases[row["filing_id"]].append(
            _told(row["base_tiyn"], "set_aside" if row["is_set_aside"] else None, row["codes"])
        )
    for row in home.records("financing_lines"):
        bucket = None if row["bucket"] == "recognised" else row["bucket"]
        lines[row["filing_id"]].append(_told(row["amount_tiyn"], bucket, row["codes"]))
        paid_on[row["filing_id"]].append(str(row["payment_date"]))
    found = {}
    for row in home.records("filings"):
        name, number = row["file_name"], row["filing_id"]
        found[name] = {"status": row["status"], "findings": sorted(findings[name])}
        if row["status"] == "accepted":
            months = paid_on[number] if len(paid_on[number]) == len(_PAID_ON) else None
            found[name] |= {"base": "; ".join(bases[number]), "lines": lines[number]}
            found[name] |= {"on": str(row["submitted_on"]), "paid_on": months}
    return found


def _told(tiyn: int | None, bucket: str | None, codes: str) -> str:
    amount = "unknown" if tiyn is None else f"{Decimal(tiyn).scaleb(-2):f}".rstrip("0").rstrip(".")
    return " ".join(filter(None, [amount, bucket, codes]))
