"""Verdicts: what is decided for each unit and year.

Belongs here: tables written by the step that computes a year. Does not: roll-ups made by SQL (``marts``).
"""

from typing import Any

import sqlalchemy as sa

from schemas.columns import day, exact, flag, instant, one_of, published, text, tiyn, whole
from schemas.vocabulary import DecisionEffect, DecisionKind, Regime, Status

DOUBT = (
    "codes of findings that put the base in doubt, sorted, comma separated; empty = none, NULL = computed before doubt "
    "was kept"
)

obligations = published(
    "obligations",
    "What one unit owes for one year, and of what base",
    whole("report_year", "reporting year", key=True),
    text("unit_no", "contract or licence", key=True),
    text("user_bin", "obliged person: the holder on 31 December or on the unit's last day", required=True),
    text("regime", "set of rules the unit is under", required=True),
    text("base_kind", "what the base is, as filed"),
    tiyn("base_tiyn", "base of the previous year, as filed"),
    exact("rate", "share of the base that is due; NULL with a fixed obligation"),
    tiyn("due_tiyn", "obligation of the year"),
    whole("first_obliged_year", "first year the unit is obliged"),
    text("filing_id", "effective filing of the holder that lists the unit"),
    one_of("regime", Regime),
)


def _verdict_columns() -> tuple[sa.Column[Any], ...]:
    """Columns of a verdict; ``compliance_history`` keeps the same ones for every version."""
    return (
        day("unit_date", "date of the contract or licence", required=True),
        text("unit_kind", "контракт or лицензия", required=True),
        text("sector", "sector of subsoil use", required=True),
        text("operation", "kind of operation", required=True),
        text("region_kato", "region by KATO code"),
        text("regime", "set of rules the unit is under", required=True),
        text("user_bin", "obliged person", required=True),
        text("user_name", "name of the obliged person", required=True),
        tiyn("base_tiyn", "base of the previous year"),
        exact("rate", "share of the base that is due; NULL with a fixed obligation"),
        tiyn("due_tiyn", "obligation of the year"),
        tiyn("credit_opening_tiyn", "opening credit of the register that joined on entry to the year", required=True),
        tiyn("credit_available_tiyn", "credit not expired on entry to the year", required=True),
        tiyn("credit_used_tiyn", "credit set off against the obligation"),
        tiyn("declared_tiyn", "all lines declared for the unit", required=True),
        tiyn("recognised_tiyn", "lines that count", required=True),
        tiyn("clean_tiyn", "lines that count and carry no warning", required=True),
        tiyn("cure_tiyn", "lines that cure an earlier year", required=True),
        tiyn("disallowed_tiyn", "lines disallowed", required=True),
        tiyn("set_aside_tiyn", "lines set aside", required=True),
        tiyn("budget_tiyn", "receipts of the republican budget that count", required=True),
        tiyn("financing_tiyn", "recognised plus budget", required=True),
        tiyn("shortfall_tiyn", "what is missing"),
        tiyn("surplus_tiyn", "what exceeds the obligation"),
        tiyn("credit_lapsed_tiyn", "credit that expired on entry to the year or at its end", required=True),
        tiyn("credit_out_tiyn", "credit leaving the year", required=True),
        whole("fulfilment_bp", "fulfilment in basis points"),
        text("status", "verdict", required=True),
        flag("below_30", "breach below 30% in hydrocarbons or uranium", required=True),
        tiyn("forfeit_tiyn", "forfeit the shortfall entails; NULL = not known"),
        day("deadline", "filing deadline", required=True),
        whole("late_days", "days the first accepted submission was late; NULL = none"),
        text("filing_id", "effective filing of the holder that lists the unit"),
        text("doubt", DOUBT),
    )


