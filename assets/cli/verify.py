"""``nedra verify``: whether anything was altered, lost or added behind the pipeline's back.

Here: printing, exit codes. Not here: recomputing (``pipelines.verification.verify``, ``archive``), anchors
(``pipelines.verification.anchors``).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.status import Status

from assets.cli.terminal import terminal
from pipelines.garbage_collection import many_objects
from pipelines.settings import Settings
from pipelines.verification.anchors import Anchor, AnchorError, compare_anchors, read_anchors, sign_off
from pipelines.verification.archive import archive_breaks
from pipelines.verification.schema import outdated_schema
from pipelines.verification.verify import Break, Verification, verify
from pipelines.warehouse.engine import DamagedError, open_engine, told_in_words
from pipelines.warehouse.session import NoWarehouseError, require_warehouse

_SHOWN = 50
_HEAD_SHOWN = 16


class _OutdatedError(Exception):
    """The warehouse is one of an older version."""


@dataclass(frozen=True)
class _Examined:
    """What was recomputed, all that does not fit, and the head signed off now."""

    result: Verification
    breaks: list[Break]
    signed: Anchor | None = None


def verify_warehouse(anchor: Path | None, *, as_json: bool) -> int:
    """Print the result; return 0 when everything fits, 1 when something does not, 2 when there is nothing to read.

    With an anchor file every head signed off there must still be in the chain; an intact head is then signed off too.
    """
    settings = Settings()
    console, trouble = terminal(), terminal(stderr=True)
    try:
        anchors = [] if anchor is None else read_anchors(anchor)
        with trouble.status("Verifying…") as status:
            examined = _examine(settings, anchor, anchors, status)
    except (AnchorError, _OutdatedError, NoWarehouseError) as error:
        trouble.print(str(error), markup=False)
        return 2
    if as_json:
        console.print_json(_as_json(examined))
    elif examined.breaks:
        for each in examined.breaks[:_SHOWN]:
            console.print(f"✗ {each}", markup=False, style="red")
        if len(examined.breaks) > _SHOWN:
            console.print(f"… and {len(examined.breaks) - _SHOWN} more.")
        console.print(
            "The warehouse is not as the pipeline wrote it. Restore a backup (docs/backup.md), then run again."
        )
    else:
        result = examined.result
        console.print(
            f"Intact: {result.loads} loads, {result.rows} rows, head {result.head[:_HEAD_SHOWN]}.", style="green"
        )
        if examined.signed is not None:
            console.print(f"Signed off load {examined.signed.load_id} in {anchor}.", markup=False)
    return 1 if examined.breaks else 0


def _examine(settings: Settings, anchor: Path | None, anchors: list[Anchor], status: Status) -> _Examined:
    try:
        require_warehouse(settings)
    except DamagedError as error:
        return _Examined(Verification.of_nothing(), [Break("database", str(error))])
    engine = open_engine(settings.warehouse_url)
    try:
        # One moment on both databases, and not read-only: views are compared with ones made anew and dropped again.
        with many_objects(), told_in_words(), engine.connect() as connection:
            outdated = outdated_schema(connection)
            if outdated is not None:
                raise _OutdatedError(f"{outdated[:1].upper()}{outdated[1:]}.")
            result = verify(connection, lambda table: status.update(f"Verifying {table}…"))
            breaks = list(result.breaks)
            if result.is_readable:
                breaks += compare_anchors(connection, anchors)
                status.update("Verifying the archive…")
                breaks += archive_breaks(connection, settings.archive)
            signed = sign_off(connection, anchor, anchors) if anchor is not None and not breaks else None
    except DamagedError as error:
        return _Examined(Verification.of_nothing(), [Break("database", str(error))])
    finally:
        engine.dispose()
    return _Examined(result, breaks, signed)


def _as_json(examined: _Examined) -> str:
    told = {
        "intact": not examined.breaks,
        "loads": examined.result.loads,
        "rows": examined.result.rows,
        "head": examined.result.head,
        "signed_off": None if examined.signed is None else asdict(examined.signed),
        "breaks": [asdict(each) for each in examined.breaks],
    }
    return json.dumps(told, ensure_ascii=False)
