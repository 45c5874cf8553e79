"""Columns: the types and the habits every warehouse table shares.

Belongs here: exact types that behave the same on SQLite and PostgreSQL, short builders for columns, the two columns
each published row carries. Does not: any table (``received``, ``registers``, ``verdicts``, ``trail``, ``marts``).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

LOAD_ID = "load_id"


class Exact(TypeDecorator[Decimal]):
    """A decimal number that is not money: a rate, a percentage, an amount as written on the form.

    NUMERIC on both databases. SQLite has no decimals: a whole number is stored as such, any other as the nearest
    double, which reads back by its shortest writing - the same rule by which a workbook's numbers are read.
    """

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Pass values untouched on SQLite, use NUMERIC elsewhere."""
        return dialect.type_descriptor(_PlainNumeric() if dialect.name == "sqlite" else sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Give SQLite a number it can keep; others take the Decimal."""
        return sqlite_number(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the shortest decimal writing."""
        return None if value is None else plain_decimal(Decimal(str(value)))


def sqlite_number(value: Decimal) -> int | float:
    """Return what SQLite keeps of a decimal: the whole number itself, or the nearest double."""
    return int(value) if value == value.to_integral_value() else float(value)


class _PlainNumeric(sa.types.UserDefinedType[Any]):
    """DDL says NUMERIC; values pass untouched."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "NUMERIC"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; naive values are refused, SQLite keeps ISO text that sorts as time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Move to UTC; SQLite stores the wall clock of UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"an instant needs a time zone: {value!r}"
            raise ValueError(message)
        moved = value.astimezone(UTC)
        return moved.replace(tzinfo=None) if dialect.name == "sqlite" else moved

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def plain_decimal(value: Decimal) -> Decimal:
    """Return the number as both databases can keep it: shortest writing of the nearest double, no trailing zeros."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) or Decimal(0)  # SQLite keeps no negative zero
    return Decimal(repr(float(value))) or Decimal(0)


def text(name: str, comment: str, *, key: bool = False, required: bool = False) -> sa.Column[Any]:
    """A text column."""
    return sa.Column(name, sa.Text, primary_key=key, nullable=not (required or key), comment=comment)


def whole(name: str, comment: str, *, key: bool = False, required: bool = False) -> sa.Column[Any]:
    """A whole number that is not money."""
    return sa.Column(
        name, sa.BigInteger, primary_key=key, nullable=not (required or key), autoincrement=False, comment=comment
    )


def tiyn(name: str, comment: str, *, required: bool = False) -> sa.Column[Any]:
    """Money in whole tiyn (1/100 tenge)."""
    return sa.Column(name, sa.BigInteger, nullable=not required, comment=f"{comment} (tiyn)")


def exact(name: str, comment: str, *, required: bool = False) -> sa.Column[Any]:
    """A decimal that is not tiyn: a rate, a percentage, an amount as written."""
    return sa.Column(name, Exact, nullable=not required, comment=comment)


def day(name: str, comment: str, *, required: bool = False) -> sa.Column[Any]:
    """A calendar date."""
    return sa.Column(name, sa.Date, nullable=not required, comment=comment)


def flag(name: str, comment: str, *, required: bool = False) -> sa.Column[Any]:
    """A yes or no."""
    return sa.Column(name, sa.Boolean(create_constraint=True, name=name), nullable=not required, comment=comment)


def instant(name: str, comment: str, *, required: bool = False) -> sa.Column[Any]:
    """A moment, in UTC."""
    return sa.Column(name, Instant, nullable=not required, comment=comment)


def one_of(column: str, values: type[StrEnum] | Iterable[str]) -> sa.CheckConstraint:
    """A constraint that a column holds a value of the list, or NULL."""
    listed = ", ".join("'" + str(value) + "'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def published(
    name: str, comment: str, *columns: sa.Column[Any] | sa.schema.SchemaItem, load_in_key: bool = False
) -> sa.Table:
    """A table whose every row names the load that wrote it."""
    return sa.Table(
        name,
        metadata,
        *columns,
        sa.Column(
            LOAD_ID,
            sa.BigInteger,
            sa.ForeignKey("loads.load_id"),
            primary_key=load_in_key,
            nullable=False,
            autoincrement=False,
            index=True,
            comment="the load that wrote this row",
        ),
        comment=comment,
    )


def content_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns that say something, in table order: all but the number of the load."""
    return [column for column in table.columns if column.name != LOAD_ID]


def content_names(table: sa.Table) -> list[str]:
    """Return the names of the columns that say something, in table order."""
    return [column.name for column in content_columns(table)]
