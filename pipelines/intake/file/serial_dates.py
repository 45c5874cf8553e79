"""Serial dates: what a stored number is under the format of a date.

Here: days counted from 1900, with the 29 February of that year which never was, or from 1904. Not here: which formats
are those of dates (``number_formats``).
"""

from __future__ import annotations

import datetime as dt
import math

_MILLISECONDS = 86_400_000
_DAYS_TO_1904 = 1462
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no time zones
_BEFORE_THE_DAY_THAT_WAS_NOT = 60
_LAST = dt.date.max.toordinal() - _EPOCH.toordinal() + 1
_LONGEST = 3_000_000

Moment = dt.date | dt.datetime | dt.time | float


def moment(number: float, *, is_1904: bool) -> Moment:
    """Return a date, a date with its time, or a time of day; the number itself where no calendar has such a day."""
    if not math.isfinite(number) or abs(number) > _LONGEST:
        return number
    days = number
    if is_1904:
        days += _DAYS_TO_1904
    elif number < _BEFORE_THE_DAY_THAT_WAS_NOT:
        days += 1
    if days >= _LAST:
        return number
    when = _EPOCH + dt.timedelta(milliseconds=_rounded(days * _MILLISECONDS))
    if number < 1:
        return when.time()
    return when.date() if number == int(number) else when


def duration(number: float) -> dt.timedelta | float:
    """Return so many days as a length of time; the number itself where it is beyond all reason."""
    if not math.isfinite(number) or abs(number) > _LONGEST:
        return number
    return dt.timedelta(milliseconds=_rounded(number * _MILLISECONDS))


def _rounded(number: float) -> int:
    return math.floor(number + 0.5)
