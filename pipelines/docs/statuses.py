"""Statuses: the page that says what a status means.

Here: how the words are shown. Not here: the words (``pipelines/wording/status_words.yaml``), the rule
(``pipelines.core.assess``).
"""

from collections.abc import Iterable

from pipelines.docs import markdown
from pipelines.statute.law import load_statute
from pipelines.wording.status_words import StatusWords, status_words
from schemas.vocabulary import Language, Status

_INTRODUCTION = """\
Every contract and licence has one verdict a reporting year, in `compliance_by_unit.status`. The table
`statuses` holds the words below, so that a query can join them; `codes` does the same for the codes of lines and
findings, `regions` for KATO codes. In a list, what nobody can judge stands first: nothing is known of it."""

_DOUBT = """\
A status is given on what was filed. Where the base itself is in doubt, `doubt` says by which findings, and the status
is to be read with it: see [reading a verdict](reading-a-verdict.md#doubt)."""

_USERS = """\
A user has the worst status of its obliged contracts and licences, in this order: {order}. Without any, it is
{without}. `fulfilment_bp` of a user is taken of its known obligations together, so that a user may be `PARTIAL` or
`BREACH` above 100%: what one contract has too much does not cover what another lacks."""


def write() -> str:
    """Return the page."""
    rule = load_statute().user_status.values[-1]
    users = _USERS.format(
        order=_listed(rule.worst_first), without=" or ".join(_listed([s]) for s in rule.without_obligation)
    )
    return markdown.page(
        "What a status means",
        _INTRODUCTION,
        [
            *(_section(words) for words in status_words()),
            markdown.section("Status and doubt", _DOUBT),
            markdown.section("The status of a user", users),
        ],
    )


def _section(words: StatusWords) -> str:
    rows = [
        (
            language,
            str(getattr(words.name, language)),
            str(getattr(words.when, language)),
            str(getattr(words.next, language)),
        )
        for language in Language
    ]
    return markdown.section(str(words.status), markdown.table(("language", "name", "given when", "what follows"), rows))


def _listed(statuses: Iterable[Status]) -> str:
    return ", ".join(f"`{status}`" for status in statuses)
