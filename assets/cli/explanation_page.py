"""Explanation page: how an explanation looks on a terminal, 80 columns or wide.

Belongs here: headings, columns of figures, colours. Does not: what is said (``pipelines.explanations``).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assets.cli.terminal import COLOURS
from pipelines.explanations import shapes
from pipelines.explanations.arithmetic import Step, sums
from pipelines.wording import numbers, phrases
from schemas.vocabulary import Status

_LABEL, _AMOUNT, _NOTE_BESIDE, _INDENT = 44, 22, 120, 6
_NONE = "–"
_REGISTER_ROW = re.compile(r"(\w+\.xlsx) row (\d+)")
_WITHOUT_UNKNOWN = ("declared", "set_aside")


class _Page:
    """A console that prints rows of a statement: sign, label, amount, and what they rest on."""

    def __init__(self, console: Console, language: str) -> None:
        self.console = console
        self.language = language
        self.is_wide = console.width >= _NOTE_BESIDE

    def say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style))

    def heading(self, text: str) -> None:
        self.console.print()
        self.say(text, "bold")

    def section(self, key: str) -> None:
        self.heading(phrases.say("sections", key, self.language))

    def row(self, sign: str, label: str, amount: str, notes: Iterable[str | None], *, style: str = "") -> None:
        """Print a row; what it rests on stands beside it where there is room, else below."""
        note = Text(" · ".join(each for each in notes if each), style="dim")
        row = Table.grid(padding=(0, 1))
        row.add_column(width=2, justify="right")
        # Words without an amount may take its place too.
        row.add_column(width=_LABEL if amount else _LABEL + 1 + _AMOUNT)
        cells = [Text(sign, style=style), Text(label, style=style)]
        if amount:
            row.add_column(width=_AMOUNT, justify="right", no_wrap=True)
            cells.append(Text(amount, style=style))
        if self.is_wide:
            row.add_column(overflow="fold")
            cells.append(note)
        row.add_row(*cells)
        self.console.print(row)
        if note and not self.is_wide:
            self.below(note)

    def below(self, text: Text | str, style: str = "dim") -> None:
        shown = text if isinstance(text, Text) else Text(text, style=style)
        self.console.print(Padding(shown, (0, 0, 0, _INDENT)))

    def amount(self, tiyn: int | None) -> str:
        return "" if tiyn is None else numbers.amount(tiyn, self.language)


def print_explanation(console: Console, found: shapes.Explanation) -> None:
    """Print an explanation as a statement: the verdict first, then every step that leads to it."""
    page = _Page(console, found.language)
    if found.what_if is not None:
        _print_what_if(page, found, found.what_if)
        return
    _print_verdict(page, found)
    _print_sums(page, found.terms, found.verdict, found.status_in_words, _unknown(found.lines))
    _print_lines(page, "lines", found.lines)
    _print_lines(page, "remarked_lines", found.remarked_lines)
    _print_decisions(page, found.decisions)
    _print_arrears(page, found)


def _print_verdict(page: _Page, found: shapes.Explanation) -> None:
    verdict, language = found.verdict, found.language
    if found.version and found.version.asked_for:
        asked = numbers.day(found.version.asked_for, language)
        page.say(f" {phrases.say('phrases', 'as_of', language, day=asked)} ", "reverse")
    _print_title(page, verdict, found.status_in_words, Status(verdict["status"]))
    if found.doubt:
        page.say(f"{phrases.phrase('doubt', language, verdict['doubt'])}:", "bold yellow")
        for code in found.doubt:
            page.below(f"{code.code} {code.meaning}", "yellow")
    if verdict["late_days"]:
        page.say(phrases.phrase("late_days", language, verdict["late_days"]))
    if found.version:
        page.say(_version_in_words(found.version, language), "dim")
    if found.archived:
        page.say(phrases.phrase("archived", language, found.archived), "dim")


def _print_title(page: _Page, verdict: dict[str, Any], status_in_words: str, status: Status) -> None:
    language = page.language
    colour = COLOURS.get(status, "default")
    page.say(f"{verdict['unit_no']} · {verdict['report_year']} · {status}", f"bold {colour}")
    page.say(f"{status_in_words}.", colour)
    kind = phrases.label("unit_kind", verdict["unit_kind"], language)
    dated = phrases.phrase("dated", language, numbers.day(verdict["unit_date"], language))
    sector = phrases.label("sector", verdict["sector"], language)
    operation = phrases.label("operation", verdict["operation"], language)
    page.say(f"{verdict['user_name']}, {verdict['user_bin']} · {kind} {dated} · {sector}, {operation}")


def _version_in_words(version: shapes.Version, language: str) -> str:
    recorded = numbers.moment(version.recorded_at, language)
    cause = phrases.cause_in_words(version.cause, language)
    until = (
        phrases.say("phrases", "holds", language)
        if version.superseded_at is None
        else phrases.say("phrases", "superseded", language, at=numbers.moment(version.superseded_at, language))
    )
    return "; ".join(
        [
            phrases.say("phrases", "recorded", language, version=version.version_no, at=recorded),
            phrases.say("phrases", "because", language, cause=cause),
            until,
        ]
    )


def _unknown(lines: Iterable[shapes.Line]) -> int:
    """Return how many lines have an amount nobody could read: sums are without them."""
    return sum(line.amount_tiyn is None for line in lines)


def _print_sums(
    page: _Page, terms: Sequence[shapes.Term], verdict: dict[str, Any], status_in_words: str, unknown: int = 0
) -> None:
    for section, steps in sums(terms).items():
        unit = f", {phrases.say('phrases', 'in_tenge', page.language)}" if section == "duty" else ""
        page.heading(phrases.say("sections", section, page.language) + unit)
        for step in steps:
            _print_step(page, step, verdict, status_in_words)
            if step.term.term in _WITHOUT_UNKNOWN and unknown and not step.is_carried:
                page.below(phrases.phrase("unknown_amounts", page.language, unknown), "yellow")


def _print_step(page: _Page, step: Step, verdict: dict[str, Any], status_in_words: str) -> None:
    term, language = step.term, page.language
    key, _, detail = term.term.partition(":")
    label, amount = term.wording, page.amount(term.amount_tiyn)
    notes = [term.reference, _place(term.source, language)]
    if step.is_carried:
        page.row(step.sign, label, amount, [], style="dim")
        return
    if key == "regime":
        label = f"{label}: {phrases.say('regimes', detail, language)}"
    elif key == "rate":
        label, amount = label.rsplit(" ", 1)
    elif key == "deadline":
        label = label.replace(detail, numbers.day(verdict["deadline"], language))
    elif key == "filed_base_kind":
        label = label.replace(detail, phrases.label("base_kind", detail, language))
    elif key == "fulfilment":
        label, amount = label.rsplit(" ", 1)
        notes.insert(0, _fulfilment_of(page, verdict))
    elif key == "credit_in":
        notes.append(phrases.phrase("of_the_year", language, verdict["report_year"] - 1))
    elif key == "status":
        notes.insert(0, status_in_words)
    page.row(step.sign, label, amount, notes, style="bold" if step.sign == "=" else "")
    if key == "recognised" and verdict["clean_tiyn"] != verdict["recognised_tiyn"]:
        page.row("·", phrases.say("phrases", "clean", language), page.amount(verdict["clean_tiyn"]), [], style="dim")


def _place(source: str | None, language: str) -> str | None:
    """Return where something stands, in the reader's words: registers are told by their row."""
    return source and _REGISTER_ROW.sub(lambda row: phrases.phrase("source_row", language, *row.groups()), source)


