"""Remarks: what is said of rows that count all the same.

Here: numbers of units spelled otherwise than in the register (N006), a BIN of Kazakhstan under another country (W014),
amounts of another currency under a unit of account that is not one (W008). Not here: rows that break a rule
(``locating``), what is seen otherwise in one workbook alone (``pipelines.intake.form.seen_amounts``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from pipelines.core.frames import plain_values
from pipelines.core.rates import TENGE
from pipelines.findings.finding import Finding
from pipelines.intake.form.cover import MULTIPLIER
from pipelines.intake.form.decimals import tenge_text
from pipelines.intake.form.seen_amounts import SEEN_OTHERWISE
from pipelines.intake.result import Rows
from pipelines.intake.year.linking import COUNTRY_TYPED, HOME_COUNTRY
from pipelines.intake.year.locating import Complaint, together
from pipelines.intake.year.received import Received
from pipelines.intake.year.unit_numbers import SPELLED
from schemas.bin_number import has_valid_check_digit
from schemas.money import TIYN_PER_TENGE

SPELLED_OTHERWISE = "N006"
HOME_BIN_ABROAD = "W014"
_Row = Mapping[str, Any]
_Telling = Callable[[Sequence[_Row]], Finding]
_TOLD = (
    "filing_no",
    "sheet",
    "source_row",
    "unit_no",
    SPELLED,
    COUNTRY_TYPED,
    "performer_bin",
    "amount",
    "currency",
    "amount_tiyn",
)


def remarks(filings: Sequence[Received], frame: pd.DataFrame, sheet: str) -> list[Complaint]:
    """Return what is to be said of the rows of a sheet (``units``, ``financing``, ``budget``) of all filings.

    Each is told once for a filing and sheet, with all its cells; ``frame`` has amounts in tiyn after the rate.
    """
    found = list(_told(filings, frame, sheet, "unit_no", frame[SPELLED].notna(), _spelled_otherwise))
    if sheet == "financing":
        abroad = _is_not(frame[COUNTRY_TYPED], HOME_COUNTRY) & _is_home_bin(frame["performer_bin"])
        found += _told(filings, frame, sheet, "performer_country", abroad, _home_bin_abroad)
        multipliers = [Decimal(filing.read.cover.get(MULTIPLIER, 1)) for filing in filings]
        scaled = frame["filing_no"].isin([number for number, factor in enumerate(multipliers) if factor != 1])
        foreign = _is_not(frame["currency"], TENGE) & frame["amount_tiyn"].notna() & scaled
        found += _told(filings, frame, sheet, "amount", foreign, partial(_in_two_ways, multipliers))
    return found


def _told(
    filings: Sequence[Received], frame: pd.DataFrame, sheet: str, field: str, chosen: pd.Series[bool], tell: _Telling
) -> Iterator[Complaint]:
    """Yield a complaint for each filing and sheet with chosen rows: the finding of ``tell``, with its place."""
    for (filing_no, sheet_name), rows in _by_sheet(frame[chosen]).items():
        filing = filings[filing_no]
        source: Rows = getattr(filing.read, sheet)
        letter = source.letters.get(field, "")
        said = tell(rows)
        cells = tuple(f"{letter}{row['source_row']}" for row in rows)
        finding = Finding(said.code, sheet_name, cells, field, said.value, said.expected, said.difference)
        units = {row[SPELLED] or row["unit_no"] for row in rows} - {None}
        yield Complaint(filing, finding, str(units.pop()) if len(units) == 1 else None)


def _by_sheet(frame: pd.DataFrame) -> dict[tuple[int, str], list[_Row]]:
    """Return the rows of each filing and sheet, in order; an empty cell is None."""
    names = [name for name in _TOLD if name in frame]
    columns = [plain_values(frame[name]) for name in names]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    found: dict[tuple[int, str], list[_Row]] = {}
    for row in rows:
        found.setdefault((int(row["filing_no"]), str(row["sheet"])), []).append(row)
    return dict(sorted(found.items()))


def _spelled_otherwise(rows: Sequence[_Row]) -> Finding:
    return Finding(SPELLED_OTHERWISE, value=_listed(rows, "unit_no"), expected=_listed(rows, SPELLED))


def _home_bin_abroad(rows: Sequence[_Row]) -> Finding:
    countries, bins = _listed(rows, COUNTRY_TYPED), _listed(rows, "performer_bin")
    return Finding(HOME_BIN_ABROAD, value=countries, expected=HOME_COUNTRY, difference=bins)


def _in_two_ways(multipliers: Sequence[Decimal], rows: Sequence[_Row]) -> Finding:
    counted = sum((Decimal(row["amount_tiyn"]) / TIYN_PER_TENGE for row in rows), Decimal(0))
    value = together(f"{row['amount']} {row['currency']}" for row in rows)
    plainly = counted / multipliers[rows[0]["filing_no"]]
    return Finding(SEEN_OTHERWISE, value=value, expected=tenge_text(counted), difference=tenge_text(plainly))


def _listed(rows: Sequence[_Row], column: str) -> str | None:
    return together(row[column] for row in rows)


def _is_not(texts: pd.Series[str], usual: str) -> pd.Series[bool]:
    """Tell of each text that is known whether it is another one than usual."""
    return _asked(texts, lambda text: text != usual)


def _is_home_bin(texts: pd.Series[str]) -> pd.Series[bool]:
    return _asked(texts, has_valid_check_digit)


def _asked(texts: pd.Series[str], ask: Callable[[str], bool]) -> pd.Series[bool]:
    """Ask each distinct text once; an unknown one is no."""
    known = {text: ask(text) for text in texts.dropna().unique()}
    return pd.Series(np.array([known.get(text, False) for text in plain_values(texts)], dtype=bool), index=texts.index)
