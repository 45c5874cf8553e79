"""Limits: what reading refuses before and while it opens a workbook.

Here: the dataclass, its defaults' file and the digest of what decides on a workbook. Not here: reading.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from schemas.yaml_text import load_yaml

FILE = Path(__file__).with_suffix(".yaml")
"""Where the limits lie."""

# These say how work is paced. Whatever they are, a workbook is read alike.
_PACE = frozenset({"tasks_in_flight", "results_ahead", "files_per_look", "bytes_per_look"})


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, counts, seconds; each is explained in ``limits.yaml``."""

    packed_bytes: int
    unpacked_bytes: int
    zip_entries: int
    rows_per_sheet: int
    cells_per_sheet: int
    header_rows: int
    amount_tenge: int
    year_tenge: int
    percent: int
    whole_number: int
    number_characters: int
    text_digits: int
    years_to_submit: int
    earliest_year: int
    last_year: int
    shown_characters: int
    memory_bytes: int
    seconds_per_workbook: float
    defects_at_once: int
    tasks_in_flight: int
    results_ahead: int
    files_per_look: int
    bytes_per_look: int


def default_limits() -> Limits:
    """Return the limits of ``limits.yaml``."""
    return _limits(FILE)


@cache
def _limits(path: Path) -> Limits:
    return Limits(**load_yaml(path.read_text(encoding="utf-8")))


def limits_digest() -> str:
    """Return the SHA-256 over the names and values of the limits that decide what is read, without the pace of work."""
    deciding = {name: value for name, value in asdict(default_limits()).items() if name not in _PACE}
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()
