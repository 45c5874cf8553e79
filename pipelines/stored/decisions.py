"""Decisions step helper: what became of each decision of the authority, and where it acts.

Belongs here: gathering stored decisions with the lines and shortfalls they name. Does not: weighing them
(``pipelines.core.recognition.effects``), judging lines (``pipelines.core.recognition.recognition``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.core.doubt import TWO_UNITS, has_code
from pipelines.core.recognition.effects import (
    Decision,
    Effect,
    NamedLine,
    base_decision,
    effects_on_base,
    effects_on_payments,
    effects_on_terms,
)
from pipelines.core.terms import BASE_CONFIRMED
from pipelines.warehouse.trail import years_of
from schemas.columns import content_names
from schemas.folding import unit_key
from schemas.received import filings, financing_lines
from schemas.registers import decisions, units
from schemas.verdicts import compliance_by_unit, compliance_terms, decision_effects
from schemas.vocabulary import Bucket, DecisionEffect, DecisionKind, FilingStatus, Status

_UnitYear = tuple[str, int]
_OF_VERDICT = ("unit_no", "user_bin", "rate", "due_tiyn", "shortfall_tiyn", "status", "doubt")
_WAITING = Effect(DecisionEffect.WAITING)


def effect_rows(connection: sa.Connection) -> list[tuple[Any, ...]]:
    """Return the rows of the table ``decision_effects``: one for each stored decision, whatever its year."""
    stored = connection.execute(sa.select(decisions).order_by(decisions.c.source_row)).mappings().all()
    if not stored:
        return []
    spelled = _spelled(connection)
    grouped: defaultdict[_UnitYear, list[Any]] = defaultdict(list)
    for row in stored:
        if row["unit_no"] is not None and row["report_year"] is not None:
            grouped[_spelling(spelled, row["unit_no"]), row["report_year"]].append(row)
    effects = _effects(connection, grouped)
    return [_row(row, effects.get(row["source_row"], Effect(DecisionEffect.LAPSED)), spelled) for row in stored]


def _row(decision: Any, effect: Effect, spelled: Mapping[str, str]) -> tuple[Any, ...]:
    unit_no = decision["unit_no"]
    told = {
        **decision,
        "unit_no": None if unit_no is None else _spelling(spelled, unit_no),
        "effect": str(effect.effect),
        "lines": effect.lines,
        "amount_tiyn": effect.amount_tiyn,
    }
    return tuple(told[name] for name in content_names(decision_effects))


def decision_sources(connection: sa.Connection, year: int) -> dict[str, dict[str, str]]:
    """Return for each unit the decisions that put lines of a year into a bucket, or under a code, by bucket or code.

    Each is cited by row of the register, number, date, signatory and reason.
    """
    named = connection.execute(
        sa.select(decisions)
        .where(
            decisions.c.report_year == year,
            decisions.c.unit_no.is_not(None),
            decisions.c.payment_doc_no.is_not(None),
        )
        .order_by(decisions.c.source_row)
    ).all()
    if not named:
        return {}
    spelled = _spelled(connection)
    about: defaultdict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in named:
        about[_spelling(spelled, row.unit_no), unit_key(row.payment_doc_no), row.decision_no].append(row)
    found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for line in _lines(connection, year, {unit_no for unit_no, _, _ in about}):
        cited = about.get((line.unit_no, unit_key(line.payment_doc_no), line.decision_no or ""))
        if cited:
            part = found[line.unit_no].setdefault(line.disallowed_by or line.bucket, [])
            part.append(_citation(max(cited, key=lambda row: row.decided_on)))
    return {
        unit_no: {part: ", ".join(dict.fromkeys(texts)) for part, texts in parts.items()}
        for unit_no, parts in found.items()
    }


def base_confirmations(connection: sa.Connection, year: int, holders: Mapping[str, str]) -> dict[str, str]:
    """Return the decision that confirms the base of each unit in a year, cited as a place; no unit without one.

    ``holders`` maps the unit's number to the BIN of the obliged person.
    """
    named = connection.execute(
        sa.select(decisions)
        .where(
            decisions.c.report_year == year,
            decisions.c.unit_no.is_not(None),
            decisions.c.payment_doc_no.is_(None),
            decisions.c.kind.in_([str(DecisionKind.ACCEPT), str(DecisionKind.REJECT)]),
        )
        .order_by(decisions.c.source_row)
    ).all()
    if not named:
        return {}
    spelled = _spelled(connection)
    rows = {row.source_row: row for row in named}
    about: defaultdict[str, list[Decision]] = defaultdict(list)
    for row in named:
        about[_spelling(spelled, row.unit_no)].append(_decision(row._mapping))
    counting = {
        unit_no: base_decision(asked, holders[unit_no]) for unit_no, asked in about.items() if unit_no in holders
    }
    return {
        unit_no: _citation(rows[decision.source_row])
        for unit_no, decision in counting.items()
        if decision is not None and decision.kind == DecisionKind.ACCEPT
    }


def _citation(row: Any) -> str:
    told = f"decision {row.decision_no} of {row.decided_on.isoformat()}"
    signed = f", signed by {row.signed_by}" if row.signed_by else ""
    reason = f": {row.reason}" if row.reason else ""
    return f"decisions.xlsx row {row.source_row} ({told}{signed}{reason})"


def _effects(connection: sa.Connection, grouped: Mapping[_UnitYear, Sequence[Any]]) -> dict[int, Effect]:
    by_year: defaultdict[int, list[str]] = defaultdict(list)
    for unit_no, year in grouped:
        by_year[year].append(unit_no)
    computed = years_of(connection, compliance_by_unit.name)
    found: dict[int, Effect] = {}
    for year, named in by_year.items():
        of_year = {unit_no: [_decision(row) for row in grouped[unit_no, year]] for unit_no in named}
        if year not in computed:
            found |= {decision.source_row: _WAITING for each in of_year.values() for decision in each}
            continue
        lines: defaultdict[str, list[NamedLine]] = defaultdict(list)
        for line in _lines(connection, year, named):
            lines[line.unit_no].append(_named(line))
        verdicts = _verdicts(connection, year, named)
        confirmed = _confirmed(connection, year, named)
        for unit_no, about in of_year.items():
            found |= effects_on_payments(about, lines[unit_no])
            found |= _on_base(about, verdicts.get(unit_no), is_confirmed=unit_no in confirmed)
            found |= _on_terms(about, verdicts.get(unit_no))
    return found


def _on_terms(about: Sequence[Decision], verdict: Any) -> dict[int, Effect]:
    shortfall = None if verdict is None else verdict.shortfall_tiyn
    effects = effects_on_terms(about, shortfall)
    if verdict is not None and verdict.status == str(Status.PENDING):
        return dict.fromkeys(effects, _WAITING)
    return effects


def _on_base(about: Sequence[Decision], verdict: Any, *, is_confirmed: bool) -> dict[int, Effect]:
    effects = effects_on_base(
        about,
        None if verdict is None else verdict.user_bin,
        is_confirmed=is_confirmed,
        rests_on_base=verdict is not None and _rests_on_base(verdict),
    )
    if verdict is not None and verdict.status == str(Status.PENDING):
        return dict.fromkeys(effects, _WAITING)
    return effects


def _rests_on_base(verdict: Any) -> bool:
    """Tell whether the obligation is a share of a base, or would be if the base were believed."""
    return verdict.rate is not None and (verdict.due_tiyn is not None or has_code(verdict.doubt, TWO_UNITS))


def _decision(row: Any) -> Decision:
    return Decision(
        source_row=row["source_row"],
        decision_no=row["decision_no"],
        decided_on=row["decided_on"],
        kind=DecisionKind(row["kind"]),
        user_bin=row["user_bin"],
        payment_key=unit_key(row["payment_doc_no"]) if row["payment_doc_no"] else None,
        until=row["until"],
    )


def _named(line: Any) -> NamedLine:
    return NamedLine(
        user_bin=line.user_bin,
        payment_key=unit_key(line.payment_doc_no),
        amount_tiyn=line.amount_tiyn,
        is_set_aside=line.bucket == str(Bucket.SET_ASIDE),
        decision_no=line.decision_no,
    )


def _lines(connection: sa.Connection, year: int, unit_numbers: Iterable[str]) -> Sequence[Any]:
    """Return the lines with a payment document of these units in the effective filings of a year."""
    lines = financing_lines.c
    return connection.execute(
        sa.select(
            lines.unit_no, lines.user_bin, lines.payment_doc_no, lines.amount_tiyn,
            lines.bucket, lines.disallowed_by, lines.decision_no,
        )
        .join(
            filings,
            sa.and_(
                filings.c.filing_id == lines.filing_id,
                filings.c.report_year == lines.report_year,
                filings.c.status == str(FilingStatus.ACCEPTED),
            ),
        )
        .where(
            lines.report_year == year, lines.unit_no.in_(sorted(unit_numbers)), lines.payment_doc_no.is_not(None)
        )
        .order_by(lines.filing_id, lines.sheet, lines.source_row)
    ).all()  # fmt: skip


def _verdicts(connection: sa.Connection, year: int, unit_numbers: Iterable[str]) -> dict[str, Any]:
    verdicts = compliance_by_unit.c
    rows = connection.execute(
        sa.select(*(verdicts[name] for name in _OF_VERDICT)).where(
            verdicts.report_year == year, verdicts.unit_no.in_(sorted(unit_numbers))
        )
    )
    return {row.unit_no: row for row in rows}


def _confirmed(connection: sa.Connection, year: int, unit_numbers: Iterable[str]) -> frozenset[str]:
    """Return the units whose verdict of a year says that a decision confirms the base."""
    terms = compliance_terms.c
    found = connection.scalars(
        sa.select(terms.unit_no).where(
            terms.report_year == year, terms.unit_no.in_(sorted(unit_numbers)), terms.term == BASE_CONFIRMED
        )
    )
    return frozenset(found)


def _spelled(connection: sa.Connection) -> dict[str, str]:
    """Return the register's first spelling of each unit, by its comparison form."""
    found: dict[str, str] = {}
    for unit_no in connection.scalars(sa.select(units.c.unit_no).order_by(units.c.source_row)):
        found.setdefault(unit_key(unit_no), unit_no)
    return found


def _spelling(spelled: Mapping[str, str], unit_no: str) -> str:
    return spelled.get(unit_key(unit_no), unit_no)