def _fulfilment_of(page: _Page, verdict: dict[str, Any]) -> str:
    names = ("credit_used_tiyn", "financing_tiyn", "due_tiyn")
    credit, financing, due = (page.amount(verdict[name]) for name in names)
    return phrases.say("phrases", "fulfilment_of", page.language, credit=credit, financing=financing, due=due)


def _print_lines(page: _Page, section: str, lines: Sequence[shapes.Line]) -> None:
    if not lines:
        return
    page.section(section)
    for line in lines:
        number = phrases.say("phrases", "line", page.language)
        bucket = phrases.say("buckets", line.bucket, page.language)
        title = f"{number} {line.line_no or '?'}, {bucket}"
        page.row("", title, page.amount(line.amount_tiyn) or _NONE, [line.title])
        deciding = line.codes[:1] if line.decided_by else line.codes
        for code in deciding:
            page.below(f"{code.code} {code.meaning}" + (f" · {code.reference}" if code.reference else ""), "")
        others = line.codes[len(deciding) :]
        if others:
            told = "; ".join(f"{code.code} {code.meaning}" for code in others)
            page.below(f"{phrases.say('phrases', 'all_codes', page.language)}: {told}")
        if line.facts is not None:
            page.below("; ".join(_facts(line.facts, page.language)))
        page.below(_place(line.source, page.language) or "")


def _facts(facts: shapes.LineFacts, language: str) -> Iterator[str]:
    """Yield what a line says of its payment, each with its cell."""
    day = _NONE if facts.payment_date is None else numbers.day(facts.payment_date, language)
    cell = facts.cells.get("payment_date")
    paid = phrases.phrase("paid", language, facts.payment_doc_no or _NONE, day)
    unpaid = facts.payment_doc_no is None and facts.payment_date is None
    yield (phrases.phrase("unpaid", language) if unpaid else paid) + (f" ({cell})" if cell else "")
    named = ", ".join(each for each in (facts.performer_name, facts.performer_bin) if each)
    if named:
        yield phrases.phrase("performer", language, named)
    if facts.agreement_no is not None:
        signed = _NONE if facts.agreement_date is None else numbers.day(facts.agreement_date, language)
        yield phrases.phrase("agreement", language, facts.agreement_no, signed)
    for claim in facts.claims:
        yield phrases.phrase("claimed_too", language, claim)


