"""The law tree: every value says its source, how sure it is, and when somebody last looked whether it holds."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from pipelines.core.recognition.codes import CODES
from pipelines.statute.directions import direction_names
from pipelines.statute.law import HERE, SHAPES, StatuteError, digest_of, load_statute, parameters
from schemas.vocabulary import Regime, Sector
from tests.core.builders import STATUTE

PARAMETERS = dict(parameters(STATUTE))
LONGEST_UNSEEN = timedelta(days=366)


@pytest.fixture(params=sorted(PARAMETERS))
def name(request) -> str:
    return str(request.param)


def test_a_parameter_has_unit_and_the_day_it_was_checked_and_nothing_undated(name):
    raw = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    assert {"title", "unit", "last_checked_on"} <= set(raw) <= {
        "title", "unit", "note", "last_checked_on", "values", "entries",
    }  # fmt: skip


def test_every_value_of_a_parameter_resolves_to_a_document(name):
    for value in PARAMETERS[name].values:
        assert value.reference.article
        assert value.reference.url is not None or value.reference.short == "Рабочее правило"


def test_a_rule_of_our_own_never_claims_to_be_seen_in_a_source(name):
    for value in PARAMETERS[name].values:
        assert value.reference.url is not None or value.confidence == "M"


def test_no_parameter_was_left_unseen_while_others_were_checked(name):
    newest = max(parameter.last_checked_on for parameter in PARAMETERS.values())
    assert newest - PARAMETERS[name].last_checked_on <= LONGEST_UNSEEN, "somebody must look whether it still holds"


def test_a_value_in_force_on_the_day_its_parameter_was_checked_was_checked_after_it_began(name):
    parameter = PARAMETERS[name]
    unpublished = [value for value in parameter.values if value.published_on is None]
    assert unpublished[-1].start <= parameter.last_checked_on


def test_a_value_to_come_says_when_its_act_was_published(name):
    parameter = PARAMETERS[name]
    to_come = [value for value in parameter.values if value.start > parameter.last_checked_on]
    assert all(value.published_on is not None for value in to_come)


def test_dates_and_decimals_are_quoted_so_that_yaml_cannot_bend_them(name):
    raw = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    assert not [leaf for leaf in _leaves(raw) if isinstance(leaf, date | float)]


def test_every_file_of_law_is_loaded():
    not_law = {"sources"}
    assert {path.stem for path in HERE.glob("*.yaml")} - not_law == set(SHAPES)


def test_every_source_is_used():
    sources = yaml.safe_load((HERE / "sources.yaml").read_text(encoding="utf-8"))
    texts = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.yaml"))
    assert [source for source in sources if f"source: {source}," not in texts] == []


def test_every_regime_has_its_rules_from_its_first_year():
    for sector in Sector:
        for regime, year in ((Regime.INCOME, 2012), (Regime.COST_HC, 2018), (Regime.COST_TPI, 2018)):
            law = STATUTE.at(year)
            asked = (law.base_kind, law.first_obliged_year, law.credit_mode, law.filing_deadline, law.rate)
            assert None not in [parameter.find(regime, sector) for parameter in asked]
        assert STATUTE.at(2012).base_kind.find(Regime.NONE, sector) is None


def test_every_code_of_recognition_has_its_function_and_no_other():
    assert list(CODES) == [row.code for row in STATUTE.recognition.rows]


@pytest.mark.parametrize(("day", "start"), [("2018-06-29", "2018-06-29"), ("2018-06-28", "2012-01-01")])
def test_a_rate_is_the_newest_that_has_begun(day, start):
    found = STATUTE.rate.on(date.fromisoformat(day)).of(Regime.INCOME, Sector.HYDROCARBONS)
    assert (found.value, found.start.isoformat()) == (Decimal("0.01"), start)


def test_a_rate_before_the_first_one_is_an_error_not_a_zero():
    with pytest.raises(LookupError, match="2011-12-31"):
        STATUTE.rate.on(date(2011, 12, 31)).of(Regime.INCOME, Sector.HYDROCARBONS)


def test_a_year_before_the_duty_has_no_law():
    with pytest.raises(LookupError, match="the law of 2011 is not known: the first year is 2012"):
        STATUTE.at(2011)
    assert STATUTE.nearest(date(1990, 5, 1)) is STATUTE.at(2012)


def test_a_code_the_law_of_a_year_does_not_have_is_an_error():
    with pytest.raises(LookupError, match="no recognition code R99 in 2025"):
        STATUTE.at(2025).code("R99")


def test_the_statute_is_read_once():
    assert load_statute() is load_statute()
    assert STATUTE.at(2025) is STATUTE.at(2025)


def test_the_digest_covers_every_yaml_file_of_the_folder(tmp_path):
    folder = copytree(HERE, tmp_path / "statute")
    before = digest_of(folder)
    assert before == load_statute(folder).digest == STATUTE.digest
    (folder / "cure.yaml").write_text("F001: {}\n", encoding="utf-8")
    after = digest_of(folder)
    (folder / "limits.yaml").write_text("", encoding="utf-8")
    assert len({before, after, digest_of(folder)}) == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cure", "title: x\n"),
        ("cure", "- 1\n"),
        ("cure", "a: [\n"),
        ("base_jump", (HERE / "base_jump.yaml").read_text(encoding="utf-8") + "extra: 1\n"),
        ("base_jump", (HERE / "base_jump.yaml").read_text(encoding="utf-8").replace("WORKING_RULE", "NOWHERE")),
    ],
    ids=["fields missing", "not a mapping", "not YAML", "unknown field", "unknown source"],
)
def test_a_broken_file_is_named(tmp_path, name, text):
    folder: Path = copytree(HERE, tmp_path / "statute")
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StatuteError, match=f"{name}.yaml"):
        load_statute(folder)


def test_directions_name_three_priorities_and_eight_centres():
    directions = STATUTE.at(2025).directions
    codes = {direction.code for direction in directions}
    assert len([direction for direction in directions if direction.centre]) == 8
    assert {direction.priority for direction in directions} - {None} == {"MEDTECH", "AGRITECH", "GREENTECH"}
    assert {direction.centre for direction in directions} | {
        direction.priority for direction in directions
    } <= codes | {None}


def test_stems_are_written_as_titles_are_compared():
    for kind in STATUTE.excluded_kinds.values:
        for stem in (*kind.stems, *kind.exceptions):
            assert stem == stem.casefold().replace("ё", "е").strip()


def _leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value)
    else:
        yield node


def test_names_of_directions_read_alone_are_those_of_the_statute():
    rows = load_statute().directions.rows
    assert direction_names() == tuple({"ru": each.name.ru, "kk": each.name.kk, "en": each.name.en} for each in rows)
