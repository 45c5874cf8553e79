"""Reference rows: the meanings of statuses, codes and regions as rows of their tables.

Here: gathering words that stand elsewhere. Not here: the words, storing the rows (``pipelines.steps.registers``).
"""

from collections.abc import Iterator

import sqlalchemy as sa

from pipelines.findings.catalogue import catalogue
from pipelines.statute.law import Statute
from pipelines.wording.regions import region_names
from pipelines.wording.status_words import status_words
from schemas import reference
from schemas.vocabulary import Language

Row = tuple[object, ...]
REFERENCE = tuple(table.name for table in (reference.statuses, reference.codes, reference.regions))


def reference_rows(statute: Statute) -> dict[sa.Table, list[Row]]:
    """Return the rows of the tables of meanings; a code of recognition is worded as the newest law words it."""
    return {
        reference.statuses: list(_statuses()),
        reference.codes: sorted([*_of_recognition(statute), *_of_findings()]),
        reference.regions: [(code, *_in_order(name)) for code, name in sorted(region_names().items())],
    }


def _statuses() -> Iterator[Row]:
    for place, words in enumerate(status_words(), start=1):
        yield (str(words.status), place, *_in_order(words.name), *_in_order(words.when), *_in_order(words.next))


def _of_recognition(statute: Statute) -> Iterator[Row]:
    newest = {rule.code: rule for rule in statute.recognition.values}
    for code, rule in newest.items():
        yield (code, "recognition", rule.effect, *_in_order(rule.title), None, None, None, str(rule.reference))


def _of_findings() -> Iterator[Row]:
    for entry in catalogue().entries.values():
        words = [entry.wordings[language] for language in Language]
        told = (*(each.title for each in words), *(each.do for each in words))
        yield (entry.code, "finding", str(entry.severity), *told, entry.reference)


def _in_order(words: object) -> tuple[str, ...]:
    return tuple(str(getattr(words, language)) for language in Language)
