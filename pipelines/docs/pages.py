"""Pages: which generated page is made by what.

Belongs here: the list. Does not: pages written by hand (``docs/README.md``, ``docs/decisions``).
"""

from collections.abc import Callable, Mapping

from pipelines.docs import dictionary, findings, layout, rules, statuses
from pipelines.inbox_check import answer

PAGES: Mapping[str, Callable[[], str]] = {
    "data-dictionary.md": dictionary.write,
    "findings.md": findings.write,
    "layout.md": layout.write,
    "rules.md": rules.write,
    "statuses.md": statuses.write,
    answer.SCHEMA: answer.json_schema,
}
