"""The oracle: the contract of the rules a second time - naive, slow, meant to be obviously right.

Belongs here: a year from inbox to verdicts, sections 2, 4 and 5 of the rules, plain Python over rows. Does not:
registers (``facts``), whole filings (``filings``), lines (``lines``), cells (``reading``); anything of ``pipelines``
but its data; speed. Modules and functions are long, so that each section of the contract can be read in one piece.

Readings taken where the contract is silent:
  * the order of receipt is the time of modification of the file, then its path;
  * a unit number, agreement number or payment document is compared without case, spaces, «№» and look-alike letters;
  * the sums of a unit are those of the obliged person's effective filing; an earlier holder's lines stay lines;
  * a row of the holder valid on the deciding day names all attributes of the unit; without one, the last holder
    before it, who then counts as holding it;
  * every row of a unit may bring an opening credit, the same sum of the same year in two rows is one; one without a
    year is of the year before the ledger starts; it joins when its year is past: at the start of the ledger, or in the
    year after its own;
  * an amount that rounds to no tiyn is zero (L005);
  * of rows that stand twice (L013) the first is used; lines set aside are not seen by R06 and R26;
  * a performer without a BIN is known by country and name (R06, R26);
  * a payment date that cannot be read is no payment date for the exchange rate;
  * codes that look at the payment date are silent without one (R01 says it); an unpaid line is no payment for R06;
  * a fixed due is known whatever the status, and so is what follows from it;
  * of several decisions on one payment the latest counts, an earlier rejection stays visible as R07; a decision does
    not read what could not be read;
  * a line whose unit does not stand in `Объекты` says that alone (L012), not also that it is not held (L006);
  * a row that was set aside has no base; without an obligation there is no rate;
  * a pending year has neither forfeit nor arrears yet; cured is never more than the shortfall, and the day that closes
    it is the one from which it stays closed; of several extensions the latest decision counts, of notices the first;
  * declared figures differ (W003, W004) by more than half a unit of the last decimal place written;
  * less than a tenge is not missing where fulfilment, rounded, is 100%;
  * two units of account (W013) are where declared and computed due are both above zero; the base of such a year is no
    measure for the next; a decision to accept the unit's year names no payment document, and of several the latest,
    to accept or to reject, counts; doubt is silent where it confirms, and where the due does not rest on a base.
"""
# ruff: noqa: C901 - a section of the contract is one function

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle.facts import HC, Registers, U, first_year, half_up, regime_of
from tests.oracle.filings import MULTIPLIER, Filing, check_rows, decide_filings, read_filing
from tests.oracle.lines import BUDGET_FROM, Line, classify, lines_of
from tests.oracle.reading import Row, number_key

KBK = "401103"
USER_ORDER = ("NOT_REPORTED", "UNDETERMINED", "BREACH", "PARTIAL", "PENDING", "MET")


@dataclass
class Year:
    """What is expected of one year."""

    filings: dict[str, Filing] = field(default_factory=dict)
    lines: dict[tuple[str, int], Line] = field(default_factory=dict)
    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    credits: dict[str, dict[int, int]] = field(default_factory=dict)
    obligations: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)


def run(home: Path, years: list[int], as_of: dt.date) -> tuple[dict[int, Year], dict[tuple[int, str], dict[str, Any]]]:
    """Return the expected years and the arrears they leave."""
    registers = Registers(home / "inbox" / "registers")
    done: dict[int, Year] = {}
    for year in years:
        done[year] = compute(home, year, registers, done.get(year - 1), as_of)
    return done, arrears(done, registers)


def compute(home: Path, year: int, registers: Registers, before: Year | None, as_of: dt.date) -> Year:
    """Sections 3 to 6 for one year."""
    result = Year()
    folder = home / "inbox" / "filings" / str(year)
    paths = sorted(folder.rglob("*.xlsx"), key=lambda path: (path.stat().st_mtime, str(path.relative_to(folder))))
    filings = [read_filing(path, year) for path in paths]
    result.filings = {str(filing.path.relative_to(folder)): filing for filing in filings}
    decide_filings(filings, registers)
    for filing in filings:
        if filing.status in ("accepted", "superseded"):
            check_rows(filing, registers, year)
    effective = [filing for filing in filings if filing.status == "accepted"]
    lines = [line for filing in effective for line in lines_of(filing, registers)]
    usable = [line for line in lines if not line.row.wrong]
    for line in lines:
        if line.row.wrong:
            line.bucket, line.codes = "set_aside", {code for codes in line.row.wrong.values() for code in codes}
        else:
            classify(line, usable, registers, year)
        name = str(line.filing.path.relative_to(folder))
        result.lines[name, line.row.number] = line
    for key in registers.numbers():
        row = registers.holder_row(key, year)
        if row is not None:
            verdict(result, key, row, year, registers, before, filings, as_of)
    roll_up(result, registers, year)
    for filing in filings:
        for table in filter(None, (filing.units, filing.lines, filing.budget)):
            for code, field_name, cell in table.complaints:
                filing.complain(code, table.sheet, field_name, cell)
    return result