compliance_by_unit = published(
    "compliance_by_unit",
    "The verdict on one unit in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("unit_no", "contract or licence", key=True),
    *_verdict_columns(),
    one_of("regime", Regime),
    one_of("status", Status),
    sa.CheckConstraint(
        "declared_tiyn = recognised_tiyn + cure_tiyn + disallowed_tiyn + set_aside_tiyn", name="declared_in_buckets"
    ),
    sa.CheckConstraint("financing_tiyn = recognised_tiyn + budget_tiyn", name="financing"),
    sa.CheckConstraint("shortfall_tiyn >= 0 AND surplus_tiyn >= 0 AND credit_out_tiyn >= 0", name="not_negative"),
    sa.Index(None, "report_year", "user_bin"),
)

credits = published(  # noqa: A001 - the table is called so in the contract
    "credits",
    "Credit leaving a unit's year, by the year it comes from",
    whole("report_year", "reporting year it leaves", key=True),
    text("unit_no", "contract or licence", key=True),
    whole("origin_year", "year the surplus was financed", key=True),
    tiyn("amount_tiyn", "credit", required=True),
    sa.CheckConstraint("amount_tiyn > 0", name="positive"),
)

compliance_terms = published(
    "compliance_terms",
    "One term of one verdict, from base to shortfall",
    whole("report_year", "reporting year", key=True),
    text("unit_no", "contract or licence", key=True),
    whole("seq", "order of the argument", key=True),
    text("term", "name of the term", required=True),
    tiyn("amount_tiyn", "amount of the term; NULL = not an amount or unknown"),
    text("reference", "article the term rests on"),
    text("source", "filing and cell, receipt or decision"),
)

arrears = published(
    "arrears",
    "A unit and year with a shortfall, and how far it was cured",
    whole("report_year", "reporting year of the shortfall", key=True),
    text("unit_no", "contract or licence", key=True),
    tiyn("shortfall_tiyn", "shortfall of the year", required=True),
    tiyn("cured_tiyn", "cure payments of later years", required=True),
    tiyn("open_tiyn", "shortfall less cure payments, not below zero", required=True),
    day("notice_on", "date of the notice"),
    day("cure_until", "last day of the cure period"),
    day("cured_on", "payment date that closed the arrears"),
)

decision_effects = published(
    "decision_effects",
    "A decision of the authority, and what became of it when its year was last computed",
    whole("source_row", "row number in the register of decisions, from 1", key=True),
    text("decision_no", "number of the decision", required=True),
    day("decided_on", "date of the decision", required=True),
    text("kind", "принять, отклонить, уведомление or отсрочка", required=True),
    whole("report_year", "reporting year the decision names"),
    text("user_bin", "BIN of the subsoil user the decision names"),
    text("unit_no", "contract or licence the decision names, spelled as in the register when found there"),
    text("payment_doc_no", "payment document the decision names"),
    day("until", "new term"),
    text(
        "effect",
        "applied; overruled by another decision on the same payment or term; lapsed: what it names does not exist "
        "(any longer); set_aside: the line it names has errors; waiting: the year was not computed since",
        required=True,
    ),
    whole("lines", "lines of effective filings the decision decides, or names while it waits", required=True),
    tiyn("amount_tiyn", "money of these lines; of a notice or extension: the shortfall; NULL = none or unknown"),
    text("reason", "reason"),
    text("signed_by", "who signed"),
    one_of("kind", DecisionKind),
    one_of("effect", DecisionEffect),
    sa.Index(None, "report_year", "unit_no"),
)

compliance_history = sa.Table(
    "compliance_history",
    compliance_by_unit.metadata,
    whole("report_year", "reporting year", key=True),
    text("unit_no", "contract or licence", key=True),
    whole("version_no", "1 for the first version of the row, then 2, 3, ...", key=True),
    *_verdict_columns(),
    text("argument", "JSON: the terms of the version and the lines that did not count, as of then", required=True),
    instant("recorded_at", "when the version was recorded (UTC)", required=True),
    instant("superseded_at", "when the next version took its place (UTC); NULL = current"),
    text("cause", "which input changed", required=True),
    sa.Column(
        "load_id", sa.BigInteger, sa.ForeignKey("loads.load_id"), nullable=False, comment="the load of the version"
    ),
    sa.Index(None, "unit_no", "report_year"),
    comment="A version of a verdict; what any table said on any past day",
)
