"""Marts step: the SQL models into their tables.

Belongs here: running models for a year and storing their rows. Does not: the SQL (``dbt_like_sql``), its order
(``assets``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from dbt_like_sql.project import Model, models
from dbt_like_sql.running import Result, run_model
from pipelines.steps.invariants import USERS, binds_of, guard
from pipelines.warehouse.resumption import stored_by_run
from pipelines.warehouse.session import Warehouse
from pipelines.warehouse.trail import digests_behind
from pipelines.warehouse.writer import Load, Writing

_Asked = Mapping[str, Future[Result]]


def load_models(warehouse: Warehouse, run_id: str, year: int, names: Collection[str] | None = None) -> list[Load]:
    """Run the models for a year (one without partitions: for all years) and store their rows, all or none.

    ``names`` chooses models; None means every one. Each is stored after those it reads.

    Raises:
        pipelines.steps.invariants.InvariantError: a roll-up disagrees with what it rolls up.
    """
    chosen = _in_turn([model for name, model in models().items() if names is None or name in names])
    binds = binds_of(warehouse.statute.at(year), warehouse.settings.day_of_the_run())
    with warehouse.writing(run_id) as writing:
        stored = stored_by_run(writing.connection, run_id, str(year), [model.name for model in chosen])
        if stored:
            return stored
        with _asked_aside(warehouse, chosen, binds) as asked:
            return [_load(writing, model, year, warehouse, binds, asked) for model in chosen]


def _in_turn(chosen: Sequence[Model]) -> list[Model]:
    """Put models that read others first, behind what they read: they are asked here while the others are aside."""
    names = {model.name for model in chosen}
    linked = {model.name for model in chosen if not names.isdisjoint(model.sources)}
    linked |= {name for model in chosen for name in model.sources & names}
    return sorted(chosen, key=lambda model: model.name not in linked)


@contextmanager
def _asked_aside(warehouse: Warehouse, chosen: Sequence[Model], binds: Mapping[str, Any]) -> Iterator[_Asked]:
    """Ask the models that read none of the others on a second connection, while this thread stores what came back.

    Whoever holds the one write transaction knows that nobody else stores anything, so both connections see the same.
    """
    names = {model.name for model in chosen}

    def ask(model: Model) -> Result:
        with warehouse.reading() as connection:
            return run_model(connection, model, binds)

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="models") as pool:
        asked = {model.name: pool.submit(ask, model) for model in chosen if names.isdisjoint(model.sources)}
        try:
            yield asked
        finally:
            pool.shutdown(cancel_futures=True)


def _load(
    writing: Writing, model: Model, year: int, warehouse: Warehouse, binds: Mapping[str, Any], asked: _Asked
) -> Load:
    aside = asked.get(model.name)
    result = run_model(writing.connection, model, binds) if aside is None else aside.result()
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