def verdict(
    result: Year,
    key: str,
    unit: Row,
    year: int,
    registers: Registers,
    before: Year | None,
    filings: list[Filing],
    as_of: dt.date,
) -> None:
    """Sections 1, 2, 4 and 5 for one unit."""
    user = unit["user_bin"]
    regime = regime_of(unit)
    first = first_year(unit, regime)
    accepted = [f for f in filings if f.status in ("accepted", "superseded") and f.cover["user_bin"] == user]
    filing = next((f for f in accepted if f.status == "accepted"), None)
    rows = filing.units.rows if filing and filing.units else []
    listed = next((row for row in rows if row["unit_no"] is not None and number_key(row["unit_no"]) == key), None)
    multiplier = MULTIPLIER[filing.cover["unit_of_account"]] if filing else 1
    base = None
    if listed is not None and not listed.wrong and listed["base_amount"] is not None:
        base = half_up(Fraction(listed["base_amount"]) * multiplier * 100)
    deadline = dt.date(year + 1, 4, 30)
    wanted = "СГД" if regime == "INCOME" else "Затраты на добычу"
    if regime == "NONE":
        status = "EXEMPT"
    elif first is None or year < first:
        status = "NOT_YET_OBLIGED"
    elif listed is None:
        status = "NOT_REPORTED" if as_of > deadline else "PENDING"
    elif listed.wrong or listed["base_kind"] != wanted:
        status = "UNDETERMINED"
    else:
        status = ""
    rate = Fraction(1, 100) if unit["rate_override"] is None else Fraction(unit["rate_override"]) / 100
    due = None
    if status not in ("EXEMPT", "NOT_YET_OBLIGED"):
        if unit["fixed_due"] is not None:
            due = half_up(Fraction(unit["fixed_due"]) * 100)
        elif status == "":
            assert base is not None
            due = half_up(rate * base)
    rests_on_base = status == "" and unit["fixed_due"] is None
    confirmed = base_is_confirmed(registers, user, key, year)
    is_odd = False
    if rests_on_base and not confirmed and listed is not None and listed["declared_due"] is not None:
        declared = half_up(Fraction(listed["declared_due"]) * multiplier * 100)
        if due and declared > 0 and is_apart(declared, due):
            is_odd, due, status = True, None, "UNDETERMINED"
    mine = [line for line in result.lines.values() if line.key == key and line.user == user]

    def total(*buckets: str) -> int:
        return sum(line.amount or 0 for line in mine if line.bucket in buckets)

    recognised = total("recognised")
    budget = sum(
        half_up(Fraction(row["amount"]) * 100)
        for row in registers.treasury
        if unit["sector"] in BUDGET_FROM
        and row["received_on"] >= BUDGET_FROM[unit["sector"]]
        and row["kbk"] == KBK
        and row["payer_bin"] == user
        and row["unit_no"]
        and number_key(row["unit_no"]) == key
        and (row["for_year"] or row["received_on"].year) == year
    )
    financing = recognised + budget
    available = credits_into(key, year, regime, registers, before)
    left = dict(available)
    used = shortfall = surplus = bp = None
    if due is not None:
        used = min(due, sum(available.values()))
        rest = used
        for origin in sorted(left):
            take = min(rest, left[origin])
            left[origin] -= take
            rest -= take
        need = due - used
        shortfall, surplus = max(0, need - financing), max(0, financing - need)
        bp = 10_000 if due == 0 else half_up(Fraction(10_000 * (used + financing), due))
        if shortfall < 100 and bp >= 10_000:
            shortfall = 0
        if status == "":
            status = "MET" if shortfall == 0 else "PARTIAL" if bp >= 3_000 else "BREACH"
    out = {origin: amount for origin, amount in left.items() if amount and regime == "INCOME"}
    if surplus:
        out[year] = out.get(year, 0) + surplus
    result.credits[key] = out
    forfeit = None
    if shortfall is not None and status != "PENDING":
        if regime == "COST_TPI":
            forfeit = shortfall
        elif unit["sector"] in (HC, U) and unit["forfeit_percent"] is not None:
            forfeit = half_up(shortfall * Fraction(unit["forfeit_percent"]) / 100)
    first_filed = min(accepted, key=lambda f: f.cover["submission_no"]) if accepted else None
    result.units[key] = {
        "unit_no": unit["unit_no"],
        "unit_date": unit["unit_date"],
        "unit_kind": unit["unit_kind"],
        "sector": unit["sector"],
        "operation": unit["operation"],
        "region_kato": unit["region_kato"],
        "regime": regime,
        "user_bin": user,
        "user_name": unit["user_name"],
        "base_tiyn": base,
        "rate": None if unit["fixed_due"] is not None or status in ("EXEMPT", "NOT_YET_OBLIGED") else rate,
        "due_tiyn": due,
        "credit_available_tiyn": sum(available.values()),
        "credit_used_tiyn": used,
        "declared_tiyn": total("recognised", "cure", "disallowed", "set_aside"),
        "recognised_tiyn": recognised,
        "clean_tiyn": sum(line.amount or 0 for line in mine if line.clean),
        "cure_tiyn": total("cure"),
        "disallowed_tiyn": total("disallowed"),
        "set_aside_tiyn": total("set_aside"),
        "budget_tiyn": budget,
        "financing_tiyn": financing,
        "shortfall_tiyn": shortfall,
        "surplus_tiyn": surplus,
        "credit_out_tiyn": sum(out.values()),
        "fulfilment_bp": bp,
        "status": status,
        "below_30": status == "BREACH" and unit["sector"] in (HC, U),
        "forfeit_tiyn": forfeit,
        "deadline": deadline,
        "late_days": max(0, (first_filed.cover["submitted_on"] - deadline).days) if first_filed else None,
        "filing_id": filing.sha if filing and listed else None,
        "doubt": "",
    }
    result.obligations[key] = {
        "user_bin": user,
        "regime": regime,
        "base_kind": listed["base_kind"] if listed else None,
        "base_tiyn": base,
        "due_tiyn": due,
        "first_obliged_year": first,
        "filing_id": filing.sha if filing and listed else None,
    }
    if filing and filing.units and listed and not listed.wrong:
        codes = declared_findings(filing, listed, result.units[key], before, multiplier, key)
        if is_odd:
            filing.units.complain("W013", "declared_due", listed)
            codes.add("W013")
        if rests_on_base and not confirmed:
            result.units[key]["doubt"] = ",".join(sorted(codes - {"W004"}))


