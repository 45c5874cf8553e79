"""Marts: tables filled by the SQL models of ``dbt_like_sql``.

Belongs here: one table per model, its columns in the order they are published, with their comments (the models' YAML
does not repeat them). Does not: the SQL, or how a derived column is computed (``dbt_like_sql/models``).
"""

from typing import Any

import sqlalchemy as sa

from schemas.columns import day, exact, flag, instant, one_of, published, text, tiyn, whole
from schemas.verdicts import DOUBT, compliance_by_unit
from schemas.vocabulary import Sector, Severity, Status

# Stands in a key for what the filer or the register left empty: a key cannot be NULL.
UNNAMED = "-"

_UNIT = " (tiyn)"
_BUCKETS = ("declared_tiyn", "recognised_tiyn", "clean_tiyn", "cure_tiyn", "disallowed_tiyn", "set_aside_tiyn")
_EXPLANATIONS = ("MATCHED", "OTHER_YEAR", "NOT_RECEIVED", "NOT_DECLARED", "AMOUNT_DIFFERS")
_ITEMS = ("base", "declared_due", "declared_credit", "financing", "budget")
AMOUNTS = tuple(column.name for column in compliance_by_unit.columns if column.name.endswith("_tiyn"))


def _summed(*names: str) -> tuple[sa.Column[Any], ...]:
    """Sums of amounts of ``compliance_by_unit``: unknown only where the unit's own may be, and then all of them are."""
    columns = [compliance_by_unit.columns[name] for name in names]
    return tuple(
        tiyn(column.name, f"sum of: {str(column.comment).removesuffix(_UNIT)}", required=not column.nullable)
        for column in columns
    )


def _fulfilment() -> sa.Column[Any]:
    return whole("fulfilment_bp", "fulfilment of the units whose obligation is known, in basis points")


def _doubtful() -> tuple[sa.Column[Any], ...]:
    """Whose base is in doubt, and of which codes; NULL = computed before doubt was kept."""
    return (
        whole("doubtful_units", "units whose base is in doubt"),
        text("doubt", "codes of findings that put the base of any of them in doubt, sorted, comma separated"),
    )


def _certain() -> tuple[sa.Column[Any], ...]:
    """What the amounts are without doubtful and unknown."""
    of = "of units whose obligation is known and whose base is not in doubt"
    return (
        *_doubtful(),
        tiyn("due_certain_tiyn", f"sum {of}: obligation of the year"),
        tiyn("financing_certain_tiyn", f"sum {of}: recognised plus budget"),
        tiyn("shortfall_certain_tiyn", f"sum {of}: what is missing"),
    )


def _line_sums() -> tuple[sa.Column[Any], ...]:
    return (
        whole("lines", "lines of effective filings", required=True),
        whole("unreadable_lines", "lines of them whose amount could not be read", required=True),
        *_summed(*_BUCKETS),
    )


def _summary() -> tuple[sa.Column[Any], ...]:
    return (
        whole("units", "contracts and licences", required=True),
        whole("users", "subsoil users obliged or not", required=True),
        whole("obliged_units", "units neither exempt nor not yet obliged", required=True),
        *(whole(f"{status.lower()}_units", f"units with status {status}", required=True) for status in Status),
        whole("below_30_units", "breaches below 30% in hydrocarbons or uranium", required=True),
        *_summed(*AMOUNTS),
        _fulfilment(),
        *_certain(),
    )


compliance_by_user = published(
    "compliance_by_user",
    "The verdict on one subsoil user in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("user_bin", "BIN of the subsoil user", key=True),
    text("user_name", "name of the subsoil user in the last row of the register of units", required=True),
    whole("units", "contracts and licences", required=True),
    whole("obliged_units", "units neither exempt nor not yet obliged", required=True),
    *_summed(*AMOUNTS),
    _fulfilment(),
    text("status", "worst status of the obliged units", required=True),
    *_certain(),
    one_of("status", Status),
)

sector_summary = published(
    "sector_summary",
    "One sector of subsoil use in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("sector", "sector of subsoil use", key=True),
    *_summary(),
    one_of("sector", Sector),
)

region_summary = published(
    "region_summary",
    "One region in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("region_kato", "KATO code of the region, from the first two digits of the unit's; - = not given", key=True),
    *_summary(),
)

