"""Every signal the SQL can raise is named in three languages, has a reference, and none is named that cannot be."""

import re
from pathlib import Path

import pytest

from pipelines.findings.signals import signal_binds, signal_names, signal_title

SQL = Path("dbt_like_sql/models/audit_signals.sql")
ROOT = Path(__file__).parents[2]


def test_the_signals_of_the_model_are_those_with_words():
    raised = re.findall(r"'([A-Z_]+)' AS signal", (ROOT / SQL).read_text(encoding="utf-8"))
    assert sorted(raised) == sorted(signal_names())


@pytest.mark.parametrize("signal", signal_names())
@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_a_signal_is_told_in_every_language(signal, language):
    assert signal_title(signal, language)
    assert signal_binds(2025)["signal_references"][signal]


def test_the_last_ten_days_of_december_are_ten():
    binds = signal_binds(2025)
    assert (binds["rush_from"], binds["rush_to"]) == ("2025-12-22", "2025-12-31")
    assert binds["act_awaited_before"] == "2024-12-31"
