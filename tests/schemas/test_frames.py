"""Frames: for each rule a frame that breaks only it; NA breaks none; a crashed check is an error, never silence."""

import pandas as pd
import pytest

from pipelines.intake.year.validating import Failure, RuleCrashedError, failures, merge_codes
from schemas import frames
from schemas.frames import PlausibleDates

DATES = PlausibleDates(1990, 2026)
VALID_BIN, WRONG_BIN = "140940023346", "140940023340"
UNITS: dict[str, object] = {
    "unit_is_held": True,
    "unit_in_filing": "0:кт-1",
    "base_tiyn": 0,
    "declared_due_tiyn": 0,
    "declared_credit_tiyn": 0,
    "base_tiyn_is_bounded": True,
    "declared_due_tiyn_is_bounded": True,
    "declared_credit_tiyn_is_bounded": True,
}
PAYMENTS: dict[str, object] = {
    "unit_is_listed": True,
    "unit_is_held": True,
    "line_in_filing": "0:1",
    "amount_tiyn": 1,
    "amount_tiyn_is_bounded": True,
    "kz_performer_bin": VALID_BIN,
    "has_rate": True,
    "agreement_date": "1990-01-01",
    "ntc_date": "2026-12-31",
    "act_date": "2025-01-01",
    "payment_date": "2025-01-01",
}
BUDGET: dict[str, object] = {
    "unit_is_listed": True,
    "unit_is_held": True,
    "amount_tiyn": 1,
    "amount_tiyn_is_bounded": True,
    "payment_date": "2025-01-01",
}
SCHEMAS = {
    "units": (frames.unit_lines(), UNITS),
    "payments": (frames.financing_lines(DATES), PAYMENTS),
    "budget": (frames.budget_lines(DATES), BUDGET),
}
REGISTERS: dict[str, dict[str, object]] = {
    "units": {
        "user_bin": VALID_BIN,
        "fixed_due_tiyn": 0,
        "opening_credit_tiyn": 0,
        "fixed_due_tiyn_is_bounded": True,
        "opening_credit_tiyn_is_bounded": True,
        "rate_override_parts": 0,
        "forfeit_percent_parts": 0,
        "row_key": "a",
    },
    "performers": {"bin": VALID_BIN},
    "affiliates": {"user_bin": VALID_BIN, "affiliate_bin": VALID_BIN},
    "treasury": {"payer_bin": VALID_BIN, "amount_tiyn": 1, "amount_tiyn_is_bounded": True, "row_key": "a"},
    "decisions": {"row_key": "a"},
    "rates": {"rate_parts": 1, "row_key": "a"},
}
SCHEMAS |= {f"register {name}": (frames.register(name), row) for name, row in REGISTERS.items()}


def frame_of(*rows):
    table = pd.DataFrame(list(rows))
    kinds = {}
    for name in map(str, table.columns):
        if name.endswith("_date"):
            table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
        elif name.endswith(("_tiyn", "_parts")):
            kinds[name] = "Int64"
        elif name in ("unit_is_held", "unit_is_listed", "has_rate") or name.endswith("_is_bounded"):
            kinds[name] = "boolean"
        else:
            kinds[name] = "str"
    return table.astype(kinds)


def second(row):
    """A second row that is nobody's repetition."""
    return row | {name: "другой" for name in ("unit_in_filing", "line_in_filing", "row_key") if name in row}


