"""The summary of ``nedra run``: who is looked at first, which set each total is over, nothing cut at 80 columns."""

import datetime as dt
import io
import re

import pytest
from rich.console import Console

from assets.cli import year_summary
from assets.cli.year_summary import Page
from pipelines.explanations.year_result import Totals, last_load_number, users_of, year_result
from pipelines.layouts.loader import register_layouts
from pipelines.wording import phrases
from tests.homes import User, a_home

YEAR = 2025
MILLION = 10**6 * 100
MET, SHORT, LOUD, ABSENT, APART = (User(number) for number in range(1, 6))
DUE = {"base_amount": 100_000_000, "declared_due": None, "declared_credit": None}  # a billion tenge is due
SECOND = "КТ-2/второй"


def filed(user, paid, *more, **unit):
    return user.filing(units=[user.unit(**DUE | unit), *more], lines=[user.line(1, amount=paid)])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with a_home(tmp_path_factory.mktemp("summary"), as_of=dt.date(2026, 9, 1)) as made:
        made.register(
            "units", [*(user.record() for user in (MET, SHORT, LOUD, ABSENT, APART)), SHORT.record(unit_no=SECOND)]
        )
        made.hand_in("1.xlsx", filed(MET, 1_000_000))
        second = SHORT.unit(**DUE | {"unit_no": SECOND, "base_amount": 1_000_000})
        made.hand_in("2.xlsx", filed(SHORT, 1_500_000, second))
        made.hand_in("3.xlsx", filed(LOUD, 400_000, declared_due=900_000))
        made.hand_in("5.xlsx", filed(APART, 400_000, declared_due=1_000))
        made.run(YEAR, marts=True)
        yield made


def result(home, since=0):
    with home.warehouse.reading() as connection:
        return year_result(connection, YEAR, since_load=since)


def users(home):
    with home.warehouse.reading() as connection:
        return users_of(connection, YEAR)


def printed(print_, *arguments, width=160):
    page = io.StringIO()
    print_(Page(Console(file=page, width=width, highlight=False)), *arguments)
    return page.getvalue()


def test_each_total_is_over_the_set_it_names(home):
    told = result(home)
    assert told.known == Totals(4, 3_010 * MILLION, 2_900 * MILLION, 610 * MILLION)
    assert told.certain == Totals(3, 2_010 * MILLION, 2_500 * MILLION, 10 * MILLION)
    assert told.financing_all_tiyn == 3_300 * MILLION
    json = told.as_dict()
    assert (json["due_tiyn"], json["financing_tiyn"], json["shortfall_tiyn"]) == (
        3_010 * MILLION,
        2_900 * MILLION,
        610 * MILLION,
    )
    page = printed(year_summary.print_years, [told])
    financed = re.findall(r"mln tenge, ([a-z ]+)|financed +([0-9,.]+)", page)
    assert [set_.strip() or amount for set_, amount in financed] == [
        "obligation known", "2,900.0", "known and not in doubt", "2,500.0", "all contracts", "3,300.0",
    ]  # fmt: skip


def test_what_nobody_can_judge_comes_first_then_the_largest_shortfall(home):
    assert [row.user_bin for row in users(home)] == [user.bin for user in (ABSENT, APART, LOUD, SHORT, MET)]


def test_workbooks_in_doubt_are_named_those_that_leave_a_year_open_first(home):
    told = result(home)
    assert [(unit.file_name, unit.doubt) for unit in told.doubtful] == [("5.xlsx", "W013"), ("3.xlsx", "W003")]
    page = printed(year_summary.print_doubtful, told)
    assert page.index("5.xlsx") < page.index("3.xlsx")
    assert "W013 One filing, two units of account" in page
    assert (
        printed(year_summary.print_next, told, users(home))
        .splitlines()[2]
        .startswith("  nedra explain КТ-5 --year 2025")
    )


def test_a_shortfall_of_a_user_who_financed_more_than_it_owes_explains_itself(home):
    page = printed(year_summary.print_users, YEAR, users(home))
    assert "148.51%*" in page
    assert "what one contract has too much does not count for" in " ".join(page.split())


def test_who_is_not_printed_is_counted_by_verdict(home, monkeypatch):
    monkeypatch.setattr(year_summary, "_USERS_SHOWN", 2)
    page = " ".join(printed(year_summary.print_users, YEAR, users(home)).split())
    assert "… and 3 more, not printed: 1 BREACH, 1 PARTIAL, 1 MET." in page


@pytest.mark.parametrize("width", [80, 160])
def test_nothing_is_wider_than_80_columns_and_no_number_is_cut(home, width):
    told, rows = result(home), users(home)
    page = "".join(
        [
            printed(year_summary.print_years, [told] * 9, width=width),
            printed(year_summary.print_changes, [told], width=width),
            printed(year_summary.print_missing, ["treasury"], width=width),
            printed(year_summary.print_doubtful, told, width=width),
            printed(year_summary.print_users, YEAR, rows, width=width),
            printed(year_summary.print_next, told, rows, width=width),
        ]
    )
    assert max(map(len, page.splitlines())) <= 80
    assert all(row.user_bin in page for row in rows)
    assert page.count("2025 ") >= 9


def test_what_a_run_changed_is_told(home):
    assert printed(year_summary.print_changes, [result(home)]) == (
        "2025, changed since the run before: 6 judged for the first time.\n"
    )
    with home.warehouse.reading() as connection:
        since = last_load_number(connection)
    home.hand_in("4.xlsx", filed(ABSENT, 1_000_000))
    home.run(YEAR, marts=True)
    assert printed(year_summary.print_changes, [result(home, since)]) == (
        "2025, changed since the run before: 1 NOT_REPORTED → MET.\n"
    )


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_every_optional_register_says_what_its_absence_switches_off(language):
    for name, layout in register_layouts().items():
        if not layout.required:
            assert layout.file in phrases.say("without_register", name, language)
