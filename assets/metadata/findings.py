"""Findings: what is wrong in a year's files, by code and the worst one by one, in words.

Belongs here: tables and counts, for metadata and for checks. Does not: finding anything, the words
(``pipelines.findings.catalogue``), the verdict of a check (``assets.metadata.checks``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg
import sqlalchemy as sa

from assets.metadata.config import choices
from assets.metadata.format import cells
from assets.metadata.samples import rows_of, shown_table
from pipelines.findings.catalogue import catalogue
from pipelines.findings.settled import is_settled
from pipelines.warehouse.writer import Load
from schemas.received import filings, findings
from schemas.vocabulary import Language, Severity


@dataclass(frozen=True)
class CodeCount:
    """How often a code was found, how often it still stands, and in how many files it was found."""

    code: str
    severity: Severity
    findings: int
    standing: int
    files: int


def count_codes(connection: sa.Connection, load: Load, year: int) -> list[CodeCount]:
    """Return the findings an asset's partition holds by code, the gravest and most frequent first."""
    code, severity = findings.c.code, findings.c.severity
    standing = sa.func.sum(sa.case((is_settled(), 0), else_=1))
    query = (
        sa.select(code, severity, sa.func.count(), standing, sa.func.count(findings.c.file_name.distinct()))
        .select_from(_with_filings())
        .where(rows_of(load, year))
        .group_by(code, severity)
    )
    found = [CodeCount(row[0], Severity(row[1]), row[2], int(row[3]), row[4]) for row in connection.execute(query)]
    rank = choices().worst_first.index
    return sorted(found, key=lambda each: (rank(each.severity), -each.findings, each.code))


def by_code(counts: Sequence[CodeCount]) -> dg.TableMetadataValue:
    """Return the counts as a table with what each code means; ``open`` are those that nothing settled since."""
    columns = ("code", "what", "found", "open", "files")
    rows = [
        (_graded(each.code, each.severity), _title(each.code), each.findings, each.standing, each.files)
        for each in counts[: choices().codes]
    ]
    return shown_table(columns, [dict(zip(columns, row, strict=True)) for row in rows])


def worst(connection: sa.Connection, load: Load, year: int) -> dg.TableMetadataValue | None:
    """Return the worst findings that stand: the gravest first, of these the one with the most cells."""
    ranks = {str(severity): rank for rank, severity in enumerate(choices().worst_first)}
    commas = sa.func.length(findings.c.cell) - sa.func.length(sa.func.replace(findings.c.cell, ",", ""))
    query = (
        sa.select(*(findings.c[name] for name in ("severity", "code", "filing_id", "file_name", "sheet", "cell")))
        .select_from(_with_filings())
        .where(rows_of(load, year), sa.not_(is_settled()))
        .order_by(
            sa.case(ranks, value=findings.c.severity),
            sa.func.coalesce(commas, 0).desc(),
            findings.c.file_name,
            findings.c.finding_no,
        )
        .limit(choices().worst)
    )
    columns = ("code", "file", "sheet", "cells", "what to do")
    rows = [
        (
            _graded(row.code, row.severity),
            row.file_name or row.filing_id,
            row.sheet or "the whole file",
            cells(row.cell),
            f"{_title(row.code)}. {_do(row.code)}",
        )
        for row in connection.execute(query)
    ]
    return shown_table(columns, [dict(zip(columns, row, strict=True)) for row in rows]) if rows else None


def _with_filings() -> sa.FromClause:
    return findings.outerjoin(
        filings, sa.and_(filings.c.report_year == findings.c.report_year, filings.c.file_name == findings.c.file_name)
    )


def _graded(code: str, severity: str) -> str:
    """Return a code with its severity, in one column: the pages of the UI are narrow."""
    return f"{code} {severity}"


def _title(code: str) -> str:
    return catalogue().entries[code].wordings[Language.EN].title


def _do(code: str) -> str:
    return catalogue().entries[code].wordings[Language.EN].do
