"""Magnitudes: nothing a filing or a register says is so large that the year of everybody fails.

Here: hostile amounts, rates, percents, years and dates through all steps, on both databases. Not here: what each bound
says of one cell (``tests/intake``).
"""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.homes import User, a_home, issued

YEAR = 2025
HOSTILE = (
    0,
    -1,
    10**14,
    10**14 + 1,
    -(10**14),
    10**15,
    9 * 10**13,
    2**63 // 100,
    2**63,
    10**18,
    1.5e300,
    -1.5e300,
    5e-324,
    "9" * 60,
    "0.000000000000000000000001",
    "1e400",
)
AMOUNTS = st.sampled_from(HOSTILE) | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
UNITS_OF_ACCOUNT = st.sampled_from(["тенге", "тыс. тенге", "млн тенге"])
DATES = st.sampled_from([dt.date(1900, 1, 1), dt.date(2025, 7, 1), dt.date(9999, 12, 31), "01.01.0001"])
YEARS = st.sampled_from([0, -1, 1, 1990, 2024, 9999, 10_000, 2**31, 10**18])
VERDICT = ("status", "base_tiyn", "due_tiyn", "declared_tiyn", "recognised_tiyn", "shortfall_tiyn", "surplus_tiyn")
BYSTANDER, *OTHERS = (User(number) for number in issued(5))

REGISTERED = st.fixed_dictionaries({}, optional={
    "rate_override": AMOUNTS, "fixed_due": AMOUNTS, "forfeit_percent": AMOUNTS, "opening_credit": AMOUNTS,
    "opening_credit_year": YEARS, "unit_date": DATES, "end_date": DATES, "holder_from": DATES, "holder_to": DATES,
    "production_start": DATES,
})  # fmt: skip
FILED = st.fixed_dictionaries({
    "unit_of_account": UNITS_OF_ACCOUNT,
    "base": AMOUNTS,
    "due": AMOUNTS | st.none(),
    "credit": AMOUNTS | st.none(),
    "lines": st.lists(st.fixed_dictionaries({"amount": AMOUNTS}, optional={
        "currency": st.just("USD"), "entry_kind": st.just("возврат"), "payment_date": DATES, "agreement_date": DATES,
        "for_year": YEARS, "unit_no": st.just("К" * 30_000), "payment_doc_no": st.just("Ж" * 30_000),
    }), max_size=4),
    "budget": AMOUNTS,
})  # fmt: skip


def _bystander(home):
    verdicts = home.rows("compliance_by_unit", *VERDICT, report_year=YEAR, unit_no=BYSTANDER.unit_no)
    lines = home.rows("financing_lines", "bucket", "codes", "amount_tiyn", user_bin=BYSTANDER.bin)
    return verdicts, lines


def _fill(home, records, filed, rate, receipts):
    home.register("units", [BYSTANDER.record(), *(a | b for a, b in zip(records, filed[1], strict=True))])
    home.register("rates", [{"on": dt.date(YEAR, 7, 1), "currency": "USD", "rate": rate}])
    home.register("treasury", receipts)
    home.hand_in("bystander.xlsx", BYSTANDER.filing(), YEAR)
    for user, said in zip(OTHERS, filed[0], strict=True):
        data = user.filing(
            cover={"unit_of_account": said["unit_of_account"]},
            units=[user.unit(base_amount=said["base"], declared_due=said["due"], declared_credit=said["credit"])],
            lines=[user.line(number, **line) for number, line in enumerate(said["lines"], 1)],
            budget=[user.budget_row(amount=said["budget"])],
        )
        home.hand_in(f"{user.number}.xlsx", data, YEAR)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(FILED, min_size=len(OTHERS), max_size=len(OTHERS)),
    st.lists(REGISTERED, min_size=len(OTHERS), max_size=len(OTHERS)),
    AMOUNTS,
    st.lists(st.tuples(AMOUNTS, DATES, YEARS | st.none()), max_size=4),
)
def test_no_magnitude_ends_the_year_or_touches_anybody_else(tmp_path_factory, database, filed, registered, rate, paid):
    receipts = [
        BYSTANDER.receipt(amount, day, receipt_no=f"К-{number}", for_year=year, unit_no=OTHERS[0].unit_no)
        for number, (amount, day, year) in enumerate(paid)
    ]
    with a_home(tmp_path_factory.mktemp("calm"), database=database) as home:
        home.register("units", [BYSTANDER.record()])
        home.hand_in("bystander.xlsx", BYSTANDER.filing(), YEAR)
        home.run(YEAR, marts=True)
        calm = _bystander(home)
    with a_home(tmp_path_factory.mktemp("hostile"), database=database) as home:
        _fill(home, [user.record() for user in OTHERS], (filed, registered), rate, receipts)
        home.run(YEAR, marts=True)
        assert _bystander(home) == calm
        assert len(home.rows("filings", "status", report_year=YEAR)) == 1 + len(OTHERS)


def test_amounts_that_are_possible_alone_and_not_together_are_set_aside(tmp_path_factory, database):
    user = OTHERS[0]
    lines = [user.line(number, amount=amount) for number, amount in enumerate((6 * 10**10, 5 * 10**10, 10**9), 1)]
    with a_home(tmp_path_factory.mktemp("together"), database=database) as home:
        home.register("units", [user.record()])
        home.hand_in("1.xlsx", user.filing(lines=lines), YEAR)
        home.run(YEAR, marts=True)
        told = home.records("findings", "cell", "value", "expected", code="L005")
        assert told == [
            {"cell": "U3, U4", "value": "50000000000; 1000000000", "expected": "Σ ≤ 100 000 000 000 000 KZT"}
        ]
        assert home.rows("financing_lines", "bucket", "codes", "amount_tiyn") == [
            ("recognised", "", 6 * 10**15),
            ("set_aside", "L005", None),
            ("set_aside", "L005", None),
        ]
