"""Transient: which troubles of a database pass by themselves, so that another attempt is worth its wait.

Here: telling a database that is unreachable, starting, busy or in another's way from one that is full, damaged or
refuses. Not here: waiting and counting attempts (``assets.failures.policy``), what an error means in words
(``engine``).
"""

import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa

# SQLSTATE of PostgreSQL. Classes: connection exception; transaction rollback (serialization failure, deadlock).
_CLASSES = ("08", "40")
# Too many connections, lock not available, and a server that is shut down, has crashed or is starting.
_STATES = frozenset({"53300", "55P03", "57P01", "57P02", "57P03"})
_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY_CODE = 0xFF


def is_transient(error: BaseException) -> bool:
    """Tell whether an error, or one that led to it, is a database's trouble that may be over a moment later."""
    return any(_passes(each) for each in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _passes(error: BaseException) -> bool:
    if isinstance(error, sa.exc.DBAPIError):
        return error.connection_invalidated or isinstance(error, sa.exc.InterfaceError) or _own_passes(error)
    return isinstance(error, sqlite3.OperationalError) and _is_busy(error)


def _own_passes(error: sa.exc.DBAPIError) -> bool:
    own = error.orig
    if isinstance(own, sqlite3.Error):
        return _is_busy(own)
    state = getattr(own, "sqlstate", None)
    if state is None:
        # The server said nothing: it could not be reached, or went away in the middle.
        return isinstance(error, sa.exc.OperationalError)
    return state[:2] in _CLASSES or state in _STATES


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _SQLITE
