"""Given: rows of a test case, filled up to what the tables demand.

Belongs here: sensible values for columns a case does not care about. Does not: any case.
"""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from schemas.tables import metadata

LOAD = 1
_NUMBERS = itertools.count(1_000)
_NAMED = {
    "report_year": 2025,
    "unit_no": "U1",
    "user_bin": "940140000385",
    "status": "MET",
    "filings.status": "accepted",
    "bucket": "recognised",
    "regime": "COST_HC",
    "sector": "Углеводороды",
    "operation": "Добыча",
    "unit_kind": "контракт",
    "severity": "warn",
    "kind": "уведомление",
    "sheet": "НИОКР",
    "load_id": LOAD,
    "match": "counted",
    "outcome": "written",
    "version_no": 1,
}
_COUNTED = {"source_row", "finding_no", "seq"}
_SUMS = {
    "declared_tiyn": ("recognised_tiyn", "cure_tiyn", "disallowed_tiyn", "set_aside_tiyn"),
    "financing_tiyn": ("recognised_tiyn", "budget_tiyn"),
}


def insert(connection: sa.Connection, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Insert the rows, each with the load of its own table."""
    loads = metadata.tables["loads"]
    rows = {name: list(given) for name, given in tables.items() if name != "loads"}
    numbers = {name: number for number, name in enumerate(sorted(rows), start=LOAD)}
    written = [{"load_id": number, "table_name": name} for name, number in numbers.items()]
    for table, given in (
        (loads, [*written, *tables.get("loads", [])]),
        *((metadata.tables[name], rows[name]) for name in rows),
    ):
        for row in given:
            full = {**({"load_id": numbers[table.name]} if table.name in numbers else {}), **row}
            connection.execute(table.insert(), filled(table, full))


def filled(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with every column that must not be NULL."""
    unknown = sorted(row.keys() - set(table.columns.keys()))
    assert not unknown, f"{table.name} has no column {unknown}"
    full = {column.name: row.get(column.name, _default(table, column)) for column in table.columns}
    if table.name in {"compliance_by_unit", "compliance_by_user", "compliance_history"}:
        for total, parts in _SUMS.items():
            full[total] = row.get(total, sum(full[part] for part in parts))
    return {
        name: Decimal(value) if _is_exact(table, name) and value is not None else value for name, value in full.items()
    }


def _is_exact(table: sa.Table, name: str) -> bool:
    return type(table.columns[name].type).__name__ == "Exact"


def _default(table: sa.Table, column: sa.Column[Any]) -> Any:
    if column.nullable:
        return None
    if column.name in _COUNTED:
        return next(_NUMBERS)
    named = _NAMED.get(f"{table.name}.{column.name}", _NAMED.get(column.name))
    if named is not None:
        return named
    if isinstance(column.type, sa.BigInteger):
        return 0
    if isinstance(column.type, sa.Boolean):
        return False
    if isinstance(column.type, sa.Date):
        return date(2025, 1, 1)
    if isinstance(column.type, sa.Text | sa.String):
        return f"{column.name} {next(_NUMBERS)}" if column.primary_key or column.unique or column.name == "hash" else ""
    return datetime(2026, 1, 1, tzinfo=UTC)
