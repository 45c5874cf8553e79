"""The law tree: every parameter says its unit, its source, how sure it is, and when somebody last looked."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from pipelines.statute.law import HERE, StatuteError, digest_of, load_statute
from pipelines.statute.model import Parameter
from schemas.vocabulary import Regime
from tests.core.builders import STATUTE

PARAMETERS = {name: value for name, value in vars(STATUTE).items() if isinstance(value, Parameter)}
LONGEST_UNSEEN = timedelta(days=366)


@pytest.fixture(params=sorted(PARAMETERS))
def name(request) -> str:
    return str(request.param)


def test_a_parameter_has_unit_reference_confidence_and_the_day_it_was_checked(name):
    raw = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    assert {"title", "unit", "reference", "confidence", "last_checked_on"} <= set(raw)


def test_every_value_of_a_parameter_resolves_to_a_document(name):
    parameter = PARAMETERS[name]
    for backed in (parameter, *getattr(parameter, "entries", ()), *getattr(parameter, "values", ())):
        assert backed.reference.article
        assert backed.reference.url is not None or backed.reference.short == "Рабочее правило"
        assert backed.confidence in "SXIM"


def test_a_rule_of_our_own_never_claims_to_be_seen_in_a_source(name):
    parameter = PARAMETERS[name]
    for backed in (parameter, *getattr(parameter, "entries", ()), *getattr(parameter, "values", ())):
        assert backed.reference.url is not None or backed.confidence == "M"


def test_no_parameter_was_left_unseen_while_others_were_checked(name):
    newest = max(parameter.last_checked_on for parameter in PARAMETERS.values())
    assert newest - PARAMETERS[name].last_checked_on <= LONGEST_UNSEEN, "somebody must look whether it still holds"


def test_no_dated_value_is_newer_than_the_day_it_was_checked(name):
    raw = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    days = [date.fromisoformat(leaf) for leaf in _leaves(raw) if _is_day(leaf)]
    assert max(days) == PARAMETERS[name].last_checked_on


def test_dates_and_decimals_are_quoted_so_that_yaml_cannot_bend_them(name):
    raw = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    assert not [leaf for leaf in _leaves(raw) if isinstance(leaf, date | float)]


def test_every_file_of_law_is_loaded():
    not_law = {"sources", "findings", "limits", "terms"}
    assert {path.stem for path in HERE.glob("*.yaml")} - not_law == set(PARAMETERS)


def test_every_source_is_used():
    sources = yaml.safe_load((HERE / "sources.yaml").read_text(encoding="utf-8"))
    texts = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.yaml"))
    assert [source for source in sources if f"source: {source}," not in texts] == []


def test_every_regime_has_its_rules():
    every = set(Regime)
    for optional in (STATUTE.base_kind, STATUTE.first_obliged_year):
        assert {entry.regime for entry in optional.entries} == every - {Regime.NONE}
    for needed in (STATUTE.credit_mode, STATUTE.filing_deadline):
        assert {entry.regime for entry in needed.entries} == every


@pytest.mark.parametrize(("day", "start"), [("2018-06-29", "2018-06-29"), ("2018-06-28", "2012-01-01")])
def test_a_rate_is_the_newest_that_has_begun(day, start):
    found = STATUTE.rate.on(date.fromisoformat(day))
    assert (found.value, found.start.isoformat()) == (Decimal("0.01"), start)


def test_a_rate_before_the_first_one_is_an_error_not_a_zero():
    with pytest.raises(LookupError, match="2011-12-31"):
        STATUTE.rate.on(date(2011, 12, 31))


def test_rates_stand_newest_first():
    starts = [value.start for value in STATUTE.rate.values]
    assert starts == sorted(starts, reverse=True)


def test_the_statute_is_read_once():
    assert load_statute() is load_statute()


def test_the_digest_covers_every_yaml_file_of_the_folder(tmp_path):
    folder = copytree(HERE, tmp_path / "statute")
    before = digest_of(folder)
    assert before == load_statute(folder).digest == STATUTE.digest
    (folder / "findings.yaml").write_text("F001: {}\n", encoding="utf-8")
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
    directions = STATUTE.directions.entries
    codes = {direction.code for direction in directions}
    assert len([direction for direction in directions if direction.centre]) == 8
    assert {direction.priority for direction in directions} - {None} == {"MEDTECH", "AGRITECH", "GREENTECH"}
    assert {direction.centre for direction in directions} | {
        direction.priority for direction in directions
    } <= codes | {None}


def test_stems_are_written_as_titles_are_compared():
    for kind in STATUTE.excluded_kinds.entries:
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


def _is_day(leaf: Any) -> bool:
    return isinstance(leaf, str) and len(leaf) == 10 and leaf[4] == leaf[7] == "-" and leaf.replace("-", "").isdigit()
