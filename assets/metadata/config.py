"""Config: what is shown of which table, from ``config.yaml``.

Belongs here: reading the file. Does not: reading the warehouse (``tables``, ``findings``, ``verdicts``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.vocabulary import Severity
from schemas.yaml_text import load_yaml


@dataclass(frozen=True)
class Sample:
    """Columns of a sample, the order of its rows (a leading ``-``: largest first), the amounts to sum."""

    columns: tuple[str, ...]
    order: tuple[str, ...]
    sums: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """How much is shown, and what of each table, by asset."""

    rows: int
    worst: int
    codes: int
    bar: int
    text: int
    cells: int
    check_severity: Mapping[Severity, str]
    worst_first: tuple[Severity, ...]
    tables: Mapping[str, Sample]


@cache
def choices() -> Choices:
    """Return the choices."""
    raw = load_yaml(Path(__file__).with_name("config.yaml").read_text(encoding="utf-8"))
    tables = {
        name: Sample(**{part: tuple(names) for part, names in told.items()}) for name, told in raw.pop("tables").items()
    }
    severity = {Severity(name): wanted for name, wanted in raw.pop("check_severity").items()}
    worst_first = tuple(Severity(name) for name in raw.pop("worst_first"))
    return Choices(**raw, check_severity=severity, worst_first=worst_first, tables=tables)
