"""Builders: a unit, a line, registers that break nothing, for tests to bend in one place.

Belongs here: defaults. Does not: expectations.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from pipelines.core.recognition.codes import RecognitionFacts
from pipelines.core.recognition.recognition import recognise
from pipelines.core.recognition.totals import JudgedLine
from pipelines.core.units import Unit
from pipelines.statute.law import load_statute
from schemas.vocabulary import Operation, Sector, UnitKind

STATUTE = load_statute()
USER = "050340000009"
OTHER_USER = "050340000019"
INSTITUTE = "050340000029"

OIL = Unit(
    unit_no="1234-УВС",
    unit_date=date(2019, 5, 20),
    unit_kind=UnitKind.CONTRACT,
    user_bin=USER,
    user_name="ТОО «Мунай»",
    sector=Sector.HYDROCARBONS,
    operation=Operation.PRODUCTION,
    production_start=date(2021, 3, 1),
    source="units.xlsx!2",
)

_LINE: dict[str, Any] = {
    "user_bin": USER,
    "unit_no": "1234-УВС",
    "line_no": 1,
    "regime": "COST_HC",
    "sector": "Углеводороды",
    "work_kind": "НИР",
    "project_title": "Исследование коллекторских свойств пласта",
    "agreement_no": "Д-1",
    "agreement_key": "д-1",
    "performer_name": "АО «Институт»",
    "performer_key": INSTITUTE,
    "performer_bin": INSTITUTE,
    "performer_country": "KZ",
    "permit_no": None,
    "ntc_no": "15",
    "ntc_date": date(2023, 1, 10),
    "act_no": "А-1",
    "act_date": date(2025, 12, 1),
    "payment_doc_no": "П-1",
    "payment_doc_key": "п-1",
    "payment_date": date(2025, 6, 15),
    "entry_kind": "оплата",
    "for_year": 2025,
    "amount_tiyn": 1_000_000,
    "set_aside_codes": "",
    "is_effective": True,
}
_DATES = ("ntc_date", "act_date", "payment_date")

PERFORMERS = pd.DataFrame(
    {
        "bin": [INSTITUTE],
        "kind": ["НИИ"],
        "accreditation_no": ["МК-1"],
        "valid_from": pd.to_datetime(["2020-01-01"]),
        "valid_to": pd.to_datetime(["2030-12-31"]),
    }
)


def line(**changes: Any) -> dict[str, Any]:
    """A line that counts and is clean, bent as told; amounts in tiyn."""
    unknown = set(changes) - set(_LINE)
    assert not unknown, unknown
    return _LINE | changes


def frame(*lines: Mapping[str, Any]) -> pd.DataFrame:
    """Lines as recognition takes them."""
    table = pd.DataFrame(list(lines), columns=list(_LINE))
    for column in _DATES:
        table[column] = pd.to_datetime(table[column])
    whole = dict.fromkeys(("line_no", "for_year", "amount_tiyn"), "Int64")
    texts = {column: "str" for column in _LINE if column not in (*_DATES, *whole, "is_effective")}
    return table.astype(whole | texts | {"is_effective": "bool"})


def judged_lines(lines: pd.DataFrame) -> list[JudgedLine]:
    """Lines with what recognition said of them, as totals take them."""
    known = lines[list(JudgedLine._fields)].astype(object)
    return [JudgedLine(*row) for row in known.where(known.notna(), None).itertuples(index=False)]


def facts(year: int = 2025, **changes: Any) -> RecognitionFacts:
    """Facts of a year: one accredited institute, no affiliates, no decisions."""
    registers = {"performers": PERFORMERS, "affiliates": None, "decisions": None}
    return RecognitionFacts(**({"law": STATUTE.at(year)} | registers | changes))


def judge(*lines: Mapping[str, Any], year: int = 2025, **registers: Any) -> pd.DataFrame:
    """Recognise a few lines."""
    return recognise(frame(*lines), facts(year, **registers))


def decision(**changes: Any) -> dict[str, Any]:
    """A decision to accept the payment of the default line."""
    return {
        "decision_no": "Р-1",
        "decided_on": pd.Timestamp("2026-06-01"),
        "kind": "принять",
        "unit_no": "1234-УВС",
        "report_year": 2025,
        "payment_doc_key": "п-1",
        "user_bin": USER,
    } | changes


def decisions(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """The register of decisions."""
    return pd.DataFrame(list(rows)).astype({"report_year": "Int64"})


def affiliates(
    user_bin: str, affiliate_bin: str, valid_from: str | None = None, valid_to: str | None = None
) -> pd.DataFrame:
    """A register with one affiliation."""
    return pd.DataFrame(
        {
            "user_bin": [user_bin],
            "affiliate_bin": [affiliate_bin],
            "valid_from": pd.to_datetime(pd.Series([valid_from])),
            "valid_to": pd.to_datetime(pd.Series([valid_to])),
        }
    )


def unit(**changes: Any) -> Unit:
    """The oil contract of 2019, bent as told."""
    return replace(OIL, **changes)
