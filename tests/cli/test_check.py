"""``nedra check``: what it says of workbooks, its exit codes, and that it stores nothing."""

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli.app import app
from pipelines.inbox_check.answer import SCHEMA
from pipelines.intake.year.registers import TABLES
from pipelines.statute.law import load_statute
from pipelines.wording import phrases
from tests.homes import Home, User

USER = User(1)
LANGUAGES = ("ru", "kk", "en")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_WORKERS", "1")
    monkeypatch.setenv("COLUMNS", "200")
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    yield made
    made.close()


def check(*arguments):
    return CliRunner().invoke(app, ["check", *(str(each) for each in arguments)])


def codes(answer):
    return {(each["code"], each["severity"]) for filed in json.loads(answer.stdout) for each in filed["findings"]}


def test_a_clean_workbook_is_used_whole(home):
    path = home.hand_in("1.xlsx", USER.filing())
    answer = check(path)
    assert answer.exit_code == 0, answer.output
    assert f"{path}: будет принят, 2025" in answer.stdout.replace("\n", "")
    assert "замечаний нет" in answer.stdout


def test_a_warning_alone_refuses_nothing(home):
    path = home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1, amount="0.123456")]))
    answer = check(path, "--json")
    assert (answer.exit_code, codes(answer)) == (0, {("W007", "warn")})


def test_a_row_that_is_set_aside_is_named_with_its_cell_and_refused(home):
    path = home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1), USER.line(2, payment_date="вчера")]))
    answer = check(path, "--json")
    assert answer.exit_code == 1
    assert codes(answer) == {("L002", "set_aside")}
    [filed] = json.loads(answer.stdout)
    assert (filed["status"], filed["usable"], filed["report_year"]) == ("accepted", False, 2025)
    [finding] = filed["findings"]
    assert (finding["sheet"], finding["value"]) == ("НИОКР", "вчера")
    assert len(finding["cells"]) == 1
    assert "вчера" in finding["message"]


def test_a_payment_that_a_rule_disallows_is_told_with_its_article_and_is_a_loss(home):
    path = home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1), USER.line(2, payment_date=dt.date(2024, 5, 5))]))
    answer = check(path, "--json")
    assert answer.exit_code == 1
    [filed] = json.loads(answer.stdout)
    assert (filed["usable"], filed["lines"]) == (False, {"recognised": 1, "disallowed": 1})
    [line] = filed["told_lines"]
    assert (line["bucket"], line["cell"], line["amount_tiyn"]) == ("disallowed", "U3", 7_500_050_000)
    assert line["codes"][0]["code"] == "R02"
    assert "129(1)(1)" in line["codes"][0]["reference"]
    shown = check(path).stdout
    assert "НИОКР!U3" in shown
    assert "R02" in shown
    assert "замечаний нет" not in shown


def test_a_payment_that_counts_with_a_remark_is_told_and_no_loss(home):
    home.register("performers", [])
    path = home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1)]))
    answer = check(path, "--json")
    [filed] = json.loads(answer.stdout)
    [line] = filed["told_lines"]
    assert (line["bucket"], [code["code"] for code in line["codes"]]) == ("recognised", ["R20"])
    assert answer.exit_code == 0


def test_rules_that_could_not_be_run_are_named_with_the_register_they_need(home):
    path = home.hand_in("1.xlsx", USER.filing())
    [filed] = json.loads(check(path, "--json").stdout)
    assert "performers" in {each["register"] for each in filed["registers_missing"]}
    (home.inbox / "registers" / "units.xlsx").unlink()
    [filed] = json.loads(check(path, "--json").stdout)
    told = {each["register"]: each["not_run"] for each in filed["registers_missing"]}
    assert set(told) == set(TABLES)
    assert "R05" in told["units"]
    assert "R02" not in told["units"]
    shown = check(path, "--lang", "en").stdout
    assert "units.xlsx" in shown
    assert "no findings" not in shown


