"""The bulk step: whatever stands in the filings of a year, no row and no tenge is lost.

Belongs here: properties of a year's intake over random filings. Does not: single codes (``tests/steps``), reading.
"""

import datetime as dt
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core.directory import Directory
from pipelines.core.rates import RateBook
from pipelines.core.recognition.codes import RecognitionFacts
from pipelines.findings.catalogue import catalogue
from pipelines.findings.finding import Finding
from pipelines.intake.form.read import read_filing
from pipelines.intake.limits import default_limits
from pipelines.intake.result import FilingRead
from pipelines.intake.year.received import Received, decide
from pipelines.intake.year.take_in import take_in
from pipelines.statute.law import load_statute
from pipelines.stored.registers import unit_of
from schemas.frames import PlausibleDates
from schemas.vocabulary import FilingStatus, Severity
from tests.homes import User

YEAR = 2025
LAW = load_statute().at(YEAR)
USERS = (User(1), User(2))
REJECTING = {code for code, entry in catalogue().entries.items() if entry.severity is Severity.REJECT}
RATES = RateBook([("USD", dt.date(2025, 7, 4), Decimal("520.37"))], LAW.exchange_rate)

LINES = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.sampled_from([1, 0, -3, "1 234,56", "сто", None, "0,000001", 10**11]),
        "unit_no": st.sampled_from(["КТ-1", "кт – 1", "КТ-9", None, "КТ-2"]),
        "currency": st.sampled_from(["USD", "EUR", "доллар", None]),
        "payment_date": st.sampled_from([None, dt.date(2024, 1, 1), dt.date(1980, 1, 1), "вчера", dt.date(2025, 7, 6)]),
        "payment_doc_no": st.sampled_from([None, "ПП-1"]),
        "agreement_no": st.sampled_from(["Д-1", None]),
        "performer_bin": st.sampled_from([None, "140940023340", 7, "140940023346"]),
        "performer_country": st.sampled_from(["DE", "Луна", None]),
        "entry_kind": st.sampled_from(["возврат", "подарок"]),
        "work_kind": st.sampled_from(["Цифровизация", "Отдых"]),
        "for_year": st.sampled_from([2024, 2025, 1000, None]),
        "line_no": st.sampled_from([1, 2, None]),
        "project_title": st.sampled_from(["Ремонт насоса", None]),
    },
)
UNITS = st.fixed_dictionaries(
    {},
    optional={
        "unit_no": st.sampled_from(["КТ-9", None, "КТ-1"]),
        "base_amount": st.sampled_from([-1, "много", None]),
        "base_kind": st.sampled_from(["СГД", "вес"]),
    },
)
FILINGS = st.tuples(st.sampled_from(USERS), st.integers(1, 3), st.lists(UNITS, max_size=2), st.lists(LINES, max_size=5))


def received(place, filing):
    user, submission, units, lines = filing
    data = user.filing(
        cover={"submission_no": submission},
        units=[user.unit(**changes) for changes in units],
        lines=[user.line(number) | changes for number, changes in enumerate(lines, start=1)],
    )
    read = read_filing(data, YEAR, default_limits())
    return Received(f"{place}.xlsx", datetime(2026, 4, 1, tzinfo=UTC), float(place), read)


@cache
def directory():
    blank = dict.fromkeys(
        [
            "mineral", "deposit", "region_kato", "end_date", "holder_from", "holder_to", "regime_override",
            "rate_override", "fixed_due_tiyn", "resigned", "forfeit_percent", "opening_credit_tiyn",
            "opening_credit_year",
        ]
    )  # fmt: skip
    units = [unit_of(blank | user.record() | {"source_row": 2}) for user in USERS]
    return Directory.of(units, LAW)


def intake_of(workbooks):
    decided = decide(workbooks, directory().bins, REJECTING)
    facts = RecognitionFacts(None, None, None, LAW)
    return take_in(decided, directory(), RATES, facts, PlausibleDates(1990, YEAR + 1), default_limits())