CASES = [
    ("units", "unit_is_held", False, "L006"),
    ("units", "base_tiyn", -1, "L005"),
    ("units", "declared_due_tiyn", -1, "L005"),
    *(
        (name, column, False, "L005")
        for name, (_, row) in SCHEMAS.items()
        for column in row
        if column.endswith("_is_bounded")
    ),
    ("units", "declared_credit_tiyn", -1, "L005"),
    ("payments", "unit_is_listed", False, "L012"),
    ("payments", "unit_is_held", False, "L006"),
    ("payments", "amount_tiyn", 0, "L005"),
    ("payments", "kz_performer_bin", WRONG_BIN, "L010"),
    ("payments", "has_rate", False, "L007"),
    *(
        ("payments", name, day, "L009")
        for name in ("agreement_date", "ntc_date", "act_date", "payment_date")
        for day in ("1989-12-31", "2027-01-01")
    ),
    ("budget", "unit_is_listed", False, "L012"),
    ("budget", "unit_is_held", False, "L006"),
    ("budget", "amount_tiyn", -5, "L005"),
    ("budget", "payment_date", "2027-01-01", "L009"),
    ("register units", "user_bin", WRONG_BIN, "L010"),
    ("register units", "fixed_due_tiyn", -1, "L005"),
    ("register units", "opening_credit_tiyn", -1, "L005"),
    ("register units", "rate_override_parts", -1, "L005"),
    ("register units", "forfeit_percent_parts", -1, "L005"),
    ("register performers", "bin", WRONG_BIN, "L010"),
    ("register affiliates", "user_bin", WRONG_BIN, "L010"),
    ("register affiliates", "affiliate_bin", WRONG_BIN, "L010"),
    ("register treasury", "payer_bin", WRONG_BIN, "L010"),
    ("register treasury", "amount_tiyn", 0, "L005"),
    ("register rates", "rate_parts", 0, "L005"),
]
REPEATED = [
    ("units", "unit_in_filing"),
    ("payments", "line_in_filing"),
    *((f"register {name}", "row_key") for name in ("units", "treasury", "decisions", "rates")),
]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_good_frame_breaks_nothing(name):
    schema, row = SCHEMAS[name]
    assert failures(frame_of(row, second(row)), schema) == []


@pytest.mark.parametrize(("name", "column", "value", "code"), CASES, ids=lambda value: str(value))
def test_a_frame_that_breaks_one_rule_breaks_only_that(name, column, value, code):
    schema, row = SCHEMAS[name]
    assert failures(frame_of(row, second(row) | {column: value}), schema) == [Failure(1, column, code)]


@pytest.mark.parametrize(("name", "column"), REPEATED)
def test_of_a_repeated_number_the_later_ones_fail(name, column):
    schema, row = SCHEMAS[name]
    assert failures(frame_of(row, row, second(row), row), schema) == [
        Failure(1, column, "L013"),
        Failure(3, column, "L013"),
    ]


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_not_known_breaks_no_rule(name):
    schema, row = SCHEMAS[name]
    unknown = frame_of(row, row).copy()
    unknown.loc[:, :] = None
    assert failures(unknown.astype(frame_of(row).dtypes.to_dict()), schema) == []


def test_every_rule_has_a_frame_that_breaks_it():
    broken = {(name, column) for name, column, _, _ in CASES} | set(REPEATED)
    assert broken == {(name, column) for name, (schema, _) in SCHEMAS.items() for column in schema.columns}


def test_several_rules_broken_in_one_row_are_all_told_in_order_of_row():
    schema, row = SCHEMAS["payments"]
    bad = second(row) | {"amount_tiyn": -1, "unit_is_listed": False}
    assert failures(frame_of(bad, row | {"has_rate": False}), schema) == [
        Failure(0, "amount_tiyn", "L005"),
        Failure(0, "unit_is_listed", "L012"),
        Failure(1, "has_rate", "L007"),
    ]


def test_an_empty_frame_breaks_nothing():
    assert failures(frame_of(PAYMENTS).iloc[:0], SCHEMAS["payments"][0]) == []


@pytest.mark.parametrize("column", ["amount_tiyn", "payment_date"])
def test_a_check_that_crashes_is_an_error_and_never_silence(column):
    frame = frame_of(PAYMENTS, second(PAYMENTS))
    with pytest.raises(RuleCrashedError, match=column):
        failures(frame.assign(**{column: pd.Series(["сто", 1], dtype=object)}), SCHEMAS["payments"][0])
    with pytest.raises(RuleCrashedError, match=column):
        failures(frame.drop(columns=column), SCHEMAS["payments"][0])


def test_codes_of_a_row_are_joined_sorted_and_once():
    codes = pd.Series(["", "L001,L010", ""], index=[0, 1, 2], dtype="str")
    failed = [Failure(1, "amount_tiyn", "L005"), Failure(1, "base_tiyn", "L005"), Failure(2, "has_rate", "L007")]
    assert merge_codes(codes, failed).tolist() == ["", "L001,L005,L010", "L007"]
    assert codes.tolist() == ["", "L001,L010", ""]
