"""Linking: what a line refers to - its unit, its place in the filing, its exchange rate.

Belongs here: columns that a rule needs and the form does not have. Does not: the rules (``schemas.frames``).
"""

from collections.abc import Mapping

import pandas as pd

from pipelines.core.directory import Directory
from pipelines.core.frames import plain_values
from pipelines.intake.year.lines import folded
from pipelines.layouts.habits import habits
from schemas.bin_number import has_valid_check_digit
from schemas.vocabulary import EntryKind, Regime

HOME_COUNTRY = "KZ"
COUNTRY_TYPED = "country_typed"
"""Column: the performer's country as it was typed."""


def link_units(units: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """Add ``unit_is_held`` and ``unit_in_filing`` to the rows of the sheets of units."""
    linked = units.copy()
    linked["unit_is_held"] = _held(linked, directory)
    linked["unit_in_filing"] = _within_filing(linked, linked["unit_key"])
    return linked


def link_lines(lines: pd.DataFrame, units: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """Add ``unit_is_listed`` and ``unit_is_held`` to lines that name a unit.

    A unit that stands in `Объекты` is listed even when its row was set aside. What is not listed is not also not held.
    """
    linked = lines.copy()
    listed = set(zip(units["filing_no"].tolist(), plain_values(units["unit_key"]), strict=True))
    pairs = zip(linked["filing_no"].tolist(), plain_values(linked["unit_key"]), strict=True)
    linked["unit_is_listed"] = pd.array(
        [None if key is None else (number, key) in listed for number, key in pairs], dtype="boolean"
    )
    held = _held(linked, directory)
    linked["unit_is_held"] = held.where(linked["unit_is_listed"].fillna(value=False))
    return linked


def settle_countries(lines: pd.DataFrame) -> pd.DataFrame:
    """Return lines with what was typed in ``country_typed``, and the country that a valid BIN shows to be meant.

    Only a code that looks like the home country's own spelling is settled by the BIN: «PK» for «РК».
    """
    countries, bins = plain_values(lines["performer_country"]), plain_values(lines["performer_bin"])
    alike = habits().countries_alike
    meant = [
        alike[country] if country in alike and has_valid_check_digit(bin_number or "") else country
        for country, bin_number in zip(countries, bins, strict=True)
    ]
    return lines.assign(country_typed=lines["performer_country"], performer_country=pd.array(meant, dtype="str"))


def link_payments(lines: pd.DataFrame) -> pd.DataFrame:
    """Add what the rules of R&D payments need: the line's key, the BIN to check, the keys for comparing."""
    linked = lines.copy()
    # A second sheet of the table may count its lines from 1 again.
    numbers = linked["line_no"].astype("str")
    linked["line_in_filing"] = _within_filing(linked, linked["sheet"] + ":" + numbers)
    at_home = linked["performer_country"].eq(HOME_COUNTRY)
    linked["kz_performer_bin"] = linked["performer_bin"].where(at_home.fillna(value=False), other=None).astype("str")
    return linked


def negate_refunds(lines: pd.DataFrame) -> "pd.Series[int]":
    """Return the amounts with refunds negative."""
    refunds = lines["entry_kind"].eq(EntryKind.REFUND).fillna(value=False)
    return lines["amount_tiyn"].where(~refunds, -lines["amount_tiyn"])


def spell_units(frame: pd.DataFrame, directory: Directory) -> "pd.Series[str]":
    """Return unit numbers as the register spells them; what the register lacks stays as typed."""
    known = {key: directory.spelling(key) for key in frame["unit_key"].dropna().unique() if key in directory.rows}
    return frame["unit_key"].map(known).astype("str").fillna(frame["unit_no"])


def facing_the_rules(
    lines: pd.DataFrame,
    *,
    set_aside_codes: "pd.Series[str]",
    is_effective: "pd.Series[bool]",
    directory: Directory,
    regimes: Mapping[str, Regime],
) -> pd.DataFrame:
    """Return lines with what recognition asks for and no form has: sector, regime and the keys for comparing.

    ``regimes`` are by comparison form of the unit's number, as the lines' ``unit_key``.
    """
    performer = lines["performer_bin"].copy()
    foreign = lines[performer.isna()]
    performer[foreign.index] = foreign["performer_country"] + " " + folded(foreign["performer_name"])
    sectors = {key: str(unit.sector) for key, unit in directory.active.items()}
    return lines.assign(
        set_aside_codes=set_aside_codes,
        is_effective=is_effective,
        sector=lines["unit_key"].map(sectors).astype("str"),
        regime=lines["unit_key"].map({key: str(regime) for key, regime in regimes.items()}).astype("str"),
        agreement_key=folded(lines["agreement_no"]),
        payment_doc_key=folded(lines["payment_doc_no"]),
        performer_key=performer,
    )


def _held(frame: pd.DataFrame, directory: Directory) -> "pd.Series[bool]":
    known: dict[tuple[str | None, str], bool | None] = {}
    held = []
    for pair in zip(plain_values(frame["unit_key"]), plain_values(frame["user_bin"]), strict=True):
        if pair not in known:
            key, user = pair
            known[pair] = None if key is None else directory.is_held(key, user)
        held.append(known[pair])
    return pd.Series(pd.array(held, dtype="boolean"), index=frame.index)


def _within_filing(frame: pd.DataFrame, key: "pd.Series[str]") -> "pd.Series[str]":
    numbers = frame["filing_no"].astype("str")
    return (numbers + ":" + key.astype("str")).where(key.notna(), other=None).astype("str")
