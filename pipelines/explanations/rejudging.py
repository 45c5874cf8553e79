"""Rejudging step helper: the stored lines of a year judged again, under regimes that are only supposed.

Belongs here: turning stored lines back into what recognition reads. Does not: recognition (``pipelines.core``), storing
anything.
"""

from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa

from pipelines.core.directory import Directory
from pipelines.core.recognition.recognition import recognise
from pipelines.core.recognition.totals import LineTotals
from pipelines.intake.year.lines import typed_columns
from pipelines.intake.year.linking import facing_the_rules
from pipelines.statute.law import Statute
from pipelines.stored.effective_filings import SUMMED, totals_of
from pipelines.stored.registers import stored_registers
from schemas.folding import unit_key
from schemas.received import filings, financing_lines
from schemas.vocabulary import Bucket, FilingStatus, Regime

_JUDGED = ("bucket", "codes", "disallowed_by", "is_clean", "decision_no")
_DAYS = ("agreement_date", "ntc_date", "act_date", "payment_date")


def rejudged_totals(
    connection: sa.Connection, year: int, unit_no: str, regimes: Mapping[str, Regime], statute: Statute
) -> LineTotals:
    """Return the sums of a unit's lines as they would be if units were under other regimes.

    ``regimes`` are by unit number; units not in it stay under their own. Lines set aside stay set aside.
    """
    registers = stored_registers(connection, statute, without=("rates", "treasury"))
    directory = Directory.of(registers.units, statute.at(year))
    supposed = directory.regimes | {unit_key(number): regime for number, regime in regimes.items()}
    lines = _effective_lines(connection, year)
    if lines.empty:
        return LineTotals()
    is_set_aside = lines["bucket"].eq(str(Bucket.SET_ASIDE))
    facing = facing_the_rules(
        lines,
        set_aside_codes=lines["codes"].where(is_set_aside, other=""),
        is_effective=pd.Series([True] * len(lines), index=lines.index),
        directory=directory,
        regimes=supposed,
    )
    judged = recognise(facing, registers.facts(directory.law))
    again = lines.assign(**{name: judged[name] for name in _JUDGED})
    holder = directory.active[unit_key(unit_no)].user_bin
    own = again[again["unit_no"].eq(unit_no) & again["user_bin"].eq(holder)]
    known = own[list(SUMMED)].astype(object).where(own[list(SUMMED)].notna(), None)
    return totals_of(connection, list(known.itertuples(index=False, name=None)), year).get(unit_no, LineTotals())


def _effective_lines(connection: sa.Connection, year: int) -> pd.DataFrame:
    lines = financing_lines.c
    rows = connection.execute(
        sa.select(financing_lines)
        .join(
            filings,
            sa.and_(
                filings.c.filing_id == lines.filing_id,
                filings.c.report_year == lines.report_year,
                filings.c.status == str(FilingStatus.ACCEPTED),
            ),
        )
        .where(lines.report_year == year)
        .order_by(lines.filing_id, lines.sheet, lines.source_row)
    ).mappings()
    stored = [dict(row) for row in rows]
    names = [column.name for column in financing_lines.columns]
    columns = {name: [_written(row[name], name) for row in stored] for name in names}
    frame = typed_columns(columns, financing_lines, names)
    keys = {number: unit_key(number) for number in frame["unit_no"].dropna().unique()}
    return frame.assign(unit_key=frame["unit_no"].map(keys).astype("str"))


def _written(value: object, name: str) -> object:
    """Return a value as reading hands it over: dates as text."""
    return str(value) if name in _DAYS and value is not None else value
