"""Facts: what is known of a query from its text: tables, binds, columns and where each column comes from.

Here: the facts, kept in ``facts.json`` beside this module so that a process need not parse SQL when it starts; facts of
a query that was changed since are read from its text. ``python -m dbt_like_sql.facts [--check]`` writes the file, or
tells that it is out of date. Not here: how they are read out of SQL (``dbt_like_sql.parsing``), the queries
(``dbt_like_sql.project``).
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas.tables import metadata

_KEPT = Path(__file__).with_name("facts.json")

Source = tuple[str, str]


@dataclass(frozen=True)
class Facts:
    """What a SELECT reads, needs and returns.

    ``sources``: the tables it reads; ``binds``: the values it needs; ``columns``: what it selects, in order;
    ``lineage``: for each column the (table, column) pairs it comes from.
    """

    sources: frozenset[str]
    binds: frozenset[str]
    columns: tuple[str, ...]
    lineage: Mapping[str, frozenset[Source]]


def facts_of(sql: str) -> Facts:
    """Return the facts of one SELECT; raises what parsing it raises, if it is not among those kept."""
    known = _kept().get(_key(sql))
    if known is None or known["schema"] != _schema_digest(known["sources"]):
        return _parsed(sql)
    return Facts(
        frozenset(known["sources"]),
        frozenset(known["binds"]),
        tuple(known["lineage"]),
        {column: frozenset(map(_pair, sources)) for column, sources in known["lineage"].items()},
    )


def as_text(queries: Mapping[str, str]) -> str:
    """Return the file of facts for queries (name to SQL): a line each, so that two changes seldom meet."""
    lines = [f"{json.dumps(name)}: {json.dumps(_entry(sql))}" for name, sql in sorted(queries.items())]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _entry(sql: str) -> dict[str, Any]:
    found = _parsed(sql)
    return {
        "sql": _key(sql),
        "schema": _schema_digest(found.sources),
        "sources": sorted(found.sources),
        "binds": sorted(found.binds),
        "lineage": {column: sorted(".".join(source) for source in found.lineage[column]) for column in found.columns},
    }


def _pair(source: str) -> Source:
    table, _, column = source.partition(".")
    return table, column


@cache
def _parsed(sql: str) -> Facts:
    from dbt_like_sql import parsing  # sqlglot takes a tenth of a second, which facts at hand spare

    tree = parsing.parse(sql)
    # sqlglot needs names only; a bind type that both dialects know keeps it from guessing.
    schema = {table.name: {column.name: "text" for column in table.columns} for table in metadata.sorted_tables}
    return Facts(
        parsing.tables(tree), parsing.binds(tree), parsing.column_names(tree), parsing.column_sources(tree, schema)
    )


@cache
def _kept() -> Mapping[str, Mapping[str, Any]]:
    """Return the entries of the file by the digest of their SQL; none where there is no file."""
    if not _KEPT.is_file():
        return {}
    entries: Mapping[str, Mapping[str, Any]] = json.loads(_KEPT.read_text(encoding="utf-8"))
    return {entry["sql"]: entry for entry in entries.values()}


def _key(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


def _schema_digest(tables: frozenset[str] | list[str]) -> str:
    """Return a digest of the columns of tables: which of them an unnamed column means rests on these."""
    known = {name: metadata.tables[name].columns for name in sorted(tables) if name in metadata.tables}
    columns = {name: [column.name for column in of_table] for name, of_table in known.items()}
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()


def main() -> int:
    """Write the file, or with ``--check`` return 1 when it is out of date."""
    from dbt_like_sql.project import checks, models  # they ask for facts themselves

    queries = {**{m.name: m.sql for m in models().values()}, **{c.name: c.sql for c in checks().values()}}
    text = as_text(queries)
    if _KEPT.is_file() and _KEPT.read_text(encoding="utf-8") == text:
        return 0
    if "--check" in sys.argv:
        sys.stderr.write(f"{_KEPT.name} is out of date: run make docs and commit it\n")
        return 1
    _KEPT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