def _print_decisions(page: _Page, decisions: Sequence[shapes.Decision]) -> None:
    if not decisions:
        return
    page.section("decisions")
    language = page.language
    for each in decisions:
        kind = phrases.label("decision_kind", each.kind, language)
        dated = phrases.phrase("dated", language, numbers.day(each.decided_on, language))
        effect = phrases.say("effects", each.effect, language)
        page.row("", f"{each.decision_no} {dated}: {kind}", page.amount(each.amount_tiyn), [effect])
        told = (
            ("payment_document", each.payment_doc_no),
            ("lines_decided", each.lines or None),
            ("new_term", each.until and numbers.day(each.until, language)),
            ("reason", each.reason),
            ("signed_by", each.signed_by),
        )
        page.below("; ".join(phrases.phrase(key, language, fact) for key, fact in told if fact is not None))


def _print_arrears(page: _Page, found: shapes.Explanation) -> None:
    arrears, language = found.arrears, found.language
    if arrears is None:
        return
    page.section("arrears")
    page.row("", phrases.phrase("shortfall", language), page.amount(arrears.shortfall_tiyn), [])
    page.row("−", phrases.phrase("cured", language), page.amount(arrears.cured_tiyn), [])
    page.row("=", phrases.phrase("open", language), page.amount(arrears.open_tiyn), [arrears.reference], style="bold")
    for told in _clock(arrears, language):
        page.row("", told, "", [])


def _clock(arrears: shapes.Arrears, language: str) -> Iterator[str]:
    if arrears.notice_on is None:
        yield phrases.phrase("no_notice", language)
    else:
        yield phrases.phrase("notice_on", language, numbers.day(arrears.notice_on, language))
    if arrears.cure_until is not None:
        until = phrases.phrase("cure_until", language, numbers.day(arrears.cure_until, language))
        why = "extended" if arrears.is_extended else "months"
        late = f" - {phrases.phrase('overdue', language)}" if arrears.is_overdue else ""
        yield f"{until}: {phrases.phrase(why, language, arrears.months)}{late}"
    if arrears.cured_on is not None:
        key = "cured_on"
        if arrears.cure_until is not None:
            key = "cured_in_time" if arrears.cured_on <= arrears.cure_until else "cured_late"
        yield phrases.phrase(key, language, numbers.day(arrears.cured_on, language))


def _print_what_if(page: _Page, found: shapes.Explanation, supposed: shapes.WhatIf) -> None:
    language = page.language
    banner = f"{phrases.phrase('what_if', language)} - {phrases.phrase('not_stored', language)}"
    page.say(f" {banner} ", "reverse yellow")
    status = Status(str(next(figure.what_if for figure in supposed.figures if figure.name == "status")))
    _print_title(page, found.verdict, supposed.status_in_words, status)
    for assumption in supposed.assumptions:
        page.say(f"{phrases.phrase('assumed', language)}: {assumption}.", "dim")
    page.console.print()
    page.console.print(_comparison(page, supposed.figures))
    figures = {figure.name: figure.what_if for figure in supposed.figures}
    _print_sums(page, supposed.terms, {**found.verdict, **figures}, supposed.status_in_words)
    page.console.print()
    page.say(f" {banner} ", "reverse yellow")


def _comparison(page: _Page, figures: Sequence[shapes.Figure]) -> Table:
    language = page.language
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("")
    for key in ("stored", "supposed", "difference"):
        table.add_column(phrases.phrase(key, language), justify="right", no_wrap=True)
    for figure in figures:
        if figure.stored is None and figure.what_if is None:
            continue
        changed = figure.stored != figure.what_if
        table.add_row(
            Text(phrases.say("figures", figure.name, language)),
            Text(_shown(page, figure.name, figure.stored)),
            Text(_shown(page, figure.name, figure.what_if), style="bold" if changed else ""),
            Text(_difference(page, figure), style="yellow"),
        )
    return table


def _shown(page: _Page, name: str, value: int | Decimal | str | None) -> str:
    if value is None:
        return _NONE
    if name.endswith("_tiyn"):
        return numbers.amount(int(value), page.language)
    if name == "fulfilment_bp":
        return numbers.percent(int(value), page.language)
    return numbers.rate(value, page.language) if isinstance(value, Decimal) else str(value)


def _difference(page: _Page, figure: shapes.Figure) -> str:
    if not figure.difference:
        return ""
    sign = "+" if figure.difference > 0 else ""
    return sign + _shown(page, figure.name, figure.difference)
