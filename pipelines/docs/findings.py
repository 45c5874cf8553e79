"""Findings: the page of every code that may be raised about a file.

Belongs here: how the catalogue is shown. Does not: its words (``pipelines/findings/findings.yaml``).
"""

from pipelines.docs import markdown
from pipelines.findings.catalogue import Entry, FileKind, catalogue
from schemas.vocabulary import Language, Severity

_INTRODUCTION = """\
What Nedra may say about a workbook it was given. One code has one meaning, one severity and one message. The same
problem in many cells is one finding with many cells; an empty or unreadable cell does not also raise its consequences.
Where, what, what was expected, what to do and what becomes of it make the message, in Russian, Kazakh and English."""

_SETTLED = """\
A superseded filing is settled. A rejected one is settled once a filing of the same user and year is accepted that was
received later, or has a higher submission number: a corrected copy under the same number settles it as well as the next
submission. Until then it stands in alerts, return notices and Dagster's pages. A rejected filing whose user could not
be read stands until its file leaves the inbox."""

_SEVERITIES = {
    Severity.REJECT: "the file is not used",
    Severity.SET_ASIDE: "the row is not used; its amount is kept apart",
    Severity.WARN: "used, and somebody should look",
    Severity.NOTE: "for information",
}


def write() -> str:
    """Return the page."""
    book = catalogue()
    overview = [
        (f"[{entry.code}](#{entry.code.lower()})", entry.severity, entry.wordings[Language.EN].title)
        for entry in book.entries.values()
    ]
    sections = [
        markdown.section("Severities", markdown.table(("severity", "means"), _SEVERITIES.items())),
        markdown.section("What settles a filing", _SETTLED),
        markdown.section("Overview", markdown.table(("code", "severity", "title"), overview)),
        *(_entry(entry) for entry in book.entries.values()),
    ]
    return markdown.page("Findings", f"{_INTRODUCTION}\n\nLast checked on {book.last_checked_on}.", sections)


def _entry(entry: Entry) -> str:
    rows = [
        (language, wording.title, " ".join(wording.message), wording.do, _next_step(entry, language))
        for language, wording in entry.wordings.items()
    ]
    by_value = [
        (value.replace(" | ", ", "), language, wording.do_by_value[value])
        for value in entry.wordings[Language.EN].do_by_value
        for language, wording in entry.wordings.items()
    ]
    return markdown.section(
        entry.code,
        f"Severity `{entry.severity}`. {entry.when}",
        f"Rests on: {entry.reference}.",
        markdown.table(("language", "title", "message", "what to do", "what becomes of it"), rows),
        *([markdown.table(("found", "language", "what to do then"), by_value)] if by_value else []),
    )


def _next_step(entry: Entry, language: Language) -> str:
    usual = catalogue().frames[language].next_steps[FileKind.FILING, entry.severity]
    return entry.wordings[language].next_step or usual
