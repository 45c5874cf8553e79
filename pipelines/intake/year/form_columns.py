"""Form columns: which column of the warehouse holds which field of the form, over all editions.

Here: the names, and the refusal of a field that no column holds. Not here: what the fields are
(``pipelines.layouts``), what the columns are (``schemas.received``).
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from pipelines.intake.result import TIYN_SUFFIX
from pipelines.layouts.differences import LayoutError
from pipelines.layouts.loader import REPORTING_YEAR, CellType, FilingLayout, Sheet, filing_layouts

COVER = "cover"
# Money on the form is called by its field; in the warehouse the base has a name of its own.
_RENAMED = {"base_amount_tiyn": "base_tiyn"}
# The folder says the year; a cover that says another is rejected (F006).
_SAID_BY_THE_FOLDER = frozenset({REPORTING_YEAR})


def form_columns(sheet: str, table: sa.Table) -> Mapping[str, str]:
    """Return the column of ``table`` for each field of a sheet in any edition, and for the tiyn of each amount.

    Raises:
        LayoutError: an edition has a field that the table has no column for; nothing that is filed is dropped silently.
    """
    columns: dict[str, str] = {}
    for layout, found in _editions_with(sheet):
        for name in _names(found):
            columns[name] = _RENAMED.get(name, name)
            if columns[name] not in table.columns:
                raise LayoutError(
                    f"filing-{layout.edition}.yaml: sheets.{sheet} has the field {name!r}, and the table {table.name} "
                    f"(schemas/received.py) has no column {columns[name]!r} to keep it in: add the column and a "
                    "migration that adds it, or take the field out of the edition"
                )
    return columns


def _editions_with(sheet: str) -> Iterator[tuple[FilingLayout, Sheet]]:
    for layout in filing_layouts().values():
        yield from ((layout, each) for each in layout.sheets if each.name == sheet)


def _names(sheet: Sheet) -> Iterator[str]:
    """Yield what reading returns for the fields of a sheet."""
    for field in sheet.fields:
        if sheet.name != COVER or field.name not in _SAID_BY_THE_FOLDER:
            yield field.name
            if field.type is CellType.MONEY:
                yield field.name + TIYN_SUFFIX
