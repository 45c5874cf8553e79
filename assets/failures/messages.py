"""Messages: what stopped a partition, for an operator who has never seen the code.

Belongs here: the words and the metadata of ``dg.Failure`` for each kind of error: what happened, where, which rule,
what to do. Does not: catching errors, trying again (``assets.failures.policy``), complaints about filings, which fail
nothing.
"""

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import dagster as dg

from assets.metadata.format import shown_url
from assets.metadata.samples import shown_table
from pipelines.findings.catalogue import FileKind, Told, told
from pipelines.findings.finding import Finding
from pipelines.intake.inbox.inbox import REGISTERS
from pipelines.intake.processes.pool import ReadingError
from pipelines.intake.year.registers import RegisterError, Unusable
from pipelines.settings import Settings, SetupError
from pipelines.steps.invariants import InvariantError
from pipelines.stored.year_before import YearOrderError
from pipelines.verification.alteration import AlteredError
from pipelines.warehouse.engine import DamagedError, WarehouseError
from schemas.vocabulary import Language

_KEPT = "Nothing of this step was stored: the tables stay as they were last computed."
_DEFECT = (
    "This is a defect of Nedra or of its installation, never a filer's mistake. Leave the inbox as it is and give the "
    "maintainers the id of this run; its log has the stack trace."
)
_ROWS_SHOWN = 10


@dataclass(frozen=True)
class Place:
    """Where the step stood: the partition, the settings of the installation, and which attempt it was."""

    year: str
    settings: Settings
    attempts: int = 1

    @property
    def rerun(self) -> str:
        """How to compute the year again, in the UI or without."""
        return (
            "On the page of this run press the arrow beside “Re-execute all” and choose “From failure” (or"
            f" “Materialize” the year {self.year} on the asset's page, or nedra run --years {self.year})."
        )


@singledispatch
def failure_of(error: Exception, place: Place) -> dg.Failure:
    """Return the failure an error is told as; retrying is never left to Dagster."""
    # A database's complaint repeats the whole statement: its first line says what happened.
    first_line = str(error).strip().partition("\n")[0]
    return failure(
        f"Something nobody expected: {type(error).__name__}: {first_line}",
        what=f"{type(error).__name__}: {first_line}",
        next_step=_steps(_DEFECT, f"When it is mended: {place.rerun}"),
    )


@failure_of.register
def _(error: RegisterError, place: Place) -> dg.Failure:
    first, *others = error.unusable
    more: dict[str, Any] = {}
    complaints = [(each, finding) for each in error.unusable for finding in each.findings or (None,)]
    if len(complaints) > 1:
        records = [_complaint(each, finding) for each, finding in complaints]
        more["all_that_is_wrong"] = shown_table(list(records[0]), records)
    details = _of_register(first, place)
    if others:
        names = ", ".join(each.file_name for each in others)
        details["next_step"] = f"{details['next_step']} Before that, correct also: {names} (see all_that_is_wrong)."
    return failure(str(error), **details, **more)


@failure_of.register
def _(error: YearOrderError, place: Place) -> dg.Failure:
    return failure(
        str(error),
        what=f"The ledger of {place.year} starts from the result of {error.before}, and there is none yet.",
        next_step=_steps(
            f"Materialize partition {error.before} of all assets (job “year”; or: nedra run --years {error.before})",
            f"Then {place.rerun[:1].lower()}{place.rerun[1:]}",
        ),
        rule="years in order",
        missing_year=str(error.before),
        kept=_KEPT,
    )


@failure_of.register
def _(error: InvariantError, place: Place) -> dg.Failure:
    rows = [(violation, row) for violation in error.violations for row in violation.rows[:_ROWS_SHOWN]]
    return failure(
        str(error),
        what=" ".join(violation.check.message["en"] for violation in error.violations),
        next_step=_steps(_DEFECT, f"When it is mended: {place.rerun}"),
        rule=", ".join(violation.check.name for violation in error.violations),
        rows_found=sum(len(violation.rows) for violation in error.violations),
        rows=shown_table(
            ("rule", "row"),
            [
                {"rule": violation.check.name, "row": ", ".join(f"{name}={value}" for name, value in row.items())}
                for violation, row in rows
            ],
        ),
        kept=_KEPT,
    )


