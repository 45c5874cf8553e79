"""Values: one pure function per cell type, raw cell in, typed value or problem out.

Belongs here: types, spellings of dates, listed values. Does not: spellings of numbers (``decimals``), whole columns
(``column``), ranges and rules across rows (``schemas``), amounts in tiyn (``amounts``).

A raw cell is what a reader gives: str (cleaned, never empty), float, int, bool, date, datetime, time, timedelta,
``CellError`` or ``NeverCalculated``. Typed values are those of ``result.Rows``.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from string import ascii_lowercase
from typing import Any

from pipelines.intake.form.decimals import number_text, tenge_text, two_readings
from pipelines.intake.form.unit_of_account import multiplier_of
from pipelines.intake.limits import Limits
from pipelines.layouts.habits import habits
from pipelines.layouts.loader import CellType, Field, Vocabulary
from schemas.bin_number import LENGTH as BIN_LENGTH
from schemas.folding import INVISIBLE, PRINTABLE_INVISIBLE, fold

EMPTY, WRONG_TYPE, CELL_ERROR, NEVER_CALCULATED, NOT_LISTED = "L001", "L002", "L003", "L004", "L011"
OUT_OF_BOUNDS, TWO_WAYS = "L005", "L014"
BIN_TYPED_AS_NUMBER = "W002"
UNIT_OF_ACCOUNT = "unit_of_account"


@dataclass(frozen=True)
class CellError:
    """An Excel error, ``#REF!``."""

    text: str


@dataclass(frozen=True)
class NeverCalculated:
    """A formula whose result is not stored."""


@dataclass(frozen=True)
class Problem:
    """Why a cell has no value; or, for a W-code, what to say about the value it has."""

    code: str
    expected: str
    value: Any = None


@dataclass(frozen=True)
class Context:
    """What typing needs to know besides the cell; ``year`` is the reporting year, None for a register."""

    limits: Limits
    year: int | None = None


Converter = Callable[[Any], Any]

# What is expected, as a finding shows it: shapes, not sentences, because they are shown in three languages.
TEXT = "text"
NUMBER = "1234.56"
WHOLE = "1234"
DATE = "dd.mm.yyyy | yyyy-mm-dd"
BIN = "12 digits"
GRNTI = "NN.NN | NN.NN.NN"
COUNTRY = "KZ"
CURRENCY = "KZT"

_DAY_FIRST = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# The time of day: hours, minutes, seconds and their parts; Z or an offset when it is a moment rather than a day.
_TIME = re.compile(
    r"[T ]([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?", re.IGNORECASE
)
_DAY_LENGTH = 10
_HOURS = 24
_SURELY_SMALL = 12
# Fields that are numbers of contracts and documents: keys and indices of the warehouse.
_NUMBERS = ("_no", "kbk")
_BIN = re.compile(rf"[0-9]{{{BIN_LENGTH}}}")
_GRNTI = re.compile(r"[0-9]{2}\.[0-9]{2}(?:\.[0-9]{2})?")
_GRNTI_NUMBER = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})")
_LETTERS = {"country": re.compile("[A-Z]{2}"), "currency": re.compile("[A-Z]{3}")}
# Undoes the folding of look-alikes, so that a code typed with Cyrillic letters is the code it looks like.
_TO_LATIN = str.maketrans({fold(letter): letter for letter in ascii_lowercase})


@lru_cache(maxsize=65_536)
def clean(text: str) -> str:
    """Return a text without outer white space, control and invisible characters; runs of white space become one.

    An apostrophe before a text that has no other one is Excel's sign for a text, and no part of it.
    """
    spaced = " ".join(text.split())
    is_seen = spaced.isprintable() and not PRINTABLE_INVISIBLE.search(spaced)
    if is_seen and spaced[:1].isalnum():
        return spaced
    if not is_seen:
        seen = INVISIBLE.sub("", spaced)
        spaced = " ".join("".join(c for c in seen if unicodedata.category(c) not in ("Cc", "Cs")).split())
    signs = habits().apostrophes
    if spaced[:1] in signs and not any(sign in spaced[1:] for sign in signs):
        return spaced[1:].lstrip()
    return spaced


def as_number(raw: Any, *, largest: int) -> str | Problem:
    """Return a decimal number, in absolute value not above ``largest``, as canonical text.

    A text that reads two ways is a problem whose ``expected`` tells both.
    """
    if raw.__class__ is str and (readings := two_readings(raw)):
        return Problem(TWO_WAYS, str(readings))
    text = number_text(raw)
    if text is None:
        return Problem(WRONG_TYPE, NUMBER)
    if len(text) > _SURELY_SMALL and abs(Decimal(text)) > largest:
        return Problem(OUT_OF_BOUNDS, at_most(largest))
    return text


