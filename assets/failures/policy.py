"""Policy: what makes a step fail, and when it is tried again.

Belongs here: turning every error of a step into ``dg.Failure`` before anything counts as materialised, or into another
attempt after a wait. Does not: the words (``assets.failures.messages``), complaints about filings, which are data and
fail nothing, which troubles pass by themselves (``pipelines.warehouse.transient``).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import dagster as dg

from assets.failures.messages import Place, failure_of
from pipelines.settings import Settings
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.transient import is_transient

Opened = TypeVar("Opened")


@contextmanager
def told_to_the_operator(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[None]:
    """Raise ``dg.Failure`` with what happened and what to do for every error.

    A database that is unreachable or busy is retried after a wait, as often as the settings say; anything else is a
    fact, not a hiccup: it is tried once. What stands inside must yield nothing yet.
    """
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        policy = retry_policy(warehouse.settings)
        place = Place(_year(context), warehouse.settings, attempts=context.retry_number + 1)
        failure = failure_of(error, place)
        failure.__cause__ = error
        if is_transient(error) and context.retry_number < policy.max_retries:
            raise dg.RetryRequested(policy.max_retries, policy.calculate_delay(place.attempts)) from failure
        raise failure from error


def retry_policy(settings: Settings) -> dg.RetryPolicy:
    """Return how often and after which waits a database is retried: each wait about twice the one before."""
    return dg.RetryPolicy(
        max_retries=settings.retries,
        delay=settings.retry_seconds,
        backoff=dg.Backoff.EXPONENTIAL,
        jitter=dg.Jitter.PLUS_MINUS,  # runs that a server's restart stopped together do not come back together
    )


def asked_again(ask: Callable[[], Opened], settings: Settings, log: Callable[[str], object]) -> Opened:
    """Return what ``ask`` returns; what a step's retries do, for what happens before any step."""
    policy = retry_policy(settings)
    for attempt in range(1, policy.max_retries + 1):
        try:
            return ask()
        except Exception as error:
            if not is_transient(error):
                raise
            wait = policy.calculate_delay(attempt)
            log(f"{error} Retrying in {wait:.1f} s ({attempt} of {policy.max_retries}).")
            time.sleep(wait)
    return ask()


def _year(context: dg.AssetExecutionContext) -> str:
    return context.partition_key if context.has_partition_key else "of this run"
