"""Recognition through the steps: for each code a user whose second payment breaks only that.

Belongs here: exact rows of `financing_lines` and the verdict's buckets. Does not: boundaries of each code
(``tests/core``).
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipelines.statute.law import load_statute
from tests.books import PERFORMER_BIN
from tests.homes import User, a_home, issued, nth_bin

YEAR = 2026
BEFORE_CHANNEL, AFTER_CHANNEL = dt.date(2026, 2, 10), dt.date(2026, 3, 1)
PAID = dt.date(2026, 7, 5)
AFFILIATE, NOBODY = nth_bin(8001, "9903400"), nth_bin(8002, "9903400")
CODE_2019 = {"sector": "ТПИ", "unit_kind": "лицензия", "production_start": None}
INCOME = {"sector": "ТПИ", "unit_kind": "контракт"}
OIL = {"sector": "Углеводороды"}
OLD_OIL = {"sector": "Углеводороды", "unit_date": dt.date(2005, 3, 1)}
BASE_KIND = {"лицензия": "Затраты на добычу", "контракт": "СГД"}


@dataclass(frozen=True)
class Case:
    """What bends the second payment, and what must become of it: bucket, codes, is_clean, disallowed_by, decision."""

    name: str
    line: dict[str, Any]
    becomes: tuple[str, str, bool, str | None, str | None]
    unit: dict[str, Any] = field(default_factory=lambda: CODE_2019)
    decision: str | None = None


def disallowed(codes: str, by: str | None = None, decision: str | None = None):
    return ("disallowed", codes, False, by or codes, decision)


def warned(codes: str):
    return ("recognised", codes, False, None, None)


CLEAN = ("recognised", "", True, None, None)
CASES = (
    Case("nothing is wrong", {}, CLEAN),
    Case("R01 no payment document", {"payment_doc_no": None}, disallowed("R01")),
    Case("R01 no payment date", {"payment_date": None}, disallowed("R01")),
    Case(
        "R02 paid in another year",
        dict.fromkeys(("payment_date", "ntc_date"), dt.date(2025, 12, 31)),
        disallowed("R02"),
    ),
    Case("R03 digitalisation without a case", {"work_kind": "Цифровизация"}, disallowed("R03")),
    Case(
        "R04 foreign without a permit",
        {"performer_country": "DE", "performer_bin": None},
        disallowed("R04"),
        unit=INCOME,
    ),
    Case(
        "foreign with a permit is clean under INCOME",
        {"performer_country": "DE", "performer_bin": None, "permit_no": "РИ-1"},
        CLEAN,
        unit=INCOME,
    ),
    Case(
        "R05 paid past the budget",
        dict.fromkeys(("payment_date", "act_date"), AFTER_CHANNEL),
        disallowed("R05"),
        unit=OIL,
    ),
    Case(
        "oil paid before the budget channel is clean",
        dict.fromkeys(("payment_date", "act_date"), BEFORE_CHANNEL),
        CLEAN,
        unit=OIL,
    ),
    Case("R06 the same payment twice", {"agreement_no": "Д-{n}-1", "payment_doc_no": "ПП-{n}-1"}, disallowed("R06")),
    Case("R07 rejected by a decision", {}, disallowed("R07", decision="Р-{n}"), decision="отклонить"),
    Case(
        "R01 recognised by a decision to accept, the code stays",
        {"payment_date": None},
        ("recognised", "R01", True, None, "Р-{n}"),
        decision="принять",
    ),
    Case("R20 not accredited", {"performer_bin": NOBODY}, warned("R20")),
    Case("R21 an affiliate", {"performer_bin": AFFILIATE}, warned("R21")),
    Case("R22 foreign under the Code", {"performer_country": "DE", "performer_bin": None}, warned("R22")),
    Case("R23 no act", {"act_no": None}, warned("R23")),
    Case("R23 an act of another year", {"act_date": dt.date(2025, 12, 31)}, warned("R23")),
    Case(
        "R24 the council decided after the payment",
        {"payment_date": BEFORE_CHANNEL, "act_date": BEFORE_CHANNEL, "ntc_date": AFTER_CHANNEL},
        warned("R24"),
        unit=OIL,
    ),
    Case("R25 the title names a pump", {"project_title": "Закупка насоса"}, warned("R25")),
    Case("R26 another user's agreement", {"agreement_no": "Д-ОБЩИЙ"}, warned("R26")),
    Case("R26 the other user", {"agreement_no": "№ д-общий"}, warned("R26")),
    Case("R27 the performer is the user", {"performer_bin": "{bin}"}, warned("R27")),
    Case("cure: a payment for an earlier year", {"for_year": 2024}, ("cure", "", False, None, None)),
    Case(
        "a refund is negative and needs nothing a payment needs",
        {"entry_kind": "возврат", "amount": 10, "act_no": None, "payment_doc_no": None},
        CLEAN,
    ),
    Case(
        "R02 applies to a refund",
        {"entry_kind": "возврат", "amount": 10, "payment_date": dt.date(2025, 12, 31)},
        disallowed("R02"),
    ),
    Case(
        "R07 applies to a refund",
        {"entry_kind": "возврат", "amount": 10},
        disallowed("R07", decision="Р-{n}"),
        decision="отклонить",
    ),
    Case(
        "every code is kept, the first decides",
        {"payment_date": None, "work_kind": "Цифровизация", "act_no": None},
        disallowed("R01,R03,R23", by="R01"),
    ),
    Case(
        "digitalisation counts for a hydrocarbon contract of the Code",
        dict.fromkeys(("payment_date", "act_date"), BEFORE_CHANNEL) | {"work_kind": "Цифровизация"},
        CLEAN,
        unit=OIL,
    ),
    Case(
        "R29 digitalisation of an oil contract of the old law is disputed",
        dict.fromkeys(("payment_date", "act_date"), BEFORE_CHANNEL) | {"work_kind": "Цифровизация"},
        warned("R29"),
        unit=OLD_OIL,
    ),
    Case(
        "R28 digitalisation after the budget channel counts",
        dict.fromkeys(("payment_date", "act_date"), AFTER_CHANNEL) | {"work_kind": "Цифровизация"},
        warned("R28"),
        unit=OIL,
    ),
)
USERS = dict(zip([case.name for case in CASES], [User(number, YEAR) for number in issued(len(CASES))], strict=True))


def _own(user, value):
    return value.format(n=user.number, bin=user.bin) if isinstance(value, str) else value


def _line(user, number, **changes):
    at = BEFORE_CHANNEL if changes.get("payment_date") in (BEFORE_CHANNEL, AFTER_CHANNEL) else PAID
    return user.line(number, payment_date=at, act_date=at, amount=100) | {
        name: _own(user, value) for name, value in changes.items()
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    with a_home(
        tmp_path_factory.mktemp("recognition"), database=database, in_process=False, as_of=dt.date(2027, 9, 1)
    ) as made:
        records, decisions = [], []
        for case in CASES:
            user = USERS[case.name]
            record = user.record(**case.unit)
            records.append(record)
            if case.decision:
                decisions.append(user.decision(case.decision, payment_doc_no=f"пп-{user.number}-2"))
            old = record["unit_kind"] == "контракт" and (record["sector"] == "ТПИ" or case.unit is OLD_OIL)
            unit = user.unit(base_kind="СГД" if old else "Затраты на добычу")
            day = {"payment_date": BEFORE_CHANNEL, "act_date": BEFORE_CHANNEL} if case.unit in (OIL, OLD_OIL) else {}
            lines = [_line(user, 1, **day), _line(user, 2, **case.line)]
            made.hand_in(f"{user.number}.xlsx", user.filing(units=[unit], lines=lines), YEAR)
        bins = [PERFORMER_BIN, AFFILIATE, *(user.bin for user in USERS.values())]
        made.register("units", records)
        made.register("decisions", decisions)
        made.register(
            "performers",
            [{"bin": each, "name": "Институт", "kind": "НИИ", "accreditation_no": "МК-1"} for each in bins],
        )
        made.register("affiliates", [{"user_bin": user.bin, "affiliate_bin": AFFILIATE} for user in USERS.values()])
        made.run(YEAR)
        yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_payment_ends_in_its_bucket_with_its_codes(home, case):
    user = USERS[case.name]
    names = ("bucket", "codes", "is_clean", "disallowed_by", "decision_no")
    first, second = home.rows("financing_lines", *names, user_bin=user.bin)
    assert (first, second) == (CLEAN, tuple(_own(user, value) for value in case.becomes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict_has_the_money_of_both_payments_in_its_buckets(home, case):
    user = USERS[case.name]
    tiyn = case.line.get("amount", 100) * 1000 * 100
    sums = dict.fromkeys(("recognised", "clean", "cure", "disallowed", "set_aside"), 0)
    sums["recognised"] = sums["clean"] = 100 * 1000 * 100
    sums[case.becomes[0]] += -tiyn if case.line.get("entry_kind") == "возврат" else tiyn
    if case.becomes[2]:
        sums["clean"] += -tiyn if case.line.get("entry_kind") == "возврат" else tiyn
    sums["declared"] = sum(sums[bucket] for bucket in ("recognised", "cure", "disallowed", "set_aside"))
    names = [f"{name}_tiyn" for name in sums]
    assert home.rows("compliance_by_unit", *names, user_bin=user.bin) == [tuple(sums.values())]


def test_the_disallowing_code_is_a_term_of_the_verdict_with_its_cell(home):
    user = USERS["R03 digitalisation without a case"]
    terms = home.records("compliance_terms", "term", "amount_tiyn", "source", unit_no=user.unit_no)
    [term] = [term for term in terms if term["term"].startswith("disallowed")]
    digest = home.value("filings", "filing_id", user_bin=user.bin)[:12]
    assert term == {
        "term": "disallowed:R03",
        "amount_tiyn": 100 * 1000 * 100,
        "source": f"{user.number}.xlsx [{digest}] НИОКР!U3",
    }


def test_nothing_is_found_wrong_with_payments_that_were_only_judged(home):
    assert home.rows("findings", "file_name", "code", "cell", "value") == []


def test_every_code_of_recognition_has_a_case():
    codes = {code for case in CASES for code in case.becomes[1].split(",") if code}
    assert codes == {rule.code for rule in load_statute().recognition.values}
