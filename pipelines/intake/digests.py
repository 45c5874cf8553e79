"""Digests: by what rules workbooks are read, named as the inputs of a load name them.

Here: the digests under their names, which are also the causes of a restatement. Not here: what is digested
(``pipelines.layouts.loader``, ``pipelines.intake.limits``, ``pipelines.findings.catalogue``), the statute's digest
(``pipelines.statute.law``).
"""

from pipelines.findings.catalogue import severities_digest
from pipelines.intake.limits import limits_digest
from pipelines.layouts.loader import layouts_digest

FORM = "form"
LIMITS = "limits"
FINDINGS = "findings"


def reading_digests() -> dict[str, str]:
    """Return the SHA-256 of the layouts, of the limits and of the severities of findings as they are now.

    Every load that keeps what was read from workbooks names them among its inputs; a year whose loads name others is
    behind. The words of findings are no input: a typo corrected changes nothing that is stored.
    """
    return {FORM: layouts_digest(), LIMITS: limits_digest(), FINDINGS: severities_digest()}
