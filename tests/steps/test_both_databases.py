"""Both databases: the same inbox gives the same warehouse on SQLite and on PostgreSQL, to the last hash.

Belongs here: equality of the two. Does not: what the rows should be (the rest of ``tests/steps``).
"""

import datetime as dt
import shutil

import pytest
import sqlalchemy as sa

from pipelines.verification.verify import verify
from schemas.tables import metadata
from schemas.trail import loads
from tests.books import a_line
from tests.databases import DATABASES, POSTGRESQL
from tests.homes import User, a_home
from tests.oracle import country
from tests.repacking import FINANCING_PART, repacked

HIDDEN = "CONTROLS"
TITLE = a_line(1)["project_title"]
YEARS = (2024, 2025, 2026)
LONG_AFTER = dt.date(2027, 9, 1)
CLOCKS = ("pipelines.warehouse.writer.datetime", "pipelines.steps.intake.datetime")
# Letters a database could sort or fold its own way, and signs that mean something to COPY.
HOSTILE = "\\N \\. \t«Ёж»\\t'\"';-- ÄÖ ağ әіңғүұқөһ ĳ ﬁ \U0001f6e2 \uffff %s :x {}"


class Noon(dt.datetime):
    """A clock that stands still: what remains different is the databases' doing."""

    @classmethod
    def now(cls, tz=None):
        return dt.datetime(2026, 9, 1, 12, tzinfo=tz)


def hostile(made):
    """A user whose texts mean something to a database, or could be sorted or folded its own way."""
    user = made.user()
    made.add("units", user.record(user_name=HOSTILE))
    performers = (("ё", "0,1"), ("Ё", "1 234,5678"), ("е", -0.0), ("E", "1e-7"), ("e", 123456789.25), ("_", "сто"))
    lines = [
        user.line(number, project_title=f"{number}{HOSTILE}", performer_name=name, performer_bin=None, amount=amount)
        for number, (name, amount) in enumerate(performers, start=1)
    ]
    lines.append(user.line(7, amount="7", entry_kind="возврат", payment_date=dt.date(1999, 12, 31)))
    made.file(user, 2025, name="Ё ё \\N", cover={"user_name": HOSTILE, "signatory": HOSTILE}, lines=lines)
    made.filings.append((2025, "ё/нет.xlsx", b"no workbook"))
    # PostgreSQL takes no NUL in a text; a workbook may spell one.
    spelled = {FINANCING_PART: lambda xml: xml.replace(HIDDEN, "a_x0000_b_x0001_c&#1;d")}
    user = made.user()
    made.add("units", user.record())
    data = User(user.number, 2025).filing(lines=[user.line(1, project_title=HIDDEN, grnti=HIDDEN)])
    made.filings.append((2025, "nul.xlsx", repacked(data, spelled)))


@pytest.fixture(scope="module")
def inbox():
    made = country.a_country(
        country.decisions, country.currencies, country.people, country.receipts, country.submissions,
        country.bad_rows, country.languages, country.doubles, hostile,
    )  # fmt: skip
    made.filings = [filing for filing in made.filings if filing[0] >= YEARS[0]]
    return made


@pytest.fixture(scope="module")
def homes(tmp_path_factory, postgresql, inbox):
    with pytest.MonkeyPatch.context() as clock:
        for name in CLOCKS:
            clock.setattr(name, Noon)
        with (
            a_home(tmp_path_factory.mktemp("sqlite"), as_of=LONG_AFTER) as first,
            a_home(tmp_path_factory.mktemp("postgresql"), as_of=LONG_AFTER, database=postgresql) as second,
        ):
            inbox.write(first)
            # A workbook written a second later is another file.
            shutil.copytree(first.inbox, second.inbox)
            for home in (first, second):
                # Twice: the reconciliation of a year also reads what later years declare for it.
                home.run(*YEARS, marts=True)
                home.run(*YEARS, marts=True)
            yield dict(zip(DATABASES, (first, second), strict=True))


def records(home):
    with home.warehouse.reading() as connection:
        return [dict(row) for row in connection.execute(sa.select(loads).order_by(loads.c.load_id)).mappings()]


def test_they_really_are_two_databases(homes):
    assert [home.warehouse.engine.dialect.name for home in homes.values()] == list(DATABASES)


@pytest.mark.parametrize("table", [name for name in metadata.tables if name != "loads"])
def test_a_table_holds_the_same_rows(homes, table):
    columns = [column.name for column in metadata.tables[table].columns]
    first, second = (home.rows(table, *columns) for home in homes.values())
    assert first == second
    assert [[type(value) for value in row] for row in first] == [[type(value) for value in row] for row in second]


def test_the_chain_of_loads_is_the_same_to_its_last_hash(homes):
    first, second = (records(home) for home in homes.values())
    assert [(one["asset"], one["partition"], one["output_digest"]) for one in first] == [
        (one["asset"], one["partition"], one["output_digest"]) for one in second
    ]
    assert first == second


def test_hostile_texts_read_back_as_they_were_written(homes):
    for home in homes.values():
        [cover] = home.records("filings", "user_bin", "signatory", signatory=cleaned(HOSTILE))
        lines = home.rows("financing_lines", "project_title", user_bin=cover["user_bin"])
        assert lines == [(cleaned(f"{number}{HOSTILE}" if number < 7 else TITLE),) for number in range(1, 8)]


def test_a_control_character_never_reaches_a_database(homes):
    for home in homes.values():
        assert home.rows("filings", "status", file_name="nul.xlsx") == [("accepted",)]
        digest = home.value("filings", "filing_id", file_name="nul.xlsx")
        assert home.rows("financing_lines", "project_title", filing_id=digest) == [("abcd",)]
        assert home.rows("findings", "field", "value", file_name="nul.xlsx") == [("grnti", r"a\x00b\x01c\x01d")]


def cleaned(text):
    """White space is made one in reading, before any database."""
    return " ".join(text.split())


def test_both_are_intact(homes):
    for home in homes.values():
        with home.warehouse.reading() as connection:
            assert [str(each) for each in verify(connection).breaks] == []


def test_one_run_more_changes_nothing_on_either(homes):
    for home in homes.values():
        before = len(records(home))
        home.run(*YEARS, marts=True)
        again = records(home)[before:]
        assert again
        assert {record["outcome"] for record in again} == {"unchanged"}
    first, second = (records(home) for home in homes.values())
    assert first[-1]["hash"] == second[-1]["hash"]


def test_a_read_sees_one_moment_whatever_is_written_meanwhile(homes):
    count = sa.select(sa.func.count()).select_from(loads)
    for home in homes.values():
        with home.warehouse.reading() as connection:
            before = connection.scalar(count)
            home.run(YEARS[-1])
            assert connection.scalar(count) == before


def test_who_reads_cannot_write_on_postgresql(homes):
    with (
        homes[POSTGRESQL].warehouse.reading() as connection,
        pytest.raises(sa.exc.DBAPIError, match="read-only transaction"),
    ):
        connection.execute(sa.delete(metadata.tables["filings"]))
