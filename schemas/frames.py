"""Frames: what the lines of a whole partition must look like, as Pandera schemas.

Belongs here: one rule of range, list or uniqueness for each finding code that a typed value can break.
Does not: reading cells (a value that could not be typed is NA here and already has its finding), registers, messages.

Each check's ``error`` is the finding code. NA never breaks a rule: an unreadable cell does not raise its consequences.
"""

from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from schemas.bin_number import has_valid_check_digit

IS_BOUNDED = "_is_bounded"
"""After the name of an amount: whether it can be added to those above it."""


@dataclass(frozen=True)
class PlausibleDates:
    """Calendar years, both inclusive, in which a date on a filing can lie."""

    first_year: int
    last_year: int


def unit_lines() -> pa.DataFrameSchema:
    """Rows of the sheet of units, over all filings of a year."""
    return _schema(
        {
            "unit_is_held": _true("L006"),
            "unit_in_filing": _first_only("L013"),
            "base_tiyn": _at_least(0, "L005"),
            "declared_due_tiyn": _at_least(0, "L005"),
            "declared_credit_tiyn": _at_least(0, "L005"),
            **_bounded("base_tiyn", "declared_due_tiyn", "declared_credit_tiyn"),
        }
    )


def financing_lines(dates: PlausibleDates) -> pa.DataFrameSchema:
    """Rows of the sheet of R&D payments, over all filings of a year."""
    return _schema(
        {
            "unit_is_listed": _true("L012"),
            "unit_is_held": _true("L006"),
            "line_in_filing": _first_only("L013"),
            "amount_tiyn": _at_least(1, "L005"),
            **_bounded("amount_tiyn"),
            "kz_performer_bin": _check_digit("L010"),
            "has_rate": _true("L007"),
            **{name: _plausible(dates, "L009") for name in ("agreement_date", "ntc_date", "act_date", "payment_date")},
        }
    )


def budget_lines(dates: PlausibleDates) -> pa.DataFrameSchema:
    """Rows of the sheet of payments to the budget, over all filings of a year."""
    return _schema(
        {
            "unit_is_listed": _true("L012"),
            "unit_is_held": _true("L006"),
            "amount_tiyn": _at_least(1, "L005"),
            **_bounded("amount_tiyn"),
            "payment_date": _plausible(dates, "L009"),
        }
    )


def register(name: str) -> pa.DataFrameSchema:
    """Rows of one register."""
    columns: dict[str, pa.Column] = {}
    for column in _BINS.get(name, ()):
        columns[column] = _check_digit("L010")
    for column in _POSITIVE.get(name, ()):
        columns[column] = _at_least(1, "L005")
    for column in _NOT_NEGATIVE.get(name, ()):
        columns[column] = _at_least(0, "L005")
    columns |= _bounded(*MONEY.get(name, ()))
    if name in _KEYED:
        columns["row_key"] = _first_only("L013")
    return _schema(columns)


_BINS = {
    "units": ("user_bin",),
    "performers": ("bin",),
    "affiliates": ("user_bin", "affiliate_bin"),
    "treasury": ("payer_bin",),
}
_POSITIVE = {"treasury": ("amount_tiyn",), "rates": ("rate_parts",)}
_NOT_NEGATIVE = {"units": ("fixed_due_tiyn", "opening_credit_tiyn", "rate_override_parts", "forfeit_percent_parts")}
MONEY = {"treasury": ("amount_tiyn",), "units": ("fixed_due_tiyn", "opening_credit_tiyn")}
_KEYED = frozenset({"units", "treasury", "rates", "decisions"})


def _schema(columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=False, coerce=False)


def _at_least(least: int, code: str) -> pa.Column:
    return pa.Column(pd.Int64Dtype(), pa.Check.ge(least, error=code), nullable=True)


def _bounded(*amounts: str) -> dict[str, pa.Column]:
    """Amounts that fit into a sum with those above them; the column beside each one says so."""
    return {f"{amount}{IS_BOUNDED}": _true("L005") for amount in amounts}


def _true(code: str) -> pa.Column:
    return pa.Column(pd.BooleanDtype(), pa.Check.eq(True, error=code), nullable=True)


def _first_only(code: str) -> pa.Column:
    check = pa.Check(lambda keys: ~keys.duplicated(keep="first"), error=code)
    return pa.Column(str, check, nullable=True)


def _check_digit(code: str) -> pa.Column:
    # A few hundred performers fill 130,000 lines: each distinct BIN is computed once.
    check = pa.Check(lambda bins: bins.map({text: has_valid_check_digit(text) for text in bins.unique()}), error=code)
    return pa.Column(str, check, nullable=True)


def _plausible(dates: PlausibleDates, code: str) -> pa.Column:
    check = pa.Check.in_range(pd.Timestamp(dates.first_year, 1, 1), pd.Timestamp(dates.last_year, 12, 31), error=code)
    return pa.Column("datetime64[s]", check, nullable=True)
