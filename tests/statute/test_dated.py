"""Dated values: what is in force on a day, and the nonsense no file may say."""

from datetime import date
from typing import Any

import pytest

from pipelines.statute.law import StatuteError, statute_of
from schemas.vocabulary import Regime, Sector
from tests.statute.changing import BACKING, NEXT, files, statute_with, values_of

FROM = {"from": NEXT}
OIL = (Regime.COST_HC, Sector.HYDROCARBONS)


def _message(bend: Any) -> str:
    bent = files()
    bend(bent)
    with pytest.raises(StatuteError) as error:
        statute_of(bent, digest="bent")
    return str(error.value)


def _refused(name: str, *values: dict[str, Any], row: str | None = None) -> str:
    return _message(lambda bent: values_of(bent[name], row).extend(BACKING | value for value in values))


def test_the_value_that_began_last_decides_whatever_its_scope():
    rates = statute_with(
        {
            "rate": [
                {"from": "2027-01-01", "regimes": ["COST_HC"], "value": "0.015"},
                {"from": "2028-01-01", "value": "0.012"},
                {"from": "2029-01-01", "sectors": ["Уран"], "value": "0.02"},
            ]
        }
    )
    found = [str(rates.at(year).rate.of(*OIL).value) for year in (2026, 2027, 2028, 2029)]
    assert found == ["0.01", "0.015", "0.012", "0.012"]
    assert str(rates.at(2029).rate.of(Regime.INCOME, Sector.URANIUM).value) == "0.02"


def test_a_value_begins_on_its_day_and_not_a_day_earlier():
    cures = statute_with({"cure": [{"from": "2027-07-01", "months_if_below_30": 2, "months_otherwise": 1}]}).cure
    assert cures.on(date(2027, 6, 30)).months_if_below_30 == 3
    assert cures.on(date(2027, 7, 1)).months_if_below_30 == 2


def test_a_day_before_the_first_value_is_an_error_unless_somebody_typed_it():
    cures = statute_with({}).cure
    with pytest.raises(LookupError, match="the first value begins on 2012-01-01"):
        cures.on(date(2011, 12, 31))
    assert cures.on_or_first(date(1990, 1, 1)) == cures.on(date(2012, 1, 1))


def test_a_row_of_a_list_ends_on_its_last_day():
    with_an_end = files()
    values_of(with_an_end["directions"], "POWER")[0]["until"] = "2025-12-31"
    directions = statute_of(with_an_end, digest="bent").directions
    before, after = directions.on(date(2025, 12, 31)), directions.on(date(2026, 1, 1))
    assert {row.code for row in before} - {row.code for row in after} == {"POWER"}


def test_rows_keep_their_order_when_one_of_them_changes():
    changed = statute_with({"recognition": [{"row": "R05", "from": "2027-01-01", "effect": "warn"}]})
    assert [rule.code for rule in changed.at(2027).recognition] == [rule.code for rule in changed.at(2025).recognition]


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("cure", [FROM | {"months_if_below_30": 1, "months_otherwise": 1}] * 2, "two values begin on 2027-01-01"),
        ("rate", [{"from": "2017-01-01", "value": "0.02"}], "values stand oldest first: 2017-01-01 follows 2018-06-29"),
        (
            "rate",
            [FROM | {"regimes": ["COST_HC"], "value": "0.02"}, FROM | {"sectors": ["Уран"], "value": "0.03"}],
            "two values begin on 2027-01-01 and cover COST_HC, Уран",
        ),
        (
            "rate",
            [FROM | {"regimes": ["COST_XX"], "value": "0.02"}],
            "values.2.regimes.0: Input should be 'INCOME', 'COST_HC'",
        ),
        ("rate", [FROM | {"regimes": [], "value": "0.02"}], "at least 1 item"),
        ("rate", [FROM | {"value": "1.5"}], "less than or equal to 1"),
        ("cure", [FROM | {"regimes": ["INCOME"], "months_if_below_30": 1, "months_otherwise": 1}], "Extra inputs"),
        ("base_jump", [FROM | {"factor": 5, "published_on": None}], "say in published_on when its act was published"),
        ("base_jump", [FROM | {"factor": 5, "confidence": None}], "confidence"),
        (
            "base_jump",
            [FROM | {"factor": 5, "reference": {"source": "NOWHERE", "article": "1"}}],
            "no document NOWHERE",
        ),
        ("base_jump", [FROM | {"factor": 5, "reference": {"source": "CODE", "article": ""}}], "at least 1 character"),
        ("budget_channel", [FROM | {"paid_to": "budget"}], "a kbk goes with paid_to: budget"),
        ("user_status", [FROM | {"worst_first": ["MET"], "without_obligation": []}], "must name every status once"),
        ("regimes", [FROM | {"as_registered": False}], "a rule names its regime"),
    ],
)
def test_nonsense_is_refused_when_the_law_is_loaded(name, values, told):
    message = _refused(name, *values)
    assert told in message
    assert message.startswith(f"{name}.yaml: ")


def test_a_value_without_a_source_is_refused():
    assert "reference" in _message(lambda bent: values_of(bent["base_jump"])[0].pop("reference"))


def test_values_of_one_row_may_not_overlap():
    assert "POWER: values stand oldest first" in _refused("directions", {"from": "2020-01-01"}, row="POWER")


def test_a_row_may_not_end_before_it_begins():
    ends = {"from": "2027-01-01", "until": "2026-12-31"}
    assert "ends on 2026-12-31, before it begins" in _refused("directions", ends, row="POWER")


def test_a_parameter_without_a_value_for_the_first_year_is_refused():
    told = _message(lambda bent: values_of(bent["base_jump"])[0].update({"from": "2013-01-01"}))
    assert told == "base_jump.yaml: no value for 2012, the first year of the duty"


def test_a_regime_without_a_value_in_its_first_year_is_refused():
    told = _message(lambda bent: values_of(bent["credit_mode"]).pop())
    assert told == "credit_mode.yaml: no value for COST_TPI, Углеводороды in 2018"