def test_what_a_contract_would_get_is_what_a_run_then_stores(home):
    path = home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1), USER.line(2, payment_date=dt.date(2024, 5, 5))]))
    home.at(dt.date(2026, 9, 1))
    [unit] = json.loads(check(path, "--json").stdout)[0]["units"]
    home.run(2025)
    names = ("unit_no", "due_tiyn", "credit_used_tiyn", "recognised_tiyn", "shortfall_tiyn", "fulfilment_bp", "status")
    assert home.rows("compliance_by_unit", *names) == [tuple(unit[name] for name in names)]
    assert unit["shortfall_tiyn"] > 0
    assert "short " in check(path, "--lang", "en").stdout


def test_a_contract_is_judged_with_the_credit_of_the_year_before(home):
    user = User(1, 2024)
    home.hand_in("1.xlsx", user.filing(lines=[user.line(1, amount="900000000")]), 2024)
    home.at(dt.date(2026, 9, 1))
    path = home.hand_in("1.xlsx", USER.filing(lines=[]))
    [filed] = json.loads(check(path, "--json").stdout)
    assert (filed["credit_unknown"], filed["units"][0]["credit_used_tiyn"]) == (True, 0)
    assert "еще не рассчитан" in check(path).stdout
    home.run(2024)
    [filed] = json.loads(check(path, "--json").stdout)
    assert filed["credit_unknown"] is False
    assert filed["units"][0]["credit_used_tiyn"] > 0


def test_a_running_notice_tells_until_when_a_contract_can_be_cured(home):
    home.register("decisions", [USER.decision("уведомление", decided_on=dt.date(2026, 6, 10))])
    home.at(dt.date(2026, 7, 1))
    path = home.hand_in("1.xlsx", USER.filing(lines=[]))
    [unit] = json.loads(check(path, "--json").stdout)[0]["units"]
    assert unit["cure_until"] == "2026-09-10"
    assert "10.09.2026" in check(path).stdout


def test_without_registers_every_rule_is_run_that_needs_none(home):
    (home.inbox / "registers" / "units.xlsx").unlink()
    lines = [
        USER.line(1, performer_bin="020540000001"),
        USER.line(2, unit_no="КТ-77"),
        USER.line(3, payment_date=dt.date(2024, 5, 5)),
        USER.line(4),
    ]
    path = home.hand_in("1.xlsx", USER.filing(lines=lines))
    answer = check(path, "--json")
    [filed] = json.loads(answer.stdout)
    assert {"L010", "L012"} <= {each["code"] for each in filed["findings"]}
    assert "L006" not in {each["code"] for each in filed["findings"]}
    assert [code["code"] for line in filed["told_lines"] for code in line["codes"]] == ["R02"]
    assert (answer.exit_code, filed["units"], filed["status"]) == (1, [], "accepted")


def test_no_code_that_hangs_on_the_contract_is_told_without_the_register(home):
    (home.inbox / "registers" / "units.xlsx").unlink()
    digital = USER.line(1, work_kind="Цифровизация", performer_country="DE", performer_bin=None, ntc_no=None)
    path = home.hand_in("1.xlsx", USER.filing(lines=[digital]))
    [filed] = json.loads(check(path, "--json").stdout)
    assert filed["lines"] == {"recognised": 1}
    assert filed["told_lines"] == []


def test_a_second_filing_of_one_number_is_told_what_is_wrong_with_its_rows_too(home):
    home.hand_in("1.xlsx", USER.filing())
    home.at(dt.date(2026, 9, 1))
    home.run(2025)
    second = home.folder / "second.xlsx"
    second.write_bytes(
        USER.filing(lines=[USER.line(1, payment_date=dt.date(2024, 5, 5)), USER.line(2, unit_no="КТ-9")])
    )
    [filed] = json.loads(check(second, "--json").stdout)
    assert {"F009", "L012"} <= {each["code"] for each in filed["findings"]}
    assert (filed["status"], [line["codes"][0]["code"] for line in filed["told_lines"]]) == ("rejected", ["R02"])
    assert [unit["unit_no"] for unit in filed["units"]] == [USER.unit_no]


def test_a_user_whom_the_register_lacks_is_told_what_is_wrong_with_the_rows_too(home):
    stranger = User(2)
    lines = [stranger.line(1, payment_date=dt.date(2024, 5, 5))]
    path = home.hand_in("2.xlsx", stranger.filing(lines=lines))
    [filed] = json.loads(check(path, "--json").stdout)
    assert {"F011"} == {each["code"] for each in filed["findings"]}
    assert [line["codes"][0]["code"] for line in filed["told_lines"]] == ["R02"]
    assert "units" in {each["register"] for each in filed["registers_missing"]}