def sum_of(series):
    return int(series.fillna(0).sum())


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(filings=st.lists(FILINGS, max_size=3))
def test_no_row_and_no_tenge_is_lost(filings):
    workbooks = [received(place, filing) for place, filing in enumerate(filings)]
    intake = intake_of(workbooks)
    assert len(intake.filings) == len(workbooks)
    used = [filing.read for filing in intake.used]

    for frame, sheet in ((intake.unit_lines, "units"), (intake.financing_lines, "financing")):
        rows_in = [getattr(read, sheet) for read in used]
        assert len(frame) == sum(len(rows) for rows in rows_in if rows is not None)

    lines = intake.financing_lines
    for number, read in enumerate(used):
        own = lines[lines["filing_no"].eq(number)]
        buckets = {
            name: sum_of(own.loc[own["bucket"].eq(name), "amount_tiyn"])
            for name in ("recognised", "cure", "disallowed", "set_aside")
        }
        assert sum(buckets.values()) == sum_of(own["amount_tiyn"])
        assert read.financing is None or own["source_row"].tolist() == read.financing.columns["source_row"]

    aside = lines["bucket"].eq("set_aside")
    assert (lines.loc[aside, "codes"].str.startswith("L")).all()
    assert not lines.loc[~aside, "codes"].str.contains("L").any()
    assert lines.loc[~aside, "amount_tiyn"].notna().all()
    assert lines["disallowed_by"].notna().equals(lines["bucket"].eq("disallowed"))
    assert lines.loc[lines["is_clean"], "bucket"].eq("recognised").all()
    assert intake.unit_lines["is_set_aside"].equals(intake.unit_lines["codes"].ne(""))


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(filings=st.lists(FILINGS, min_size=1, max_size=3))
def test_every_row_set_aside_has_a_finding_that_names_its_cell(filings):
    intake = intake_of([received(place, filing) for place, filing in enumerate(filings)])
    told = set()
    for complaint in intake.complaints:
        for cell in complaint.finding.cells:
            row = int("".join(character for character in cell if character.isdigit()))
            told.add((complaint.filing.file_name, complaint.finding.sheet, row, complaint.finding.code))
    for frame in (intake.unit_lines, intake.financing_lines):
        for number, sheet, row, codes, bucket in zip(
            frame["filing_no"],
            frame["sheet"],
            frame["source_row"],
            frame["codes"],
            frame["bucket"] if "bucket" in frame else frame["codes"],
            strict=True,
        ):
            if bucket in ("recognised", "cure", "disallowed"):
                continue
            for code in filter(None, codes.split(",")):
                assert (intake.used[number].file_name, sheet, row, code) in told


@settings(max_examples=60)
@given(
    numbers=st.lists(
        st.tuples(st.sampled_from([1, 2]), st.integers(1, 4), st.booleans(), st.integers(0, 2)), max_size=6
    ),
    order=st.randoms(use_true_random=False),
)
def test_one_filing_of_a_user_is_effective_whatever_the_order_of_the_files(numbers, order):
    workbooks = []
    for place, (user, submission, is_good, content) in enumerate(numbers):
        digest = f"{user}-{submission}-{is_good}-{content}"
        read = FilingRead(
            sha256=digest,
            size_bytes=0,
            cover={"user_bin": User(user).bin, "submission_no": submission},
            findings=() if is_good else (Finding("F005"),),
            content_digest=digest,
        )
        workbooks.append(Received(f"{place}.xlsx", datetime(2026, 4, 1, tzinfo=UTC), float(place), read))
    bins = {user.bin for user in USERS}
    decided = decide(workbooks, bins, REJECTING)
    shuffled = list(workbooks)
    order.shuffle(shuffled)
    assert decide(shuffled, bins, REJECTING) == decided
    for user in USERS:
        own = [each for each in decided if each.user_bin == user.bin]
        accepted = [each for each in own if each.status is FilingStatus.ACCEPTED]
        superseded = [each for each in own if each.status is FilingStatus.SUPERSEDED]
        good = [each for each in own if each.status is not FilingStatus.DUPLICATE and not each.read.findings]
        assert len(accepted) == (1 if good else 0)
        assert all(each.submission_no < accepted[0].submission_no for each in superseded)
        assert len({each.submission_no for each in superseded}) == len(superseded)
    first: dict[str, Received] = {}
    for each in decided:
        assert (each.read.sha256 in first) == (each.status is FilingStatus.DUPLICATE)
        first.setdefault(each.read.sha256, each)


def test_a_year_without_filings_has_frames_without_rows():
    intake = intake_of([])
    assert [len(frame) for frame in (intake.unit_lines, intake.financing_lines, intake.budget_lines)] == [0, 0, 0]
    assert isinstance(intake.financing_lines, pd.DataFrame)
    assert {"bucket", "codes", "amount_tiyn", "disallowed_by"} <= set(intake.financing_lines.columns)
