"""What values mean: tables that a query can join, complete, and left alone by a run that changes nothing."""

import pytest
import sqlalchemy as sa

from pipelines.findings.catalogue import catalogue
from pipelines.statute.law import load_statute
from tests.homes import User, a_home

USER = User(1)


@pytest.fixture
def home(tmp_path, database):
    with a_home(tmp_path, database=database) as made:
        made.register("units", [USER.record(region_kato="231010000")])
        made.hand_in("1.xlsx", USER.filing(lines=[USER.line(1, payment_date=None)]))
        made.run(2025, marts=True)
        yield made


def joined(home, sql):
    with home.warehouse.reading() as connection:
        return connection.execute(sa.text(sql)).all()


def test_a_status_a_code_and_a_region_are_joined_to_their_words(home):
    assert joined(home, "SELECT s.name_en FROM compliance_by_unit AS c JOIN statuses AS s ON s.status = c.status") == [
        ("Breach",)
    ]
    assert joined(
        home, "SELECT k.kind, k.effect FROM financing_lines AS l JOIN codes AS k ON k.code = l.disallowed_by"
    ) == [("recognition", "disallow")]
    names = "SELECT r.name_ru, r.name_kk, r.name_en FROM region_summary AS s JOIN regions AS r USING (region_kato)"
    assert joined(home, names) == [("Атырауская область", "Атырау облысы", "Atyrau Region")]


def test_every_code_of_lines_and_findings_is_there_once(home):
    codes = [code for (code,) in home.rows("codes", "code")]
    meant = {rule.code for rule in load_statute().recognition.values} | set(catalogue().entries)
    assert sorted(codes) == sorted(meant)
    assert len(home.rows("statuses", "status")) == 8


def test_a_run_that_changes_nothing_leaves_their_rows_alone(home):
    before = home.rows("statuses", "load_id")
    home.run(2025)
    assert home.rows("statuses", "load_id") == before
