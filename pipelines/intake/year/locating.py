"""Locating: from a row and a column of a bulk frame back to the cell a person can open.

Belongs here: complaints of the bulk rules, with sheet, cells, value and what was expected.
Does not: complaints of reading (they know their cell), messages (``pipelines.findings.catalogue``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from pipelines.findings.finding import Finding
from pipelines.intake.form.values import at_most
from pipelines.intake.limits import Limits
from pipelines.intake.result import Rows
from pipelines.intake.year.received import Received
from pipelines.intake.year.unit_numbers import RIVALS
from pipelines.intake.year.validating import Failure
from schemas.frames import IS_BOUNDED, PlausibleDates

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
    "base_tiyn_is_bounded": "base_amount",
    "declared_due_tiyn_is_bounded": "declared_due",
    "declared_credit_tiyn_is_bounded": "declared_credit",
    "amount_tiyn_is_bounded": "amount",
}
_TWICE = frozenset({"unit_in_filing", "line_in_filing"})
_HELD, _LISTED, _RATED = "unit_is_held", "unit_is_listed", "has_rate"
_SHOWN_VALUES = 5


@dataclass(frozen=True)
class Complaint:
    """A finding about a filing, and the unit it concerns if it concerns one."""

    filing: Received
    finding: Finding
    unit_no: str | None = None


def expected_of(year: int, dates: PlausibleDates, limits: Limits) -> Mapping[str, str]:
    """Return what each bulk rule expects, by finding code, or by code and field, or by code and column."""
    together = f"Σ {at_most(limits.amount_tenge)}"
    return {
        **{f"L005 {column}": together for column in _FORM_FIELD if column.endswith(IS_BOUNDED)},
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
    """Return one complaint for each filing, sheet, code and field, with all its cells in order of row.

    Rows are named by their places in the frame, so its index must count from 0.
    """
    grouped: defaultdict[tuple[int, str, str, str], list[int]] = defaultdict(list)
    numbers, names = frame["filing_no"].tolist(), frame["sheet"].tolist()
    for failure in failed:
        grouped[numbers[failure.row], names[failure.row], failure.code, failure.column].append(failure.row)
    repeated: defaultdict[str, list[int]] = defaultdict(list)
    for (_, _, _, column), rows in grouped.items():
        repeated[column] += rows
    firsts = {column: _firsts(frame[column], repeated[column]) for column in repeated.keys() & _TWICE}
    complaints = []
    for (number, name, code, column), rows in grouped.items():
        filing = filings[number]
        source: Rows = getattr(filing.read, sheet)
        field = _FORM_FIELD.get(column, column)
        cells = partial(_cells, frame, source.letters.get(field, ""))
        finding = Finding(
            code=code,
            sheet=name,
            cells=tuple(cells(rows)),
            field=field,
            value=together(_values(frame, column, field, rows)),
            expected=expected.get(f"{code} {column}", expected.get(f"{code} {field}", expected.get(code))),
        )
        if column in _TWICE:
            keys = dict.fromkeys(frame[column].iloc[rows])
            first_rows = [firsts[column][key] for key in keys]
            places = zip((names[row] for row in first_rows), cells(first_rows), strict=True)
            told = [cell if there == name else f"{there}!{cell}" for there, cell in places]
            finding = replace(finding, expected=together(told))
        if column == _LISTED and filing.read.units is not None:
            finding = replace(finding, expected=together(filter(None, filing.read.units.columns["unit_no"])))
        if column == _HELD and (rivals := together(frame[RIVALS].iloc[rows].dropna())):
            finding = replace(finding, expected=None, difference=rivals)
        units = set(frame["unit_no"].iloc[rows].dropna())
        complaints.append(Complaint(filing, finding, units.pop() if len(units) == 1 else None))
    return complaints


def together(texts: Iterable[str]) -> str | None:
    """Return the first few distinct texts as a finding shows them; None when there are none."""
    return "; ".join(list(dict.fromkeys(texts))[:_SHOWN_VALUES]) or None


def _cells(frame: pd.DataFrame, letter: str, rows: list[int]) -> list[str]:
    return [f"{letter}{number}" for number in frame["source_row"].iloc[rows]]


def _values(frame: pd.DataFrame, column: str, field: str, rows: list[int]) -> list[str]:
    """Return what stands in the cells, as a person wrote it; a rate is missing for a currency and a day."""
    shown = [frame[field if field in frame else f"{field}_tiyn"].iloc[rows]]
    if column == _RATED:
        paid_on = frame["payment_date"].iloc[rows].where(frame["payment_doc_no"].iloc[rows].notna())
        shown.append(paid_on.fillna(frame["agreement_date"].iloc[rows]))
    return [" ".join(map(_written, row)) for row in zip(*shown, strict=True) if not any(map(pd.isna, row))]


def _written(value: object) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def _firsts(keys: "pd.Series[str]", rows: list[int]) -> dict[str, int]:
    """Return the row in which each number that stands in ``rows`` stands first."""
    once = keys[keys.isin(keys.iloc[rows])].drop_duplicates()
    return dict(zip(once, once.index, strict=True))
