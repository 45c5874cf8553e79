"""Comparing what the warehouse says with what the oracle expects.

Belongs here: reading the stored tables and listing differences. Does not: any rule.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from contextlib import closing
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle import oracle

# Not compared by cell: the oracle does not look for notes, nor for the place of what concerns a whole file.
NOTES = "N"


def differences(home: Path, years: list[int], as_of: dt.date) -> list[str]:
    """Return one text per difference; none means the two agree."""
    done, arrears = oracle.run(home, years, as_of)
    found: list[str] = []
    with closing(sqlite3.connect(home / "warehouse.db")) as connection:
        connection.row_factory = sqlite3.Row

        def rows(sql: str, *values: object) -> list[sqlite3.Row]:
            return connection.execute(sql, values).fetchall()

        for year, result in done.items():
            stored = {
                row["unit_no"]: row for row in rows("SELECT * FROM compliance_by_unit WHERE report_year = ?", year)
            }
            _tables(found, f"{year} unit", {unit["unit_no"]: unit for unit in result.units.values()}, stored)
            stored = {row["unit_no"]: row for row in rows("SELECT * FROM obligations WHERE report_year = ?", year)}
            owed = {result.units[key]["unit_no"]: each for key, each in result.obligations.items()}
            _tables(found, f"{year} obligation", owed, stored)
            stored = {
                row["user_bin"]: row for row in rows("SELECT * FROM compliance_by_user WHERE report_year = ?", year)
            }
            _tables(found, f"{year} user", result.users, stored)
            _filings(found, result, year, rows("SELECT * FROM filings WHERE report_year = ?", year))
            _lines(found, result, year, rows(
                "SELECT l.*, f.file_name FROM financing_lines l JOIN filings f ON f.filing_id = l.filing_id"
                " AND f.report_year = l.report_year AND f.status = 'accepted' WHERE l.report_year = ?", year,
            ))  # fmt: skip
            _findings(found, result, year, rows("SELECT * FROM findings WHERE report_year = ?", year))
        kept = {(row["report_year"], row["unit_no"]): row for row in rows("SELECT * FROM arrears")}
        _tables(found, "arrears", arrears, kept)
    return found


def _same(expected: Any, stored: Any) -> bool:
    if expected is None or stored is None:
        return expected is stored
    if isinstance(expected, dt.date):
        return expected.isoformat() == str(stored)[:10]
    if isinstance(expected, Fraction):
        return expected == Fraction(Decimal(str(stored)))
    return bool(expected == stored)


def _tables(found: list[str], what: str, expected: dict[Any, dict[str, Any]], stored: dict[Any, sqlite3.Row]) -> None:
    for key in sorted(expected.keys() - stored.keys(), key=str):
        found.append(f"{what} {key}: missing in the warehouse, expected {expected[key]}")
    for key in sorted(stored.keys() - expected.keys(), key=str):
        found.append(f"{what} {key}: not expected, stored {dict(stored[key])}")
    for key in sorted(expected.keys() & stored.keys(), key=str):
        for name, value in expected[key].items():
            if not _same(value, stored[key][name]):
                found.append(f"{what} {key}: {name} expected {value}, stored {stored[key][name]}")


def _filings(found: list[str], result: oracle.Year, year: int, rows: list[sqlite3.Row]) -> None:
    stored = {row["file_name"]: row for row in rows}
    expected = {
        name: {"filing_id": filing.sha, "status": filing.status, "size_bytes": filing.size}
        | ({name: filing.cover.get(name) for name in ("user_bin", "submission_no", "submitted_on")}
           if filing.status in ("accepted", "superseded") else {})
        for name, filing in result.filings.items()
    }  # fmt: skip
    _tables(found, f"{year} filing", expected, stored)


def _lines(found: list[str], result: oracle.Year, year: int, rows: list[sqlite3.Row]) -> None:
    stored = {(row["file_name"], row["source_row"]): row for row in rows}
    expected = {
        key: {
            "bucket": line.bucket,
            "codes": ",".join(sorted(line.codes)),
            "amount_tiyn": line.amount,
            "is_clean": int(line.clean),
            "decision_no": line.decision,
        }
        for key, line in result.lines.items()
    }
    _tables(found, f"{year} line", expected, stored)


def _findings(found: list[str], result: oracle.Year, year: int, rows: list[sqlite3.Row]) -> None:
    stored: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if not row["code"].startswith(NOTES):
            cells = (
                1 if row["code"][0] == "F" or row["code"] in ("W006", "W001") else len((row["cell"] or "-").split(","))
            )
            stored[row["file_name"], row["code"]] += cells
    expected: Counter[tuple[str, str]] = Counter()
    for name, filing in result.filings.items():
        for code, *_ in filing.complaints:
            expected[name, code] += 1
    for name, code in sorted(expected.keys() | stored.keys()):
        if expected[name, code] != stored[name, code]:
            found.append(
                f"{year} finding {name} {code}: expected {expected[name, code]} cells, stored {stored[name, code]}"
            )
