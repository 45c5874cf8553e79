"""Which contract somebody means: by number, BIN or a piece of a name, and lists narrowed in every way there is."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from assets.cli.app import app
from tests.explaining.conftest import EVERYBODY, LICENCE, OIL


@pytest.fixture
def nedra(home, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(home.folder))
    monkeypatch.setenv("NEDRA_DATABASE_URL", home.settings.warehouse_url)
    monkeypatch.setenv("NEDRA_AS_OF", home.as_of.isoformat())
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(
    "typed", ["КТ-1", "кт-1", "KT-1", " № КТ - 1", OIL.bin, f"{OIL.bin[:6]} {OIL.bin[6:]}", "недра 1"]
)
def test_a_unit_is_found_however_it_is_named(nedra, typed):
    found = nedra("explain", typed, "--year", "2026", "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["verdict"]["unit_no"] == OIL.unit_no


def test_a_piece_of_a_name_that_fits_several_offers_them(nedra):
    found = nedra("explain", "НЕДРА", "--year", "2026")
    assert found.exit_code == 1
    told = found.stderr
    assert "Под «НЕДРА» подходит несколько" in told
    assert all(user.unit_no in told for user in EVERYBODY)
    as_json = nedra("explain", "НЕДРА", "--year", "2026", "--json")
    assert as_json.exit_code == 1
    assert {each["unit_no"] for each in json.loads(as_json.stdout)["choices"]} == {user.unit_no for user in EVERYBODY}


def test_what_nothing_fits_is_said_in_the_readers_language(nedra):
    found = nedra("explain", "Каспий", "--year", "2026", "--lang", "en")
    assert found.exit_code == 1
    assert "There is no verdict on Каспий for 2026" in " ".join(found.stderr.split())


def listed(answer):
    return [each["unit_no"] for each in json.loads(answer.stdout)]


def test_the_list_has_every_unit_of_the_last_year(home, nedra):
    answer = nedra("list", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert {each["report_year"] for each in told} == {2026}
    assert {each["unit_no"]: each["shortfall_tiyn"] for each in told} == dict(
        home.rows("compliance_by_unit", "unit_no", "shortfall_tiyn", report_year=2026)
    )


def test_the_list_is_narrowed_by_year_status_sector_and_name(home, nedra):
    in_breach = [row[0] for row in home.rows("compliance_by_unit", "unit_no", report_year=2025, status="NOT_REPORTED")]
    assert sorted(listed(nedra("list", "--year", "2025", "--status", "not_reported", "--json"))) == sorted(in_breach)
    assert listed(nedra("list", "--sector", "solid minerals", "--json")) == [LICENCE.unit_no]
    assert listed(nedra("list", "--name", OIL.bin, "--json")) == [OIL.unit_no]
    assert listed(nedra("list", "--name", "НЕДРА 2", "--json")) == [LICENCE.unit_no]


def test_the_list_is_narrowed_by_region_in_any_language_or_by_code(nedra):
    for typed in ("23", "230000000", "231010000", "атырау", "Atyrau"):
        assert listed(nedra("list", "--region", typed, "--json")) == [OIL.unit_no]
    assert nedra("list", "--region", "71").exit_code == 1


def test_the_list_as_csv_has_the_columns_of_the_warehouse(nedra):
    answer = nedra("list", "--csv", "--name", OIL.bin)
    [row] = csv.DictReader(io.StringIO(answer.stdout))
    assert (row["unit_no"], row["user_bin"]) == (OIL.unit_no, OIL.bin)
    assert row["due_tiyn"].isdecimal()


@pytest.mark.parametrize(
    ("lang", "word"), [("ru", "Недропользователь"), ("kk", "Жер қойнауын"), ("en", "Subsoil user")]
)
def test_the_list_speaks_the_readers_language(nedra, lang, word):
    answer = nedra("list", "--lang", lang)
    assert answer.exit_code == 0
    assert word in " ".join(answer.stdout.split())


@pytest.mark.parametrize(
    ("option", "value"), [("--status", "GOOD"), ("--sector", "Космос"), ("--year", "twenty"), ("--json", "--csv")]
)
def test_a_filter_there_is_not_is_wrong_usage(nedra, option, value):
    assert nedra("list", option, value).exit_code == 2


def test_an_empty_list_says_which_years_there_are(nedra):
    answer = nedra("list", "--year", "1999")
    assert answer.exit_code == 1
    assert "2024, 2025, 2026" in answer.stderr
