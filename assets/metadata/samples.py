"""Samples: what every materialisation shows of its table - a sample, sums of money, the load in the warehouse.

Belongs here: what holds for all tables. Does not: findings and verdicts, which show more (``findings``, ``verdicts``).

All of it is read by key or index, or from tables of a few thousand rows: a year's run must not feel it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.metadata.config import Sample, choices
from assets.metadata.format import Cell, in_tenge, tenge, written
from pipelines.warehouse.trail import written_loads
from pipelines.warehouse.writer import Load
from schemas.received import findings
from schemas.tables import metadata
from schemas.trail import Outcome, loads
from schemas.views import has_view

_DESCENDING = "-"


def table_facts(connection: sa.Connection, load: Load, year: int, warehouse_url: str) -> dict[str, Any]:
    """Return metadata of a materialisation: amounts in tenge, a sample, and how to find the load."""
    chosen = choices().tables[load.asset]
    facts: dict[str, Any] = {}
    for name, amount in _sums(connection, load, chosen, year).items():
        facts |= money(name, amount)
    sample = _sample(connection, load, chosen, year)
    if sample:
        facts["sample"] = shown_table([in_tenge(name) for name in chosen.columns], sample)
    return facts | {"load": dg.MetadataValue.md(_load(load, year, warehouse_url))}


def shown_table(columns: Sequence[str], rows: Sequence[Mapping[str, Cell]]) -> dg.TableMetadataValue:
    """Return rows as a table with its columns in this order: without a schema Dagster sorts them by name.

    Unlike long Markdown the UI shows a table at once, and takes nothing in it for a link or a tag.
    """
    schema = dg.TableSchema(columns=[dg.TableColumn(name) for name in columns])
    return dg.MetadataValue.table(records=[dg.TableRecord(dict(row)) for row in rows], schema=schema)


def money(name: str, amount_tiyn: int | None) -> dict[str, Any]:
    """Return an amount once, in tenge; nothing where nobody knows it. Programs read the warehouse."""
    return {} if amount_tiyn is None else {in_tenge(name): tenge(amount_tiyn)}


def rows_of(load: Load, year: int) -> sa.ColumnElement[bool]:
    """Return the condition for the rows of an asset's partition in its table."""
    table = metadata.tables[load.table_name]
    if table is findings:  # several assets write it: their rows are told apart by who wrote them
        return table.c.load_id.in_(written_loads(load.asset, load.partition))
    return sa.true() if load.partition is None else table.c.report_year == year


def _sums(connection: sa.Connection, load: Load, chosen: Sample, year: int) -> dict[str, int | None]:
    if not chosen.sums:
        return {"amount_in_tiyn": load.counts.amount_in_tiyn, "amount_out_tiyn": load.counts.amount_out_tiyn}
    table = metadata.tables[load.table_name]
    query = sa.select(*(sa.func.sum(table.c[name]).label(name) for name in chosen.sums)).where(rows_of(load, year))
    row = connection.execute(query).mappings().one()
    return {name: None if row[name] is None else int(row[name]) for name in chosen.sums}


def _sample(connection: sa.Connection, load: Load, chosen: Sample, year: int) -> list[dict[str, Cell]]:
    table = metadata.tables[load.table_name]
    query = sa.select(*(table.c[name] for name in chosen.columns)).where(rows_of(load, year))
    rows = connection.execute(query.order_by(*(_order(table, name) for name in chosen.order)).limit(choices().rows))
    return [{in_tenge(name): written(name, value) for name, value in row.items()} for row in rows.mappings()]


def _order(table: sa.Table, name: str) -> sa.ColumnElement[Any]:
    column = table.c[name.removeprefix(_DESCENDING)]
    # Unknown comes last; ascending it is left to the database, which then can follow its index.
    return column.desc().nulls_last() if name.startswith(_DESCENDING) else column.asc()


def _load(load: Load, year: int, warehouse_url: str) -> str:
    """Return how an operator looks at the load and at its rows: SQL to be copied, never run here."""
    table = metadata.tables[load.table_name]
    view = f" (amounts in tenge: `{table.name}_kzt`)" if has_view(table) else ""
    same = " The rows are those of the run before: their load_id is that of the load that wrote them."
    return "\n\n".join(
        [
            f"Load **{load.load_id}** in the warehouse `{warehouse_url}`",
            f"`{_sql(sa.select(loads).where(loads.c.load_id == load.load_id))}`",
            f"Its rows{view}:",
            f"`{_sql(sa.select(table).where(rows_of(load, year)))}`",
            f"`nedra verify` recomputes its hash.{same if load.outcome is Outcome.UNCHANGED else ''}",
        ]
    )


def _sql(query: sa.Select[Any]) -> str:
    written_out: sa.Select[Any] = query.with_only_columns(sa.literal_column("*"), maintain_column_froms=True)
    return " ".join(str(written_out.compile(compile_kwargs={"literal_binds": True})).split()).removesuffix(
        " WHERE true"
    )
