"""``nedra verify``: whether anything was altered, lost or added behind the pipeline's back.

Belongs here: printing. Does not: recomputing (``pipelines.warehouse.verifying``).
"""

import json
from dataclasses import asdict
from pathlib import Path

from assets.commands.terminal import terminal
from pipelines.settings import Settings
from pipelines.warehouse.anchoring import AnchorError, compare_anchors, read_anchors, sign_off
from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.opening import read_transaction
from pipelines.warehouse.verifying import verify

_SHOWN = 50


def verify_warehouse(anchor: Path | None, *, as_json: bool) -> int:
    """Print the result; return 0 when everything fits, 1 when something does not, 2 when there is nothing to read.

    With an anchor file every head signed off there must still be in the chain; an intact head is then signed off too.
    """
    settings = Settings()
    console, trouble = terminal(), terminal(stderr=True)
    if settings.database_url is None and not settings.embedded_database.exists():
        trouble.print(f"There is no warehouse at {settings.embedded_database}. Run nedra run first.", markup=False)
        return 2
    signed = None
    with (
        read_transaction(open_engine(settings.warehouse_url)) as connection,
        terminal(stderr=True).status("Verifying…"),
    ):
        result = verify(connection)
        breaks = list(result.breaks)
        if anchor is not None:
            try:
                breaks += compare_anchors(connection, read_anchors(anchor))
            except AnchorError as error:
                trouble.print(str(error), markup=False)
                return 2
            if not breaks:
                signed = sign_off(connection, anchor)
    if as_json:
        told = {"intact": not breaks, "loads": result.loads, "rows": result.rows, "head": result.head}
        console.print_json(json.dumps({**told, "breaks": [asdict(each) for each in breaks]}, ensure_ascii=False))
    elif breaks:
        for each in breaks[:_SHOWN]:
            console.print(f"✗ {each}", markup=False, style="red")
        if len(breaks) > _SHOWN:
            console.print(f"… and {len(breaks) - _SHOWN} more.")
        console.print("The warehouse is not as the pipeline wrote it. Restore a backup, then run the years again.")
    else:
        console.print(f"Intact: {result.loads} loads, {result.rows} rows, head {result.head[:16]}.", style="green")
        if signed is not None:
            console.print(f"Signed off load {signed.load_id} in {anchor}.", markup=False)
    return 1 if breaks else 0
