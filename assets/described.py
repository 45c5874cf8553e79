"""Described: what Dagster shows of a table before and after it is materialised.

Belongs here: specs and materialisation metadata derived from the tables and the loads, so nothing is said twice.
Does not: any work.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.partitions import report_years
from pipelines.warehouse.loading import Load
from schemas.tables import metadata

OWNER = "team:nedra"


def column_schema(table: sa.Table) -> dg.TableSchema:
    """Return the columns of a table with type, comment and constraints."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=str(column.type),
                description=column.comment,
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
    lineage: Mapping[str, Sequence[dg.TableColumnDep]] | None = None,
) -> dg.AssetSpec:
    """Return the spec of an asset that is a table of the warehouse; the description is the table's own comment."""
    stored = metadata.tables[table or key]
    shown: dict[str, Any] = {"dagster/column_schema": column_schema(stored), "dagster/table_name": stored.name}
    if lineage is not None:
        shown["dagster/column_lineage"] = dg.TableColumnLineage(deps_by_column=dict(lineage))
    return dg.AssetSpec(
        key,
        deps=list(deps),
        group_name=group,
        kinds=kinds,
        owners=[OWNER],
        description=description or stored.comment,
        metadata=shown,
        partitions_def=report_years,
    )


def materialised(load: Load, /, **more: Any) -> dg.MaterializeResult[Any]:
    """Return what a load made, with its counts and its record in the warehouse."""
    facts: dict[str, Any] = {
        "dagster/partition_row_count": load.rows,
        "load_id": load.load_id,
        "outcome": str(load.outcome),
        "rows_set_aside": load.counts.rows_set_aside,
        "output_digest": load.output_digest,
    }
    return dg.MaterializeResult(asset_key=load.asset, metadata=facts | more)
