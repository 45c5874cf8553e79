"""Settled: whether what was said of a filing still asks its filer for something.

Belongs here: the one answer, as SQL over the table of filings; alerts, return notices and the pages of the UI ask it.
Does not: the words in which a filer is told (``pipelines/reports/return_notices/notices.yaml``, docs/findings.md).

A filing is settled when a later submission of its user superseded it, or when it was rejected and a filing of the same
user and year was accepted that was received later or has a higher submission number. So a rejected first submission is
settled by its corrected copy under the same number as well as by submission 2; an accepted filing is never settled by
one that was there before it. A rejected filing whose user could not be read stays until its file leaves the inbox.
"""

from typing import Any

import sqlalchemy as sa

from schemas.received import filings
from schemas.vocabulary import FilingStatus


def is_settled(filing: sa.FromClause = filings) -> sa.ColumnElement[bool]:
    """Return the condition over a row of ``filings`` (the table, or an alias); never NULL."""
    later = filings.alias("later")
    answered = sa.exists().where(
        later.c.report_year == filing.c.report_year,
        later.c.user_bin == filing.c.user_bin,
        later.c.status == str(FilingStatus.ACCEPTED),
        sa.or_(later.c.received_at > filing.c.received_at, later.c.submission_no > filing.c.submission_no),
    )
    settled: sa.ColumnElement[Any] = sa.or_(
        filing.c.status == str(FilingStatus.SUPERSEDED),
        sa.and_(filing.c.status == str(FilingStatus.REJECTED), answered),
    )
    return sa.func.coalesce(settled, sa.false())
