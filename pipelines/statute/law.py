"""Law: the statute as one frozen object, read from the YAML files beside, and the plain law of one year.

Here: reading, resolving references, completeness, the digest of what was read, ``Statute.at``. Not here: shapes
(``pipelines.statute.model``), dates (``pipelines.statute.dated``), values (YAML), rules (``pipelines.core``).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import yaml
from pydantic import ValidationError

from pipelines.statute import model
from pipelines.statute.dated import Dated, DatedByUnit, DatedRows, DatedValue, ForUnits
from schemas.vocabulary import Regime, Sector
from schemas.yaml_text import load_yaml

HERE = Path(__file__).parent
_CITED = {"source", "article"}
_SOURCES = "sources"


class StatuteError(Exception):
    """A parameter file is missing or does not say what it must; the message names the file."""


@dataclass(frozen=True, eq=False)
class Law:
    """The law of one reporting year, as it stands on 31 December: what a rule is given.

    What a rule asks by a day of its own (a payment, a receipt, a notice) stays dated, so that it cannot forget to ask.
    """

    year: int
    code_start: model.CodeStart
    regimes: tuple[model.RegimeRule, ...]
    rate: ForUnits[model.Rate]
    base_kind: ForUnits[model.Base]
    first_obliged_year: ForUnits[model.FirstYear]
    credit_mode: ForUnits[model.CreditMode]
    recognition: tuple[model.RecognitionCode, ...]
    excluded_kinds: tuple[model.ExcludedKind, ...]
    set_aside: model.SetAside
    status: model.StatusThresholds
    dust: model.Dust
    user_status: model.UserStatus
    filing_deadline: ForUnits[model.FilingDeadline]
    forfeit: ForUnits[model.Forfeit]
    reconciliation: model.Reconciliation
    base_jump: model.BaseJump
    base_doubt: model.BaseDoubt
    directions: tuple[model.Direction, ...]
    # Asked by the day of a payment or a receipt.
    budget_channel: DatedByUnit[model.BudgetChannel]
    digitalisation: DatedByUnit[model.Digitalisation]
    ntc: DatedByUnit[model.Council]
    foreign_performer: DatedValue[model.ForeignPerformer]
    accreditation: DatedValue[model.Accreditation]
    affiliation: DatedValue[model.Affiliation]
    exchange_rate: DatedValue[model.ExchangeRateAge]
    # Asked by the day of a notice.
    cure: DatedValue[model.Cure]

    @property
    def last_day(self) -> date:
        """Return 31 December of the year."""
        return _last_day(self.year)

    def code(self, code: str) -> model.RecognitionCode:
        """Return one code of recognition.

        Raises:
            LookupError: the law of this year has no such code.
        """
        for rule in self.recognition:
            if rule.code == code:
                return rule
        message = f"no recognition code {code} in {self.year}"
        raise LookupError(message)


@dataclass(frozen=True, eq=False)
class Statute:
    """Every parameter of the law through time, and the digest of the files it was read from.

    A field is a file: ``rate`` is ``rate.yaml``.
    """

    digest: str
    code_start: DatedValue[model.CodeStart]
    regimes: DatedRows[model.RegimeRule]
    rate: DatedByUnit[model.Rate]
    base_kind: DatedByUnit[model.Base]
    first_obliged_year: DatedByUnit[model.FirstYear]
    credit_mode: DatedByUnit[model.CreditMode]
    recognition: DatedRows[model.RecognitionCode]
    budget_channel: DatedByUnit[model.BudgetChannel]
    digitalisation: DatedByUnit[model.Digitalisation]
    ntc: DatedByUnit[model.Council]
    foreign_performer: DatedValue[model.ForeignPerformer]
    accreditation: DatedValue[model.Accreditation]
    affiliation: DatedValue[model.Affiliation]
    excluded_kinds: DatedRows[model.ExcludedKind]
    set_aside: DatedValue[model.SetAside]
    status: DatedValue[model.StatusThresholds]
    dust: DatedValue[model.Dust]
    user_status: DatedValue[model.UserStatus]
    filing_deadline: DatedByUnit[model.FilingDeadline]
    cure: DatedValue[model.Cure]
    forfeit: DatedByUnit[model.Forfeit]
    reconciliation: DatedValue[model.Reconciliation]
    exchange_rate: DatedValue[model.ExchangeRateAge]
    base_jump: DatedValue[model.BaseJump]
    base_doubt: DatedValue[model.BaseDoubt]
    directions: DatedRows[model.Direction]
    _years: dict[int, Law] = field(default_factory=dict, repr=False)

    @property
    def first_year(self) -> int:
        """Return the first year whose law is known: that of the first rate."""
        return self.rate.values[0].start.year

    def at(self, year: int) -> Law:
        """Return the law of a reporting year.

        Raises:
            LookupError: the year is before the first one.
        """
        if year < self.first_year:
            message = f"the law of {year} is not known: the first year is {self.first_year}"
            raise LookupError(message)
        if year not in self._years:
            day = _last_day(year)
            values = {name: value if name in ASKED_BY_DAY else value.on(day) for name, value in parameters(self)}
            self._years[year] = Law(year=year, **values)
        return self._years[year]

    def nearest(self, day: date) -> Law:
        """Return the law of the year of a day somebody typed, that of the first year for any day before it."""
        return self.at(max(day.year, self.first_year))


def _is_dated(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, Dated)


SHAPES: Mapping[str, type[Dated[Any]]] = {
    name: hint for name, hint in get_type_hints(Statute).items() if _is_dated(hint)
}
"""What each parameter file must hold, by its name without the ending."""

ASKED_BY_DAY = frozenset(name for name, hint in get_type_hints(Law).items() if _is_dated(hint))
"""Parameters a rule asks by a day of its own, not by the reporting year."""


def parameters(statute: Statute) -> Iterator[tuple[str, Any]]:
    """Yield every parameter with its name."""
    return ((name, getattr(statute, name)) for name in SHAPES)


@cache
def load_statute(folder: Path = HERE) -> Statute:
    """Read, check and return the statute; the same object for the same folder.

    Raises:
        StatuteError: a file is missing, is not YAML, or breaks its shape.
    """
    return statute_of({name: _yaml(folder / f"{name}.yaml") for name in (_SOURCES, *SHAPES)}, digest_of(folder))


def statute_of(files: Mapping[str, Mapping[str, Any]], digest: str) -> Statute:
    """Return the statute that files say, given as their content by name without the ending, ``sources`` among them.

    Raises:
        StatuteError: a file breaks its shape, or a parameter has no value when it is needed first.
    """
    values: dict[str, Any] = {name: _read(name, shape, files[name], files[_SOURCES]) for name, shape in SHAPES.items()}
    statute = Statute(digest=digest, **values)
    _refuse_gaps(statute)
    return statute


def digest_of(folder: Path = HERE) -> str:
    """Return the SHA-256 over the names and bytes of all YAML files of the folder, in name order."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        data = path.read_bytes()
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _read(name: str, shape: type[Dated[Any]], content: Mapping[str, Any], sources: Mapping[str, Any]) -> Dated[Any]:
    try:
        return shape.model_validate(_resolved(content, sources))
    except ValidationError as error:
        message = f"{name}.yaml: {'; '.join(_where_and_what(found) for found in error.errors())}"
        raise StatuteError(message) from error
    except (ValueError, KeyError, TypeError) as error:
        message = f"{name}.yaml: {error}"
        raise StatuteError(message) from error