def credits_into(key: str, year: int, regime: str, registers: Registers, before: Year | None) -> dict[int, int]:
    """Section 4, step 1: credits not expired on entry to the year."""
    started = before is not None and key in before.units
    pool: Counter[int] = Counter(before.credits[key] if started and before else {})
    seen: set[tuple[int, int]] = set()
    for row in registers.rows_of(key):
        named = row["opening_credit_year"]
        if row["opening_credit"] and (named is not None or not started):
            origin = year - 1 if named is None else named
            opening = origin, half_up(Fraction(row["opening_credit"]) * 100)
            if opening not in seen and (origin == year - 1 or (origin < year and not started)):
                pool[origin] += opening[1]
            seen.add(opening)
    if regime == "INCOME":
        return {origin: amount for origin, amount in pool.items() if amount}
    return {origin: amount for origin, amount in pool.items() if amount and origin == year - 1 and regime != "NONE"}


def declared_findings(
    filing: Filing, listed: Row, unit: dict[str, Any], before: Year | None, multiplier: int, key: str
) -> set[str]:
    """W003, W004, W005 on a row that is used, and their codes."""
    assert filing.units is not None
    found: set[str] = set()

    for code, name, computed in (
        ("W003", "declared_due", unit["due_tiyn"]),
        ("W004", "declared_credit", unit["credit_available_tiyn"]),
    ):
        if listed[name] is not None and computed is not None:
            places = max(0, -int(listed[name].normalize().as_tuple().exponent))
            if abs(Fraction(listed[name]) * multiplier * 100 - computed) > Fraction(multiplier * 100, 2 * 10**places):
                filing.units.complain(code, name, listed)
                found.add(code)
    earlier, base = earlier_base(before, key), unit["base_tiyn"]
    if earlier and base and (base >= 500 * earlier or earlier >= 500 * base):
        filing.units.complain("W005", "base_amount", listed)
        found.add("W005")
    return found


