"""Registers: what the authority knows without the filers.

Belongs here: tables with one row for a row of a register workbook. Does not: reading them (``pipelines.intake``).
"""

import sqlalchemy as sa

from schemas.columns import day, exact, flag, one_of, published, text, tiyn, whole
from schemas.vocabulary import DecisionKind, Operation, Regime, Sector, UnitKind


def _source() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        text("file_id", "SHA-256 of the register workbook", required=True),
        whole("source_row", "row number in the sheet, from 1", key=True),
    )


units = published(
    "units",
    "One holder period of a contract or licence",
    *_source(),
    text("unit_no", "contract or licence number", required=True),
    day("unit_date", "date of the contract or licence", required=True),
    text("unit_kind", "контракт or лицензия", required=True),
    text("user_bin", "BIN of the holder", required=True),
    text("user_name", "name of the holder", required=True),
    text("sector", "sector of subsoil use", required=True),
    text("operation", "kind of operation", required=True),
    text("mineral", "mineral"),
    text("deposit", "deposit or site"),
    text("region_kato", "region by KATO code"),
    day("production_start", "start of production"),
    day("end_date", "last day of the contract or licence"),
    day("holder_from", "first day of the holder period; NULL = from unit_date"),
    day("holder_to", "last day of the holder period; NULL = open"),
    text("regime_override", "regime set by decision or agreement instead of the rule"),
    exact("rate_override", "rate in percent instead of 1"),
    tiyn("fixed_due_tiyn", "fixed obligation instead of rate times base"),
    flag("resigned", "contract re-signed under Code art. 120(10)"),
    exact("forfeit_percent", "contract forfeit in percent of the shortfall"),
    tiyn("opening_credit_tiyn", "credit brought into the first year of the ledger"),
    whole("opening_credit_year", "year the opening credit comes from"),
    one_of("unit_kind", UnitKind),
    one_of("sector", Sector),
    one_of("operation", Operation),
    one_of("regime_override", Regime),
    sa.Index(None, "unit_no"),
    sa.Index(None, "user_bin"),
)

performers = published(
    "performers",
    "One accreditation period of a performer of R&D",
    *_source(),
    text("bin", "BIN of the performer", required=True),
    text("name", "name of the performer", required=True),
    text("kind", "kind of performer"),
    text("accreditation_no", "accreditation number"),
    day("valid_from", "first day of validity; NULL = open"),
    day("valid_to", "last day of validity; NULL = open"),
    sa.Index(None, "bin"),
)

affiliates = published(
    "affiliates",
    "One period in which two legal entities are affiliated",
    *_source(),
    text("user_bin", "BIN of the subsoil user", required=True),
    text("affiliate_bin", "BIN of the affiliate", required=True),
    day("valid_from", "first day; NULL = open"),
    day("valid_to", "last day; NULL = open"),
    text("ground", "ground of the affiliation"),
    sa.Index(None, "user_bin"),
)

treasury_receipts = published(
    "treasury_receipts",
    "One payment received by the republican budget",
    *_source(),
    text("receipt_no", "number of the receipt", required=True),
    day("received_on", "day of receipt", required=True),
    text("payer_bin", "BIN of the payer", required=True),
    text("unit_no", "contract or licence the payer named"),
    text("kbk", "budget classification code; NULL = the payer named none"),
    whole("for_year", "year the payer named; NULL = year of receipt"),
    tiyn("amount_tiyn", "amount received", required=True),
    text("match", "counted, or why the receipt counts for no unit", required=True),
    text("counted_unit_no", "unit of the register the receipt counts for"),
    whole("counted_year", "reporting year the receipt counts for"),
    sa.Index(None, "counted_unit_no", "counted_year"),
)

decisions = published(
    "decisions",
    "One decision of the authority",
    *_source(),
    text("decision_no", "number of the decision", required=True),
    day("decided_on", "date of the decision", required=True),
    text("kind", "принять, отклонить, уведомление or отсрочка", required=True),
    text("user_bin", "BIN of the subsoil user"),
    text("unit_no", "contract or licence"),
    whole("report_year", "reporting year"),
    text("payment_doc_no", "payment document the decision names"),
    day("until", "new term"),
    text("reason", "reason"),
    text("signed_by", "who signed"),
    one_of("kind", DecisionKind),
    sa.Index(None, "report_year", "unit_no"),
)

exchange_rates = published(
    "exchange_rates",
    "One official exchange rate, or the monthly calculation index as currency МРП",
    *_source(),
    day("on", "day of the rate", required=True),
    text("currency", "ISO 4217 code, or МРП", required=True),
    exact("rate", "tenge for one unit", required=True),
    sa.Index(None, "currency", "on"),
)