@failure_of.register
def _(error: WarehouseError, place: Place) -> dg.Failure:
    mend = (
        "Restore a backup of the warehouse (docs/backup.md) and run nedra verify"
        if isinstance(error, DamagedError)
        else "See that the database runs, can be reached and has room, and mend what the message says"
    )
    return failure(
        str(error),
        what=str(error),
        next_step=_steps(mend, place.rerun),
        warehouse=shown_url(place.settings),
        attempts=place.attempts,
        kept=_KEPT,
    )


@failure_of.register
def _(error: AlteredError, place: Place) -> dg.Failure:
    return failure(
        str(error),
        what=str(error),
        table=error.table,
        warehouse=shown_url(place.settings),
        kept=_KEPT,
        next_step=_steps(
            "Run nedra verify: it names the rows. Find out who altered them, and restore the warehouse from a backup"
            " (docs/backup.md); computing again repairs nothing, because what did not change is not written",
            place.rerun,
        ),
    )


@failure_of.register
def _(error: SetupError, place: Place) -> dg.Failure:
    return failure(
        str(error), what=str(error), next_step=_steps("Correct the installation as the message says", place.rerun)
    )


@failure_of.register
def _(error: ReadingError, place: Place) -> dg.Failure:
    return failure(
        f"The workbooks could not be read: {error}",
        what=str(error),
        path=dg.MetadataValue.path(str(place.settings.archive)),
        kept=_KEPT,
        next_step=_steps("See that this machine has memory and disk for the archive, and may write there", place.rerun),
    )


@failure_of.register
def _(error: OSError, place: Place) -> dg.Failure:
    reason = error.strerror or str(error)
    named = error.filename is not None
    return failure(
        f"{error.filename}: {reason}" if named else reason,
        what=reason,
        **({"path": dg.MetadataValue.path(str(error.filename))} if named else {}),
        kept=_KEPT,
        next_step=_steps(
            "See that the inbox and the home can be reached, that Nedra may read and write there, and that it has room",
            place.rerun,
        ),
    )


def failure(description: str, **metadata: Any) -> dg.Failure:
    """Return a failure that Dagster does not try again: what happened, and as metadata whatever helps to mend it."""
    # What happened and what to do come first: the log of a run shows the first lines of a long entry.
    return dg.Failure(description, metadata=metadata, allow_retries=False)


def _of_register(unusable: Unusable, place: Place) -> dict[str, Any]:
    path = f"{place.settings.inbox_url}/{REGISTERS}/{unusable.file_name}"
    if not unusable.findings:
        return {
            "what": "The register is missing.",
            "next_step": _steps(f"Put the register there: {path}", place.rerun),
            "file": unusable.file_name,
            "path": dg.MetadataValue.path(path),
            "kept": _KEPT,
        }
    finding = unusable.findings[0]
    said = _said(unusable, finding)
    sheet = f", sheet “{finding.sheet}”" if finding.sheet else ""
    cells = f", {_cells(finding)}" if finding.cells else ""
    return {
        "what": " ".join([f"{said.title}.", *said.facts]),
        "next_step": _steps(f"Open {path}{sheet}{cells}", said.do, "Save and close the file", place.rerun),
        "file": unusable.file_name,
        "sheet": finding.sheet or "the whole file",
        "cell": _cells(finding),
        "rule": finding.code,
        **({"field": finding.field} if finding.field else {}),
        "path": dg.MetadataValue.path(path),
        "kept": _KEPT,
    }


def _complaint(unusable: Unusable, finding: Finding | None) -> dict[str, str]:
    if finding is None:
        return {"file": unusable.file_name, "sheet": "", "cell": "", "rule": "", "what": "missing", "what to do": ""}
    said = _said(unusable, finding)
    return {
        "file": unusable.file_name,
        "sheet": finding.sheet or "",
        "cell": _cells(finding),
        "rule": finding.code,
        "what": " ".join([f"{said.title}.", *said.facts]),
        "what to do": said.do,
    }


def _said(unusable: Unusable, finding: Finding) -> Told:
    return told(finding, file_name=unusable.file_name, lang=Language.EN, kind=FileKind.REGISTER)


def _cells(finding: Finding) -> str:
    if finding.cells:
        return ", ".join(finding.cells[:_ROWS_SHOWN]) + (" …" if len(finding.cells) > _ROWS_SHOWN else "")
    return "the whole sheet" if finding.sheet else "the whole file"


def _steps(*steps: str) -> str:
    return " ".join(f"{number}) {step.rstrip('.')}." for number, step in enumerate(steps, start=1))