def test_each_code_says_in_three_languages_what_can_be_done(home):
    path = home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1, payment_date=dt.date(2024, 5, 5))]))
    told = {lang: json.loads(check(path, "--json", "--lang", lang).stdout)[0]["told_lines"] for lang in LANGUAGES}
    assert len({lines[0]["codes"][0]["remedy"] for lines in told.values()}) == len(LANGUAGES)
    for rule in load_statute().at(2026).recognition:
        assert all(phrases.say("remedies", rule.code, lang) for lang in LANGUAGES)


def test_the_json_is_what_the_published_schema_says(home):
    path = home.hand_in(
        "1.xlsx", USER.filing(lines=[USER.line(1, payment_date=dt.date(2024, 5, 5)), USER.line(2, unit_no="К")])
    )
    told = json.loads(check(path, "--json").stdout)
    schema = json.loads((Path(__file__).parents[2] / "docs" / SCHEMA).read_text(encoding="utf-8"))
    [filed] = told
    assert set(filed) == set(schema["$defs"]["FileTold"]["properties"])
    for name, shape in (("units", "UnitTold"), ("told_lines", "LineTold"), ("findings", "FindingTold")):
        assert set(filed[name][0]) == set(schema["$defs"][shape]["properties"])


def test_a_rejected_workbook_is_refused(home):
    path = home.hand_in("1.xlsx", b"no workbook")
    answer = check(path, "--json")
    assert (answer.exit_code, codes(answer)) == (1, {("F001", "reject")})
    assert json.loads(answer.stdout)[0]["status"] == "rejected"


def test_one_refused_workbook_among_clean_ones_is_enough(home):
    clean, broken = home.hand_in("1.xlsx", USER.filing()), home.hand_in("2.xlsx", b"no workbook")
    answer = check(clean, broken, "--json")
    assert answer.exit_code == 1
    assert [each["usable"] for each in json.loads(answer.stdout)] == [True, False]


def test_a_file_that_is_not_there_is_wrong_usage_and_no_finding(home):
    answer = check(home.folder / "none.xlsx")
    assert answer.exit_code == 2
    assert "none.xlsx" in answer.output
    assert "Traceback" not in answer.output


def test_amounts_are_whole_tiyn_by_what_becomes_of_them(home):
    path = home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1, amount="1.0005")]))
    [filed] = json.loads(check(path, "--json").stdout)
    assert sum(filed["amounts_tiyn"].values()) == 100_050
    assert sum(filed["lines"].values()) == 1


@pytest.mark.parametrize(("lang", "word"), [("ru", "Ожидалось"), ("kk", "Күтілгені"), ("en", "Expected")])
def test_the_message_is_in_the_language_asked_for(home, lang, word):
    path = home.hand_in("1.xlsx", b"no workbook")
    assert word in check(path, "--lang", lang).stdout.replace("\n", " ")


def test_a_language_that_is_none_is_wrong_usage(home):
    assert check(home.hand_in("1.xlsx", USER.filing()), "--lang", "fr").exit_code == 2


def test_without_registers_the_workbook_itself_is_judged(home):
    (home.inbox / "registers" / "units.xlsx").unlink()
    outside = home.folder / "draft.xlsx"
    outside.write_bytes(USER.filing())
    answer = check(outside, "--json")
    assert (answer.exit_code, json.loads(answer.stdout)[0]["report_year"]) == (0, 2025)


def test_nothing_is_stored(home):
    path = home.hand_in("1.xlsx", USER.filing())
    before = sorted(each.relative_to(home.folder) for each in home.folder.rglob("*"))
    check(path)
    assert sorted(each.relative_to(home.folder) for each in home.folder.rglob("*")) == before


def test_a_workbook_that_is_stored_already_is_no_copy_of_itself(home):
    path = home.hand_in("1.xlsx", USER.filing())
    home.at(dt.date(2026, 9, 1))
    home.run(2025)
    assert check(path).exit_code == 0
