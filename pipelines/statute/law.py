"""Law: the statute as one frozen object, read from the YAML files beside.

Belongs here: reading, resolving references, the digest of what was read. Does not: shapes (``model``), values (YAML),
rules (``pipelines.core``). ``findings.yaml`` and other files of this folder that are not law are only digested here.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from pipelines.statute import model
from schemas.yaml_text import load_yaml

HERE = Path(__file__).parent
_SOURCES = "sources"

P = TypeVar("P", bound=model.Parameter)


class StatuteError(Exception):
    """A parameter file is missing or does not say what it must; the message names the file."""


@dataclass(frozen=True)
class Statute:
    """Every parameter of the law, and the digest of the files it was read from.

    A field is a file: ``rate`` is ``rate.yaml``.
    """

    digest: str
    code_start: model.Day
    regimes: model.Regimes
    rate: model.Rate
    base_kind: model.BaseKinds
    first_obliged_year: model.FirstYears
    credit_mode: model.CreditModes
    recognition: model.Recognition
    budget_channel: model.BudgetChannel
    digitalisation: model.Digitalisation
    ntc: model.Council
    foreign_performer: model.ForeignPerformer
    accreditation: model.Accreditation
    affiliation: model.Affiliation
    excluded_kinds: model.ExcludedKinds
    set_aside: model.Parameter
    status: model.StatusThresholds
    user_status: model.UserStatus
    filing_deadline: model.FilingDeadline
    cure: model.Cure
    forfeit: model.Forfeit
    reconciliation: model.Reconciliation
    exchange_rate: model.ExchangeRateAge
    base_jump: model.BaseJump
    directions: model.Directions


@cache
def load_statute(folder: Path = HERE) -> Statute:
    """Read, check and return the statute; the same object for the same folder.

    Raises:
        StatuteError: a file is missing, is not YAML, or breaks its shape.
    """
    sources = _yaml(folder / f"{_SOURCES}.yaml")

    def read(name: str, shape: type[P]) -> P:
        path = folder / f"{name}.yaml"
        try:
            return shape.model_validate(_with_references(_yaml(path), sources))
        except (ValueError, KeyError) as error:
            message = f"{path.name}: {error}"
            raise StatuteError(message) from error

    return Statute(
        digest=digest_of(folder),
        code_start=read("code_start", model.Day),
        regimes=read("regimes", model.Regimes),
        rate=read("rate", model.Rate),
        base_kind=read("base_kind", model.BaseKinds),
        first_obliged_year=read("first_obliged_year", model.FirstYears),
        credit_mode=read("credit_mode", model.CreditModes),
        recognition=read("recognition", model.Recognition),
        budget_channel=read("budget_channel", model.BudgetChannel),
        digitalisation=read("digitalisation", model.Digitalisation),
        ntc=read("ntc", model.Council),
        foreign_performer=read("foreign_performer", model.ForeignPerformer),
        accreditation=read("accreditation", model.Accreditation),
        affiliation=read("affiliation", model.Affiliation),
        excluded_kinds=read("excluded_kinds", model.ExcludedKinds),
        set_aside=read("set_aside", model.Parameter),
        status=read("status", model.StatusThresholds),
        user_status=read("user_status", model.UserStatus),
        filing_deadline=read("filing_deadline", model.FilingDeadline),
        cure=read("cure", model.Cure),
        forfeit=read("forfeit", model.Forfeit),
        reconciliation=read("reconciliation", model.Reconciliation),
        exchange_rate=read("exchange_rate", model.ExchangeRateAge),
        base_jump=read("base_jump", model.BaseJump),
        directions=read("directions", model.Directions),
    )


def digest_of(folder: Path = HERE) -> str:
    """Return the SHA-256 over the names and bytes of all YAML files of the folder, in name order."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        data = path.read_bytes()
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


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


def _with_references(parameter: dict[str, Any], sources: dict[str, Any]) -> dict[str, Any]:
    """Replace source ids by documents; an entry without its own reference or confidence has those of its file."""
    resolved = parameter | {"reference": _reference(parameter["reference"], sources)}
    for table in ("values", "entries"):
        if table in parameter:
            resolved[table] = [
                {"confidence": parameter["confidence"]}
                | entry
                | {"reference": _reference(entry.get("reference", parameter["reference"]), sources)}
                for entry in parameter[table]
            ]
    return resolved


def _reference(named: dict[str, str], sources: dict[str, Any]) -> dict[str, str]:
    return {"article": named["article"], **sources[named["source"]]}
