"""What is read back does not hang on the order in which a database happens to keep its rows."""

import datetime as dt

import pytest
import sqlalchemy as sa

from pipelines.reports.return_notices.gathering import standing_findings
from pipelines.stored.effective_filings import first_submissions
from pipelines.stored.registers import stored_registers
from schemas.received import filings
from schemas.registers import performers, units
from schemas.tables import metadata
from tests.homes import User, a_home

USER = User(1)
EARLY, LATE = dt.date(2020, 1, 1), dt.date(2024, 6, 30)


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    with a_home(tmp_path_factory.mktemp("order"), database=database) as made:
        holders = [{"holder_to": LATE}, {"holder_from": LATE + dt.timedelta(days=1)}]
        made.register("units", [USER.record(**each) for each in holders])
        made.register(
            "performers",
            [
                {
                    "bin": User(2).bin,
                    "name": f"ТОО {number}",
                    "kind": "НИИ",
                    "accreditation_no": f"А-{number}",
                    "valid_from": EARLY,
                    "valid_to": None,
                }
                for number in range(3)
            ],
        )
        lines = [USER.line(1, payment_date="вчера"), USER.line(2, amount="0.123456"), USER.line(3, act_date="давно")]
        made.hand_in("1.xlsx", USER.filing(lines=lines))
        made.run()
        yield made


def turned_round(connection, *tables):
    """Store the rows of tables again, the last first."""
    for table in tables:
        stored = metadata.tables[table]
        rows = [dict(row) for row in connection.execute(sa.select(stored).order_by(*stored.primary_key)).mappings()]
        connection.execute(sa.delete(stored))
        for row in reversed(rows):
            connection.execute(sa.insert(stored), row)


def test_registers_come_in_the_order_of_their_workbooks(home):
    statute = home.warehouse.statute
    with home.warehouse.engine.connect() as connection:
        before = stored_registers(connection, statute)
        turned_round(connection, units.name, performers.name)
        after = stored_registers(connection, statute)
        connection.rollback()
    assert before.units[0].holder_to == LATE
    assert after.units == before.units
    assert after.performers is not None
    assert list(after.performers["accreditation_no"]) == ["А-0", "А-1", "А-2"]


def test_findings_of_a_notice_come_in_the_order_they_were_found(home):
    law = home.warehouse.statute.at(2025)
    with home.warehouse.engine.connect() as connection:
        before = standing_findings(connection, law)
        turned_round(connection, "findings")
        after = standing_findings(connection, law)
        connection.rollback()
    assert len(before[0].findings) > 1
    assert after == before
    assert [each.code for _, each in before[0].findings] == [code for (code,) in home.rows("findings", "code")]


@pytest.mark.parametrize("last_stored", ["early", "late"])
def test_of_two_first_submissions_the_one_received_first_counts(home, last_stored):
    with home.warehouse.engine.connect() as connection:
        stored = dict(connection.execute(sa.select(filings)).mappings().one())
        connection.execute(sa.delete(filings))
        days = {"early": 1, "late": 2}
        for name in sorted(days, key=lambda name: name == last_stored):
            day = days[name]
            told = {
                "file_name": f"{name}.xlsx",
                "filing_id": str(day) * 64,
                "status": "superseded",
                "received_at": dt.datetime(2026, 4, day, tzinfo=dt.UTC),
                "submitted_on": dt.date(2026, 4, day),
            }
            connection.execute(sa.insert(filings), stored | told)
        found = first_submissions(connection, 2025)
        connection.rollback()
    assert found == {USER.bin: dt.date(2026, 4, 1)}
