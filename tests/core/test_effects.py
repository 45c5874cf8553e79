"""Effects: which decision counts, which was overruled, and which lapsed."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.recognition.effects import (
    Decision,
    Effect,
    NamedLine,
    base_decision,
    effects_on_base,
    effects_on_payments,
    effects_on_terms,
)
from schemas.vocabulary import DecisionEffect as E
from schemas.vocabulary import DecisionKind as K

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def _accept(row=2, number="Р-1", day=JUNE, **more):
    return Decision(row, number, day, K.ACCEPT, **({"payment_key": "пп1"} | more))


def _reject(row=3, number="Р-2", day=JULY, **more):
    return Decision(row, number, day, K.REJECT, **({"payment_key": "пп1"} | more))


def _line(decision_no="Р-1", amount=100, **more):
    line = NamedLine("A", "пп1", amount, is_set_aside=False, decision_no=decision_no)
    return replace(line, **more)


def _notice(row, day, number="У"):
    return Decision(row, number, day, K.NOTICE)


def _extension(row, day, until):
    return Decision(row, "О", day, K.EXTENSION, until=until)


def test_a_decision_applies_to_every_line_of_its_payment_document_refunds_included():
    effects = effects_on_payments([_accept()], [_line(), _line(amount=-30), _line(payment_key="пп2", decision_no=None)])
    assert effects == {2: Effect(E.APPLIED, 2, 70)}


def test_of_two_decisions_on_one_payment_the_later_counts_and_the_earlier_is_overruled():
    effects = effects_on_payments([_reject(), _accept()], [_line("Р-2")])
    assert effects == {2: Effect(E.OVERRULED), 3: Effect(E.APPLIED, 1, 100)}


def test_of_two_decisions_of_one_day_the_higher_number_counts():
    effects = effects_on_payments([_accept(day=JULY), _reject()], [_line("Р-2")])
    assert (effects[2].effect, effects[3].effect) == (E.OVERRULED, E.APPLIED)


def test_a_decision_lapses_when_no_line_names_its_payment_document():
    assert effects_on_payments([_accept()], []) == {2: Effect(E.LAPSED)}


def test_a_decision_on_another_user_does_not_reach_the_line():
    assert effects_on_payments([_accept(user_bin="B")], [_line()]) == {2: Effect(E.LAPSED)}
    assert effects_on_payments([_accept(user_bin="A")], [_line()])[2].effect == E.APPLIED


def test_a_decision_on_a_line_with_errors_says_so():
    assert effects_on_payments([_accept()], [_line(None, is_set_aside=True)]) == {2: Effect(E.SET_ASIDE, 1, 100)}


def test_a_decision_that_came_after_the_year_was_computed_waits():
    assert effects_on_payments([_accept()], [_line(None)]) == {2: Effect(E.WAITING, 1, 100)}


def test_the_first_notice_and_the_last_extension_count():
    late = date(2026, 12, 1)
    asked = [_notice(2, JULY), _notice(3, JUNE), _extension(4, JUNE, late), _extension(5, JULY, late)]
    effects = effects_on_terms([*asked, _extension(6, JULY, None)], 500)
    applied = Effect(E.APPLIED, amount_tiyn=500)
    assert effects == {
        2: Effect(E.OVERRULED), 3: applied, 4: Effect(E.OVERRULED), 5: applied, 6: Effect(E.LAPSED),
    }  # fmt: skip


def test_where_nothing_is_missing_a_notice_lapses():
    assert effects_on_terms([_notice(2, JUNE)], 0) == effects_on_terms([_notice(2, JUNE)], None)
    assert effects_on_terms([_notice(2, JUNE)], 0) == {2: Effect(E.LAPSED)}


DECISIONS = st.lists(
    st.builds(
        Decision,
        source_row=st.just(0),
        decision_no=st.sampled_from(["Р-1", "Р-2", "Р-3"]),
        decided_on=st.sampled_from([JUNE, JULY]),
        kind=st.sampled_from(K),
        user_bin=st.sampled_from([None, "A", "B"]),
        payment_key=st.sampled_from([None, "пп1", "пп2"]),
        until=st.sampled_from([None, JULY]),
    ),
    max_size=6,
).map(lambda found: [Decision(**(vars(each) | {"source_row": row})) for row, each in enumerate(found)])
LINES = st.lists(
    st.builds(
        NamedLine,
        user_bin=st.sampled_from(["A", "B"]),
        payment_key=st.sampled_from(["пп1", "пп2"]),
        amount_tiyn=st.none() | st.integers(-100, 100),
        is_set_aside=st.booleans(),
        decision_no=st.sampled_from([None, "Р-1", "Р-2", "Р-3"]),
    ),
    max_size=6,
)


@given(DECISIONS, LINES, st.none() | st.integers(0, 10))
def test_every_decision_has_exactly_one_effect_and_no_line_is_decided_twice(decisions, lines, shortfall):
    on_payments, on_terms = effects_on_payments(decisions, lines), effects_on_terms(decisions, shortfall)
    on_base = effects_on_base(decisions, "A", is_confirmed=False, rests_on_base=True)
    assert sorted([*on_payments, *on_base, *on_terms]) == [decision.source_row for decision in decisions]
    deciding = (effect for effect in on_payments.values() if effect.effect in (E.APPLIED, E.WAITING))
    assert sum(effect.lines for effect in deciding) <= sum(not line.is_set_aside for line in lines)
    assert sum(effect.effect == E.APPLIED for effect in on_terms.values()) <= 2


def _on_base(*decisions, confirmed, user="A", rests=True):
    found = effects_on_base(decisions, user, is_confirmed=confirmed, rests_on_base=rests)
    return {row: effect.effect for row, effect in found.items()}


def test_a_decision_without_a_payment_document_is_about_the_base_and_the_latest_counts():
    accept, reject = _accept(payment_key=None), _reject(payment_key=None)
    assert effects_on_payments([accept, reject], [_line()]) == {}
    assert base_decision([accept, reject, _notice(4, JULY)], "A") == reject
    assert _on_base(accept, confirmed=True) == {2: E.APPLIED}
    assert _on_base(accept, reject, confirmed=False) == {2: E.OVERRULED, 3: E.APPLIED}
    assert _on_base(_accept(), _notice(4, JULY), confirmed=False) == {}


def test_a_decision_on_a_base_waits_until_the_year_is_computed_with_it():
    assert _on_base(_accept(payment_key=None), confirmed=False) == {2: E.WAITING}
    assert _on_base(_reject(payment_key=None), confirmed=True) == {3: E.WAITING}


def test_a_decision_on_a_base_that_is_not_there_or_anothers_lapses():
    accept = _accept(payment_key=None, user_bin="B")
    assert base_decision([accept], "A") is None
    assert _on_base(accept, confirmed=False) == {2: E.LAPSED}
    assert _on_base(_accept(payment_key=None), confirmed=False, rests=False) == {2: E.LAPSED}
    assert _on_base(_accept(payment_key=None), confirmed=False, user=None) == {2: E.LAPSED}
