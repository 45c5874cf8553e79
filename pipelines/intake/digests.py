"""Digests: by what rules workbooks are read, named as the inputs of a load name them.

Here: the two digests under their names, which are also the causes of a restatement. Not here: what is digested
(``pipelines.layouts.loader``, ``pipelines.intake.limits``), the statute's digest (``pipelines.statute.law``).
"""

from pipelines.intake.limits import limits_digest
from pipelines.layouts.loader import layouts_digest

FORM = "form"
LIMITS = "limits"


def reading_digests() -> dict[str, str]:
    """Return the SHA-256 of the layouts (``form``) and of the limits (``limits``) as they are now.

    Every load that keeps what was read from workbooks names both among its inputs; a year whose loads name others is
    behind.
    """
    return {FORM: layouts_digest(), LIMITS: limits_digest()}