def _where_and_what(found: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in found["loc"])
    what = str(found["msg"]).removeprefix("Value error, ")
    return f"{place}: {what}" if place else what


def _yaml(path: Path) -> dict[str, Any]:
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        message = f"{path.name} cannot be read: {error}"
        raise StatuteError(message) from error
    if not isinstance(content, dict):
        message = f"{path.name}: a mapping is expected"
        raise StatuteError(message)
    return content


def _resolved(node: Any, sources: Mapping[str, Any]) -> Any:
    """Return a YAML tree with the document in place of the id of a source, wherever a reference stands."""
    if isinstance(node, Mapping):
        if node.keys() == _CITED:
            return _document(node, sources)
        return {key: _resolved(value, sources) for key, value in node.items()}
    return [_resolved(part, sources) for part in node] if isinstance(node, list) else node


def _document(named: Mapping[str, str], sources: Mapping[str, Any]) -> dict[str, Any]:
    if named["source"] not in sources:
        message = f"sources.yaml has no document {named['source']}"
        raise ValueError(message)
    return {"article": named["article"], **sources[named["source"]]}


def _refuse_gaps(statute: Statute) -> None:
    """Refuse a parameter without a value in the first year, by regime in the first year of the regime."""
    for name, parameter in parameters(statute):
        if isinstance(parameter, DatedValue) and parameter.values[0].start > _last_day(statute.first_year):
            message = f"{name}.yaml: no value for {statute.first_year}, the first year of the duty"
            raise StatuteError(message)
        if isinstance(parameter, DatedByUnit):
            for regime, sector in _without_value(statute, parameter):
                message = f"{name}.yaml: no value for {regime}, {sector} in {_first_year(statute, regime)}"
                raise StatuteError(message)


def _without_value(statute: Statute, parameter: DatedByUnit[Any]) -> Iterator[tuple[Regime, Sector]]:
    for regime in type(parameter.values[0]).needed_by:
        in_force = parameter.on(_last_day(_first_year(statute, regime)))
        yield from ((regime, sector) for sector in Sector if in_force.find(regime, sector) is None)


def _first_year(statute: Statute, regime: Regime) -> int:
    """Return the year in which a regime begins: that of its first base."""
    bases = (base.start.year for base in statute.base_kind.values if base.regimes is None or regime in base.regimes)
    return min(bases, default=statute.first_year)


def _last_day(year: int) -> date:
    return date(year, 12, 31)
