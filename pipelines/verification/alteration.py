"""Alteration: whether the rows a computation builds on, or a person is shown, are still those that were written.

Here: one digest a table and year, in milliseconds, and the refusal. Not here: naming the row (``verify``), rows that
were sealed anew from an older format, which only ``verify`` can follow.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from pipelines.verification.raw_rows import UnreadableTableError, stored_rows
from pipelines.verification.row_formats import key_names, row_hashes
from pipelines.warehouse import canonical
from pipelines.warehouse.trail import last_load
from schemas.columns import LOAD_ID, content_columns, content_names
from schemas.trail import Outcome, RowFormat


class AlteredError(Exception):
    """Rows were altered outside Nedra; the message names the table and the year, and says what to do."""

    def __init__(self, table: str, year: int) -> None:
        """Name the table and the reporting year."""
        super().__init__(f"{table} of {year} was altered outside Nedra: run `nedra verify`, it names the rows.")
        self.table, self.year = table, year


def require_unaltered(connection: sa.Connection, tables: Iterable[sa.Table], year: int) -> None:
    """Do nothing where the rows of a year in these tables are those their last load wrote.

    Raises:
        AlteredError: some are not, or some were added.
    """
    for table in tables:
        record = last_load(connection, table.name, year, outcome=Outcome.WRITTEN)
        if record is None or record.row_format != str(RowFormat.BY_NAME):
            continue
        there = sa.select(sa.func.count()).select_from(table).where(table.c.report_year == year)
        try:
            stored = stored_rows(connection, table, content_columns(table), table.c[LOAD_ID] == record.load_id)
        except UnreadableTableError as error:
            raise AlteredError(table.name, year) from error
        if stored.problems or connection.scalar(there) != len(stored.rows):
            raise AlteredError(table.name, year)
        if _digest(table, stored.rows, record.row_format) != record.output_digest:
            raise AlteredError(table.name, year)


def _digest(table: sa.Table, rows: list[tuple[object, ...]], row_format: str) -> str:
    keys = [content_names(table).index(name) for name in key_names(row_format, table)]
    order = sorted(range(len(rows)), key=[tuple(row[key] for key in keys) for row in rows].__getitem__)
    return canonical.digest_of(canonical.manifest_of(row_hashes(row_format, table, rows), order))
