"""Lint: whether a SELECT stays within what SQLite and PostgreSQL agree on.

Belongs here: the list of what a model or check may contain; anything else is a complaint. Does not: formatting.
Division, rounding, casts, patterns and date functions give other results on the other database; they belong in Python.
"""

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from dbt_like_sql.parsing import DIALECTS, parse

_ALLOWED: tuple[type[exp.Expression], ...] = (
    # structure
    *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.With, exp.CTE, exp.Union, exp.Distinct),
    *(exp.Subquery, exp.Table, exp.TableAlias, exp.Alias, exp.Identifier, exp.Column, exp.Literal, exp.Null),
    *(exp.Placeholder, exp.Tuple, exp.Paren),
    # conditions
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Is, exp.Case, exp.If),
    *(exp.Exists, exp.Between),
    # values
    *(exp.Add, exp.Sub, exp.Neg, exp.DPipe, exp.Sum, exp.Min, exp.Max, exp.Count, exp.Coalesce, exp.Substring),
    exp.Replace,
    *(exp.Length, exp.Trim),
    # windows
    *(exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.RowNumber, exp.Rank, exp.Lag, exp.Lead),
)
_NULL_ORDER = re.compile(r"\bNULLS\s+(FIRST|LAST)\b", re.IGNORECASE)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def complaints(sql: str) -> list[str]:
    """Return what is not portable in a query, in plain words; empty when it may run on both databases."""
    for dialect in DIALECTS:
        try:
            parse(sql, dialect)
        except (sqlglot.ParseError, TypeError) as error:
            return [f"{dialect} cannot read it: {error}"]
    tree = parse(sql)
    return [
        *_forbidden(tree),
        *_stars(tree),
        *_unqualified(tree),
        *_full_joins(tree),
        *_binds(tree),
        *_orders(tree, sql),
    ]


def _forbidden(tree: exp.Query) -> Iterator[str]:
    for node in tree.walk():
        if isinstance(node, exp.Star):
            continue
        if not isinstance(node, _ALLOWED) or (isinstance(node, exp.Literal) and not node.is_string and not node.is_int):
            yield f"{node.key} is not portable: {node.sql()}"


def _stars(tree: exp.Query) -> Iterator[str]:
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield "name the columns instead of *"


def _unqualified(tree: exp.Query) -> Iterator[str]:
    for column in tree.find_all(exp.Column):
        if not column.table and not isinstance(column.this, exp.Star):
            yield f"say which table the column is of: {column.sql()}"


def _full_joins(tree: exp.Query) -> Iterator[str]:
    for join in tree.find_all(exp.Join):
        if join.side in {"FULL", "RIGHT"} or join.method == "NATURAL" or join.args.get("using"):
            yield f"older SQLite has no such join, or it hides columns: {join.sql()}"
        if not join.args.get("on"):
            yield f"say what is joined: {join.sql()}"


def _binds(tree: exp.Query) -> Iterator[str]:
    for bind in tree.find_all(exp.Placeholder):
        if not isinstance(bind.parent, (*_COMPARISONS, exp.Replace)):
            yield f"PostgreSQL cannot tell the type of :{bind.this} outside a comparison or replace()"


def _orders(tree: exp.Query, sql: str) -> Iterator[str]:
    if sum(1 for _ in tree.find_all(exp.Ordered)) != len(_NULL_ORDER.findall(sql)):
        yield "every ORDER BY says NULLS FIRST or NULLS LAST"
    for order in tree.find_all(exp.Order):
        if not isinstance(order.parent, exp.Window):
            yield "rows of a table have no order; sort where they are shown"
    for select in tree.find_all(exp.Group):
        if any(isinstance(key, exp.Literal) for key in select.expressions):
            yield "group by names, not by positions"
