"""Each code of recognition: a line that breaks only it, and one that nearly does."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.recognition.codes import CODES
from pipelines.core.recognition.recognition import recognise
from pipelines.core.recognition.totals import total_lines
from tests.core.builders import (
    INSTITUTE,
    OTHER_USER,
    PERFORMERS,
    STATUTE,
    USER,
    affiliates,
    decision,
    decisions,
    facts,
    frame,
    judge,
    judged_lines,
    line,
)

LAW = STATUTE.at(2025)
FOREIGN = {"performer_country": "DE", "performer_bin": None, "performer_key": "de/institut"}
INCOME = {"regime": "INCOME"}
UNPAID = {"payment_doc_no": None, "payment_doc_key": None, "payment_date": None}
DIGITAL = {"work_kind": "Цифровизация"}
URANIUM = {"regime": "COST_U", "sector": "Уран"}
SOLID = {"regime": "COST_TPI", "sector": "ТПИ"}

# What the line looks like, the year, and the codes it must get.
BREAKS: list[tuple[str, dict[str, Any], int, str]] = [
    ("nothing is wrong", {}, 2025, ""),
    ("no payment document", {"payment_doc_no": None, "payment_doc_key": None}, 2025, "R01"),
    ("no payment date", {"payment_date": None}, 2025, "R01"),
    ("nothing paid", UNPAID, 2025, "R01"),
    ("paid on the last day of the year before", {"payment_date": date(2024, 12, 31)}, 2025, "R02"),
    ("paid on the first day of the year after", {"payment_date": date(2026, 1, 1)}, 2025, "R02"),
    ("paid on 1 January", {"payment_date": date(2025, 1, 1)}, 2025, ""),
    ("paid on 31 December", {"payment_date": date(2025, 12, 31)}, 2025, ""),
    ("digitalisation of a solid mineral licence", SOLID | DIGITAL, 2025, "R03"),
    ("digitalisation under the Code", DIGITAL, 2025, ""),
    ("digitalisation a day before it counted", DIGITAL | {"payment_date": date(2020, 7, 6)}, 2020, "R03,R23"),
    ("digitalisation on the day it began to count", DIGITAL | {"payment_date": date(2020, 7, 7)}, 2020, "R23"),
    ("old oil contract, a day early", DIGITAL | INCOME | {"payment_date": date(2024, 2, 27)}, 2024, "R03,R23"),
    ("old oil contract, on the day", DIGITAL | INCOME | {"payment_date": date(2024, 2, 28)}, 2024, "R23,R29"),
    ("research of an old oil contract is not disputed", INCOME | {"payment_date": date(2024, 2, 28)}, 2024, "R23"),
    ("old solid mineral contract", DIGITAL | INCOME | {"sector": "ТПИ"}, 2025, "R03"),
    ("digitalisation not yet paid", DIGITAL | UNPAID, 2025, "R01,R03"),
    ("foreign performer without a permission", INCOME | FOREIGN, 2025, "R04"),
    ("foreign performer with a permission", INCOME | FOREIGN | {"permit_no": "7"}, 2025, ""),
    ("foreign performer under the Code", FOREIGN, 2025, "R22"),
    ("no country means Kazakhstan", INCOME | {"performer_country": None}, 2025, ""),
    ("paid past the budget", {"payment_date": date(2026, 2, 23), "act_date": date(2026, 3, 1)}, 2026, "R05"),
    (
        "uranium past the budget",
        URANIUM | {"payment_date": date(2026, 2, 25), "act_date": date(2026, 3, 1)},
        2026,
        "R05",
    ),
    ("uranium a day before", URANIUM | {"payment_date": date(2026, 2, 24), "act_date": date(2026, 3, 1)}, 2026, ""),
    (
        "digitalisation of uranium has a procedure of its own",
        URANIUM | DIGITAL | {"payment_date": date(2026, 3, 1), "act_date": date(2026, 3, 1)},
        2026,
        "R28",
    ),
    (
        "digitalisation of an old oil contract past the budget",
        INCOME | DIGITAL | {"payment_date": date(2026, 3, 1), "act_date": date(2026, 3, 1)},
        2026,
        "R28,R29",
    ),
    ("a day before the budget", {"payment_date": date(2026, 2, 22), "act_date": date(2026, 3, 1)}, 2026, ""),
    ("solid minerals are not redirected", SOLID | {"payment_date": date(2026, 5, 1)}, 2026, "R23"),
    ("performer out of the register", {"performer_bin": OTHER_USER, "performer_key": OTHER_USER}, 2025, "R20"),
    ("KZ performer without a BIN", {"performer_bin": None, "performer_key": "kz/x"}, 2025, "R20"),
    ("accreditation has lapsed", {"payment_date": date(2031, 1, 1), "sector": "ТПИ"}, 2031, "R20,R23"),
    ("last day of accreditation", {"payment_date": date(2030, 12, 31), "sector": "ТПИ"}, 2030, "R23"),
    ("no act", {"act_no": None, "act_date": None}, 2025, "R23"),
    ("an act without a date", {"act_date": None}, 2025, "R23"),
    ("act of the year after", {"act_date": date(2026, 1, 1)}, 2025, "R23"),
    ("act of 31 December", {"act_date": date(2025, 12, 31)}, 2025, ""),
    ("no council decision", {"ntc_no": None, "ntc_date": None}, 2025, "R24"),
    ("council decided a day after the payment", {"ntc_date": date(2025, 6, 16)}, 2025, "R24"),
    ("council decided on the day of the payment", {"ntc_date": date(2025, 6, 15)}, 2025, ""),
    ("no council for solid minerals, 2025", SOLID | {"ntc_no": None, "ntc_date": None}, 2025, "R24"),
    (
        "the council's first day for solid minerals",
        SOLID | {"payment_date": date(2024, 9, 3), "ntc_no": None},
        2024,
        "R23,R24",
    ),
    ("a day before, for solid minerals", SOLID | {"payment_date": date(2024, 9, 2), "ntc_no": None}, 2024, "R23"),
    ("the council's first day", {"payment_date": date(2023, 12, 29), "ntc_no": None}, 2023, "R23,R24"),
    ("a day before the council", {"payment_date": date(2023, 12, 28), "ntc_no": None}, 2023, "R23"),
    ("a pump", {"project_title": "Приобретение насоса ЭЦН-50"}, 2025, "R25"),
    ("the user itself", {"performer_bin": USER, "performer_key": USER}, 2025, "R20,R27"),
]


@pytest.mark.parametrize(("changes", "year", "codes"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_a_line_gets_exactly_the_codes_that_apply(changes, year, codes):
    result = judge(line(**({"for_year": year} | changes)), year=year)
    assert result["codes"].tolist() == [codes]
    disallowed = any(LAW.code(code).effect == "disallow" for code in codes.split(",") if code)
    assert result["bucket"].tolist() == ["disallowed" if disallowed else "recognised"]
    assert result["is_clean"].tolist() == [codes == ""]


def test_every_code_of_the_statute_has_its_function_and_no_other():
    assert list(CODES) == [rule.code for rule in LAW.recognition]


def test_the_first_disallowing_code_in_the_order_of_law_decides():
    wrong = line(**(INCOME | FOREIGN | {"payment_date": date(2026, 3, 1), "for_year": 2025}))
    result = judge(wrong, year=2025)
    assert result["codes"].tolist() == ["R02,R04,R05"]
    assert result["disallowed_by"].tolist() == ["R02"]


# --- the same payment twice -------------------------------------------------------------------------------------------


def test_the_same_payment_counts_once_and_the_earlier_line_keeps_it():
    result = judge(line(line_no=10), line(line_no=9))
    assert result["codes"].tolist() == ["R06", ""]


def test_the_earlier_user_then_the_earlier_unit_keeps_the_payment():
    later_user = line(user_bin=OTHER_USER, line_no=1)
    later_unit = line(unit_no="9999-УВС", line_no=1)
    result = judge(later_user, later_unit, line(line_no=5))
    assert result["disallowed_by"].tolist() == ["R06", "R06", None]


@pytest.mark.parametrize(
    "difference",
    [
        {"performer_key": OTHER_USER},
        {"agreement_key": "д-2"},
        {"payment_doc_key": "п-2"},
        {"payment_date": date(2025, 6, 16)},
        {"amount_tiyn": 1_000_001},
        {"is_effective": False},
        {"set_aside_codes": "L005"},
        {"payment_doc_no": None},
        {"entry_kind": "возврат", "amount_tiyn": -1_000_000},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_payment_that_differs_in_one_thing_is_another_payment(difference):
    result = judge(line(line_no=1, **difference), line(line_no=2))
    assert not result["codes"].str.contains("R06").any()


# --- registers --------------------------------------------------------------------------------------------------------


def test_without_a_register_of_performers_nobody_is_warned_about():
    assert judge(line(performer_bin=OTHER_USER), performers=None)["codes"].tolist() == [""]


def test_an_autonomous_organisation_needs_no_accreditation_number():
    register = PERFORMERS.assign(accreditation_no=pd.Series([None], dtype=object))
    assert judge(line(), performers=register)["codes"].tolist() == ["R20"]
    assert judge(line(), performers=register.assign(kind="АОО"))["codes"].tolist() == [""]


def test_one_of_several_accreditation_periods_is_enough():
    past = PERFORMERS.assign(valid_to=pd.Timestamp("2021-01-01"))
    assert judge(line(), performers=pd.concat([past, PERFORMERS]))["codes"].tolist() == [""]
    assert judge(line(), performers=pd.concat([past, past]))["codes"].tolist() == ["R20"]


def test_an_open_end_of_a_period_is_open():
    nothing = pd.to_datetime(pd.Series([None]))
    register = PERFORMERS.assign(valid_from=nothing, valid_to=nothing)
    assert judge(line(), performers=register)["codes"].tolist() == [""]


@pytest.mark.parametrize("pair", [(USER, INSTITUTE), (INSTITUTE, USER)], ids=["named", "the other way round"])
def test_an_affiliate_is_warned_about_in_either_direction(pair):
    assert judge(line(), affiliates=affiliates(*pair))["codes"].tolist() == ["R21"]


@pytest.mark.parametrize(
    ("since", "until", "codes"),
    [
        ("2025-06-15", "2025-06-15", "R21"),
        ("2025-06-16", None, ""),
        (None, "2025-06-14", ""),
    ],
)
def test_an_affiliation_counts_on_the_payment_date_only(since, until, codes):
    assert judge(line(), affiliates=affiliates(USER, INSTITUTE, since, until))["codes"].tolist() == [codes]


def test_the_affiliate_of_another_user_is_no_affiliate():
    assert judge(line(), affiliates=affiliates(OTHER_USER, INSTITUTE))["codes"].tolist() == [""]


# --- the same agreement of another user -------------------------------------------------------------------------------


def test_one_agreement_declared_by_two_users_is_warned_about_at_both():
    result = judge(line(), line(user_bin=OTHER_USER, payment_doc_key="п-2"))
    assert result["codes"].tolist() == ["R26", "R26"]


@pytest.mark.parametrize(
    "difference",
    [
        {"user_bin": USER},
        {"agreement_key": "д-2"},
        {"agreement_key": None},
        {"performer_key": OTHER_USER},
        {"is_effective": False},
        {"set_aside_codes": "L001"},
    ],
    ids=lambda change: f"{next(iter(change))}={next(iter(change.values()))}",
)
def test_an_agreement_that_nearly_is_another_users_is_left_alone(difference):
    result = judge(line(), line(**({"user_bin": OTHER_USER, "payment_doc_key": "п-2"} | difference)))
    assert not result["codes"].str.contains("R26").any()


# --- excluded kinds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Закупка насосного оборудования",
        "Закупка оборудования для исследований",
        "Насос центробежный",
        "Ремонт исследовательской лаборатории",
        "ПОСТАВКА ЛАБОРАТОРНЫХ ПРИБОРОВ",
        "Зертханалық жабдық сатып алу",
        "Purchase of pumps",
        "Строительство лабораторного корпуса",
        "Капитальный ремонт установки",
        "Сорғыны жөндеу",
        "Продление лицензии на программное обеспечение",
        "Обучение персонала",
        "Қызметкерлерді оқыту",
        "Staff training",
        "Рекламная кампания",
        "Маркетинговое исследование рынка",
    ],
)
def test_a_title_that_names_an_excluded_kind_is_warned_about(title):
    assert judge(line(project_title=title))["codes"].tolist() == ["R25"]


@pytest.mark.parametrize(
    "title",
    [
        "Методы машинного обучения в геологии",
        "Training data for seismic interpretation",
        "Прогнозирование ремонтов по данным датчиков",
        "Исследование лицензионного участка",
        "Исследование насосных установок",
        "Разработка технологии ремонта скважин",
        "Research on equipment reliability",
        "Разработка строительных материалов из хвостов",
        "Исследование пласта",
        None,
    ],
)
def test_a_title_that_nearly_names_one_is_left_alone(title):
    assert judge(line(project_title=title))["codes"].tolist() == [""]


def test_titles_are_searched_each_for_itself():
    titles = ["Исследование", "Ремонт", "Исследование", None, "Изучение ремонт"]
    result = judge(*[line(line_no=n, payment_doc_key=str(n), project_title=t) for n, t in enumerate(titles)])
    assert result["codes"].tolist() == ["", "R25", "", "", "R25"]


# --- refunds, cures, lines set aside ----------------------------------------------------------------------------------


def test_a_refund_reduces_what_is_recognised_and_only_two_codes_apply_to_it():
    refund = line(
        entry_kind="возврат", amount_tiyn=-400, performer_bin=USER, act_no=None, project_title="Ремонт", line_no=2
    )
    lines = frame(line(), refund)
    result = recognise(lines, facts())
    assert result["codes"].tolist() == ["", ""]
    assert total_lines(judged_lines(lines.join(result)))["1234-УВС"].recognised == 1_000_000 - 400


def test_a_refund_of_another_year_or_rejected_does_not_count():
    refund = line(entry_kind="возврат", amount_tiyn=-400, payment_date=date(2026, 1, 1))
    assert judge(refund)["codes"].tolist() == ["R02"]
    rejected = decisions(decision(kind="отклонить"))
    assert judge(line(entry_kind="возврат", amount_tiyn=-400), decisions=rejected)["codes"].tolist() == ["R07"]


def test_a_payment_for_an_earlier_year_cures_that_year_and_never_counts_for_this_one():
    result = judge(line(for_year=2024), line(for_year=2024, line_no=2, payment_doc_no=None))
    assert result["bucket"].tolist() == ["cure", "disallowed"]
    assert result["is_clean"].tolist() == [False, False]


def test_a_line_set_aside_keeps_its_own_codes_whatever_else_is_wrong():
    result = judge(line(**UNPAID, set_aside_codes="L001,L005"), decisions=decisions(decision()))
    assert result.iloc[0].to_dict() == {
        "bucket": "set_aside",
        "codes": "L001,L005",
        "is_clean": False,
        "decision_no": None,
        "disallowed_by": None,
    }


def test_lines_of_a_superseded_filing_get_their_codes_but_meet_no_others():
    result = judge(line(is_effective=False, act_no=None), line(user_bin=OTHER_USER))
    assert result["codes"].tolist() == ["R23", ""]


# --- decisions --------------------------------------------------------------------------------------------------------


def test_an_accepting_decision_recognises_whatever_else_applies_and_the_codes_stay_visible():
    accepted = decisions(decision())
    result = judge(line(payment_date=date(2024, 6, 1), act_no=None), decisions=accepted).iloc[0]
    assert (result["bucket"], result["codes"], result["is_clean"], result["decision_no"]) == (
        "recognised",
        "R02,R23",
        True,
        "Р-1",
    )


def test_an_accepted_payment_for_an_earlier_year_cures_that_year():
    result = judge(line(for_year=2024, payment_date=None), decisions=decisions(decision())).iloc[0]
    assert (result["bucket"], result["codes"], result["disallowed_by"]) == ("cure", "R01", None)


def test_a_rejecting_decision_comes_before_every_other_code():
    result = judge(line(payment_date=None), decisions=decisions(decision(kind="отклонить"))).iloc[0]
    assert (result["codes"], result["disallowed_by"], result["decision_no"]) == ("R01,R07", "R07", "Р-1")


@pytest.mark.parametrize(
    "difference",
    [
        {"unit_no": "9999-УВС"},
        {"report_year": 2024},
        {"report_year": None},
        {"payment_doc_key": "п-2"},
        {"payment_doc_key": None},
        {"user_bin": OTHER_USER},
        {"kind": "уведомление"},
    ],
    ids=str,
)
def test_a_decision_on_something_else_leaves_the_line_alone(difference):
    result = judge(line(), decisions=decisions(decision(kind="отклонить"), decision(**difference)).iloc[1:])
    assert result["decision_no"].tolist() == [None]
    assert judge(line(), decisions=decisions(decision(**({"kind": "отклонить"} | difference))))["codes"].tolist() == [
        ""
    ]


def test_a_decision_that_names_no_user_is_meant_for_any():
    result = judge(line(), decisions=decisions(decision(kind="отклонить", user_bin=None)))
    assert result["codes"].tolist() == ["R07"]


@pytest.mark.parametrize(
    ("first", "second", "bucket"),
    [
        (decision(), decision(kind="отклонить", decided_on=pd.Timestamp("2026-06-02"), decision_no="А"), "disallowed"),
        (decision(kind="отклонить"), decision(decided_on=pd.Timestamp("2026-06-02"), decision_no="А"), "recognised"),
        (decision(), decision(kind="отклонить", decision_no="Р-2"), "disallowed"),
        (decision(decision_no="Р-2"), decision(kind="отклонить"), "recognised"),
    ],
    ids=["later rejects", "later accepts", "same day, higher number rejects", "same day, higher number accepts"],
)
def test_of_two_decisions_the_later_counts(first, second, bucket):
    for both in ((first, second), (second, first)):
        result = judge(line(), decisions=decisions(*both))
        assert result["bucket"].tolist() == [bucket]
        assert result["codes"].tolist() == ["R07"]


def test_a_rejection_overridden_by_a_later_acceptance_stays_visible():
    later = decision(decided_on=pd.Timestamp("2026-06-02"), decision_no="Р-2")
    result = judge(line(), decisions=decisions(decision(kind="отклонить"), later)).iloc[0]
    assert (result["bucket"], result["codes"], result["is_clean"], result["decision_no"]) == (
        "recognised",
        "R07",
        True,
        "Р-2",
    )


# --- the whole --------------------------------------------------------------------------------------------------------


def test_no_lines_give_no_verdicts():
    result = recognise(frame(), facts(affiliates=affiliates(USER, INSTITUTE), decisions=decisions(decision())))
    assert len(result) == 0
    assert list(result) == ["bucket", "codes", "is_clean", "decision_no", "disallowed_by"]


def test_the_result_keeps_the_index_of_the_lines():
    lines = frame(line(), line(line_no=2, payment_doc_key="п-2"))
    lines.index = pd.Index([70, 3])
    assert recognise(lines, facts()).index.tolist() == [70, 3]


ANY_LINE = st.fixed_dictionaries(
    {
        "user_bin": st.sampled_from([USER, OTHER_USER]),
        "unit_no": st.sampled_from(["1234-УВС", "77-ML"]),
        "line_no": st.integers(1, 3),
        "regime": st.sampled_from(["INCOME", "COST_HC", "COST_TPI", "NONE"]),
        "sector": st.sampled_from(["Углеводороды", "ТПИ", "ОПИ"]),
        "work_kind": st.sampled_from(["НИР", "Цифровизация"]),
        "performer_bin": st.sampled_from([USER, INSTITUTE, None]),
        "performer_country": st.sampled_from(["KZ", "DE", None]),
        "payment_doc_key": st.sampled_from(["п-1", "п-2", None]),
        "payment_date": st.none() | st.dates(date(2024, 12, 30), date(2026, 3, 1)),
        "entry_kind": st.sampled_from(["оплата", "возврат"]),
        "for_year": st.integers(2024, 2026),
        "amount_tiyn": st.integers(-(10**15), 10**15),
        "set_aside_codes": st.sampled_from(["", "L001"]),
        "is_effective": st.booleans(),
    }
)


@settings(max_examples=40)  # a frame an example: each costs milliseconds
@given(st.lists(ANY_LINE, max_size=8), st.sampled_from(["принять", "отклонить"]))
def test_every_tenge_ends_in_exactly_one_bucket(rows, kind):
    lines = frame(*[line(**row) for row in rows])
    result = recognise(lines, facts(decisions=decisions(decision(kind=kind))))
    totals = total_lines(judged_lines(lines.join(result))).values()
    assert sum(total.declared for total in totals) == int(lines["amount_tiyn"].sum())
    for total in totals:
        assert total.declared == total.recognised + total.cure + total.set_aside + total.disallowed_tiyn
    assert (result["disallowed_by"].notna() == (result["bucket"] == "disallowed")).all()
    assert not (result["is_clean"] & (result["bucket"] != "recognised")).any()


@settings(max_examples=40)  # a frame an example: each costs milliseconds
@given(st.lists(ANY_LINE, min_size=1, max_size=8), st.randoms())
def test_the_order_of_rows_changes_nothing_but_ties(rows, random):
    numbered = [line(**(row | {"line_no": place})) for place, row in enumerate(rows)]
    shuffled = random.sample(range(len(rows)), len(rows))
    straight = recognise(frame(*numbered), facts())
    mixed = recognise(frame(*[numbered[place] for place in shuffled]), facts())
    assert straight["codes"].tolist() == mixed["codes"].iloc[[shuffled.index(n) for n in range(len(rows))]].tolist()
