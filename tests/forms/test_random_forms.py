"""Random forms: however payments are laid out and spelled, the facts come out or a finding names the place."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.form.read import read_filing
from pipelines.intake.limits import default_limits
from pipelines.layouts.loader import newest_layout
from tests.books import FINANCING_SHEET, a_line, a_unit, filing

YEAR = 2025
UNITS_OF_ACCOUNT = {
    1: ["тенге", "тг", "KZT", "в тенге", "Теңге"],
    1_000: ["тыс. тенге", "тыс.тенге", "мың теңге", "thousand tenge", "в тысячах тенге"],
    1_000_000: ["млн тенге", "млн. тг", "million tenge"],
}
ABOVE = ["Отчет о финансировании НИОКР", "Приложение 3", "за 2025 год", None]
BELOW = [
    "Руководитель ________ Ахметов А.",
    "Примечание: по договорам прошлых лет",
    "Исп. Серикова, тел. 55-44-33",
    None,
]
TOTALS = ["Итого", "ИТОГО:", "Барлығы", "Total", "Всего", "Σ", "Итого по контракту"]
EXTRA = ["Ответственный", "Примечание", "Отдел"]
MOST = 10**11


@dataclass(frozen=True)
class Fact:
    """What a row says, whatever it looks like: an amount in the unit of account, in hundredths, and a day."""

    number: int
    hundredths: int
    paid_on: dt.date


def facts():
    amounts = st.integers(1, MOST) | st.integers(1, 1000).map(lambda thousands: thousands * 100_000)
    days = st.dates(dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31))
    return st.lists(st.tuples(amounts, days), min_size=1, max_size=5).map(
        lambda each: [Fact(number, amount, day) for number, (amount, day) in enumerate(each, 1)]
    )


def written_amount(hundredths, style):
    """Return an amount as a person writes it."""
    whole, rest = divmod(hundredths, 100)
    if style == "number":
        return whole if not rest else float(f"{whole}.{rest:02}")
    grouped = f"{whole:,}".replace(",", {"spaces": " ", "thin": "\u202f", "nbsp": "\xa0", "plain": ""}[style])
    return f"{grouped},{rest:02}"


def written_day(day, style):
    """Return a day as a person writes it."""
    if style == "date":
        return day
    if style == "moment":
        return dt.datetime.combine(day, dt.time(0))
    return day.strftime({"points": "%d.%m.%Y", "iso": "%Y-%m-%d", "year": "%d.%m.%Y г."}[style])


def written_label(label, style):
    """Return a label as a person types it."""
    return {
        "as is": label,
        "capitals": label.upper(),
        "spaced": f"  {label.replace(' ', '  ')} ",
        "broken": label.replace(" ", "\n", 1),
        "starred": f"{label}*",
        "colon": f"{label}:",
    }[style]


@dataclass(frozen=True)
class Form:
    """A sheet of payments and what it says."""

    facts: list[Fact]
    multiplier: int
    data: bytes = field(repr=False)
    rows: list[list[Any]]
    places: dict[int, int]
    """By the number of a fact, the row it stands in."""


@st.composite
def forms(draw):
    known = draw(facts())
    multiplier = draw(st.sampled_from(sorted(UNITS_OF_ACCOUNT)))
    unit = draw(st.sampled_from(UNITS_OF_ACCOUNT[multiplier]))
    language = draw(st.sampled_from(["ru", "kk", "en"]))
    fields = draw(st.permutations([field.name for field in LAYOUT.fields]))
    labels = {field.name: written_label(getattr(field.labels, language), draw(LABEL_STYLES)) for field in LAYOUT.fields}
    extra = draw(st.lists(st.sampled_from(EXTRA), max_size=2, unique=True))
    width = len(fields) + len(extra)
    rows: list[list[Any]] = [[draw(st.sampled_from(ABOVE))] for _ in range(draw(st.integers(0, 4)))]
    rows.append([labels[name] for name in fields] + extra)
    if draw(st.booleans()):
        rows.append(list(range(1, width + 1)))
    amount_style, day_style = draw(AMOUNT_STYLES), draw(DAY_STYLES)
    places = {}
    for fact in known:
        rows += [[] for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))]
        line = a_line(fact.number, YEAR) | {
            "amount": written_amount(fact.hundredths, amount_style),
            "payment_date": written_day(fact.paid_on, day_style),
            "payment_doc_no": f"ПП-{fact.number}",
        }
        rows.append([line[name] for name in fields] + ["Отдел 5"] * len(extra))
        places[fact.number] = len(rows)
        if draw(st.booleans()):
            rows.append(total_row(draw(TOTAL_WORDS), known[: fact.number], fields, amount_style, draw(st.booleans())))
    rows += [[draw(st.sampled_from(BELOW))] for _ in range(draw(st.integers(0, 3)))]

    def lay_out(book):
        sheet = book[FINANCING_SHEET]
        sheet.delete_rows(1, sheet.max_row)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row, 1):
                if cell is not None:
                    sheet.cell(number, column).value = cell

    data = filing(cover={"unit_of_account": unit}, units=[a_unit()], edit=lay_out)
    return Form(known, multiplier, data, rows, places)


def total_row(word, above, fields, style, is_right):
    """Return a row with a total word and the sum of the amount above it, right or wrong."""
    total = sum(fact.hundredths for fact in above) + (0 if is_right else 100)
    row = [None] * len(fields)
    row[0] = word
    row[fields.index("amount")] = written_amount(total, style)
    return [word, *row[1:]] if fields[0] != "amount" else [None, word, *row[2:]]


LAYOUT = next(sheet for sheet in newest_layout().tables if sheet.name == "financing")
LABEL_STYLES = st.sampled_from(["as is", "capitals", "spaced", "broken", "starred", "colon"])
AMOUNT_STYLES = st.sampled_from(["number", "spaces", "thin", "nbsp", "plain"])
DAY_STYLES = st.sampled_from(["date", "moment", "points", "iso", "year"])
TOTAL_WORDS = st.sampled_from(TOTALS)


@given(forms())
def test_the_facts_come_out_or_a_finding_names_their_row(form):
    read = read_filing(form.data, YEAR, default_limits())
    named = {
        int("".join(filter(str.isdigit, cell)))
        for finding in read.findings
        if finding.sheet == FINANCING_SHEET
        for cell in finding.cells
    }
    found = {}
    if read.financing is not None:
        columns = read.financing.columns
        values = zip(columns["source_row"], columns["amount_tiyn"], columns["payment_date"], strict=True)
        found = {row: (amount, day) for row, amount, day in values}
    is_rejected = any(finding.code in ("F004", "F012") for finding in read.findings)
    for fact in form.facts:
        row = form.places[fact.number]
        right = (fact.hundredths * form.multiplier, fact.paid_on.isoformat())
        assert found.get(row) == right or row in named or is_rejected, (fact, row, found, read.findings)
    assert found.keys() <= set(form.places.values()), (found, read.findings)
