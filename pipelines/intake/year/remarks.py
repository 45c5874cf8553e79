"""Remarks: what is said of rows that count all the same.

Here: numbers of units spelled otherwise than in the register (N006), a BIN of Kazakhstan under another country (W014),
amounts of another currency under a unit of account that is not one (W008). Not here: rows that break a rule
(``locating``), what is seen otherwise in one workbook alone (``pipelines.intake.form.seen_amounts``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial

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
_Telling = Callable[[pd.DataFrame], Finding]


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
    for (_, sheet_name), rows in frame[chosen].groupby(["filing_no", "sheet"], sort=True):
        filing = filings[int(rows["filing_no"].iloc[0])]
        source: Rows = getattr(filing.read, sheet)
        letter = source.letters.get(field, "")
        said = tell(rows)
        cells = tuple(f"{letter}{row}" for row in rows["source_row"])
        finding = Finding(said.code, str(sheet_name), cells, field, said.value, said.expected, said.difference)
        units = set(rows[SPELLED].fillna(rows["unit_no"]).dropna())
        yield Complaint(filing, finding, str(units.pop()) if len(units) == 1 else None)


def _spelled_otherwise(rows: pd.DataFrame) -> Finding:
    return Finding(SPELLED_OTHERWISE, value=together(rows["unit_no"]), expected=together(rows[SPELLED]))


def _home_bin_abroad(rows: pd.DataFrame) -> Finding:
    countries, bins = together(rows[COUNTRY_TYPED]), together(rows["performer_bin"])
    return Finding(HOME_BIN_ABROAD, value=countries, expected=HOME_COUNTRY, difference=bins)


def _in_two_ways(multipliers: Sequence[Decimal], rows: pd.DataFrame) -> Finding:
    counted = sum((Decimal(tiyn) / TIYN_PER_TENGE for tiyn in rows["amount_tiyn"].tolist()), Decimal(0))
    value = together(map(" ".join, zip(rows["amount"], rows["currency"], strict=True)))
    plainly = counted / multipliers[rows["filing_no"].iloc[0]]
    return Finding(SEEN_OTHERWISE, value=value, expected=tenge_text(counted), difference=tenge_text(plainly))


def _is_not(texts: pd.Series[str], usual: str) -> pd.Series[bool]:
    """Tell of each text that is known whether it is another one than usual."""
    return _asked(texts, lambda text: text != usual)


def _is_home_bin(texts: pd.Series[str]) -> pd.Series[bool]:
    return _asked(texts, has_valid_check_digit)


def _asked(texts: pd.Series[str], ask: Callable[[str], bool]) -> pd.Series[bool]:
    """Ask each distinct text once; an unknown one is no."""
    known = {text: ask(text) for text in texts.dropna().unique()}
    return pd.Series(np.array([known.get(text, False) for text in plain_values(texts)], dtype=bool), index=texts.index)
