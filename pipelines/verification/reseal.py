"""Reseal: what older loads had written, proved by the format of its day and sealed anew in the present one.

Here: who may be sealed anew, and the loads that do it. Not here: formats (``row_formats``), when it happens
(``pipelines.warehouse.migrations.env``).

The chain stays as it is: for each older load whose rows still stand a load is appended that names it and its digest as
its input. The hashes are taken from the very rows that were verified, so nothing can slip in between.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.settings import TIME_ZONE, SetupError
from pipelines.statute.law import load_statute
from pipelines.verification.raw_rows import Stored
from pipelines.verification.rows import Break
from pipelines.verification.verify import verify_contents
from pipelines.warehouse.session import code_version
from pipelines.warehouse.writer import RunFacts, Writing, manifest_of_rows
from schemas.columns import content_columns
from schemas.trail import RESEAL, loads

RUN = "nedra migrate"
_SHOWN = 10


class ResealError(SetupError):
    """The warehouse is not as its loads wrote it; nothing was changed. The message says what was found."""


def reseal(connection: sa.Connection) -> int:
    """Seal anew, inside the caller's write transaction, what older loads wrote; return how many were.

    Raises:
        ResealError: something of the warehouse does not verify.
    """
    older = sa.select(sa.func.count()).where(loads.c.row_format.is_(None))
    if not connection.scalar(older) or connection.scalar(sa.select(loads.c.load_id).where(loads.c.asset == RESEAL)):
        return 0
    manifests: dict[int, bytes] = {}
    sealed: dict[int, tuple[Mapping[str, Any], sa.Table]] = {}

    def keep(record: Mapping[str, Any], table: sa.Table, stored: Stored) -> None:
        columns = list(zip(*stored.rows, strict=True)) or [()] * len(content_columns(table))
        sealed[record["load_id"]] = record, table
        manifests[record["load_id"]] = manifest_of_rows(table, columns)

    verification = verify_contents(connection, fits=keep)
    if verification.breaks:
        raise ResealError(_told(connection, verification.breaks))
    now = datetime.now(UTC)
    facts = RunFacts(RUN, now.astimezone(TIME_ZONE).date(), code_version(), load_statute().digest)
    writing = Writing(connection, facts, now)
    for load_id in sorted(sealed):
        writing.reseal(*sealed[load_id], manifests[load_id])
    return len(sealed)


def _told(connection: sa.Connection, breaks: tuple[Break, ...]) -> str:
    url = connection.engine.url.render_as_string(hide_password=True)
    more = [] if len(breaks) <= _SHOWN else [f"and {len(breaks) - _SHOWN} more"]
    found = "\n".join([f"  {each}" for each in breaks[:_SHOWN]] + [f"  {each}" for each in more])
    return (
        f"The warehouse {url} is not as the pipeline wrote it, so it was not taken over by this version and nothing in "
        f"it was changed. Found:\n{found}\nRestore a backup of before (docs/backup.md), then run nedra migrate again. "
        f"Without one, set the warehouse aside and compute every year anew from the inbox: nedra run."
    )
