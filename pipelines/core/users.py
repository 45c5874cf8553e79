"""Users: the status of a subsoil user from those of its units (rules, section 5).

Belongs here: the worst status. Does not: sums over units (``dbt_like_sql``).
"""

from collections.abc import Iterable

from pipelines.statute.law import Statute
from schemas.vocabulary import Status


def user_status(units: Iterable[Status], statute: Statute) -> Status:
    """Return the status of a user with these unit statuses.

    Raises:
        ValueError: no status is given.
    """
    present = set(units)
    for status in (*statute.user_status.worst_first, *statute.user_status.without_obligation):
        if status in present:
            return status
    message = "a user without units has no status"
    raise ValueError(message)
