"""Markdown: the few shapes the generated pages are made of.

Belongs here: tables, links, escaping. Does not: what the pages say (the modules beside).
"""

from collections.abc import Iterable, Sequence

NOTHING = "-"
_GENERATED = "<!-- Written by `make docs` from the code's own data: change that, not this page. -->"


def page(title: str, introduction: str, sections: Iterable[str]) -> str:
    """Return a whole page; it says itself that it is generated."""
    head = f"# {title}\n\n{_GENERATED}\n\n{introduction}\n"
    return "\n".join([head, *(f"{section.rstrip()}\n" for section in sections)])


def section(title: str, *parts: str, level: int = 2) -> str:
    """Return a heading with its paragraphs and tables."""
    return "\n\n".join([f"{'#' * level} {title}", *(part for part in parts if part)])


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; None and an empty text show as a dash."""
    lines = [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def code(text: object) -> str:
    """Return a text as it is typed."""
    return f"`{text}`"


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(value: object) -> str:
    text = NOTHING if value is None else str(value)
    return " ".join(text.replace("|", "\\|").split()) or NOTHING
