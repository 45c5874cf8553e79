"""Limits: what reading refuses before and while it opens a workbook.

Belongs here: the dataclass and its defaults' file. Does not: the settings that replace them (``assets``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from schemas.yaml_text import load_yaml


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, counts, seconds; each is explained in ``limits.yaml``."""

    packed_bytes: int
    unpacked_bytes: int
    zip_entries: int
    rows_a_sheet: int
    cells_a_sheet: int
    header_rows: int
    amount_tenge: int
    whole_number: int
    text_digits: int
    earliest_year: int
    shown_characters: int
    memory_bytes: int
    seconds_a_workbook: float
    tasks_in_flight: int
    results_ahead: int
    files_a_look: int
    bytes_a_look: int


@lru_cache(maxsize=1)
def default_limits() -> Limits:
    """Return the limits of ``limits.yaml``."""
    return Limits(**load_yaml((files(__package__) / "limits.yaml").read_text(encoding="utf-8")))