def as_percent(raw: Any, *, largest: int) -> str | Problem:
    """Return a number of percents, 1.5 for 1.5%, in absolute value not above ``largest``, as canonical text."""
    if raw.__class__ is str and (readings := two_readings(raw)):
        return Problem(TWO_WAYS, str(readings))
    text = number_text(raw)
    if text is None:
        return Problem(WRONG_TYPE, NUMBER)
    return Problem(OUT_OF_BOUNDS, f"≤ {largest}%") if abs(Decimal(text)) > largest else text


def at_most(tenge: int) -> str:
    """Return how a finding tells the largest amount it would take."""
    return f"≤ {tenge_text(Decimal(tenge))}"


def as_text(raw: Any, *, digits: int, longest: int | None = None) -> str | Problem:
    """Return a text; a number typed in a text column is its digits, unless Excel has not kept them all.

    A date stands where Excel took ``12/05`` for one: what was typed is lost, so it is a problem. So is a text of more
    than ``longest`` characters.
    """
    if raw.__class__ is str:
        return Problem(WRONG_TYPE, f"≤ {longest} characters") if longest is not None and len(raw) > longest else raw
    text = number_text(raw)
    if text is None or len(text.replace(".", "").lstrip("-")) > digits:
        return Problem(WRONG_TYPE, TEXT)
    return text


def as_whole(raw: Any, *, largest: int) -> int | Problem:
    """Return a whole number: ``1``, ``1.0`` or the text ``1``; a year may have its word (``2024 г.``)."""
    if raw.__class__ is float and raw.is_integer() and abs(raw) <= largest:
        return int(raw)
    text = number_text(raw)
    if text is None and raw.__class__ is str and (year := habits().year.fullmatch(fold(raw))):
        text = year[1]
    if text is None or "." in text:
        return Problem(WRONG_TYPE, WHOLE)
    number = int(text)
    return number if abs(number) <= largest else Problem(WRONG_TYPE, WHOLE)


def as_year(raw: Any, *, first: int, last: int) -> int | Problem:
    """Return a year from ``first`` to ``last``."""
    number = as_whole(raw, largest=last)
    if number.__class__ is int and number < first:
        return Problem(NOT_LISTED, f"{first} - {last}")
    if number.__class__ is Problem and number_text(raw) is not None:
        return Problem(NOT_LISTED, f"{first} - {last}")
    return number


def as_date(raw: Any) -> str | Problem:
    """Return a date as ``yyyy-mm-dd``; the time of day is dropped. A bare number is not a date.

    A moment (``Z``, an offset) is a date when it is on that day on every clock of the country.
    """
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat()
    if isinstance(raw, dt.date):
        return raw.isoformat()
    found = _parsed_date(raw) if isinstance(raw, str) else None
    return Problem(WRONG_TYPE, DATE) if found is None else found


@lru_cache(maxsize=65_536)
def _parsed_date(text: str) -> str | None:
    if len(text) != _DAY_LENGTH:
        text = _bare_day(text)
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups()
    else:
        return None
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _bare_day(text: str) -> str:
    """Return a day without «г.» or its time; a moment that is another day on some clock stays as it is."""
    time = _TIME.fullmatch(text[_DAY_LENGTH:])
    if time is None:
        tail = habits().date_tail.search(fold(text))
        return text[:_DAY_LENGTH] if tail and len(fold(text)) - len(tail[0]) == _DAY_LENGTH else text
    hour, zone = int(time[1]), time[3]
    if zone and hour + int(time[2]):
        offset, local_hours = (0 if zone in "Zz" else int(zone[:3])), habits().local_hours
        if offset not in local_hours and any(not 0 <= hour + local - offset < _HOURS for local in local_hours):
            return text
    return text[:_DAY_LENGTH]


def as_bin(raw: Any) -> str | Problem:
    """Return twelve digits; the leading zeros that a number has lost are restored, with a warning."""
    if raw.__class__ is str:
        digits = raw.replace(" ", "")
        return digits if _BIN.fullmatch(digits) else Problem(WRONG_TYPE, BIN)
    text = number_text(raw)
    if text is None or not text.isdigit() or len(text) > BIN_LENGTH:
        return Problem(WRONG_TYPE, BIN)
    return text if len(text) == BIN_LENGTH else Problem(BIN_TYPED_AS_NUMBER, BIN, text.zfill(BIN_LENGTH))


def as_grnti(raw: Any) -> str | Problem:
    """Return ``NN.NN`` or ``NN.NN.NN``; a number has lost the zeros at its ends, and they are put back."""
    if raw.__class__ is str:
        return raw if _GRNTI.fullmatch(raw) else Problem(WRONG_TYPE, GRNTI)
    match = _GRNTI_NUMBER.fullmatch(number_text(raw) or "")
    return f"{match[1]:>02}.{match[2]:<02}" if match else Problem(WRONG_TYPE, GRNTI)


