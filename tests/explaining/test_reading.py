"""An explanation can be followed: every sum adds up, every term has its article, every refused line its meaning."""

import datetime as dt
from dataclasses import fields
from pathlib import Path

import pytest

from pipelines.explanations import shapes
from pipelines.explanations.arithmetic import MINUS, sums
from pipelines.explanations.read import NoVerdictError, Reader, explain
from pipelines.statute.law import load_statute
from pipelines.wording import numbers
from tests.books import PERFORMER_BIN
from tests.explaining.conftest import ABSENT, APART, EARLY, EVERYBODY, EXEMPT, LICENCE, OIL, SMALL, YEARS, filed
from tests.homes import a_home

PAGE = Path(__file__).parents[2] / "docs" / "auditing.md"
LANGUAGES = ("ru", "kk", "en")
THOUSAND = 1000 * 100


def explained(home, user, year=2026, language="en", **more):
    with home.warehouse.reading() as connection:
        return explain(connection, user.unit_no, year, Reader(load_statute(), language), **more)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("user", EVERYBODY, ids=lambda user: user.unit_no)
def test_every_sum_adds_up_to_its_result(home, user, year):
    found = explained(home, user, year)
    for section in ("credit", "money", "outcome"):
        total = 0
        for step in sums(found.terms).get(section, ()):
            amount = step.term.amount_tiyn
            if amount is None or step.sign == "·":
                continue
            if step.sign == "=":
                assert amount == max(0, total) if section == "outcome" else amount == total, step
            total = amount if step.sign in ("", "=") else total - amount if step.sign == MINUS else total + amount


def test_the_argument_of_a_unit_with_everything(home):
    amounts = {term.term: term.amount_tiyn // THOUSAND for term in explained(home, OIL).terms if term.amount_tiyn}
    assert amounts == {
        "base": 150_000, "due": 1_500, "credit_in": 500, "credit_used:2022": 300, "credit_used:2024": 200,
        "need": 1_000, "declared": 607, "disallowed:R07": 44, "disallowed:R01": 33, "disallowed:R05": 200,
        "cure": 70, "set_aside": 50, "recognised": 210, "budget": 250, "financing": 460, "shortfall": 540,
        "forfeit": 162,
    }  # fmt: skip


@pytest.mark.parametrize("user", EVERYBODY, ids=lambda user: user.unit_no)
def test_every_term_has_an_article(home, user):
    for year in YEARS:
        assert [term for term in explained(home, user, year).terms if not term.reference] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_line_says_what_its_codes_mean_and_where_it_stands(home, language):
    lines = {line.line_no: line for line in explained(home, OIL, language=language).lines}
    assert sorted(lines) == [2, 4, 5, 6]
    assert [code.code for code in lines[5].codes] == ["R01", "R23"]
    assert [code.code for code in lines[4].codes] == ["L011"]
    assert (lines[6].decided_by, lines[6].decision_no) == ("R07", "МЭ-6")
    for line in lines.values():
        assert all(len(code.meaning) > len(code.code) and code.reference for code in line.codes)
        assert line.source.endswith(f"НИОКР!U{line.line_no + 1}")


def test_a_refused_line_says_its_payment_performer_and_agreement_with_their_cells(home):
    lines = {line.line_no: line for line in explained(home, OIL).lines}
    facts = lines[4].facts
    assert facts is not None
    assert (facts.payment_doc_no, facts.payment_date, facts.performer_bin) == ("ПП-1-4", EARLY, PERFORMER_BIN)
    assert facts.agreement_no == "Д-1-4"
    assert {name: facts.cells[name] for name in ("payment_date", "payment_doc_no")} == {
        "payment_date": "R5",
        "payment_doc_no": "Q5",
    }


def test_a_line_that_counts_with_a_remark_is_told_apart_from_those_that_do_not(home):
    found = explained(home, OIL)
    remarked = {line.line_no: [code.code for code in line.codes] for line in found.remarked_lines}
    assert remarked
    assert all(codes for codes in remarked.values())
    assert not remarked.keys() & {line.line_no for line in found.lines}


def test_the_same_payment_is_told_with_its_other_place(tmp_path):
    with a_home(tmp_path, as_of=dt.date(2027, 9, 1)) as home:
        home.register("units", [OIL.record()])
        twice = {"agreement_no": "Д-1", "payment_doc_no": "ПП-1"}
        home.hand_in("1.xlsx", filed(OIL, 2026, [(EARLY, 1, twice), (EARLY, 2, twice), (EARLY, 3, {})]), 2026)
        home.run(2026)
        [line] = explained(home, OIL).lines
    assert line.facts is not None
    assert line.decided_by == "R06"
    assert [claim.endswith("НИОКР!U2") for claim in line.facts.claims] == [True]


def test_what_was_declared_does_not_rest_on_the_article_of_a_term(home):
    term = next(term for term in explained(home, OIL).terms if term.term == "declared")
    assert term.reference == str(load_statute().at(2026).set_aside.reference)


def test_a_breach_of_a_solid_mineral_licence_has_a_reference_of_its_own(home):
    licence, contract = explained(home, LICENCE, 2024).terms[-1], explained(home, SMALL).terms[-1]
    assert (licence.term, contract.term) == ("status:BREACH", "status:BREACH")
    assert "221(2)" in str(licence.reference)
    assert "133(2)(1)" in str(contract.reference)


def test_a_term_that_has_passed_is_called_overdue(home):
    late = explained(home, LICENCE, 2024).arrears
    assert late is not None
    assert late.is_overdue == (late.open_tiyn > 0 and late.cure_until is not None and late.cure_until < home.as_of)


def test_the_filing_of_a_verdict_is_found_in_the_archive(home):
    found = explained(home, OIL)
    assert found.archived is not None
    assert (home.folder / found.archived).is_file()
    assert explained(home, ABSENT).archived is None


def test_decisions_stand_with_what_became_of_them(home):
    found = [(each.decision_no, each.effect, each.lines) for each in explained(home, OIL).decisions]
    assert found == [
        ("МЭ-6", "applied", 1), ("МЭ-7", "applied", 1), ("МЭ-8", "lapsed", 0), ("О-1", "applied", 0),
        ("У-1", "applied", 0),
    ]  # fmt: skip


def test_the_cure_clock_is_shown_with_its_norm(home):
    extended = explained(home, OIL).arrears
    assert extended is not None
    assert (extended.cure_until, extended.is_extended, extended.cured_on) == (dt.date(2027, 12, 1), True, None)
    cured = explained(home, LICENCE, 2024).arrears
    assert cured is not None
    assert (cured.notice_on, cured.cure_until, cured.cured_on, cured.open_tiyn, cured.months) == (
        dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 5, 5), 0, 1,
    )  # fmt: skip
    assert explained(home, EXEMPT).arrears is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("user", EVERYBODY, ids=lambda user: user.unit_no)
