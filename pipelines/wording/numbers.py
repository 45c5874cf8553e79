"""Numbers: amounts, percentages, days and moments as people of each language write them.

Belongs here: every number and date that a person reads; Babel knows the signs. Does not: numbers that programs read
(``schemas.columns.plain_decimal``), what is said around them (``phrases``, ``terms``).

Amounts come in tiyn and are shown in tenge. Spaces inside a number do not break at the end of a line.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_decimal

from pipelines.settings import TIME_ZONE
from schemas.money import TIYN_PER_TENGE
from schemas.vocabulary import Language

UNKNOWN = "–"
_TENGE, _MILLIONS, _WHOLE, _SHORTEST = "#,##0.00", "#,##0.0", "#,##0", "0.############"
_PERCENT, _MILLION = 100, 1_000_000
_CURRENCY = "KZT"
# An amount as ``with_currency`` writes it, and nothing else.
_WITH_CURRENCY = re.compile(rf"-?[0-9]{{1,3}}(?: [0-9]{{3}})*(?:\.[0-9]+)? {_CURRENCY}")


def amount(tiyn: int, language: str) -> str:
    """Return tenge with two decimals: ``1 234 567,89`` or ``1,234,567.89``."""
    return str(format_decimal(Decimal(tiyn) / TIYN_PER_TENGE, _TENGE, locale=Language(language)))


def millions(tiyn: int, language: str) -> str:
    """Return million tenge with one decimal, for a first look: the exact amount is in the warehouse."""
    return str(format_decimal(Decimal(tiyn) / TIYN_PER_TENGE / _MILLION, _MILLIONS, locale=Language(language)))


def percent(basis_points: int | str, language: str) -> str:
    """Return basis points as a percentage: ``6615`` is ``66,15%``."""
    return _percentage(Decimal(basis_points) / _PERCENT, language)


def rate(fraction: Decimal | str, language: str) -> str:
    """Return a fraction as a percentage: ``0.015`` is ``1,5%``."""
    return _percentage(Decimal(fraction) * _PERCENT, language)


def day(value: date, language: str) -> str:
    """Return a date: ``31.12.2025``; in English, where day and month would be read either way, ``2025-12-31``."""
    return value.isoformat() if language == Language.EN else value.strftime("%d.%m.%Y")


def moment(value: datetime, language: str) -> str:
    """Return an instant by the clock of Almaty, to the second."""
    local = value.astimezone(TIME_ZONE)
    return f"{day(local.date(), language)} {local:%H:%M:%S}"


def whole(number: int, language: str) -> str:
    """Return a whole number: ``1 000 000``."""
    return str(format_decimal(number, _WHOLE, locale=Language(language)))


def with_currency(tiyn: int) -> str:
    """Return an amount as findings store it, the same in every language: ``1 234 567.89 KZT``."""
    tenge = f"{Decimal(tiyn) / TIYN_PER_TENGE:,.2f}".removesuffix(".00")
    shortest = tenge.rstrip("0") if "." in tenge else tenge
    return f"{shortest} {_CURRENCY}".replace(",", " ")


def in_language(text: str, language: str, currency: str) -> str | None:
    """Return a text of ``with_currency`` as the language writes it, with its word for tenge; None for another text."""
    if _WITH_CURRENCY.fullmatch(text) is None:
        return None
    tenge = Decimal(text.removesuffix(_CURRENCY).replace(" ", ""))
    return f"{amount(int(tenge * TIYN_PER_TENGE), language)} {currency}"


def _percentage(value: Decimal, language: str) -> str:
    return f"{format_decimal(value, _SHORTEST, locale=Language(language))}%"
