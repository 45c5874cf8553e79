"""Amount: how many faults a run of the tests commits - enough for every day, or many (``make faults``).

Belongs here: the choice. Does not: any fault.
"""

import os

MANY = bool(os.environ.get("FAULTS_MANY"))


def amount(every_day: int, many: int) -> int:
    """Return how many faults to commit."""
    return many if MANY else every_day
