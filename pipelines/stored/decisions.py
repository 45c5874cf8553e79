"""Decisions step helper: what became of each decision of the authority, and where it acts.

Belongs here: gathering stored decisions with the lines and shortfalls they name. Does not: weighing them
(``pipelines.core.recognition.effects``), judging lines (``pipelines.core.recognition.recognition``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.core.recognition.effects import Decision, Effect, NamedLine, effects_on_payments, effects_on_terms
from pipelines.warehouse.trail import years_of
from schemas.columns import content_names
from schemas.folding import unit_key
from schemas.received import filings, financing_lines
from schemas.registers import decisions, units
from schemas.verdicts import compliance_by_unit, decision_effects
from schemas.vocabulary import Bucket, DecisionEffect, DecisionKind, FilingStatus, Status

_UnitYear = tuple[str, int]
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
        for unit_no, about in of_year.items():
            found |= effects_on_payments(about, lines[unit_no])
            found |= _on_terms(about, verdicts.get(unit_no))
    return found


def _on_terms(about: Sequence[Decision], verdict: Any) -> dict[int, Effect]:
    shortfall = None if verdict is None else verdict.shortfall_tiyn
    effects = effects_on_terms(about, shortfall)
    if verdict is not None and verdict.status == str(Status.PENDING):
        return dict.fromkeys(effects, _WAITING)
    return effects


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
        .order_by(lines.filing_id, lines.source_row)
    ).all()  # fmt: skip


def _verdicts(connection: sa.Connection, year: int, unit_numbers: Iterable[str]) -> dict[str, Any]:
    verdicts = compliance_by_unit.c
    rows = connection.execute(
        sa.select(verdicts.unit_no, verdicts.shortfall_tiyn, verdicts.status).where(
            verdicts.report_year == year, verdicts.unit_no.in_(sorted(unit_numbers))
        )
    )
    return {row.unit_no: row for row in rows}


def _spelled(connection: sa.Connection) -> dict[str, str]:
    """Return the register's first spelling of each unit, by its comparison form."""
    found: dict[str, str] = {}
    for unit_no in connection.scalars(sa.select(units.c.unit_no).order_by(units.c.source_row)):
        found.setdefault(unit_key(unit_no), unit_no)
    return found


def _spelling(spelled: Mapping[str, str], unit_no: str) -> str:
    return spelled.get(unit_key(unit_no), unit_no)