direction_summary = published(
    "direction_summary",
    "Money of one direction of research in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("direction", "priority direction as filed; - = not given", key=True),
    text("priority", "national priority the direction belongs to"),
    text("centre", "competence centre of the direction"),
    whole("users", "subsoil users that declared it", required=True),
    *_line_sums(),
    *_doubtful(),
)

performer_flows = published(
    "performer_flows",
    "What one subsoil user declares it paid to one performer in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("user_bin", "BIN of the subsoil user", key=True),
    text("user_name", "name of the subsoil user on the cover"),
    text("performer_id", "BIN of the performer, else its name as filed; - = neither", key=True),
    text("performer_name", "name of the performer in the user's first line that names it"),
    text("performer_country", "country of the performer in that line"),
    flag("is_affiliate", "the register names it an affiliate of the user, on whatever day", required=True),
    whole("performer_users", "subsoil users that pay the performer in this year", required=True),
    *_line_sums(),
)

budget_reconciliation = published(
    "budget_reconciliation",
    "Payments to the budget declared for one unit and year against those received",
    whole("report_year", "year the payments are for", key=True),
    text("unit_no", "contract or licence", key=True),
    text("user_bin", "obliged person; NULL = the year has no verdict on the unit"),
    tiyn("declared_tiyn", "declared in effective filings; NULL = nothing declared"),
    tiyn("received_tiyn", "received by the budget; NULL = nothing received"),
    tiyn("difference_tiyn", "declared less received", required=True),
    flag("material", "the difference exceeds both the margin and the floor", required=True),
    day("open_since", "first payment or receipt behind the difference; NULL = no difference"),
    whole("age_days", "days from there to the day of the run"),
    text("explanation", "what the difference looks like", required=True),
    one_of("explanation", _EXPLANATIONS),
)

unmatched_receipts = published(
    "unmatched_receipts",
    "One receipt of the budget that counts for no unit",
    whole("source_row", "row number in the treasury register, from 1", key=True),
    text("receipt_no", "number of the receipt", required=True),
    day("received_on", "day of receipt", required=True),
    text("payer_bin", "BIN of the payer", required=True),
    whole("payer_units", "units the payer holds or held, by the register", required=True),
    text("unit_no", "contract or licence the payer named"),
    text("kbk", "budget classification code; NULL = the payer named none"),
    whole("for_year", "year the payer named"),
    tiyn("amount_tiyn", "amount received", required=True),
    text("match", "why the receipt counts for no unit", required=True),
    whole("age_days", "days from receipt to the day of the run"),
)

submission_changes = published(
    "submission_changes",
    "One amount that a correction changed against the submission before it",
    whole("report_year", "reporting year", key=True),
    text("user_bin", "BIN of the subsoil user", key=True),
    whole("submission_no", "number of the correction", key=True),
    text("unit_no", "contract or licence; - = not named", key=True),
    text("item", "what changed", key=True),
    text("agreement_no", "agreement of a financing line; - = none", key=True),
    text("payment_doc_no", "payment document; - = none", key=True),
    whole("previous_submission_no", "number of the submission compared with", required=True),
    day("submitted_on", "date of the correction"),
    whole("before_lines", "rows before", required=True),
    whole("after_lines", "rows after", required=True),
    tiyn("before_tiyn", "amount before; NULL = absent or unreadable"),
    tiyn("after_tiyn", "amount after; NULL = absent or unreadable"),
    tiyn("difference_tiyn", "after less before, an absent or unreadable amount taken as nothing", required=True),
    one_of("item", _ITEMS),
)

findings_by_code = published(
    "findings_by_code",
    "How often one finding code was raised in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("code", "rule code", key=True),
    text("severity", "reject, set_aside, warn or note", key=True),
    whole("findings", "findings in all filings", required=True),
    whole("effective_findings", "findings in effective filings", required=True),
    whole("files", "files concerned", required=True),
    whole("users", "subsoil users concerned, as far as they are known", required=True),
    one_of("severity", Severity),
)

