"""The worked examples of ``cases/*.yaml``, from filed lines and receipts to the verdict."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.core.assess import assess
from pipelines.core.budget import Match, Receipt, match_receipt
from pipelines.core.ledger import Credit
from pipelines.core.recognition.recognition import recognise
from pipelines.core.recognition.totals import LineTotals, total_lines
from pipelines.core.regime import regime_of
from pipelines.core.units import Unit
from pipelines.core.verdict import Assessment, FiledUnit, UnitYear
from pipelines.statute.law import Law
from schemas.money import to_tiyn
from schemas.vocabulary import BaseKind, Operation, Regime, Sector, UnitKind
from tests.core.builders import INSTITUTE, OTHER_USER, STATUTE, USER, affiliates, facts, frame, judged_lines, line
from tests.statute.changing import statute_with

FOLDER = Path(__file__).parent / "cases"
CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
THOUSAND = Decimal(1000)
NOT_MONEY = {"doubt", "regime", "status", "first_obliged_year", "fulfilment_bp", "below_30", "late_days"}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_rules_decide_as_the_example_says(case):
    carried: tuple[Credit, ...] | None = None
    last_year = None
    statute = statute_with(case["law"]) if "law" in case else STATUTE
    for filed in case["years"]:
        unit = _unit(case["unit"] | filed.get("unit", {}))
        law = statute.at(filed["year"])
        verdict = assess(_unit_year(unit, filed, carried if last_year == filed["year"] - 1 else None, law), law)
        assert {name: _shown(verdict, name) for name in filed["expect"]} == _expected(filed["expect"])
        carried, last_year = verdict.credits_out, filed["year"]


def _unit(row: dict[str, Any]) -> Unit:
    money = {"fixed_due", "opening_credit"}
    dates = {"unit_date", "production_start"}
    kinds = {"unit_kind": UnitKind, "sector": Sector, "operation": Operation, "regime_override": Regime}
    decimals = {"rate_override": Decimal, "forfeit_percent": Decimal}
    typed: dict[str, Any] = {"user_bin": USER, "user_name": "ТОО «Недропользователь»"}
    for name, value in row.items():
        if name in money:
            typed[f"{name}_tiyn"] = _tiyn(value)
        elif name in dates:
            typed[name] = date.fromisoformat(value)
        else:
            typed[name] = (kinds | decimals).get(name, lambda plain: plain)(value)
    return Unit(**typed)


def _unit_year(unit: Unit, filed: dict[str, Any], carried: tuple[Credit, ...] | None, law: Law) -> UnitYear:
    submitted = filed.get("first_submitted_on")
    return UnitYear(
        year=filed["year"],
        unit=unit,
        as_of=date.fromisoformat(filed.get("as_of", "2027-06-01")),
        filing=_filed_unit(unit, filed, law),
        lines=_totals(unit, filed, law),
        budget_tiyn=_budget(unit, filed, law),
        carried=carried,
        first_submitted_on=date.fromisoformat(submitted) if submitted else None,
        earlier_base_tiyn=_tiyn(filed["earlier_base"]) if "earlier_base" in filed else None,
        base_confirmed=filed.get("base_confirmed", ""),
    )


def _filed_unit(unit: Unit, filed: dict[str, Any], law: Law) -> FiledUnit | None:
    if "base" not in filed:
        return None
    fitting = law.base_kind.find(regime_of(unit, law), unit.sector)
    kind = filed.get("base_kind", fitting.base_kind if fitting else BaseKind.PRODUCTION_COSTS)
    return FiledUnit(
        "f",
        USER,
        BaseKind(kind),
        _tiyn(filed["base"]),
        declared_due_tiyn=_tiyn(filed["declared_due"]) if "declared_due" in filed else None,
        is_set_aside=filed.get("is_set_aside", False),
        unit_of_account=int(THOUSAND),
    )


def _totals(unit: Unit, filed: dict[str, Any], law: Law) -> LineTotals:
    year = filed["year"]
    described = filed.get("lines", [])
    if filed.get("paid"):
        described = [{"amount": filed["paid"], "payment_date": f"{year}-02-15"}]
    rows = [_line(unit, number, row, law) for number, row in enumerate(described, start=1)]
    lines = frame(*rows)
    judged = recognise(lines, facts(year, law=law, affiliates=affiliates(USER, OTHER_USER), performers=None))
    return total_lines(judged_lines(lines.join(judged))).get(unit.unit_no, LineTotals())


def _line(unit: Unit, number: int, row: dict[str, Any], law: Law) -> dict[str, Any]:
    row = dict(row)
    performer = OTHER_USER if row.pop("performer", None) == "affiliate" else INSTITUTE
    return line(
        unit_no=unit.unit_no,
        line_no=number,
        regime=regime_of(unit, law).value,
        sector=unit.sector.value,
        performer_bin=performer,
        performer_key=performer,
        payment_doc_key=str(number),
        act_date=f"{law.year}-12-01",
        for_year=law.year,
        amount_tiyn=_tiyn(row.pop("amount")),
        **row,
    )


def _budget(unit: Unit, filed: dict[str, Any], law: Law) -> int:
    total = 0
    for row in filed.get("receipts", []):
        received = date.fromisoformat(row["received_on"])
        receipt = Receipt("1", received, USER, unit.unit_no, row["kbk"], None, _tiyn(row["amount"]))
        matched = match_receipt(receipt, {unit.unit_no: [unit]}, law)
        assert (matched.match, matched.year) == (Match.COUNTED, filed["year"])
        total += receipt.amount_tiyn
    return total


def _shown(verdict: Assessment, name: str) -> Any:
    if name in NOT_MONEY or name == "rate":
        return getattr(verdict, name)
    return verdict.deadline.isoformat() if name == "deadline" else getattr(verdict, f"{name}_tiyn")


def _expected(expect: dict[str, Any]) -> dict[str, Any]:
    return {name: _expected_value(name, value) for name, value in expect.items()}


def _expected_value(name: str, value: Any) -> Any:
    if value is None or name in NOT_MONEY or name == "deadline":
        return value
    return Decimal(value) if name == "rate" else _tiyn(value)


def _tiyn(thousand_tenge: Any) -> int:
    return to_tiyn(Decimal(str(thousand_tenge)), THOUSAND)
