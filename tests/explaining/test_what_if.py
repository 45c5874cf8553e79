"""What if: by the same rules, next to the stored verdict, and never stored."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from pipelines.explanations.read import Reader, explain
from pipelines.explanations.rejudging import rejudged_totals
from pipelines.explanations.what_if import Supposition, suppose
from pipelines.statute.law import load_statute
from pipelines.stored.effective_filings import line_totals
from schemas.tables import metadata
from schemas.vocabulary import Regime
from tests.explaining.conftest import ABSENT, EVERYBODY, EXEMPT, OIL, WRONG_BASE, YEARS

THOUSAND = 1000 * 100


def supposed(home, user, year=2026, language="en", **what):
    reader = Reader(load_statute(), language)
    with home.warehouse.reading() as connection:
        verdict = explain(connection, user.unit_no, year, reader).verdict
        return suppose(home.warehouse, connection, verdict, Supposition(**what), reader)


def figures(found):
    return {figure.name: figure for figure in found.figures}


def changed(found):
    return {figure.name for figure in found.figures if figure.stored != figure.what_if}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("user", EVERYBODY, ids=lambda user: user.unit_no)
def test_supposing_nothing_changes_nothing(home, user, year):
    assert changed(supposed(home, user, year)) == set()


@pytest.mark.parametrize("user", EVERYBODY, ids=lambda user: user.unit_no)
def test_lines_judged_again_under_their_own_regime_are_as_stored(home, user):
    with home.warehouse.reading() as connection:
        stored = line_totals(connection, 2026, {user.unit_no: user.bin}).get(user.unit_no)
        again = rejudged_totals(connection, 2026, user.unit_no, {}, load_statute())
    assert (stored or again) == again


def test_another_rate_changes_the_due_and_what_follows(home):
    found = supposed(home, OIL, rate_percent=Decimal("1.5"))
    assert changed(found) == {"rate", "due_tiyn", "shortfall_tiyn", "fulfilment_bp", "forfeit_tiyn"}
    due = figures(found)["due_tiyn"]
    assert (due.stored, due.what_if, due.difference) == (1_500 * THOUSAND, 2_250 * THOUSAND, 750 * THOUSAND)
    rate = next(term for term in found.terms if term.term.startswith("rate"))
    assert (rate.wording, rate.source) == ("Rate 1.5%", "WHAT IF")


def test_another_regime_judges_the_lines_anew_and_loses_old_credits(home):
    found = supposed(home, OIL, regime=Regime.COST_TPI)
    told = figures(found)
    # Digitalisation does not count for solid minerals; credits of 2022 and 2024 do not live until 2026.
    assert told["recognised_tiyn"].difference == -40 * THOUSAND
    assert told["credit_used_tiyn"].difference == -500 * THOUSAND
    assert (told["regime"].stored, told["regime"].what_if) == ("INCOME", "COST_TPI")
    assert any("base is the one of the form" in each for each in found.assumptions)
    assert any(term.term == "disallowed:R03" for term in found.terms)


def test_another_base_mends_a_row_that_could_not_be_judged(home):
    told = figures(supposed(home, WRONG_BASE, base_tiyn=10_000 * THOUSAND))
    assert (told["status"].stored, told["status"].what_if) == ("UNDETERMINED", "BREACH")
    assert (told["due_tiyn"].stored, told["due_tiyn"].what_if, told["due_tiyn"].difference) == (
        None, 100 * THOUSAND, None,
    )  # fmt: skip


def test_a_base_for_a_unit_nobody_reported_says_what_it_assumes(home):
    found = supposed(home, ABSENT, base_tiyn=10_000 * THOUSAND)
    assert figures(found)["status"].what_if == "BREACH"
    assert found.assumptions == ("There is no filing; the unit is treated as if one listed it with this base",)


def test_a_unit_without_a_duty_may_be_given_one_and_the_other_way_round(home):
    assert figures(supposed(home, EXEMPT, regime=Regime.COST_HC))["status"].what_if == "BREACH"
    assert figures(supposed(home, OIL, regime=Regime.NONE))["status"].what_if == "EXEMPT"


def test_nothing_in_the_database_changes(home):
    def contents():
        with home.warehouse.reading() as connection:
            return {
                name: [tuple(row) for row in connection.execute(sa.select(table))]
                for name, table in metadata.tables.items()
            }

    before = contents()
    for regime in Regime:
        supposed(home, OIL, regime=regime, rate_percent=Decimal(2), base_tiyn=5)
    assert contents() == before
