"""Codes: one small function per code of recognition, each returning the lines it applies to.

Here: the test of each code. Not here: which codes disallow, in what order, and what becomes of a line
(``pipelines.core.recognition.recognition``, ``statute/recognition.yaml``), dates and lists (``pipelines.statute``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.core.frames import Mask, days, group_codes, in_period, mask_of
from pipelines.core.recognition.decisions import PaymentDecisions
from pipelines.core.recognition.excluded import names_excluded_kind
from pipelines.statute.dated import DatedByUnit, DatedValue, U, V
from pipelines.statute.law import Law
from pipelines.statute.model import RecognitionCode
from schemas.vocabulary import EntryKind, WorkKind


@dataclass(frozen=True)
class RecognitionFacts:
    """What the authority knows besides the lines; a register that was not handed in is None.

    ``performers``: bin, kind, accreditation_no, valid_from, valid_to. ``affiliates``: user_bin, affiliate_bin,
    valid_from, valid_to. ``decisions``: decision_no, decided_on, kind, unit_no, report_year, payment_doc_key, user_bin.
    ``units_known`` is False without the register of units: nothing is then said that hangs on sector or regime.
    """

    performers: pd.DataFrame | None
    affiliates: pd.DataFrame | None
    decisions: pd.DataFrame | None
    law: Law
    units_known: bool = True

    @property
    def year(self) -> int:
        """Return the reporting year."""
        return self.law.year

    @property
    def rules(self) -> tuple[RecognitionCode, ...]:
        """Return the codes that can be asked, in the order in which they decide."""
        return tuple(rule for rule in self.law.recognition if self.units_known or not rule.asks_unit)


@dataclass(frozen=True)
class Lines:
    """The lines of a year with what several codes ask for, computed once."""

    frame: pd.DataFrame
    facts: RecognitionFacts
    decided: PaymentDecisions

    @cached_property
    def paid_on(self) -> npt.NDArray[np.datetime64]:
        """Payment dates, NaT where unpaid."""
        return days(self.frame["payment_date"])

    @cached_property
    def has_date(self) -> Mask:
        """Lines with a payment date."""
        return ~np.isnat(self.paid_on)

    @cached_property
    def is_paid(self) -> Mask:
        """Lines with a payment date and a payment document."""
        return self.has_date & self.frame["payment_doc_no"].notna().to_numpy(dtype=bool)

    @cached_property
    def is_refund(self) -> Mask:
        """Money that came back."""
        return mask_of(self.frame["entry_kind"] == EntryKind.REFUND.value)

    @cached_property
    def is_foreign(self) -> Mask:
        """Lines whose performer is not of this country; no country means this one."""
        country = self.frame["performer_country"]
        abroad = np.zeros(len(self.frame), dtype=bool)
        for rule, lines in self.by_day(self.facts.law.foreign_performer):
            abroad |= lines & mask_of(country.notna() & (country != rule.home_country))
        return abroad

    @cached_property
    def is_in_play(self) -> Mask:
        """Lines others are compared with: of effective filings, not set aside."""
        set_aside = self.frame["set_aside_codes"].fillna("") != ""
        return mask_of(self.frame["is_effective"]) & ~set_aside.to_numpy(dtype=bool)

    @cached_property
    def judged_on(self) -> npt.NDArray[np.datetime64]:
        """Days by whose law the lines are judged: of the payment, where there is none the end of the reporting year."""
        return np.where(self.has_date, self.paid_on, np.datetime64(self.facts.law.last_day))

    @cached_property
    def redirected(self) -> tuple[Mask, Mask]:
        """Paid lines of units whose money goes to the budget, and of them the kinds of work it is not for."""
        redirected, own_procedure = (np.zeros(len(self.frame), dtype=bool) for _ in range(2))
        for channel, covered in self.by_unit(self.facts.law.budget_channel):
            if channel.paid_to == "budget":
                redirected |= covered & self.has_date
                own_procedure |= covered & self.has_date & self.is_one_of("work_kind", channel.not_for)
        return redirected, own_procedure

    def by_day(self, parameter: DatedValue[V]) -> Iterator[tuple[V, Mask]]:
        """Yield each value of a parameter with the lines it is in force for; the first one is for all earlier days."""
        left = np.ones(len(self.frame), dtype=bool)
        for value in reversed(parameter.values[1:]):
            begun = left & (self.judged_on >= np.datetime64(value.start))
            left &= ~begun
            yield value, begun
        yield parameter.values[0], left

    def by_unit(self, parameter: DatedByUnit[U]) -> Iterator[tuple[U, Mask]]:
        """Yield each value of a parameter with the lines it is in force for, by day, regime and sector."""
        left = np.ones(len(self.frame), dtype=bool)
        for value in reversed(parameter.values):
            covered = left & (self.judged_on >= np.datetime64(value.start))
            covered &= self.is_one_of("regime", value.regimes) & self.is_one_of("sector", value.sectors)
            left &= ~covered
            yield value, covered

    def where(self, parameter: DatedByUnit[U], holds: Callable[[U], bool]) -> Mask:
        """Lines whose value of a parameter is such a one."""
        found = np.zeros(len(self.frame), dtype=bool)
        for value, lines in self.by_unit(parameter):
            if holds(value):
                found |= lines
        return found

    def paid_in_year(self, column: str) -> Mask:
        """Lines whose date in a column lies in the reporting year."""
        return days(self.frame[column]).astype("datetime64[Y]") == np.datetime64(str(self.facts.year), "Y")  # type: ignore[no-any-return]

    def is_one_of(self, column: str, values: tuple[str, ...] | None) -> Mask:
        """Lines with one of the values in a column; None means any value."""
        if values is None:
            return np.ones(len(self.frame), dtype=bool)
        return self.frame[column].isin([str(value) for value in values]).to_numpy(dtype=bool)


def rejected_by_decision(lines: Lines) -> Mask:
    """R07: a decision rejects this payment document of this unit and year."""
    return lines.decided.rejected


def not_paid(lines: Lines) -> Mask:
    """R01: no payment date or no payment document."""
    return ~lines.is_paid


def paid_in_another_year(lines: Lines) -> Mask:
    """R02: the payment date is not in the reporting year."""
    return lines.has_date & ~lines.paid_in_year("payment_date")


def paid_past_the_budget(lines: Lines) -> Mask:
    """R05: paid to a performer when the unit's money for this kind of work goes to the budget."""
    redirected, own_procedure = lines.redirected
    return redirected & ~own_procedure


