"""Marts step: the SQL models into their tables.

Belongs here: running models for a year and storing their rows. Does not: the SQL (``dbt_like_sql``), its order
(``assets``).
"""

from collections.abc import Collection

from dbt_like_sql.project import Model, models
from dbt_like_sql.running import run_model
from pipelines.steps.invariants import USERS, binds_of, guard
from pipelines.warehouse.resumption import stored_by_run
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import digests_behind
from pipelines.warehouse.writer import Load, Writing


def load_models(warehouse: Warehouse, run_id: str, year: int, names: Collection[str] | None = None) -> list[Load]:
    """Run the models for a year (one without partitions: for all years) and store their rows, all or none.

    ``names`` chooses models; None means every one. They run in the order in which they read one another.

    Raises:
        pipelines.steps.invariants.InvariantError: a roll-up disagrees with what it rolls up.
    """
    chosen = [model for name, model in models().items() if names is None or name in names]
    with warehouse.writing(run_id) as writing:
        stored = stored_by_run(writing.connection, run_id, str(year), [model.name for model in chosen])
        return stored or [_load(writing, model, year, warehouse) for model in chosen]


def _load(writing: Writing, model: Model, year: int, warehouse: Warehouse) -> Load:
    result = run_model(
        writing.connection, model, binds_of(warehouse.statute.at(year), warehouse.settings.day_of_the_run())
    )
    load = writing.replace(
        model.name,
        model.table,
        result.rows,
        partition=str(year) if model.partitioned else None,
        inputs=digests_behind(writing.connection, model.sources, year),
    )
    if model.name == USERS:
        guard(writing.connection, USERS, year, warehouse)
    return load
