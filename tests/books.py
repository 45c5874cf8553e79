"""Workbooks for tests: a valid filing and valid registers, built by openpyxl, which a test bends.

Belongs here: the builder and nothing else. Does not: expectations, and anything read from ``pipelines.layouts`` -
the labels stand here as the contract spells them, so that a wrong layout file is seen by the tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from schemas.bin_number import check_digit

EDITION = "2025.1"
"""The edition whose labels stand here."""

DROP: Any = object()
"""Given as the value of a cover field: leave the label out."""

COVER_SHEET, UNITS_SHEET, FINANCING_SHEET, BUDGET_SHEET = "Титул", "Объекты", "НИОКР", "Бюджет"

COVER_LABELS = {
    "form_edition": "Редакция формы",
    "user_bin": "БИН недропользователя",
    "user_name": "Наименование недропользователя",
    "reporting_year": "Отчетный год",
    "submission_no": "Номер подачи",
    "submitted_on": "Дата подачи",
    "unit_of_account": "Единица измерения",
    "signatory": "Подписант",
}
UNITS_LABELS = {
    "unit_no": "Номер контракта (лицензии)",
    "base_kind": "Вид базы",
    "base_amount": "База за предыдущий год",
    "declared_due": "Сумма обязательства",
    "declared_credit": "Перенос с прошлых лет",
    "auditor_confirmed": "Подтверждено аудитором",
}
FINANCING_LABELS = {
    "line_no": "№",
    "unit_no": "Номер контракта (лицензии)",
    "project_title": "Наименование работы",
    "work_kind": "Вид работы",
    "direction": "Направление",
    "grnti": "Код ГРНТИ",
    "performer_name": "Исполнитель",
    "performer_bin": "БИН исполнителя",
    "performer_country": "Страна исполнителя",
    "permit_no": "Номер разрешения",
    "agreement_no": "Номер договора",
    "agreement_date": "Дата договора",
    "ntc_no": "Номер решения НТС",
    "ntc_date": "Дата решения НТС",
    "act_no": "Номер акта",
    "act_date": "Дата акта",
    "payment_doc_no": "Номер платежного документа",
    "payment_date": "Дата платежа",
    "entry_kind": "Вид записи",
    "currency": "Валюта",
    "amount": "Сумма",
    "for_year": "В счет года",
}
BUDGET_LABELS = {
    "unit_no": "Номер контракта (лицензии)",
    "payment_doc_no": "Номер платежного документа",
    "payment_date": "Дата платежа",
    "kbk": "КБК",
    "amount": "Сумма",
    "for_year": "В счет года",
}
REGISTER_LABELS = {
    "units": {
        "unit_no": "Номер",
        "unit_date": "Дата",
        "unit_kind": "Вид документа",
        "user_bin": "БИН",
        "user_name": "Наименование",
        "sector": "Сектор",
        "operation": "Операция",
        "mineral": "Полезное ископаемое",
        "deposit": "Месторождение",
        "region_kato": "КАТО",
        "production_start": "Начало добычи",
        "end_date": "Дата окончания",
        "holder_from": "Держатель с",
        "holder_to": "Держатель по",
        "regime_override": "Режим",
        "rate_override": "Ставка %",
        "fixed_due": "Фиксированная сумма",
        "resigned": "Статья 120(10)",
        "forfeit_percent": "Неустойка %",
        "opening_credit": "Перенос",
        "opening_credit_year": "Год переноса",
    },
    "performers": {
        "bin": "БИН",
        "name": "Наименование",
        "kind": "Вид",
        "accreditation_no": "Аккредитация",
        "valid_from": "Действует с",
        "valid_to": "Действует по",
    },
    "affiliates": {
        "user_bin": "БИН",
        "affiliate_bin": "БИН аффилированного лица",
        "valid_from": "Действует с",
        "valid_to": "Действует по",
        "ground": "Основание",
    },
    "treasury": {
        "receipt_no": "Номер",
        "received_on": "Дата",
        "payer_bin": "БИН плательщика",
        "unit_no": "Номер контракта (лицензии)",
        "kbk": "КБК",
        "for_year": "В счет года",
        "amount": "Сумма",
    },
    "decisions": {
        "decision_no": "Номер",
        "decided_on": "Дата",
        "kind": "Вид",
        "user_bin": "БИН",
        "unit_no": "Номер контракта (лицензии)",
        "report_year": "Отчетный год",
        "payment_doc_no": "Номер платежного документа",
        "until": "Срок",
        "reason": "Основание",
        "signed_by": "Подписал",
    },
    "rates": {"on": "Дата", "currency": "Валюта", "rate": "Курс"},
}


def bin_of(first_eleven: str) -> str:
    """Return the valid BIN that begins with these eleven digits."""
    digit = check_digit(first_eleven)
    assert digit is not None, f"{first_eleven} is a prefix that is never issued"
    return f"{first_eleven}{digit}"


USER_BIN = bin_of("02054000012")
PERFORMER_BIN = bin_of("99034000123")


def a_cover(year: int = 2025) -> dict[str, object]:
    """Return the fields of a valid cover."""
    return {
        "form_edition": EDITION,
        "user_bin": USER_BIN,
        "user_name": "ТОО «Сарыарка Ресурс»",
        "reporting_year": year,
        "submission_no": 1,
        "submitted_on": dt.date(year + 1, 4, 15),
        "unit_of_account": "тыс. тенге",
        "signatory": "А. Ахметов",
    }


def a_unit(**changes: object) -> dict[str, object]:
    """Return one valid row of the sheet of units."""
    row: dict[str, object] = {
        "unit_no": "КТ-101",
        "base_kind": "Затраты на добычу",
        "base_amount": 12_400_000,
        "declared_due": 124_000,
        "declared_credit": None,
        "auditor_confirmed": "да",
    }
    return row | changes


def a_line(line_no: object = 1, year: int = 2025, **changes: object) -> dict[str, object]:
    """Return one valid row of the sheet of payments."""
    row: dict[str, object] = {
        "line_no": line_no,
        "unit_no": "КТ-101",
        "project_title": "Методика повышения нефтеотдачи пласта",
        "work_kind": "НИР",
        "direction": None,
        "grnti": "52.47.19",
        "performer_name": "АО «Институт недр»",
        "performer_bin": PERFORMER_BIN,
        "performer_country": "KZ",
        "permit_no": None,
        "agreement_no": f"Д-{line_no}",
        "agreement_date": dt.date(year, 2, 1),
        "ntc_no": "НТС-7",
        "ntc_date": dt.date(year, 1, 20),
        "act_no": "А-1",
        "act_date": dt.date(year, 6, 30),
        "payment_doc_no": f"ПП-{line_no}",
        "payment_date": dt.date(year, 7, 5),
        "entry_kind": "оплата",
        "currency": "KZT",
        "amount": 75_000.5,
        "for_year": None,
    }
    return row | changes


def a_budget_row(year: int = 2025, **changes: object) -> dict[str, object]:
    """Return one valid row of the sheet of budget payments."""
    row: dict[str, object] = {
        "unit_no": "КТ-101",
        "payment_doc_no": "Б-1",
        "payment_date": dt.date(year, 9, 1),
        "kbk": "401103",
        "amount": 1_000,
        "for_year": year,
    }
    return row | changes


def filing(
    *,
    year: int = 2025,
    cover: Mapping[str, object] | None = None,
    units: Sequence[Mapping[str, object]] | None = None,
    financing: Sequence[Mapping[str, object]] | None = None,
    budget: Sequence[Mapping[str, object]] | None = None,
    edit: Callable[[Workbook], None] | None = None,
    path: Path | None = None,
) -> bytes:
    """Return the bytes of a filing workbook; valid unless bent.

    ``cover`` holds the fields that differ (``DROP`` leaves the label out). ``units``, ``financing`` and ``budget`` are
    full rows (see ``a_unit``, ``a_line``, ``a_budget_row``); None means one valid unit, two valid payments, no budget
    sheet. ``edit`` gets the finished openpyxl workbook. With ``path`` the bytes are also written there.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = COVER_SHEET
    for field, value in (a_cover(year) | dict(cover or {})).items():
        if value is not DROP:
            sheet.append([COVER_LABELS[field], value])
    _table(book, UNITS_SHEET, UNITS_LABELS, [a_unit()] if units is None else units)
    lines = [a_line(1, year), a_line(2, year)] if financing is None else financing
    _table(book, FINANCING_SHEET, FINANCING_LABELS, lines)
    if budget is not None:
        _table(book, BUDGET_SHEET, BUDGET_LABELS, budget)
    return _saved(book, edit, path)


