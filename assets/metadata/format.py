"""Format: how an amount, a value or a name that came from a file is written where a person reads it in Dagster.

Belongs here: text and Markdown. Does not: what is shown (``choices``), reading the warehouse.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from assets.metadata.config import choices
from pipelines.settings import Settings
from pipelines.wording.numbers import UNKNOWN, amount
from pipelines.wording.regions import region_name
from schemas.vocabulary import Language

Cell = str | int | bool | None

_TIYN, _KZT = "_tiyn", "_kzt"
_REGION = "region_kato"
MARKS = ("█", "▒", "×")


def tenge(amount_tiyn: int | None) -> str:
    """Return an amount in tenge: ``1,234,567.89``; what is unknown is no zero."""
    return UNKNOWN if amount_tiyn is None else amount(amount_tiyn, Language.EN)


def in_tenge(name: str) -> str:
    """Return the name under which an amount is shown in tenge, as the warehouse's views call it."""
    return name.removesuffix(_TIYN) + _KZT if is_amount(name) else name


def is_amount(name: str) -> bool:
    """Tell whether a column holds tiyn."""
    return name.endswith(_TIYN)


def written(name: str, value: object) -> Cell:
    """Return a value of a column as a cell of a table in the UI."""
    if is_amount(name):
        return tenge(None if value is None else int(str(value)))
    if name == _REGION:
        return region_name(None if value is None else str(value), Language.EN)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return shortened(str(value))


def shortened(text: str) -> str:
    """Return a text somebody else wrote, on one line and not too long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= choices().text else plain[: choices().text - 1] + "…"


def cells(addresses: str | None) -> str:
    """Return the first addresses of a comma separated list, and how many more there are."""
    listed = [] if addresses is None else addresses.split(", ")
    more = len(listed) - choices().cells
    return ", ".join(listed[: choices().cells]) + (f" and {more} more" if more > 0 else "")


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int = 0) -> str:
    """Return a table; its cells are our own words. The last ``numbers`` columns stand right."""
    rules = ["---"] * (len(header) - numbers) + ["--:"] * numbers
    lines = [header, rules, *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def stacked(parts: Sequence[int]) -> str:
    """Return the shares of up to three parts as one bar; a part that is there at all is seen."""
    length, whole = choices().bar, sum(parts)
    if not whole:
        return ""
    widths = [max(length * part // whole, 1 if part else 0) for part in parts]
    # What rounding took or added belongs to the largest part, where it shows least.
    widths[parts.index(max(parts))] += length - sum(widths)
    return "".join(mark * width for mark, width in zip(MARKS, widths, strict=True))


def shown_url(settings: Settings) -> str:
    """Return where the warehouse is, without its password."""
    return sa.make_url(settings.warehouse_url).render_as_string(hide_password=True)
