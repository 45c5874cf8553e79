"""What settles a rejected filing: one answer, on both databases, for alerts, notices and pages alike."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipelines.findings.settled import is_settled
from pipelines.warehouse.engine import open_engine
from schemas.received import filings
from schemas.vocabulary import FilingStatus

REJECTED, ACCEPTED, SUPERSEDED = FilingStatus.REJECTED, FilingStatus.ACCEPTED, FilingStatus.SUPERSEDED
DAY = datetime(2026, 3, 1, tzinfo=UTC)
MINE, OTHER = "020540000019", "020540000128"


@pytest.fixture(scope="module")
def warehouse(new_url: Callable[[], str]) -> Iterator[sa.Connection]:
    """A database with nothing but an empty table of filings."""
    table = filings.to_metadata(sa.MetaData())
    table.constraints -= {each for each in table.constraints if isinstance(each, sa.ForeignKeyConstraint)}
    engine = open_engine(new_url())
    with engine.connect() as connection:
        table.create(connection)
        yield connection
    engine.dispose()


def filing(name: str, status: FilingStatus, number: int | None, day: int, **more: object) -> dict[str, object]:
    return {
        "file_name": name,
        "filing_id": name,
        "report_year": 2025,
        "user_bin": MINE,
        "submission_no": number,
        "received_at": DAY + timedelta(days=day),
        "size_bytes": 1,
        "status": str(status),
        "finding_count": 1,
        "load_id": 1,
        **more,
    }


@pytest.mark.parametrize(
    ("stored", "is_told"),
    [
        pytest.param([filing("a", REJECTED, 1, 0)], True, id="nothing else was handed in"),
        pytest.param([filing("a", REJECTED, 1, 0), filing("b", ACCEPTED, 1, 9)], False, id="corrected, same number"),
        pytest.param([filing("a", REJECTED, 1, 0), filing("b", ACCEPTED, 2, 9)], False, id="corrected, next number"),
        pytest.param([filing("a", REJECTED, 1, 9), filing("b", ACCEPTED, 2, 0)], False, id="a higher number was there"),
        pytest.param([filing("a", REJECTED, 2, 9), filing("b", ACCEPTED, 1, 0)], True, id="a rejected correction"),
        pytest.param([filing("a", REJECTED, None, 0), filing("b", ACCEPTED, 1, 9)], False, id="number unreadable"),
        pytest.param([filing("a", REJECTED, None, 9), filing("b", ACCEPTED, 1, 0)], True, id="unreadable and later"),
        pytest.param([filing("a", REJECTED, 1, 0), filing("b", REJECTED, 2, 9)], True, id="rejected twice"),
        pytest.param(
            [filing("a", REJECTED, 1, 0), filing("b", ACCEPTED, 2, 9, user_bin=OTHER)], True, id="another user's"
        ),
        pytest.param(
            [filing("a", REJECTED, 1, 0), filing("b", ACCEPTED, 2, 9, report_year=2024)], True, id="another year's"
        ),
        pytest.param(
            [filing("a", REJECTED, 1, 0, user_bin=None), filing("b", ACCEPTED, 1, 9)], True, id="user unreadable"
        ),
        pytest.param([filing("a", SUPERSEDED, 1, 0), filing("b", ACCEPTED, 2, 9)], False, id="superseded"),
        pytest.param([filing("a", ACCEPTED, 1, 0)], True, id="accepted with findings"),
    ],
)
def test_a_filing_is_settled_by_an_accepted_one_received_later_or_with_a_higher_number(
    warehouse: sa.Connection, stored: list[dict[str, object]], is_told: bool
) -> None:
    warehouse.execute(sa.delete(filings))
    warehouse.execute(sa.insert(filings), stored)
    found = warehouse.scalar(sa.select(is_settled()).where(filings.c.file_name == "a"))
    assert bool(found) is not is_told
