"""Signals: what the reasons for an auditor to look are called, what they rest on and where their limits are.

Here: reading ``signals.yaml``, and the values its model is run with. Not here: how a signal is found
(``dbt_like_sql.running``), where it is shown (``pipelines.reports``).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.statute.sources import cite
from schemas.money import TIYN_PER_TENGE
from schemas.yaml_text import load_yaml

_FILE = Path(__file__).with_name("signals.yaml")
_TIYN_ZEROS = len(str(TIYN_PER_TENGE)) - 1
_PERCENT = 100


def signal_title(signal: str, language: str) -> str:
    """Return what a signal is called in ru, kk or en; raise KeyError for one that is not listed."""
    return str(_content()["signals"][signal]["title"][language])


def signal_names() -> tuple[str, ...]:
    """Return the signals there are."""
    return tuple(_content()["signals"])


def signal_binds(year: int) -> dict[str, Any]:
    """Return the values the model of signals is run with: days as ISO text, amounts in tiyn, limits by signal."""
    values, signals = _content()["values"], _content()["signals"]
    last = date(year, 12, 31)
    threshold = values["threshold_tenge"] * TIYN_PER_TENGE
    return {
        "year_before": year - 1,
        "rush_from": (last - timedelta(days=values["rush_days"] - 1)).isoformat(),
        "rush_to": last.isoformat(),
        "round_zeros": values["round_tenge_zeros"] + _TIYN_ZEROS,
        "round_lines": values["round_lines"],
        "near_from_tiyn": threshold - threshold * values["near_percent"] // _PERCENT,
        "near_to_tiyn": threshold,
        "near_lines": values["near_lines"],
        "act_awaited_before": (last - timedelta(days=values["act_days"])).isoformat(),
        "benford_lines": values["benford_lines"],
        "signal_limits": {name: entry["limit"] for name, entry in signals.items()},
        "signal_references": {name: cite(**entry["reference"]) for name, entry in signals.items()},
    }


@cache
def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = load_yaml(_FILE.read_text(encoding="utf-8"))
    return content
