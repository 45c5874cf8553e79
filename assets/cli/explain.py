"""``nedra explain``: a verdict as a person would argue it, of today, of a past day, or as it would be.

Belongs here: options, exit codes, JSON. Does not: the argument (``pipelines.explanations``), how it looks on a terminal
(``assets.cli.explanation_page``).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import typer

from assets.cli.explanation_page import print_explanation
from assets.cli.terminal import terminal
from assets.cli.unit_list import print_units
from pipelines.explanations.read import NoVerdictError, Reader, explain
from pipelines.explanations.shapes import Explanation
from pipelines.explanations.unit_search import FoundUnit, meant_units
from pipelines.explanations.what_if import Supposition, suppose
from pipelines.settings import Settings
from pipelines.stored.year_before import YearOrderError
from pipelines.warehouse.session import open_existing
from pipelines.wording import phrases
from schemas.money import to_tiyn
from schemas.vocabulary import Regime

_WHOLE = 100  # percent


def explain_unit(
    unit: str, year: int, lang: str, *, as_of: date | None, supposition: Supposition, as_json: bool
) -> int:
    """Print the explanation; return 0, or 1 when there is nothing to explain or several units are meant."""
    warehouse = open_existing(Settings())
    reader = Reader(warehouse.statute, lang)
    try:
        with warehouse.reading() as connection:
            meant = meant_units(connection, unit, year)
            if len(meant) > 1:
                return _offer(unit, meant, lang, as_json=as_json)
            number = meant[0].unit_no if meant else unit
            found = explain(connection, number, year, reader, as_of=as_of)
            if supposition:
                found = replace(found, what_if=suppose(warehouse, connection, found.verdict, supposition, reader))
    except (NoVerdictError, YearOrderError) as error:
        terminal(stderr=True).print(str(error), markup=False)
        return 1
    finally:
        warehouse.engine.dispose()
    if as_json:
        terminal().print_json(to_json(found))
    else:
        print_explanation(terminal(), found)
    return 0


def _offer(text: str, meant: Sequence[FoundUnit], language: str, *, as_json: bool) -> int:
    """Say which units fit what was typed; return the exit code 1."""
    if as_json:
        choices = [{"unit_no": unit.unit_no, "user_bin": unit.user_bin, "user_name": unit.user_name} for unit in meant]
        terminal().print_json(json.dumps({"choices": choices}, ensure_ascii=False))
    else:
        trouble = terminal(stderr=True)
        trouble.print(f"{phrases.phrase('choose', language, text)}:", markup=False)
        print_units(trouble, meant, language)
    return 1


def supposition_of(regime: str | None, rate: str | None, base: str | None) -> Supposition:
    """Return what the options suppose; raise ``typer.BadParameter`` for one that cannot be used."""
    known = [str(each) for each in Regime]
    if regime is not None and regime.upper() not in known:
        message = f"expected one of {', '.join(known)}, found {regime!r}"
        raise typer.BadParameter(message, param_hint="--regime")
    base_tenge, percent = _number(base, "--base"), _number(rate, "--rate")
    if percent is not None and percent > _WHOLE:
        message = f"expected a rate of 0 to {_WHOLE} percent of the base, found {rate!r}"
        raise typer.BadParameter(message, param_hint="--rate")
    return Supposition(
        regime=None if regime is None else Regime(regime.upper()),
        rate_percent=percent,
        base_tiyn=None if base_tenge is None else to_tiyn(base_tenge),
    )


def _number(text: str | None, option: str) -> Decimal | None:
    """Return a number that is not negative, written with a point or a comma, spaces allowed."""
    if text is None:
        return None
    try:
        number = Decimal("".join(text.split()).removesuffix("%").replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        message = f"expected a number such as 1.5, found {text!r}"
        raise typer.BadParameter(message, param_hint=option)
    return number


def to_json(found: Explanation) -> str:
    """Return the explanation as JSON: amounts in tiyn, ISO dates and instants, decimals as text (docs/auditing.md)."""
    return json.dumps(asdict(found), ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    message = f"JSON cannot hold {value!r}"
    raise TypeError(message)
