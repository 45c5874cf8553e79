"""Running: models and checks against a connection.

Belongs here: binding, typing what comes back, adding derived columns. Does not: writing the rows anywhere
(``pipelines.warehouse``), choosing what to run (``assets``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dbt_like_sql.project import Check, Model


@dataclass(frozen=True)
class Result:
    """Rows of a model in Python types, columns in the order of its table, without load_id."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def run_model(connection: sa.Connection, model: Model, binds: Mapping[str, Any]) -> Result:
    """Return the rows of a model; ``binds`` may hold more than it needs.

    Raises KeyError naming the missing binds.
    """
    given = _needed(model, binds)
    types = {column.name: column.type for column in model.table.columns}
    rows = [_typed(row, types) for row in _fetch(connection, model, given, types)]
    for row in rows:
        for column, derivation in model.derived.items():
            row[column] = derivation.value(row, given)
    if model.only is not None:
        rows = [row for row in rows if model.only.value(row, given)]
    return Result(model.columns, tuple(tuple(row[column] for column in model.columns) for row in rows))


def run_check(connection: sa.Connection, check: Check, binds: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that violate a check, as column to value; an empty list is good.

    Raises KeyError naming the missing binds.
    """
    return [_typed(row, {}) for row in _fetch(connection, check, _needed(check, binds), {})]


def _needed(query: Model | Check, binds: Mapping[str, Any]) -> dict[str, Any]:
    missing = sorted(query.binds - binds.keys())
    if missing:
        message = f"{query.name} needs the binds {', '.join(missing)}"
        raise KeyError(message)
    return {name: binds[name] for name in query.binds}


def _fetch(
    connection: sa.Connection, query: Model | Check, binds: Mapping[str, Any], types: Mapping[str, Any]
) -> Sequence[sa.RowMapping]:
    statement = sa.text(query.sql)
    wanted = {name: binds[name] for name in statement.compile().params}
    selected = {name: types[name] for name in query.facts.columns if name in types} if types else {}
    return connection.execute(statement.columns(**selected), wanted).mappings().all()


def _typed(row: sa.RowMapping, types: Mapping[str, Any]) -> dict[str, Any]:
    """PostgreSQL sums BIGINT to NUMERIC; give back the whole number it is, unless the column is a decimal."""
    return {
        name: value if name in types and not _whole(types[name]) else _integer(value) for name, value in row.items()
    }


def _whole(type_: Any) -> bool:
    return isinstance(type_, sa.Integer)


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