def digitalisation_not_allowed(lines: Lines) -> Mask:
    """R03: digitalisation where it does not count on the payment date, or is not paid."""
    counts = lines.has_date & lines.where(lines.facts.law.digitalisation, lambda rule: rule.counts)
    return lines.is_one_of("work_kind", (WorkKind.DIGITALISATION,)) & ~counts


def foreign_without_permission(lines: Lines) -> Mask:
    """R04: a foreign performer without a permit number where one is required."""
    required = np.zeros(len(lines.frame), dtype=bool)
    for rule, judged in lines.by_day(lines.facts.law.foreign_performer):
        required |= judged & lines.is_one_of("regime", rule.permission_regimes)
    return required & lines.is_foreign & lines.frame["permit_no"].isna().to_numpy(dtype=bool)


def same_payment_earlier(lines: Lines) -> Mask:
    """R06: the same payment stands earlier, by user BIN, unit number and line number."""
    pool = np.flatnonzero(lines.is_in_play & lines.is_paid & ~lines.is_refund)
    frame = lines.frame.iloc[pool]
    payment = group_codes(
        [
            frame["performer_key"],
            frame["agreement_key"],
            frame["payment_doc_key"],
            pd.Series(lines.paid_on[pool]),
            frame["amount_tiyn"],
            frame["entry_kind"],
        ]
    )
    twice = np.flatnonzero(np.bincount(payment)[payment] > 1) if len(payment) else payment
    order = frame.iloc[twice][["user_bin", "unit_no", "line_no"]].assign(payment=payment[twice], place=pool[twice])
    order = order.sort_values(["user_bin", "unit_no", "line_no"], kind="stable")
    result = np.zeros(len(lines.frame), dtype=bool)
    result[order.loc[order.duplicated("payment"), "place"].to_numpy(dtype=np.int64)] = True
    return result


def not_accredited(lines: Lines) -> Mask:
    """R20: a performer of this country without accreditation valid on the payment date; silent without the register."""
    register = lines.facts.performers
    asked = lines.has_date & ~lines.is_foreign
    if register is None:
        return np.zeros(len(lines.frame), dtype=bool)
    is_accredited = np.zeros(len(lines.frame), dtype=bool)
    for rule, judged in lines.by_day(lines.facts.law.accreditation):
        exempt = register["kind"].isin(rule.kinds_without_number)
        known = register[exempt | register["accreditation_no"].notna()]
        is_accredited |= in_period(lines.frame["performer_bin"], lines.paid_on, known, "bin", asked & judged)
    return asked & ~is_accredited


def affiliate(lines: Lines) -> Mask:
    """R21: the performer is an affiliate of the user on the payment date."""
    register = lines.facts.affiliates
    if register is None:
        return np.zeros(len(lines.frame), dtype=bool)
    found = np.zeros(len(lines.frame), dtype=bool)
    for rule, judged in lines.by_day(lines.facts.law.affiliation):
        found |= _is_affiliate(lines, _pairs(register, symmetric=rule.symmetric), judged)
    return found