largest_shortfalls = published(
    "largest_shortfalls",
    "One unit with a shortfall in one reporting year, by size",
    whole("report_year", "reporting year", key=True),
    text("unit_no", "contract or licence", key=True),
    whole("place", "1 = the largest shortfall of the year; equal ones share a place", required=True),
    text("user_bin", "obliged person", required=True),
    text("user_name", "name of the obliged person", required=True),
    text("sector", "sector of subsoil use", required=True),
    text("region_kato", "region by KATO code"),
    text("status", "verdict", required=True),
    tiyn("due_tiyn", "obligation of the year"),
    tiyn("financing_tiyn", "recognised plus budget", required=True),
    tiyn("shortfall_tiyn", "what is missing", required=True),
    whole("share_bp", "share of the year's shortfalls in basis points"),
    whole("fulfilment_bp", "fulfilment in basis points"),
    text("doubt", DOUBT),
    whole(
        "share_certain_bp",
        "share of the year's shortfalls without doubtful ones, in basis points; NULL = the unit's own is in doubt",
    ),
    one_of("status", Status),
)


def _restated(measure: str, meaning: str) -> tuple[sa.Column[Any], ...]:
    return (
        tiyn(f"{measure}_before_tiyn", f"{meaning}, before"),
        tiyn(f"{measure}_after_tiyn", f"{meaning}, after"),
        tiyn(f"{measure}_change_tiyn", f"{meaning}, after less before; NULL where one of them is"),
    )


restatements = published(
    "restatements",
    "A verdict that took the place of an earlier one, and what it changed",
    whole("report_year", "reporting year", key=True),
    text("unit_no", "contract or licence", key=True),
    whole("version_no", "number of the new version", key=True),
    instant("restated_at", "when the new version took the place of the old (UTC)", required=True),
    text("cause", "which input changed; NULL = the unit has no verdict any more"),
    text("user_bin_before", "obliged person, before", required=True),
    text("user_bin_after", "obliged person, after"),
    text("status_before", "verdict, before", required=True),
    text("status_after", "verdict, after; NULL = none any more"),
    *_restated("due", "obligation"),
    *_restated("credit_used", "credit set off"),
    *_restated("financing", "recognised plus budget"),
    *_restated("shortfall", "shortfall"),
    *_restated("credit_out", "credit leaving the year"),
    text("doubt_before", "codes that put the base in doubt, before; empty = none, NULL = not kept then"),
    text("doubt_after", "codes that put the base in doubt, after; empty = none, NULL = not kept then"),
)

audit_signals = published(
    "audit_signals",
    "A reason for an auditor to look at a subsoil user in one reporting year; it accuses nobody",
    whole("report_year", "reporting year", key=True),
    text("signal", "what was noticed, see pipelines/findings/signals.yaml", key=True),
    text("user_bin", "BIN of the subsoil user", key=True),
    text("subject", "performer, agreement, title, unit or submission it is about; - = the user as a whole", key=True),
    text("subject_name", "name of the performer, where one is concerned"),
    text("user_name", "name of the subsoil user on the cover"),
    text("unit_no", "contract or licence, where it is about one"),
    tiyn("amount_tiyn", "money it is about"),
    tiyn("of_tiyn", "money it is compared with"),
    whole("lines", "lines or changes it rests on"),
    whole("of_lines", "lines they are compared with"),
    day("first_day", "first agreement with the performer"),
    whole("share_bp", "share that was noticed, in basis points; of lines for ROUND_SUMS and NEAR_THRESHOLD"),
    whole("age_days", "days from the month the performer's BIN was issued to the first agreement"),
    exact("chi_square", "chi-square of the first digits against Benford's law, 8 degrees of freedom"),
    exact("p_value", "how likely a chi-square is at least so large"),
    text("reference", "article or note it rests on"),
    text("filing_id", "filing the rows stand in"),
    whole("first_row", "first row of the sheet of payments it rests on"),
    whole("last_row", "last of them"),
)

disclosure = published(
    "disclosure",
    "What may be published about one subsoil user in one reporting year",
    whole("report_year", "reporting year", key=True),
    text("user_bin", "BIN of the subsoil user; - = natural persons, together", key=True),
    text("user_name", "name of the subsoil user; NULL = natural persons, together"),
    whole("users", "1, or the number of natural persons", required=True),
    whole("units", "contracts and licences", required=True),
    whole("obliged_units", "units neither exempt nor not yet obliged", required=True),
    *_summed("due_tiyn", "credit_used_tiyn", "recognised_tiyn", "budget_tiyn", "financing_tiyn", "shortfall_tiyn"),
    whole("fulfilment_bp", "fulfilment in basis points; NULL = unknown, or natural persons"),
    text("status", "worst status of the obliged units; NULL = natural persons, together"),
    *_certain(),
    one_of("status", Status),
)