def as_choice(raw: Any, *, choices: Vocabulary) -> str | Problem:
    """Return the stored spelling of a listed value."""
    found = choices.by_spelling.get(fold(raw)) if raw.__class__ is str else None
    return Problem(NOT_LISTED, choices.expected) if found is None else found


def as_unit_of_account(raw: Any, *, choices: Vocabulary) -> str | Problem:
    """Return the unit of account, by its spelling or by its words."""
    found = as_choice(raw, choices=choices)
    factor = multiplier_of(raw) if isinstance(found, Problem) and isinstance(raw, str) else None
    by_words = next((each.value for each in choices.choices if factor is not None and each.multiplier == factor), None)
    return found if by_words is None else by_words


def as_yes_no(raw: Any, *, choices: Vocabulary) -> bool | Problem:
    """Return a truth value; the first value of the list is the affirmative one."""
    if raw.__class__ is bool:
        return raw
    found = as_choice(raw, choices=choices)
    return found if isinstance(found, Problem) else found == choices.choices[0].value


def as_code(raw: Any, *, choices: Vocabulary, kind: str, expected: str) -> str | Problem:
    """Return a country or currency code in capital Latin letters; listed names and look-alikes are understood."""
    if raw.__class__ is not str:
        return Problem(WRONG_TYPE, expected)
    if kind == CellType.COUNTRY and raw.upper() in habits().countries_alike:
        return str(raw.upper())
    folded = fold(raw)
    code = choices.by_spelling.get(folded) or folded.translate(_TO_LATIN).upper()
    known = code in choices.by_spelling.values()
    return code if known or _LETTERS[kind].fullmatch(code) else Problem(WRONG_TYPE, expected)


def converter(field: Field, context: Context) -> Converter:
    """Return the function that types the cells of one column."""
    return _CONVERTERS[field.type](field, context)


def _text(field: Field, context: Context) -> Converter:
    longest = context.limits.number_characters if field.name.endswith(_NUMBERS) else None
    return partial(as_text, digits=context.limits.text_digits, longest=longest)


def _year(_: Field, context: Context) -> Converter:
    limits = context.limits
    last = limits.last_year if context.year is None else context.year
    return partial(as_year, first=limits.earliest_year, last=last)


def _choice(field: Field, _: Context) -> Converter:
    return partial(as_unit_of_account if field.name == UNIT_OF_ACCOUNT else as_choice, choices=_choices(field))


def _amount(_: Field, context: Context) -> Converter:
    return partial(as_number, largest=context.limits.amount_tenge)


def _choices(field: Field) -> Vocabulary:
    return field.choices or Vocabulary(field.name, ())


_CONVERTERS: dict[CellType, Callable[[Field, Context], Converter]] = {
    CellType.TEXT: _text,
    CellType.WHOLE: lambda _, context: partial(as_whole, largest=context.limits.whole_number),
    CellType.YEAR: _year,
    CellType.DATE: lambda *_: as_date,
    CellType.BIN: lambda *_: as_bin,
    CellType.YES_NO: lambda field, _: partial(as_yes_no, choices=_choices(field)),
    CellType.CHOICE: _choice,
    CellType.COUNTRY: lambda field, _: partial(as_code, choices=_choices(field), kind=field.type, expected=COUNTRY),
    CellType.CURRENCY: lambda field, _: partial(as_code, choices=_choices(field), kind=field.type, expected=CURRENCY),
    CellType.MONEY: _amount,
    CellType.DECIMAL: _amount,
    CellType.PERCENT: lambda _, context: partial(as_percent, largest=context.limits.percent),
    CellType.GRNTI: lambda *_: as_grnti,
}


EXPECTED: dict[CellType, str] = {
    CellType.TEXT: TEXT,
    CellType.WHOLE: WHOLE,
    CellType.YEAR: WHOLE,
    CellType.DATE: DATE,
    CellType.BIN: BIN,
    CellType.COUNTRY: COUNTRY,
    CellType.CURRENCY: CURRENCY,
    CellType.MONEY: NUMBER,
    CellType.DECIMAL: NUMBER,
    CellType.PERCENT: NUMBER,
    CellType.GRNTI: GRNTI,
}


def expected_of(field: Field) -> str:
    """Return what a finding says was expected in an empty or damaged cell of this column."""
    if field.type in EXPECTED:
        return EXPECTED[field.type]
    return field.choices.expected if field.choices else TEXT


def shown(raw: Any) -> str:
    """Return a raw cell as a finding quotes it."""
    if isinstance(raw, CellError):
        return raw.text
    if isinstance(raw, NeverCalculated):
        return "="
    return number_text(raw) or str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else str(raw)
