"""Examination: the whole of an installation's warehouse and archive, recomputed once.

Here: what ``nedra verify`` and the daily verification look at, in one moment. Not here: the parts
(``pipelines.verification.verify``, ``archive``, ``anchors``, ``schema``), printing (``assets.cli``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.garbage_collection import many_objects
from pipelines.settings import Settings
from pipelines.verification.anchors import Anchor, compare_anchors, sign_off
from pipelines.verification.archive import archive_breaks
from pipelines.verification.schema import outdated_schema
from pipelines.verification.verify import Break, Verification, verify
from pipelines.warehouse.engine import DamagedError, open_engine, told_in_words
from pipelines.warehouse.session import require_warehouse


class OutdatedError(Exception):
    """The warehouse is one of an older version."""


@dataclass(frozen=True)
class Examination:
    """What was recomputed, all that does not fit, and the head signed off now."""

    result: Verification
    breaks: list[Break]
    signed: Anchor | None = None


def examine(
    settings: Settings,
    anchor: Path | None = None,
    anchors: Sequence[Anchor] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> Examination:
    """Return what of warehouse and archive is not as it was written; an intact head is signed off in ``anchor``.

    ``anchors`` are the heads signed off there before; ``tell`` is told what is being looked at.

    Raises:
        pipelines.warehouse.session.NoWarehouseError: there is none.
        OutdatedError: its schema is one of an older version.
        pipelines.warehouse.engine.WarehouseError: the database cannot be reached.
    """
    try:
        require_warehouse(settings)
    except DamagedError as error:
        return _damaged(error)
    engine = open_engine(settings.warehouse_url)
    try:
        # One moment on both databases, and not read-only: views are compared with ones made anew and dropped again.
        with many_objects(), told_in_words(), engine.connect() as connection:
            outdated = outdated_schema(connection)
            if outdated is not None:
                message = f"{outdated[:1].upper()}{outdated[1:]}."
                raise OutdatedError(message)
            result = verify(connection, lambda table: tell(f"Verifying {table}…"))
            breaks = list(result.breaks)
            if result.is_readable:
                breaks += compare_anchors(connection, anchors)
                tell("Verifying the archive…")
                breaks += archive_breaks(connection, settings.archive)
            signed = sign_off(connection, anchor, anchors) if anchor is not None and not breaks else None
    except DamagedError as error:
        return _damaged(error)
    finally:
        engine.dispose()
    return Examination(result, breaks, signed)


def _damaged(error: DamagedError) -> Examination:
    return Examination(Verification.of_nothing(), [Break("database", str(error))])
