"""Take in: everything filed for a reporting year, decided line by line.

Belongs here: the order of the steps between read workbooks and the frames that are stored. Does not: each step
(``received``, ``linking``, ``converting``, ``validating``, ``pipelines.core.recognition.recognition``), storage.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.core.directory import Directory
from pipelines.core.rates import RateBook
from pipelines.core.recognition.codes import RecognitionFacts
from pipelines.core.recognition.recognition import recognise
from pipelines.intake.limits import Limits
from pipelines.intake.year import validating
from pipelines.intake.year.bounds import bound_amounts, without_the_unbounded
from pipelines.intake.year.converting import convert_lines
from pipelines.intake.year.lines import lines_frame
from pipelines.intake.year.linking import (
    facing_the_rules,
    link_lines,
    link_payments,
    link_units,
    negate_refunds,
    settle_countries,
    spell_units,
)
from pipelines.intake.year.locating import Complaint, complaints_of_rows, expected_of
from pipelines.intake.year.received import Received
from pipelines.intake.year.remarks import remarks
from pipelines.intake.year.unit_numbers import resolve_units
from schemas import frames
from schemas.frames import PlausibleDates
from schemas.received import budget_lines, financing_lines, unit_lines
from schemas.vocabulary import FilingStatus

_OF_UNITS = ("base_tiyn", "declared_due_tiyn", "declared_credit_tiyn")
_OF_PAYMENTS = ("amount_tiyn",)
_USED = (FilingStatus.ACCEPTED, FilingStatus.SUPERSEDED)


@dataclass(frozen=True)
class YearIntake:
    """What a year's filings hold. Frames have the columns of the tables of the same name.

    ``filing_no`` in a frame is the position in ``used``: the filings that were not rejected and are no duplicates.
    """

    filings: tuple[Received, ...]
    used: tuple[Received, ...]
    unit_lines: pd.DataFrame
    financing_lines: pd.DataFrame
    budget_lines: pd.DataFrame
    complaints: tuple[Complaint, ...]


def take_in(
    received: Sequence[Received],
    directory: Directory,
    rates: RateBook,
    facts: RecognitionFacts,
    dates: PlausibleDates,
    limits: Limits,
) -> YearIntake:
    """Decide every line of every filing that was not rejected.

    ``received`` are the workbooks of the year with their status (``received.decide``). A row that breaks a rule is kept
    with its codes and is set aside; nothing is dropped.
    """
    used = [filing for filing in received if filing.status in _USED]
    units = resolve_units(lines_frame(used, "units", unit_lines), directory)
    units = bound_amounts(link_units(units, directory), _OF_UNITS, limits)
    lines = resolve_units(lines_frame(used, "financing", financing_lines), directory)
    lines = link_payments(settle_countries(link_lines(lines, units, directory)))
    lines = convert_lines(lines, used, rates, limits.amount_tenge)
    lines = bound_amounts(lines, _OF_PAYMENTS, limits)
    budget = resolve_units(lines_frame(used, "budget", budget_lines), directory)
    budget = link_lines(budget, units, directory)
    budget = bound_amounts(budget, _OF_PAYMENTS, limits)

    complaints = [Complaint(filing, finding) for filing in received for finding in filing.findings]
    expected = expected_of(directory.year, dates, limits)
    for frame, schema, sheet in (
        (units, frames.unit_lines(), "units"),
        (lines, frames.financing_lines(dates), "financing"),
        (budget, frames.budget_lines(dates), "budget"),
    ):
        failed = validating.failures(frame, schema)
        complaints += complaints_of_rows(used, frame, failed, sheet, expected)
        complaints += remarks(used, frame, sheet)
        frame["codes"] = validating.merge_codes(frame["codes"], failed)

    units = without_the_unbounded(units, _OF_UNITS)
    lines, budget = (without_the_unbounded(frame, _OF_PAYMENTS) for frame in (lines, budget))
    units["is_set_aside"] = units["codes"].ne("")
    budget["is_set_aside"] = budget["codes"].ne("")
    for frame in (units, lines, budget):
        frame["unit_no"] = spell_units(frame, directory)
        frame["report_year"] = directory.year
    lines["amount_tiyn"] = negate_refunds(lines)
    lines = _recognised(lines, used, directory, facts)
    return YearIntake(tuple(received), tuple(used), units, lines, budget, tuple(complaints))


def _recognised(
    lines: pd.DataFrame, used: Sequence[Received], directory: Directory, facts: RecognitionFacts
) -> pd.DataFrame:
    effective = [filing.status is FilingStatus.ACCEPTED for filing in used]
    facing = facing_the_rules(
        lines,
        set_aside_codes=lines["codes"],
        is_effective=lines["filing_no"].map(dict(enumerate(effective))).astype(bool),
        directory=directory,
        regimes=directory.regimes,
    )
    judged = recognise(facing, facts)
    return lines.assign(
        **{name: judged[name] for name in ("bucket", "codes", "disallowed_by", "is_clean", "decision_no")}
    )