def _pairs(register: pd.DataFrame, *, symmetric: bool) -> pd.DataFrame:
    """Return the affiliations with one key for user and affiliate, in both directions if it counts in both."""
    columns = ["user_bin", "affiliate_bin", "valid_from", "valid_to"]
    pairs = register[columns]
    if symmetric:
        swapped = pairs.rename(columns={"user_bin": "affiliate_bin", "affiliate_bin": "user_bin"})
        pairs = pd.concat([pairs, swapped[columns]], ignore_index=True)
    return pairs.assign(pair=_pair(pairs["user_bin"], pairs["affiliate_bin"]))


def _is_affiliate(lines: Lines, pairs: pd.DataFrame, judged: Mask) -> Mask:
    performer = lines.frame["performer_bin"]
    candidates = judged & lines.has_date & performer.isin(pairs["affiliate_bin"]).to_numpy(dtype=bool)
    return in_period(_pair(lines.frame["user_bin"], performer), lines.paid_on, pairs, "pair", candidates)


def _pair(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.astype(object) + "/" + other.astype(object)


def foreign_under_the_code(lines: Lines) -> Mask:
    """R22: a foreign performer under a regime of the Code."""
    warned = np.zeros(len(lines.frame), dtype=bool)
    for rule, judged in lines.by_day(lines.facts.law.foreign_performer):
        warned |= judged & lines.is_one_of("regime", rule.warning_regimes)
    return lines.is_foreign & warned


def no_act_in_year(lines: Lines) -> Mask:
    """R23: no acceptance act, or its date is unknown or not in the reporting year."""
    return lines.frame["act_no"].isna().to_numpy(dtype=bool) | ~lines.paid_in_year("act_date")


def no_council_decision(lines: Lines) -> Mask:
    """R24: no decision of the scientific-technical council that is known to come before the payment."""
    asked = lines.has_date & lines.where(lines.facts.law.ntc, lambda council: council.required)
    decided_before = lines.frame["ntc_no"].notna().to_numpy(dtype=bool) & (
        days(lines.frame["ntc_date"]) <= lines.paid_on
    )
    return asked & ~decided_before


def excluded_kind(lines: Lines) -> Mask:
    """R25: the title names an excluded kind of expense."""
    return names_excluded_kind(lines.frame["project_title"], lines.facts.law.excluded_kinds)


def same_agreement_of_another_user(lines: Lines) -> Mask:
    """R26: another user's effective filing has the same agreement with the same performer."""
    known = lines.frame["agreement_key"].notna() & lines.frame["performer_key"].notna()
    pool = np.flatnonzero(lines.is_in_play & known.to_numpy(dtype=bool))
    frame = lines.frame.iloc[pool]
    agreement = group_codes([frame["performer_key"], frame["agreement_key"]])
    users = pd.DataFrame({"agreement": agreement, "user": pd.factorize(frame["user_bin"])[0]}).drop_duplicates()
    result = np.zeros(len(lines.frame), dtype=bool)
    result[pool] = np.bincount(users["agreement"], minlength=1)[agreement] > 1
    return result


def performer_is_the_user(lines: Lines) -> Mask:
    """R27: the performer is the user itself."""
    return mask_of(lines.frame["performer_bin"] == lines.frame["user_bin"])


def own_procedure_unconfirmed(lines: Lines) -> Mask:
    """R28: paid to a performer for work that the redirection to the budget is not for."""
    return lines.redirected[1]


def digitalisation_disputed(lines: Lines) -> Mask:
    """R29: digitalisation that counts on the payment date, though that is disputed."""
    disputed = lines.where(lines.facts.law.digitalisation, lambda rule: rule.counts and rule.disputed)
    return lines.has_date & disputed & lines.is_one_of("work_kind", (WorkKind.DIGITALISATION,))


CODES: dict[str, Callable[[Lines], Mask]] = {
    "R07": rejected_by_decision,
    "R01": not_paid,
    "R02": paid_in_another_year,
    "R05": paid_past_the_budget,
    "R03": digitalisation_not_allowed,
    "R04": foreign_without_permission,
    "R06": same_payment_earlier,
    "R20": not_accredited,
    "R21": affiliate,
    "R22": foreign_under_the_code,
    "R23": no_act_in_year,
    "R24": no_council_decision,
    "R25": excluded_kind,
    "R26": same_agreement_of_another_user,
    "R27": performer_is_the_user,
    "R28": own_procedure_unconfirmed,
    "R29": digitalisation_disputed,
}
