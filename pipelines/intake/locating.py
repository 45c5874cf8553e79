"""Locating: from a row and a column of a bulk frame back to the cell a person can open.

Belongs here: complaints of the bulk rules, with sheet, cells, value and what was expected.
Does not: complaints of reading (they know their cell), messages (``pipelines.intake.catalogue``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.intake.received import Received
from pipelines.intake.result import Finding, Rows
from pipelines.intake.validating import Failure
from schemas.frames import PlausibleDates

# A rule may look at a column that is made for it; the clerk knows the column of the form.
_FORM_FIELD = {
    "unit_is_held": "unit_no",
    "unit_is_listed": "unit_no",
    "unit_in_filing": "unit_no",
    "line_in_filing": "line_no",
    "base_tiyn": "base_amount",
    "declared_due_tiyn": "declared_due",
    "declared_credit_tiyn": "declared_credit",
    "amount_tiyn": "amount",
    "kz_performer_bin": "performer_bin",
    "has_rate": "currency",
}
_SHOWN_VALUES = 5


@dataclass(frozen=True)
class Complaint:
    """A finding about a filing, and the unit it concerns if it concerns one."""

    filing: Received
    finding: Finding
    unit_no: str | None = None


def expected_of(year: int, dates: PlausibleDates) -> Mapping[str, str]:
    """Return what each bulk rule expects, by finding code."""
    return {
        "L005": "> 0",
        "L005 base_amount": "≥ 0",
        "L005 declared_due": "≥ 0",
        "L005 declared_credit": "≥ 0",
        "L006": str(year),
        "L009": f"{dates.first_year}-01-01 … {dates.last_year}-12-31",
    }


def complaints_of_rows(
    filings: Sequence[Received],
    frame: pd.DataFrame,
    failed: Iterable[Failure],
    sheet: str,
    expected: Mapping[str, str],
) -> list[Complaint]:
    """Return one complaint for each filing, code and field, with all its cells in order of row."""
    grouped: defaultdict[tuple[int, str, str], list[int]] = defaultdict(list)
    for failure in failed:
        field = _FORM_FIELD.get(failure.column, failure.column)
        grouped[int(frame.at[failure.row, "filing_no"]), failure.code, field].append(failure.row)
    complaints = []
    for (number, code, field), rows in grouped.items():
        filing = filings[number]
        source: Rows = getattr(filing.read, sheet)
        column = frame[field] if field in frame else frame[f"{field}_tiyn"]
        values = dict.fromkeys(str(value) for value in column.loc[rows] if pd.notna(value))
        finding = Finding(
            code=code,
            sheet=source.sheet,
            cells=tuple(f"{source.letters.get(field, '')}{frame.at[row, 'source_row']}" for row in rows),
            field=field,
            value="; ".join(list(values)[:_SHOWN_VALUES]) or None,
            expected=expected.get(f"{code} {field}", expected.get(code)),
        )
        units = set(frame.loc[rows, "unit_no"].dropna())
        complaints.append(Complaint(filing, finding, units.pop() if len(units) == 1 else None))
    return complaints
