"""Values: every cell type, what it accepts and what it refuses."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.form.column import type_column, type_columns
from pipelines.intake.form.decimals import number_text
from pipelines.intake.form.values import (
    CellError,
    Context,
    NeverCalculated,
    Problem,
    clean,
    converter,
    shown,
)
from pipelines.intake.limits import default_limits
from pipelines.layouts.loader import CellType, Field, Labels, vocabularies

YEAR = 2025
NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"


def convert(kind, raw, choices=None, year=YEAR, name="field"):
    field = Field(name, kind, Labels("поле", "өріс", "field"), True, True, vocabularies().get(choices))
    return converter(field, Context(default_limits(), year))(raw)


def code_of(value):
    return value.code if isinstance(value, Problem) else None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1234.56, "1234.56"),
        (-0.0, "0"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (12, "12"),
        ("1 234,56", "1234.56"),
        (f"1{NBSP}234{NBSP}567,5", "1234567.5"),
        (f"1{THIN}234.56", "1234.56"),
        (f"1{NARROW}234", "1234"),
        ("1234.50", "1234.5"),
        ("1,234", "1.234"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("12,345,678.9", "12345678.9"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("-5", "-5"),
        ("\u22125", "-5"),
        ("007", "7"),
        ("0,00", "0"),
    ],
)
def test_a_number_has_one_plain_writing(raw, text):
    assert number_text(clean(raw) if isinstance(raw, str) else raw) == text


@pytest.mark.parametrize(
    "raw",
    [
        "1234 тг",
        "'1234",
        "1 2 3",
        "12 34",
        "1,234.567,8",
        "1,23.4",
        "1e5",
        "NaN",
        "inf",
        ",5",
        "5,",
        "+5",
        "٣",
        "1²",
        "½",
        "",
        "-",
        "9" * 61,
        float("nan"),
        float("inf"),
        True,
        False,
        10**301,
        dt.date(2025, 1, 1),
        dt.time(1),
        dt.timedelta(1),
        CellError("#REF!"),
        NeverCalculated(),
        None,
    ],
)
def test_what_is_no_number_is_not_read_as_one(raw):
    assert number_text(raw) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=4))
def test_the_text_of_a_number_is_its_value_however_it_is_written(number):
    plain = format(number, "f")
    grouped = format(number, ",f")
    for spelling in (plain, plain.replace(".", ","), grouped.replace(",", NBSP), grouped.replace(",", " ")):
        assert Decimal(number_text(clean(spelling)) or "nan") == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_its_shortest_decimal_writing(number):
    text = number_text(number)
    assert text is not None
    assert "e" not in text
    assert float(text) == number
    assert Decimal(text) == Decimal(repr(number))


@given(st.text(max_size=40))
def test_no_text_makes_any_type_raise(text):
    for kind in CellType:
        value = convert(kind, clean(text) or "-", choices="work_kind")
        assert value is not None


def test_an_amount_beyond_the_limit_is_not_a_value():
    assert code_of(convert(CellType.MONEY, 1e14)) is None
    assert code_of(convert(CellType.MONEY, 1.1e14)) == "L005"
    assert code_of(convert(CellType.MONEY, "9" * 40)) == "L005"
    assert code_of(convert(CellType.MONEY, -1e300)) == "L005"


def test_a_percent_beyond_a_hundred_is_not_a_value():
    assert convert(CellType.PERCENT, "1,5") == "1.5"
    assert code_of(convert(CellType.PERCENT, 100)) is None
    assert code_of(convert(CellType.PERCENT, 100.5)) == "L005"
    assert code_of(convert(CellType.PERCENT, "процент")) == "L002"


@pytest.mark.parametrize("kind", [CellType.MONEY, CellType.DECIMAL, CellType.WHOLE, CellType.TEXT, CellType.DATE])
def test_a_truth_value_is_not_a_number_a_text_or_a_date(kind):
    assert code_of(convert(kind, True)) == "L002"


@pytest.mark.parametrize("raw", [1, 1.0, "1", "1,0", "1.00", "1."])
def test_a_whole_number_may_be_written_with_a_point(raw):
    assert convert(CellType.WHOLE, raw) == 1


@pytest.mark.parametrize("raw", [1.5, "1,5", "one", 3e9, "99999999999"])
def test_what_is_not_whole_or_too_large_is_not_a_whole_number(raw):
    assert code_of(convert(CellType.WHOLE, raw)) == "L002"


@pytest.mark.parametrize(
    "raw",
    [
        dt.date(2025, 7, 5),
        dt.datetime.fromisoformat("2025-07-05"),
        dt.datetime.fromisoformat("2025-07-05T23:59"),
        "05.07.2025",
        "2025-07-05",
        "2025-07-05T10:00:00",
        "05.07.2025 г.",
        "05.07.2025г",
        "05.07.2025 года",
        "05.07.2025 ж.",
        "05.07.2025 14:05:00",
        "05.07.2025 00:00",
        "2025-07-05 00:00:00.000",
        "2025-07-05T00:00:00.000Z",
        "2025-07-05T10:00:00Z",
        "2025-07-05T00:00:00+05:00",
        "2025-07-05T23:59:59+0500",
    ],
)
def test_a_date_is_a_date_cell_or_one_of_two_texts(raw):
    assert convert(CellType.DATE, raw) == "2025-07-05"


@pytest.mark.parametrize(
    "raw",
    ["31.02.2025", "5.7.2025", "07/05/2025", "2025", "٠٥.٠٧.٢٠٢٥", 45843.0, dt.time(1), dt.timedelta(1), "05.07.25"],
)
def test_what_is_not_surely_a_date_is_not_one(raw):
    assert code_of(convert(CellType.DATE, raw)) == "L002"


@pytest.mark.parametrize(
    "raw", ["2025-07-05T19:00:00Z", "2025-07-05T01:00:00+09:00", "2025-07-05T25", "05.07.2025 гор.", "05.07.20255"]
)
def test_a_moment_that_is_another_day_on_some_clock_is_not_surely_a_date(raw):
    assert code_of(convert(CellType.DATE, raw)) == "L002"


@pytest.mark.parametrize("raw", ["990340001230", "990 340 001 230", f"990340{NBSP}001230"])
def test_a_bin_is_twelve_digits(raw):
    assert convert(CellType.BIN, clean(raw)) == "990340001230"


def test_a_bin_typed_as_a_number_gets_its_zeros_back_and_a_warning():
    value = convert(CellType.BIN, 20540000125.0)
    assert (value.code, value.value) == ("W002", "020540000125")


def test_a_bin_typed_as_a_number_that_lost_nothing_is_no_complaint():
    assert convert(CellType.BIN, 990340001230.0) == "990340001230"


@pytest.mark.parametrize("raw", ["99034000123", "9903400012300", "99034000123X", 1e12, 1.5, -5.0, "٩٩٠٣٤٠٠٠١٢٣٠"])
def test_what_cannot_be_twelve_digits_is_no_bin(raw):
    assert code_of(convert(CellType.BIN, raw)) == "L002"


@pytest.mark.parametrize(
    ("raw", "text"),
    [(1234.0, "1234"), (1234, "1234"), ("  КТ-1 \n 2 ", "КТ-1 2"), (12.5, "12.5"), ("\u200bКТ\x01-1", "КТ-1")],
)
def test_a_text_is_trimmed_and_a_number_in_a_text_column_is_its_digits(raw, text):
    assert convert(CellType.TEXT, clean(raw) if isinstance(raw, str) else raw) == text


@pytest.mark.parametrize("raw", [1234567890123456.0, dt.date(2025, 5, 12)])
def test_a_document_number_that_excel_has_damaged_is_not_a_text(raw):
    assert code_of(convert(CellType.TEXT, raw)) == "L002"


@pytest.mark.parametrize(
    ("raw", "text"), [("52.47", "52.47"), ("52.47.19", "52.47.19"), (52.13, "52.13"), (52.1, "52.10"), (5.13, "05.13")]
)
def test_a_grnti_code_has_two_or_three_levels(raw, text):
    assert convert(CellType.GRNTI, raw) == text


@pytest.mark.parametrize("raw", ["52", "52.4", "52.47.1", "52-47", 52.0, 52.135, "52.47.19.1"])
def test_a_grnti_code_of_another_shape_is_refused(raw):
    assert code_of(convert(CellType.GRNTI, raw)) == "L002"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("НИР", "НИР"),
        ("нир", "НИР"),
        ("ҒЗЖ", "НИР"),
        ("Research", "НИР"),
        ("HИP", "НИР"),
        ("Digitalisation", "Цифровизация"),
    ],
)
def test_a_listed_value_is_understood_in_three_languages_and_stored_in_russian(raw, value):
    assert convert(CellType.CHOICE, raw, "work_kind") == value


@pytest.mark.parametrize("raw", ["прочее", 1.0, True, dt.date(2025, 1, 1)])
def test_a_value_that_is_not_listed_is_named_with_the_list(raw):
    problem = convert(CellType.CHOICE, raw, "work_kind")
    assert (problem.code, problem.expected) == ("L011", "НИР | НТР | ОКР | Цифровизация")


@pytest.mark.parametrize(
    ("raw", "value"),
    [("да", True), ("ИӘ", True), ("yes", True), (True, True), ("Нет", False), ("жоқ", False), (False, False)],
)
def test_yes_and_no_in_three_languages_or_as_truth_values(raw, value):
    assert convert(CellType.YES_NO, raw, "yes_no") is value


def test_another_word_is_neither_yes_nor_no():
    assert code_of(convert(CellType.YES_NO, "наверное", "yes_no")) == "L011"


@pytest.mark.parametrize(
    ("raw", "value"), [("kz", "KZ"), ("КZ", "KZ"), ("Казахстан", "KZ"), ("ҚР", "KZ"), ("de", "DE"), ("СА", "CA")]
)
def test_a_country_is_two_letters_whichever_alphabet_they_were_typed_in(raw, value):
    assert convert(CellType.COUNTRY, raw, "country") == value


@pytest.mark.parametrize(("raw", "value"), [("kzt", "KZT"), ("тенге", "KZT"), ("usd", "USD"), ("ЕUR", "EUR")])
def test_a_currency_is_three_letters(raw, value):
    assert convert(CellType.CURRENCY, raw, "currency") == value


@pytest.mark.parametrize("raw", ["Германия", "D", "DEU", 49.0])
def test_a_country_of_another_shape_is_refused(raw):
    assert code_of(convert(CellType.COUNTRY, raw, "country")) == "L002"


@pytest.mark.parametrize("raw", ["US", "доллар", "МРП", 840.0])
def test_a_currency_of_another_shape_is_refused(raw):
    assert code_of(convert(CellType.CURRENCY, raw, "currency")) == "L002"


def test_the_calculation_index_is_a_currency_in_the_register_of_rates_only():
    assert convert(CellType.CURRENCY, "мрп", "rate_currency") == "МРП"


@pytest.mark.parametrize("raw", [2026.0, "2030", 25.0, 1989.0, 1e12])
def test_a_payment_is_not_for_a_later_year_nor_one_before_memory(raw):
    problem = convert(CellType.YEAR, raw)
    assert (problem.code, problem.expected) == ("L011", "1990 - 2025")


def test_a_payment_may_be_for_an_earlier_year():
    assert convert(CellType.YEAR, "2023") == 2023


def test_a_year_that_is_no_number_is_of_the_wrong_type():
    assert code_of(convert(CellType.YEAR, "прошлый")) == "L002"


def test_a_register_knows_no_latest_year():
    assert convert(CellType.YEAR, 2090.0, year=None) == 2090


def test_a_column_keeps_every_row_in_its_place():
    field = Field("field", CellType.MONEY, Labels("поле", "өріс", "field"), True, True)
    cells = ["", None, " ", 5.0, "x", "5", CellError("#REF!"), NeverCalculated(), "x"]
    values, problems = type_column(cells, converter(field, Context(default_limits(), YEAR)))
    assert values == [None, None, None, "5", None, "5", None, None, None]
    assert [(row, problem.code) for row, _, problem in problems] == [(4, "L002"), (6, "L003"), (7, "L004"), (8, "L002")]


@given(st.lists(st.one_of(st.text(max_size=6), st.floats(), st.booleans(), st.none(), st.dates())))
def test_a_column_has_as_many_values_as_cells(cells):
    for kind in CellType:
        field = Field("field", kind, Labels("поле", "өріс", "field"), True, True, vocabularies()["work_kind"])
        values, problems = type_column(cells, converter(field, Context(default_limits(), YEAR)))
        assert len(values) == len(cells)
        empty = [row for row, cell in enumerate(cells) if cell is None or (isinstance(cell, str) and not clean(cell))]
        wrong = [row for row, _, problem in problems if problem.value is None]
        assert [row for row, value in enumerate(values) if value is None] == sorted(empty + wrong)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("abc", "abc"),
        (1.0, "1"),
        (True, "True"),
        (CellError("#REF!"), "#REF!"),
        (NeverCalculated(), "="),
        (float("nan"), "nan"),
    ],
)
def test_a_finding_quotes_a_cell_as_it_stands(raw, text):
    assert shown(raw) == text


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("тыс.тг", "тыс. тенге"),
        ("в тыс. тенге", "тыс. тенге"),
        ("тысячи тенге", "тыс. тенге"),
        ("тыс. KZT", "тыс. тенге"),
        ("тыс. ₸", "тыс. тенге"),
        ("мың. теңге", "тыс. тенге"),
        ("thousands of tenge", "тыс. тенге"),
        ("KZT thousand", "тыс. тенге"),
        ("(тыс. тенге)", "тыс. тенге"),
        ("тыс.", "тыс. тенге"),
        ("ТЫСЯЧ ТЕНГЕ РК", "тыс. тенге"),
        ("млн.тг.", "млн тенге"),
        ("миллионы тенге", "млн тенге"),
        ("в млн. тенге", "млн тенге"),
        ("KZT, mln", "млн тенге"),
        ("тенге (KZT)", "тенге"),
        ("₸", "тенге"),
        ("тенге РК", "тенге"),
        ("тн\u00adг", "тенге"),
    ],
)
def test_a_unit_of_account_is_told_by_its_words(text, unit):
    assert convert(CellType.CHOICE, clean(text), choices="unit_of_account", name="unit_of_account") == unit


@pytest.mark.parametrize(
    "text",
    ["тыс. долл.", "тыс. млн тенге", "доллар", "тонн", "тыс. т", "1000", "млрд тенге", "в", "тыс. рублей", "тенге/т"],
)
def test_a_unit_of_account_with_an_unknown_word_is_none(text):
    assert code_of(convert(CellType.CHOICE, text, choices="unit_of_account", name="unit_of_account")) == "L011"


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("1.234", "1234 | 1.234"),
        ("1,234", "1234 | 1.234"),
        ("100,000", "100000 | 100"),
        ("100.000", "100000 | 100"),
        ("-12.500", "-12500 | -12.5"),
    ],
)
@pytest.mark.parametrize("kind", [CellType.MONEY, CellType.DECIMAL, CellType.PERCENT])
def test_a_text_that_reads_two_ways_is_told_with_both_readings(kind, text, both):
    problem = convert(kind, text)
    assert (problem.code, problem.expected, problem.value) == ("L014", both, None)


@pytest.mark.parametrize(
    ("text", "number"), [("0.123", "0.123"), ("0,500", "0.5"), ("1 234.567", "1234.567"), ("1234,567", "1234.567"),
                         ("1.2345", "1.2345"), ("1.23", "1.23"), ("1.234.567", "1234567"), ("001,234", "1.234")]
)  # fmt: skip
def test_a_text_that_reads_one_way_is_read(text, number):
    assert convert(CellType.MONEY, text) == number


@pytest.mark.parametrize(
    ("others", "number"),
    [
        (["12,5"], "1234"),
        (["1 250,75", "3,1"], "1234"),
        (["12.5"], "1.234"),
        (["1,234.5"], "1.234"),
        (["1.234.567"], "1234"),
        (["0.125", 7, None], "1.234"),
        (["12,5", "12.5"], None),
        (["125", 7, 1.5], None),
        (["2.345"], None),
        (["слова"], None),
    ],
)
def test_the_other_texts_of_a_column_settle_it_if_they_agree(others, number):
    context = Context(default_limits(), YEAR)
    field = Field("amount", CellType.MONEY, Labels("сумма", "сома", "amount"), True, True)
    cells = ["1.234", *others]
    (column,) = type_columns((field,), {"amount": 0}, {"amount": cells}, len(cells), context).values()
    assert column.values[0] == number
    assert ("L014" in {problem.code for row, _, problem in column.problems if row == 0}) == (number is None)