def test_every_status_is_told_in_words(home, user, language):
    for year in YEARS:
        told = explained(home, user, year, language).status_in_words
        assert len(told.split()) > 1
        assert not {"None", "{", "}"} & set(told.replace("{", " { ").split()), told


def test_the_threshold_that_decided_is_named(home):
    assert explained(home, LICENCE, 2024).status_in_words == (
        "Breach: 750,000.00 is missing, fulfilment 25% is below the threshold of 30%"
    )
    told = {user.unit_no: explained(home, user).status_in_words for user in EVERYBODY}
    assert told["КТ-1"] == "Met in part: 540,000.00 is missing, fulfilment 64% is not below the threshold of 30%"
    assert told["КТ-3"] == "No filing lists the unit: the deadline 2027-04-30 has passed"
    assert told["КТ-5"].startswith(
        "Cannot be determined: the form gives the base “Income”, the regime COST_HC asks for"
    )
    assert told["КТ-6"] == "The duty has not begun: the register lacks the date it is counted from"
    assert "the unit's row was set aside" in told["КТ-7"]
    assert told["КТ-8"].endswith("ground for a notice")


@pytest.mark.parametrize("language", LANGUAGES)
def test_doubt_about_a_base_is_told_where_the_figures_stand(home, language):
    found = explained(home, APART, language=language)
    assert [code.code for code in found.doubt] == ["W005", "W013"]
    assert all(code.meaning for code in found.doubt)
    for tiyn in (THOUSAND, 1_000 * THOUSAND):
        assert f" {numbers.amount(tiyn, language)}" in found.status_in_words
    assert explained(home, SMALL).doubt == ()


def test_a_unit_is_found_however_its_number_is_typed(home):
    with home.warehouse.reading() as connection:
        found = explain(connection, "№ kt – 1", 2026, Reader(load_statute(), "ru"))
    assert found.verdict["unit_no"] == OIL.unit_no


def test_a_unit_nobody_knows_has_no_verdict(home):
    with home.warehouse.reading() as connection, pytest.raises(NoVerdictError, match="КТ-99 за 2026"):
        explain(connection, "КТ-99", 2026, Reader(load_statute(), "ru"))


def test_the_shapes_are_what_the_page_for_auditors_says():
    names = {field.name for field in fields(shapes.Explanation)}
    page = PAGE.read_text(encoding="utf-8")
    table = page.split("## The JSON of `nedra explain`")[1]
    told = [line.split("|")[1].strip().strip("`") for line in table.splitlines() if line.startswith("| `")]
    assert {name for name in told if "." not in name} == names
    for shape in (shapes.Term, shapes.Line, shapes.LineFacts, shapes.Decision, shapes.Arrears, shapes.Version,
                  shapes.WhatIf, shapes.Figure, shapes.CodeMeaning):  # fmt: skip
        assert [field.name for field in fields(shape) if f"`{field.name}`" not in table] == []
