"""A workbook of a year before the duty began is judged by its own cells alone: there is no law to judge it by."""

from pipelines.inbox_check.judgement import check_workbooks
from pipelines.statute.law import load_statute
from tests.homes import User, a_home

USER = User(1)


def test_a_workbook_of_a_year_before_the_duty_is_checked_without_registers(tmp_path):
    year = load_statute().first_year - 1
    data = USER.filing(cover={"reporting_year": year}, units=[USER.unit()], lines=[USER.line()])
    with a_home(tmp_path) as home:
        home.register("units", [USER.record()])
        (checked,) = check_workbooks([home.hand_in("old.xlsx", data, year)], None, home.settings)
    assert (checked.year, checked.buckets) == (year, {})
