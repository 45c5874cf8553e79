"""``nedra explain`` on a terminal: options, exit codes, JSON, and a page that loses nothing at any width."""

import io
import json
import re
from decimal import Decimal

import pytest
from rich.console import Console
from typer.testing import CliRunner

from assets.cli.app import app
from assets.cli.explanation_page import print_explanation
from pipelines.explanations.read import Reader, explain
from pipelines.statute.law import load_statute
from tests.explaining.conftest import EVERYBODY, OIL

LANGUAGES = ("ru", "kk", "en")


@pytest.fixture
def nedra(home, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(home.folder))
    monkeypatch.setenv("NEDRA_DATABASE_URL", home.settings.warehouse_url)
    monkeypatch.setenv("NEDRA_AS_OF", home.as_of.isoformat())
    return lambda *words: CliRunner().invoke(app, ["explain", *words])


def printed(home, user, language, width, year=2026):
    with home.warehouse.reading() as connection:
        found = explain(connection, user.unit_no, year, Reader(load_statute(), language))
    page = io.StringIO()
    print_explanation(Console(file=page, width=width, highlight=False), found)
    return found, page.getvalue()


def squeezed(text):
    return "".join(text.split())


def told_in(language, source):
    """Return a source as a page in a language tells it."""
    row = {"ru": r"\1, строка \2", "kk": r"\1, \2-жол", "en": r"\1, row \2"}[language]
    return re.sub(r"(\w+\.xlsx) row (\d+)", row, source)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("user", EVERYBODY, ids=lambda user: user.unit_no)
def test_a_page_holds_every_amount_source_and_meaning_and_is_not_wider_than_the_terminal(home, user, language, width):
    found, page = printed(home, user, language, width)
    assert max(map(len, page.splitlines())) <= width
    together = squeezed(page)
    for line in found.lines:
        assert all(squeezed(code.meaning) in together for code in line.codes)
    if width == 80:  # beside the figures a source is folded among other columns
        for source in [term.source for term in found.terms] + [line.source for line in found.lines]:
            assert squeezed(told_in(language, source or "")) in together
    assert all(squeezed(f"{code.code} {code.meaning}") in together for code in found.doubt)
    for decision in found.decisions:
        assert squeezed(decision.signed_by or "") in together


def test_a_digest_in_brackets_is_no_markup(home):
    found, page = printed(home, OIL, "ru", 160)
    assert f"[{found.verdict['filing_id'][:12]}]" in page


def test_the_sums_stand_in_one_column(home):
    _, page = printed(home, OIL, "en", 80)
    rows = [line for line in page.splitlines() if line.strip().startswith(("=", "−", "+"))]
    assert len({len(line.rstrip()) for line in rows}) == 1
    assert [row.split()[0] for row in rows] == [*"=−−=−−−−−=+=−=−="]


def test_json_has_whole_tiyn_iso_dates_and_real_booleans(nedra):
    result = nedra(OIL.unit_no, "--year", "2026", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    verdict = found["verdict"]
    assert (verdict["due_tiyn"], verdict["deadline"], verdict["below_30"]) == (150_000_000, "2027-04-30", False)
    assert Decimal(verdict["rate"]) == Decimal("0.01")
    assert found["version"]["recorded_at"].endswith("+00:00")
    assert found["arrears"]["is_extended"] is True
    assert found["what_if"] is None


def test_json_says_the_same_every_time(nedra):
    words = (OIL.unit_no, "--year", "2026", "--json", "--rate", "1,5", "--base", "1 000 000")
    first, second = nedra(*words).stdout, nedra(*words).stdout
    assert first == second
    supposed = json.loads(first)["what_if"]
    assert supposed["suppositions"] == {"rate_percent": "1.5", "base_tiyn": "100000000"}


@pytest.mark.parametrize(("language", "mark"), [("ru", "ЧТО ЕСЛИ"), ("kk", "ЕГЕР ДЕ"), ("en", "WHAT IF")])
def test_a_what_if_is_marked_at_both_ends(nedra, language, mark):
    page = nedra(OIL.unit_no, "--year", "2026", "--regime", "cost_hc", "--lang", language).stdout.strip().splitlines()
    assert mark in page[0]
    assert mark in page[-1]


def test_a_past_day_without_a_verdict_is_exit_code_1(nedra):
    result = nedra(OIL.unit_no, "--year", "2026", "--as-of", "2001-01-01")
    assert result.exit_code == 1
    assert "2001" in result.stderr


def test_a_unit_without_a_verdict_is_exit_code_1(nedra):
    result = nedra("КТ-99", "--year", "2026", "--lang", "en")
    assert result.exit_code == 1
    assert "There is no verdict on КТ-99 for 2026" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    "wrong",
    [
        ["--rate", "много"],
        ["--rate", "-1"],
        ["--base", "NaN"],
        ["--regime", "OIL"],
        ["--lang", "fr"],
        ["--rate", "2", "--as-of", "2026-01-01"],
    ],
)
def test_wrong_usage_is_exit_code_2(nedra, wrong):
    assert nedra(OIL.unit_no, "--year", "2026", *wrong).exit_code == 2
