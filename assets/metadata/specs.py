"""Specs: what Dagster shows of a table before and after it is materialised.

Belongs here: specs and materialisation metadata derived from the tables and the loads, so nothing is said twice.
Does not: any work.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.metadata.lineage import Lineage, of_python
from assets.partitions import report_years
from pipelines.warehouse.writer import Load
from schemas.tables import metadata
from schemas.views import has_view

OWNER = "team:nedra"


def column_schema(table: sa.Table, lineage: Lineage) -> dg.TableSchema:
    """Return the columns of a table with type, constraints, comment, and in it where they come from.

    The open-source UI shows no column lineage, but it shows descriptions.
    """
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=str(column.type),
                description=_with_sources(str(column.comment), lineage.get(column.name, ())),
                constraints=dg.TableColumnConstraints(
                    nullable=bool(column.nullable), unique=[column] == list(table.primary_key.columns)
                ),
            )
            for column in table.columns
        ]
    )


def table_spec(
    key: str,
    *,
    group: str,
    kinds: set[str],
    deps: Iterable[dg.AssetDep | str] = (),
    table: str | None = None,
    description: str | None = None,
    lineage: Lineage | None = None,
    is_of_a_year: bool = True,
) -> dg.AssetSpec:
    """Return the spec of an asset that is a table of the warehouse; the description is the table's own comment.

    ``is_of_a_year`` is false for a table that every run brings up to date as a whole, whatever its partition.
    """
    stored = metadata.tables[table or key]
    known = of_python(key) if lineage is None else lineage
    deps_by_column = {
        column: [dg.TableColumnDep(asset_key=asset, column_name=name) for asset, name in sources]
        for column, sources in known.items()
    }
    return dg.AssetSpec(
        key,
        deps=list(deps),
        group_name=group,
        kinds=kinds,
        owners=[OWNER],
        description=_described(stored, description or str(stored.comment), is_of_a_year=is_of_a_year),
        metadata={
            "dagster/column_schema": column_schema(stored, known),
            "dagster/table_name": stored.name,
            "dagster/column_lineage": dg.TableColumnLineage(deps_by_column=deps_by_column),
        },
        partitions_def=report_years,
    )


def _described(table: sa.Table, text: str, *, is_of_a_year: bool) -> str:
    """Return what a row is, by which columns it is told from the others, and what a partition holds."""
    key = ", ".join(f"`{column.name}`" for column in table.primary_key.columns)
    held = (
        "A partition holds the rows of its reporting year."
        if is_of_a_year
        else "The table is one for all years: a run of any year brings the whole of it up to date."
    )
    view = f" Amounts are in tiyn; the view `{table.name}_kzt` has them in tenge." if has_view(table) else ""
    return f"{text.strip().rstrip('.')}.\n\n**Grain**: one row for each {key}. {held}{view}"


def _with_sources(comment: str, sources: Sequence[tuple[str, str]]) -> str:
    if not sources:
        return comment
    return f"{comment}; from " + ", ".join(f"`{asset}.{column}`" for asset, column in sources)


def materialised(load: Load, /, **more: Any) -> dg.MaterializeResult[Any]:
    """Return what a load made: how many rows, what else there is to show, and its record in the warehouse."""
    facts: dict[str, Any] = {
        "dagster/partition_row_count": load.rows,
        **more,
        "rows_set_aside": load.counts.rows_set_aside,
        "outcome": str(load.outcome),
        "load_id": load.load_id,
        "output_digest": load.output_digest,
    }
    return dg.MaterializeResult(asset_key=load.asset, metadata=facts)
