"""Failing: what makes a partition fail, told to the operator.

Belongs here: turning known errors of the steps into ``dg.Failure`` before anything counts as materialised.
Does not: complaints about filings, which are data and fail nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.intake.registers import RegisterError
from pipelines.steps.invariants import InvariantError
from pipelines.steps.ledger import YearOrderError


@contextmanager
def told_to_the_operator() -> Iterator[None]:
    """Raise ``dg.Failure`` with what happened and what to do for every error an operator can act on.

    Such an error is a fact, not a hiccup: it is not retried.
    """
    try:
        yield
    except RegisterError as error:
        facts = {
            f"{number}. {name}": " ".join(
                (finding.code, finding.sheet or "", ", ".join(finding.cells), finding.expected or "")
            )
            for number, (name, finding) in enumerate(error.findings, start=1)
        }
        raise dg.Failure(str(error), metadata=facts, allow_retries=False) from error
    except YearOrderError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    except InvariantError as error:
        facts = {violation.check.name: str(violation) for violation in error.violations}
        raise dg.Failure(str(error), metadata=facts, allow_retries=False) from error