def earlier_base(before: Year | None, key: str) -> int | None:
    """The base of the year before, None where it is not believed."""
    unit = before.units.get(key) if before else None
    if unit is None or "W013" in unit["doubt"]:
        return None
    return None if unit["base_tiyn"] is None else int(unit["base_tiyn"])


def base_is_confirmed(registers: Registers, user: str, key: str, year: int) -> bool:
    """Whether the latest decision on the unit's year as a whole accepts it."""
    found = [
        row
        for kind in ("принять", "отклонить")
        for row in registers.decided(kind, None, key, year)
        if row["payment_doc_no"] is None and row["user_bin"] in (None, user)
    ]
    latest = max(found, key=lambda row: (row["decided_on"], str(row["decision_no"])), default=None)
    return latest is not None and latest["kind"] == "принять"


def is_apart(one: int, other: int) -> bool:
    """Whether one due is a thousand or a million times the other, within one percent."""
    low, high = sorted((one, other))
    return any(abs(Fraction(high, low * times) - 1) <= Fraction(1, 100) for times in (1_000, 1_000_000))


def roll_up(result: Year, registers: Registers, year: int) -> None:
    """A user's sums and its worst status."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for unit in result.units.values():
        groups[unit["user_bin"]].append(unit)
    for user, units in groups.items():
        obliged = [unit for unit in units if unit["status"] not in ("EXEMPT", "NOT_YET_OBLIGED")]
        row: dict[str, Any] = {"units": len(units), "obliged_units": len(obliged)}
        for name in units[0]:
            if name.endswith("_tiyn"):
                known = [unit[name] for unit in units if unit[name] is not None]
                row[name] = sum(known) if known else None
        owing = [unit for unit in units if unit["due_tiyn"] is not None]
        due = sum(unit["due_tiyn"] for unit in owing)
        got = sum(unit["credit_used_tiyn"] + unit["financing_tiyn"] for unit in owing)
        row["fulfilment_bp"] = None if not owing else 10_000 if due == 0 else half_up(Fraction(10_000 * got, due))
        statuses = [unit["status"] for unit in obliged]
        if statuses:
            row["status"] = min(statuses, key=USER_ORDER.index)
        else:
            row["status"] = "NOT_YET_OBLIGED" if any(u["status"] == "NOT_YET_OBLIGED" for u in units) else "EXEMPT"
        result.users[user] = row


def plus_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last day of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def arrears(done: dict[int, Year], registers: Registers) -> dict[tuple[int, str], dict[str, Any]]:
    """Shortfalls, what later years paid for them, and the cure clock."""
    found = {}
    for year, result in done.items():
        for key, unit in result.units.items():
            if not unit["shortfall_tiyn"] or unit["status"] == "PENDING":
                continue
            cures = sorted(
                (
                    (line["payment_date"], line.amount or 0)
                    for later, other in done.items()
                    if later > year
                    for line in other.lines.values()
                    if line.bucket == "cure" and line.key == key and line["for_year"] == year
                ),
                key=lambda pair: pair[0],
            )
            cured = sum(amount for _, amount in cures)
            running, closed = 0, None
            for day, amount in cures:
                running += amount
                closed = None if running < unit["shortfall_tiyn"] else closed or day
            notices = registers.decided("уведомление", None, key, year)
            extensions = [row["until"] for row in registers.decided("отсрочка", None, key, year) if row["until"]]
            notice = notices[0]["decided_on"] if notices else None
            until = plus_months(notice, 3 if unit["below_30"] else 1) if notice else None
            found[year, unit["unit_no"]] = {
                "shortfall_tiyn": unit["shortfall_tiyn"],
                "cured_tiyn": min(cured, unit["shortfall_tiyn"]),
                "open_tiyn": max(0, unit["shortfall_tiyn"] - cured),
                "notice_on": notice,
                "cure_until": extensions[-1] if extensions else until,
                "cured_on": closed if cured >= unit["shortfall_tiyn"] else None,
            }
    return found
