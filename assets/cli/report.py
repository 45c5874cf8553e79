"""``nedra report``: the reports of what is stored.

Here: which reports, of which years, printing. Not here: what a report says (``pipelines.reports``).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from assets.cli.terminal import terminal
from pipelines.reports.whole_file import WrittenFile
from pipelines.settings import Settings, SetupError
from pipelines.warehouse.session import Warehouse, open_existing
from schemas.verdicts import compliance_by_unit


def write_reports(kind: str | None, years: list[int] | None, language: str, *, as_json: bool) -> int:
    """Write a kind of report, or all of them, and print where they are.

    Returns the exit code: 0 done, 1 nothing is stored for a year asked for.

    Raises:
        pipelines.warehouse.session.NoWarehouseError: there is no warehouse.
        SetupError: there is no such kind, or a folder takes no file.
    """
    if kind is not None and kind not in KINDS:
        message = f"There is no report {kind!r}. Known are {', '.join(KINDS)}; without a name all are written."
        raise SetupError(message)
    settings = Settings()
    console, trouble = terminal(), terminal(stderr=True)
    warehouse = open_existing(settings)
    stored = _stored_years(warehouse)
    wanted = stored if years is None else years
    chosen = [year for year in wanted if year in stored]
    told: list[dict[str, Any]] = []
    for name in KINDS if kind is None else (kind,):
        with trouble.status(f"Writing {name}…"):
            try:
                files = list(KINDS[name](warehouse, chosen, language))
            except OSError as error:
                message = f"The report {name} cannot be written: {error}. Check the folder and the free disk space."
                raise SetupError(message) from error
        told.append({"report": name, "files": [_plain(file) for file in files]})
        if not as_json:
            _print(console, name, files)
    if as_json:
        console.print_json(json.dumps(told, ensure_ascii=False))
    missing = sorted(set(wanted) - set(stored))
    if missing or not wanted:
        trouble.print(f"Nothing is stored {f'for {missing}' if missing else 'yet'}: run nedra run first.", markup=False)
        return 1
    return 0


def _data(warehouse: Warehouse, years: Sequence[int], language: str) -> Iterator[WrittenFile]:
    from pipelines.reports.open_data.release import write_open_data

    yield from write_open_data(warehouse).files


KINDS: dict[str, Callable[[Warehouse, Sequence[int], str], Iterator[WrittenFile]]] = {"data": _data}


def _stored_years(warehouse: Warehouse) -> list[int]:
    year = compliance_by_unit.c.report_year
    with warehouse.reading() as connection:
        return list(connection.scalars(sa.select(year).distinct().order_by(year)))


def _print(console: Any, name: str, files: Sequence[WrittenFile]) -> None:
    written = sum(file.is_new for file in files)
    console.print(f"{name}: {len(files)} files stand, {written} written", markup=False)
    for folder in dict.fromkeys(file.path.parent for file in files):
        console.print(f"  {folder}", markup=False, soft_wrap=True)


def _plain(file: WrittenFile) -> dict[str, Any]:
    return {"path": str(file.path), "bytes": file.size_bytes, "sha256": file.sha256, "is_new": file.is_new}