def register(
    name: str,
    rows: Iterable[Mapping[str, object]],
    *,
    without: Sequence[str] = (),
    edit: Callable[[Workbook], None] | None = None,
    path: Path | None = None,
) -> bytes:
    """Return the bytes of a register; a field a row does not name is an empty cell, ``without`` leaves columns out."""
    book = Workbook()
    book.remove(book.worksheets[0])
    labels = {field: label for field, label in REGISTER_LABELS[name].items() if field not in without}
    _table(book, name, labels, rows)
    return _saved(book, edit, path)


def a_unit_record(**changes: object) -> dict[str, object]:
    """Return one valid row of the register of units: a hydrocarbon contract under the Code."""
    row: dict[str, object] = {
        "unit_no": "КТ-101",
        "unit_date": dt.date(2019, 3, 1),
        "unit_kind": "контракт",
        "user_bin": USER_BIN,
        "user_name": "ТОО «Сарыарка Ресурс»",
        "sector": "Углеводороды",
        "operation": "Добыча",
        "production_start": dt.date(2021, 1, 1),
    }
    return row | changes


def _table(book: Workbook, name: str, labels: Mapping[str, str], rows: Iterable[Mapping[str, object]]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(name)
    sheet.append(list(labels.values()))
    for row in rows:
        sheet.append([row.get(field) for field in labels])
    return sheet


def _saved(book: Workbook, edit: Callable[[Workbook], None] | None, path: Path | None) -> bytes:
    if edit is not None:
        edit(book)
    buffer = BytesIO()
    book.save(buffer)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.getvalue())
    return buffer.getvalue()
