"""Data package: what stands in the files of open data, after the Frictionless Data Package, version 1.

Here: ``datapackage.json``, the CSV it describes, the README. Not here: what is published
(``pipelines.reports.open_data.publication``), how releases follow each other (``pipelines.reports.open_data.release``).
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from pipelines.reports.open_data.parquet_file import ParquetColumn, parquet
from pipelines.reports.open_data.publication import Publication, PublicTable, content
from pipelines.reports.whole_file import WrittenFile
from pipelines.statute.sources import document
from schemas.vocabulary import Language

DESCRIPTION = "datapackage.json"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: PublicTable) -> bytes:
    """Return a table as CSV (UTF-8, comma, CRLF); unknown is empty, a text like a formula has a sign before it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return target.getvalue().encode()


def as_parquet(table: PublicTable) -> bytes:
    """Return a table as Parquet: whole numbers and texts as they are stored."""
    return parquet(
        [
            ParquetColumn(column.name, _is_number(column), [row[place] for row in table.rows])
            for place, column in enumerate(table.columns)
        ]
    )


def described(published: Publication, files: Mapping[str, WrittenFile], version: str) -> bytes:
    """Return ``datapackage.json``; ``files`` are those that stand, by their path in the package."""
    said = content()
    package = {
        "profile": "data-package",
        "name": said["name"],
        "version": version,
        "created": published.written_at.isoformat() if published.written_at else None,
        "title": said["title"]["en"],
        "titles": said["title"],
        "description": said["description"]["en"],
        "descriptions": said["description"],
        "licenses": [said["license"]],
        "sources": [_source(name) for name in said["sources"]],
        "resources": [
            resource for table in published.tables for resource in (_csv(table, files), _parquet(table, files))
        ],
    }
    known = {name: value for name, value in package.items() if value is not None}
    return (json.dumps(known, ensure_ascii=False, indent=2) + "\n").encode()


def readme(published: Publication, version: str) -> bytes:
    """Return the README, in three languages."""
    said = content()
    parts = []
    for language in Language:
        tables = [
            f"* `{table.name}.csv`, `{table.name}.parquet`: {said['tables'][table.name]['title'][language]} "
            f"({len(table.rows)})"
            for table in published.tables
        ]
        parts += [
            f"# {said['title'][language]}",
            f"{version}. {said['description'][language]}",
            said["readme"]["persons"][language],
            f"{said['readme']['files'][language]}:",
            "\n".join(tables),
            said["readme"]["verify"][language],
        ]
    return ("\n\n".join(parts) + "\n").encode()


def _cell(value: object) -> object:
    is_formula = isinstance(value, str) and len(value) > 1 and value.startswith(_FORMULA_SIGNS)
    return f"{content()['text_sign']}{value}" if is_formula else value


def _csv(table: PublicTable, files: Mapping[str, WrittenFile]) -> dict[str, Any]:
    path = f"{table.name}.csv"
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": path,
        **_named(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": files[path].size_bytes,
        "hash": f"sha256:{files[path].sha256}",
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _parquet(table: PublicTable, files: Mapping[str, WrittenFile]) -> dict[str, Any]:
    path = f"{table.name}.parquet"
    return {
        "profile": "data-resource",
        "type": "file",  # what validates tables need not open it
        "name": f"{table.name.replace('_', '-')}-parquet",
        "path": path,
        **_named(table),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": files[path].size_bytes,
        "hash": f"sha256:{files[path].sha256}",
    }


def _named(table: PublicTable) -> dict[str, Any]:
    titles = content()["tables"][table.name]["title"]
    return {"title": titles["en"], "titles": titles}


def _field(column: sa.Column[Any]) -> dict[str, Any]:
    titles = content()["fields"][column.name]
    unit = content()["units"].get(column.name.rpartition("_")[2])
    field: dict[str, Any] = {
        "name": column.name,
        "type": "integer" if _is_number(column) else "string",
        "title": titles["en"],
        "titles": titles,
        "description": str(column.comment),
    }
    if unit is not None:
        field["unit"] = unit
    if not column.nullable:
        field["constraints"] = {"required": True}
    return field


def _is_number(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.Integer)


def _source(name: str) -> dict[str, str]:
    found = document(name)
    return {"title": found["title"], "path": found["url"]}
