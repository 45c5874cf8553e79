"""Past days: what a verdict was at the end of any day, by the command's own reading and by an auditor's SQL."""

import datetime as dt
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.explanations.read import NoVerdictError, Reader, end_of, explain
from pipelines.statute.law import load_statute
from pipelines.warehouse import writer
from tests.explaining.conftest import COSTS, filed
from tests.homes import User, a_home

USER = User(1)
YEAR = 2025
PAYMENT = dt.date(2025, 5, 6)
# The last second of a day in Almaty, with room for the moments of the loads of a run; the next day's first.
LAST = dt.datetime(2026, 7, 1, 18, 59, 59, tzinfo=dt.UTC)
NEXT = LAST + dt.timedelta(seconds=1)
JUNE_30, JULY_1, JULY_2, JULY_3 = (dt.date(2026, 6, 30) + dt.timedelta(days) for days in range(4))
PAGE = Path(__file__).parents[2] / "docs" / "auditing.md"


class Clock(dt.datetime):
    """A clock the test sets; every reading is the same moment."""

    shows = LAST

    @classmethod
    def now(cls, tz=None):
        return cls.shows.astimezone(tz)


@pytest.fixture
def home(tmp_path, database, monkeypatch):
    monkeypatch.setattr(writer, "datetime", Clock)
    monkeypatch.setattr(Clock, "shows", LAST)
    with a_home(tmp_path, database=database) as made:
        made.register("units", [USER.record()])
        yield made


def pays(home, amount, submission_no, moment, monkeypatch):
    data = filed(USER, YEAR, [(PAYMENT, 1, {"amount": amount})], kind=COSTS, submission_no=submission_no)
    home.hand_in(f"{submission_no}.xlsx", data)
    monkeypatch.setattr(Clock, "shows", moment)
    home.run(YEAR)


@pytest.fixture
def corrected(home, monkeypatch):
    """Recorded in the last microsecond of 1 July in Almaty, corrected in the first one of 3 July."""
    pays(home, 100, 1, LAST, monkeypatch)
    pays(home, 400, 2, NEXT + dt.timedelta(days=1), monkeypatch)
    return home


def as_of(home, day, language="en"):
    with home.warehouse.reading() as connection:
        return explain(connection, USER.unit_no, YEAR, Reader(load_statute(), language), as_of=day)


def test_the_day_ends_at_midnight_in_almaty_summer_and_winter_and_before_the_change_of_2024():
    assert end_of(JULY_1) == NEXT
    assert end_of(dt.date(2026, 12, 31)) == dt.datetime(2026, 12, 31, 19, tzinfo=dt.UTC)
    assert end_of(dt.date(2024, 2, 1)) == dt.datetime(2024, 2, 1, 18, tzinfo=dt.UTC)


def test_each_day_has_the_version_that_was_valid_at_its_end(corrected):
    found = {day: as_of(corrected, day) for day in (JULY_1, JULY_2, JULY_3)}
    assert {day: (each.version.version_no, each.verdict["status"]) for day, each in found.items()} == {
        JULY_1: (1, "BREACH"), JULY_2: (1, "BREACH"), JULY_3: (2, "PARTIAL"),
    }  # fmt: skip
    first, second = found[JULY_1].version, found[JULY_3].version
    # Each load of a run is recorded a microsecond after the one before.
    recorded, superseded = (moment.replace(microsecond=0) for moment in (first.recorded_at, first.superseded_at))
    assert (recorded, superseded, first.cause, first.asked_for) == (
        LAST, NEXT + dt.timedelta(days=1), "first computed", JULY_1,
    )  # fmt: skip
    assert (second.recorded_at, second.superseded_at) == (first.superseded_at, None)
    assert second.cause == f"filing:{USER.bin}"


def test_a_version_argues_from_the_file_of_its_time(corrected):
    first, second = as_of(corrected, JULY_2), as_of(corrected, JULY_3)
    sources = [next(term.source for term in each.terms if term.term == "recognised") for each in (first, second)]
    assert sources[0].startswith("1.xlsx [")
    assert sources[1].startswith("2.xlsx [")
    assert [next(t.amount_tiyn for t in each.terms if t.term == "shortfall") for each in (first, second)] == [
        90_000_000, 60_000_000,
    ]  # fmt: skip


def test_the_present_version_says_the_same_as_the_stored_verdict(corrected):
    with corrected.warehouse.reading() as connection:
        now = explain(connection, USER.unit_no, YEAR, Reader(load_statute(), "en"))
    then = as_of(corrected, JULY_3)
    for part in ("verdict", "status_in_words", "terms", "lines", "decisions"):
        assert getattr(then, part) == getattr(now, part)


def test_before_the_first_version_there_is_nothing_and_the_words_say_when_it_came(corrected):
    with pytest.raises(NoVerdictError, match=r"By the end of 2026-06-30 .* recorded 2026-07-01 23:59:59"):
        as_of(corrected, JUNE_30)


def test_a_verdict_that_was_withdrawn_says_when(corrected, monkeypatch):
    monkeypatch.setattr(Clock, "shows", NEXT + dt.timedelta(days=5))
    corrected.register("units", [User(2).record()])
    corrected.run(YEAR)
    assert as_of(corrected, JULY_3).version.version_no == 2
    with pytest.raises(NoVerdictError, match="withdrawn 2026-07-07 00:00:00"):
        as_of(corrected, dt.date(2026, 7, 7))
    with pytest.raises(NoVerdictError, match="There is no verdict"):
        as_of(corrected, None)


@pytest.mark.parametrize(
    ("day", "status"), [(JUNE_30, None), (JULY_1, "BREACH"), (JULY_2, "BREACH"), (JULY_3, "PARTIAL")]
)
def test_the_query_of_the_page_for_auditors_says_what_the_command_says(corrected, day, status):
    queries = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with corrected.warehouse.reading() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        [query] = [each for each in queries if ("datetime(" in each) == is_sqlite]
        rows = (
            connection.execute(sa.text(query.replace("2026-07-01", day.isoformat()).replace(":", r"\:")))
            .mappings()
            .all()
        )
    assert [row["status"] for row in rows] == ([] if status is None else [status])
