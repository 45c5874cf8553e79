"""Rendering: a draft to the bytes of a workbook, in its language, with titles, totals and what people do to a form.

Belongs here: where cells stand. Does not: what is in them (``drafts``, ``mistakes``), labels (``labels``).
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from pipelines.demo.drafts import Draft, TypedText
from pipelines.demo.labels import fields, form_sheet, label, register_sheet, sheet_name, spoken, total_word
from pipelines.demo.story import Row
from pipelines.demo.workbook import Sheet, to_bytes

TITLES = {
    "ru": "Отчет о финансировании НИОКР за {year} год",
    "kk": "{year} жылғы ҒЗТКЖ қаржыландыру туралы есеп",
    "en": "Report on R&D financing for {year}",
}
TOTALLED = {"units": ("base_amount", "declared_due"), "financing": ("amount",), "budget": ("amount",)}
ROWS_ABOVE = 3  # title, empty row, header
UNPACKED_BOMB = 201 * 1024 * 1024
_DAMAGED_TAIL = 3  # a third of the file is lost on the way


def render(draft: Draft) -> bytes:
    """Return the workbook of a draft; for a damaged one, what is left of it."""
    if draft.damage == "renamed_text":
        return "БИН;Сумма\r\n".encode("cp1251") * 40
    content = to_bytes(_sheets(draft))
    if draft.damage == "truncated":
        return content[: len(content) - len(content) // _DAMAGED_TAIL]
    return _with_bomb(content) if draft.damage == "bomb" else content


def register(name: str, rows: Sequence[Row]) -> bytes:
    """Return the workbook of a register."""
    form = register_sheet(name)
    names = fields(form)
    body = [[_cell(spoken(form, field, row.get(field), "ru")) for field in names] for row in rows]
    return to_bytes([Sheet(sheet_name(form, "ru"), [[label(form, field, "ru") for field in names], *body], _only(1))])


def _sheets(draft: Draft) -> list[Sheet]:
    tables: dict[str, list[Row]] = {"units": draft.units, "financing": draft.lines}
    if draft.budget:
        tables["budget"] = draft.budget
    sheets = [_cover(draft)] if "cover" not in draft.missing_tables else []
    sheets += [_table(draft, name, rows) for name, rows in tables.items() if name not in draft.missing_tables]
    return sheets


def _cover(draft: Draft) -> Sheet:
    title: list[object] = [TITLES[draft.language].format(year=draft.year)]
    rows: list[list[object]] = [title, []]
    form = form_sheet(draft.edition, "cover")
    for field in fields(form):
        value = spoken(form, field, draft.cover.get(field), draft.language)
        rows.append([label(form, field, draft.language), _cell(value)])
    return Sheet(sheet_name(form, draft.language), rows, _only(1))


def _table(draft: Draft, table: str, rows: Sequence[Row]) -> Sheet:
    form = form_sheet(draft.edition, table)
    names = [field for field in fields(form) if (table, field) not in draft.missing_fields]
    if draft.column_seed is not None:
        Random(draft.column_seed).shuffle(names)  # noqa: S311 - repeatable, not secret
    language = draft.language
    header: list[object] = [label(form, field, language) for field in names]
    extra: list[object] = list(draft.extra_columns) if table == "financing" else []
    page: list[list[object]] = [[TITLES[language].format(year=draft.year)], [], header + extra]
    page += [[_cell(spoken(form, field, row.get(field), language)) for field in names] for row in rows]
    totals = _totals(table, rows, names, draft.total_off_by)
    if totals:
        page.append(_totals_row(names, totals, language))
    hidden = frozenset(k + ROWS_ABOVE + 1 for k in draft.hidden_lines) if table == "financing" else frozenset()
    return Sheet(
        sheet_name(form, language), page, frozenset({1, ROWS_ABOVE}), hidden, hidden=table in draft.hidden_tables
    )


def _totals(table: str, rows: Sequence[Row], names: Sequence[str], off_by: Decimal) -> Mapping[str, Decimal]:
    """Sums of the amounts, none if one of them cannot be read; nobody totals a single row."""
    if len(rows) <= 1:
        return {}
    sums = {}
    for field in TOTALLED[table]:
        worths = [_worth(row.get(field)) for row in rows]
        if field in names and None not in worths:
            sums[field] = sum((worth for worth in worths if worth is not None), Decimal(0))
    if table == "financing" and "amount" in sums:
        sums["amount"] += off_by
    return sums


def _totals_row(names: Sequence[str], totals: Mapping[str, Decimal], language: str) -> list[object]:
    """The word for total stands before every sum: in the first column, or in one put in front of the table's sums."""
    row: list[object] = [_cell(totals.get(name)) for name in names]
    if names[0] in totals:
        return []
    row[0] = total_word(language)
    return row


def _worth(value: object) -> Decimal | None:
    match value:
        case None:
            return Decimal(0)
        case TypedText():
            return value.worth
        case Decimal() | int():
            return Decimal(value)
    return None


def _cell(value: object) -> object:
    return value.text if isinstance(value, TypedText) else value


def _only(row: int) -> frozenset[int]:
    return frozenset({row})


def _with_bomb(content: bytes) -> bytes:
    """Add a picture that unpacks to more than any limit allows."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            zipfile.ZipInfo("xl/media/image1.bmp", (2025, 1, 1, 0, 0, 0)), bytes(UNPACKED_BOMB), zipfile.ZIP_DEFLATED
        )
    return target.getvalue()
