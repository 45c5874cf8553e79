"""``nedra verify``: whether anything was altered, lost or added behind the pipeline's back.

Here: printing, exit codes. Not here: recomputing (``pipelines.verification.examination``), anchors
(``pipelines.verification.anchors``).
"""

import json
from dataclasses import asdict
from pathlib import Path

from assets.cli.terminal import terminal
from pipelines.settings import Settings
from pipelines.verification.anchors import AnchorError, read_anchors
from pipelines.verification.examination import Examination, OutdatedError, examine
from pipelines.warehouse.session import NoWarehouseError

_SHOWN = 50
_HEAD_SHOWN = 16


def verify_warehouse(anchor: Path | None, *, as_json: bool) -> int:
    """Print the result; return 0 when everything fits, 1 when something does not, 2 when there is nothing to read.

    With an anchor file every head signed off there must still be in the chain; an intact head is then signed off too.
    """
    settings = Settings()
    console, trouble = terminal(), terminal(stderr=True)
    try:
        anchors = [] if anchor is None else read_anchors(anchor)
        with trouble.status("Verifying…") as status:
            examined = examine(settings, anchor, anchors, status.update)
    except (AnchorError, OutdatedError, NoWarehouseError) as error:
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


def _as_json(examined: Examination) -> str:
    told = {
        "intact": not examined.breaks,
        "loads": examined.result.loads,
        "rows": examined.result.rows,
        "head": examined.result.head,
        "signed_off": None if examined.signed is None else asdict(examined.signed),
        "breaks": [asdict(each) for each in examined.breaks],
    }
    return json.dumps(told, ensure_ascii=False)
