"""Cases of findings: for each code of the contract's section on findings, filings that break only that.

Belongs here: who hands in what, and the rows of `findings` and `financing_lines` that must come of it.
Does not: running them (``test_findings``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook

from tests.books import DROP, FINANCING_LABELS, FINANCING_SHEET, PERFORMER_BIN, UNITS_SHEET, bin_of
from tests.homes import User

YEAR = 2025
ACCEPTED, REJECTED, SUPERSEDED, DUPLICATE = "accepted", "rejected", "superseded", "duplicate"

Finding = dict[str, Any]


def found(code: str, cell: str | None = None, sheet: str | None = None, file: str = "1.xlsx", **told: Any) -> Finding:
    """A row of `findings`; ``told`` are field, value, expected, difference, unit_no."""
    blank = dict.fromkeys(("field", "value", "expected", "difference", "unit_no"))
    return {"file": file, "code": code, "sheet": sheet, "cell": cell} | blank | told


@dataclass(frozen=True)
class Case:
    """Filings of one user, by file name, and what must come of them."""

    name: str
    files: Callable[[User], dict[str, bytes]]
    findings: tuple[Finding, ...]
    statuses: tuple[str, ...] = (ACCEPTED,)
    lines: tuple[tuple[str, str, str], ...] = field(default=(("recognised", "", "1"), ("recognised", "", "2")))
    """(bucket, codes, line number) of the lines of the last filing that was used, in order of row."""
    record: Callable[[User], list[dict[str, Any]]] = lambda user: [user.record()]
    earlier: Callable[[User], bytes] | None = None
    """The filing of the year before."""


def one(make: Callable[[User], bytes]) -> Callable[[User], dict[str, bytes]]:
    """One filing."""
    return lambda user: {"1.xlsx": make(user)}


def with_line(**changes: Any) -> Callable[[User], dict[str, bytes]]:
    """A filing whose second payment is bent."""
    return one(lambda user: user.filing(lines=[user.line(1), user.line(2, **changes)]))


def with_unit(**changes: Any) -> Callable[[User], dict[str, bytes]]:
    """A filing whose unit is bent."""
    return one(lambda user: user.filing(units=[user.unit(**changes)]))


def with_cover(**changes: Any) -> Callable[[User], dict[str, bytes]]:
    """A filing whose cover is bent."""
    return one(lambda user: user.filing(cover=changes))


def edited(edit: Callable[[Workbook], Any], **more: Any) -> Callable[[User], dict[str, bytes]]:
    """A filing changed by openpyxl."""
    return one(lambda user: user.filing(edit=edit, **more))


def set_cell(sheet: str, cell: str, value: Any) -> Callable[[Workbook], None]:
    """Put a value into a cell."""

    def edit(book: Workbook) -> None:
        book[sheet][cell] = value

    return edit


def aside(code: str) -> tuple[tuple[str, str, str], ...]:
    """The second of two lines is set aside."""
    return (("recognised", "", "1"), ("set_aside", code, "2"))


def _two_units(user: User, second: str, **changes: Any) -> bytes:
    return user.filing(units=[user.unit(), user.unit(unit_no=second, declared_due=None, **changes)])


def _below_the_total(book: Workbook) -> None:
    book[FINANCING_SHEET].append(["Итого", *[None] * 19, 150_001])
    book[FINANCING_SHEET].append([None, None, "в том числе НДС", *[None] * 17, 16_000])


def _second_table(book: Workbook, labels: list[str]) -> None:
    book[FINANCING_SHEET].append(["Итого", *[None] * 19, 150_001])
    book[FINANCING_SHEET].append(labels)


NONE: tuple[tuple[str, str, str], ...] = ()

CASES = (
    Case("nothing is wrong", one(lambda user: user.filing()), ()),
    # the file as a whole
    Case(
        "F001 it is no workbook",
        lambda user: {"1.xlsx": f"no workbook of {user.name}".encode()},
        (found("F001", value="csv | txt", expected=".xlsx | .xlsm"),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F002 it is over a limit",
        edited(set_cell(FINANCING_SHEET, "A100001", "x")),
        (found("F002", value="100001 rows", expected="100000 rows", difference="1 rows"),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F003 a required sheet is missing",
        edited(lambda book: book.remove(book[UNITS_SHEET])),
        (found("F003", value="Титул; НИОКР", expected="Объекты"),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F004 a required column is missing",
        edited(lambda book: book[UNITS_SHEET].delete_cols(2)),
        (found("F004", sheet="Объекты", field="base_kind", expected="Вид базы"),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F005 a cover field is missing",
        with_cover(user_name=DROP),
        (found("F005", sheet="Титул", field="user_name", expected="text"),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F006 the year is not the folder's",
        with_cover(reporting_year=2024),
        (found("F006", "B4", "Титул", field="reporting_year", value="2024", expected="2025"),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F007 the same bytes were handed in before",
        lambda user: dict.fromkeys(("1.xlsx", "2.xlsx"), user.filing()),
        (found("F007", file="2.xlsx", expected="1.xlsx"),),
        (ACCEPTED, DUPLICATE),
    ),
    Case(
        "F008 a new number brings nothing new",
        lambda user: {"1.xlsx": user.filing(), "2.xlsx": user.filing(cover={"submission_no": 2})},
        (found("F008", "B5", "Титул", "2.xlsx", field="submission_no", value="2", expected="1.xlsx"),),
        (SUPERSEDED, ACCEPTED),
    ),
    Case(
        "F009 another content stands under the number",
        lambda user: {"1.xlsx": user.filing(), "2.xlsx": user.filing(lines=[user.line(1)])},
        (found("F009", "B5", "Титул", "2.xlsx", field="submission_no", value="1", expected="1.xlsx"),),
        (ACCEPTED, REJECTED),
    ),
    Case(
        "F010 the edition is unknown",
        with_cover(form_edition="2031.9"),
        (found("F010", "B1", "Титул", field="form_edition", value="2031.9", expected="2025.1"),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F011 the register has no unit of the BIN",
        one(lambda user: user.filing(cover={"user_bin": bin_of("77777777777")})),
        (found("F011", "B2", "Титул", field="user_bin", value=bin_of("77777777777")),),
        (REJECTED,),
        NONE,
    ),
    Case(
        "F012 a second table has another header",
        edited(lambda book: _second_table(book, list(FINANCING_LABELS.values())[::-1])),
        (
            found(
                "F012",
                "A5",
                "НИОКР",
                value=" | ".join(list(FINANCING_LABELS.values())[::-1])[:119] + "…",
                expected="НИОКР",
            ),
        ),
        (REJECTED,),
        NONE,
    ),
    # a row
    Case(
        "L001 a required cell is empty",
        with_line(project_title=None),
        (found("L001", "C3", "НИОКР", field="project_title", expected="text"),),
        lines=aside("L001"),
    ),
    Case(
        "L002 a value is of the wrong type",
        with_line(agreement_date="весной"),
        (found("L002", "L3", "НИОКР", field="agreement_date", value="весной", expected="dd.mm.yyyy | yyyy-mm-dd"),),
        lines=aside("L002"),
    ),
    Case(
        "L003 a cell holds an error",
        edited(set_cell(FINANCING_SHEET, "C3", "#REF!")),
        (found("L003", "C3", "НИОКР", field="project_title", value="#REF!", expected="text"),),
        lines=aside("L003"),
    ),
    Case(
        "L004 a formula was never calculated",
        edited(set_cell(FINANCING_SHEET, "U3", "=1+1")),
        (found("L004", "U3", "НИОКР", field="amount", value="=", expected="1234.56"),),
        lines=aside("L004"),
    ),
    Case(
        "L005 an amount is negative",
        with_line(amount=-5),
        (found("L005", "U3", "НИОКР", field="amount", value="-5", expected="> 0", unit_no="{unit}"),),
        lines=aside("L005"),
    ),
    Case(
        "L005 a base is negative",
        with_unit(base_amount=-1, declared_due=None),
        (found("L005", "C2", "Объекты", field="base_amount", value="-1", expected="≥ 0", unit_no="{unit}"),),
    ),
    Case(
        "L006 a unit is not in the register",
        one(lambda user: _two_units(user, "НЕТ-1")),
        (found("L006", "A3", "Объекты", field="unit_no", value="НЕТ-1", expected="2025", unit_no="НЕТ-1"),),
    ),
    Case(
        "L006 a unit was not held in the year",
        one(lambda user: _two_units(user, f"ЧУЖ-{user.number}")),
        (found("L006", "A3", "Объекты", field="unit_no", value="ЧУЖ-{n}", expected="2025", unit_no="ЧУЖ-{n}"),),
        record=lambda user: [
            user.record(),
            user.record(unit_no=f"ЧУЖ-{user.number}", holder_to=dt.date(2024, 12, 31)),
            user.record(
                unit_no=f"ЧУЖ-{user.number}",
                user_bin=PERFORMER_BIN,
                user_name="Преемник",
                holder_from=dt.date(2025, 1, 1),
            ),
        ],
    ),
    Case(
        "L006 two units of the register fit",
        one(lambda user: _two_units(user, f"{user.unit_no}¹")),
        (
            found(
                "L006",
                "A3",
                "Объекты",
                field="unit_no",
                value="{unit}¹",
                difference="{unit} | {unit}1",
                unit_no="{unit}¹",
            ),
        ),
        record=lambda user: [user.record(), user.record(unit_no=f"{user.unit_no}1")],
    ),
    Case(
        "L007 there is no rate for the date",
        with_line(currency="USD"),
        (found("L007", "T3", "НИОКР", field="currency", value="USD 2025-07-05", unit_no="{unit}"),),
        lines=aside("L007"),
    ),
    Case(
        "L009 a date is out of bounds",
        with_line(agreement_date=dt.date(1989, 12, 31)),
        (
            found(
                "L009",
                "L3",
                "НИОКР",
                field="agreement_date",
                value="1989-12-31",
                expected="1990-01-01 … 2026-12-31",
                unit_no="{unit}",
            ),
        ),
        lines=aside("L009"),
    ),
    Case(
        "L010 the performer's BIN fails its check digit",
        with_line(performer_bin="990340001235"),
        (
            found(
                "L010",
                "H3",
                "НИОКР",
                field="performer_bin",
                value="990340001235",
                unit_no="{unit}",
            ),
        ),
        lines=aside("L010"),
    ),
    Case(
        "L011 a value is not in the list",
        with_line(work_kind="Прогулка"),
        (
            found(
                "L011",
                "D3",
                "НИОКР",
                field="work_kind",
                value="Прогулка",
                expected="НИР | НТР | ОКР | Цифровизация",
            ),
        ),
        lines=aside("L011"),
    ),
    Case(
        "L012 a payment names a unit that is not listed",
        with_line(unit_no="КТ-ДРУГОЙ"),
        (found("L012", "B3", "НИОКР", field="unit_no", value="КТ-ДРУГОЙ", expected="{unit}", unit_no="КТ-ДРУГОЙ"),),
        lines=aside("L012"),
    ),
    Case(
        "L013 a unit stands twice",
        one(lambda user: user.filing(units=[user.unit(), user.unit()])),
        (found("L013", "A3", "Объекты", field="unit_no", value="{unit}", expected="A2", unit_no="{unit}"),),
    ),
    Case(
        "L013 a line number stands twice",
        edited(set_cell(FINANCING_SHEET, "A3", 1)),
        (found("L013", "A3", "НИОКР", field="line_no", value="1", expected="A2", unit_no="{unit}"),),
        lines=(("recognised", "", "1"), ("set_aside", "L013", "1")),
    ),
    Case(
        "L014 a number typed as text reads two ways",
        with_line(amount="1.234"),
        (found("L014", "U3", "НИОКР", field="amount", value="1.234", expected="1234 | 1.234"),),
        lines=aside("L014"),
    ),
    # worth a look
    Case(
        "W001 a total is not the sum",
        edited(lambda book: book[FINANCING_SHEET].append(["Итого", *[None] * 19, 150_000])),
        (found("W001", "U4", "НИОКР", field="amount", value="150000", expected="150001", difference="-1"),),
    ),
    Case(
        "W002 a BIN was typed as a number",
        one(lambda user: user.filing(cover={"user_bin": int(user.bin)})),
        (found("W002", "B2", "Титул", field="user_bin", value="{number}", expected="{bin}"),),
    ),
    Case(
        "W003 the declared obligation is not the computed one",
        with_unit(declared_due=100_000),
        (
            found(
                "W003",
                "D2",
                "Объекты",
                field="declared_due",
                value="100 000 000 KZT",
                expected="124 000 000 KZT",
                difference="-24 000 000 KZT",
                unit_no="{unit}",
            ),
        ),
    ),
    Case(
        "W004 the declared credit is not the ledger's",
        with_unit(declared_credit=7),
        (
            found(
                "W004",
                "E2",
                "Объекты",
                field="declared_credit",
                value="7 000 KZT",
                expected="0 KZT",
                difference="7 000 KZT",
                unit_no="{unit}",
            ),
        ),
    ),
    Case(
        "W005 the base is 500 times that of a year earlier",
        with_unit(declared_credit=None),
        (
            found(
                "W005",
                "C2",
                "Объекты",
                field="base_amount",
                value="12 400 000 000 KZT",
                expected="24 800 000 KZT",
                difference="12 375 200 000 KZT",
                unit_no="{unit}",
            ),
        ),
        earlier=lambda user: user.filing(units=[user.unit(base_amount=24_800, declared_due=248)], lines=[]),
    ),
    Case(
        "W006 hidden rows hold data",
        edited(lambda book: setattr(book[FINANCING_SHEET].row_dimensions[3], "hidden", True)),
        (found("W006", "A3", "НИОКР", value="3"),),
    ),
    Case(
        "W007 an amount is finer than a tiyn",
        with_line(amount="10.123456"),
        (found("W007", "U3", "НИОКР", field="amount", value="10.123456", expected="10123.46"),),
    ),
    Case(
        "W008 a number format scales",
        edited(lambda book: setattr(book[FINANCING_SHEET]["U3"], "number_format", "#,##0,")),
        (
            found(
                "W008",
                "U3",
                "НИОКР",
                field="amount",
                value="75000.5",
                expected="75 000 500 KZT",
                difference="75 000.5 KZT",
            ),
        ),
    ),
    Case(
        "W013 the base and the obligation stand in two units of account",
        with_unit(declared_due=124_000_000, declared_credit=None),
        (
            found(
                "W013",
                "D2",
                "Объекты",
                field="declared_due",
                value="124 000 000 000 KZT",
                expected="124 000 000 KZT",
                difference="тенге",
                unit_no="{unit}",
            ),
        ),
        earlier=lambda user: user.filing(units=[user.unit(declared_credit=None)], lines=[]),
    ),
    Case(
        "W009 the table goes on under a second header",
        edited(lambda book: _second_table(book, list(FINANCING_LABELS.values()))),
        (found("W009", "A5", "НИОКР", value=" | ".join(FINANCING_LABELS.values())[:119] + "…", expected="НИОКР"),),
    ),
    Case(
        "W014 a BIN of Kazakhstan stands under another country",
        with_line(performer_country="PK"),
        (
            found(
                "W014",
                "I3",
                "НИОКР",
                field="performer_country",
                value="PK",
                expected="KZ",
                difference=PERFORMER_BIN,
                unit_no="{unit}",
            ),
        ),
    ),
    Case(
        "N001 an unknown column is ignored",
        edited(set_cell(FINANCING_SHEET, "W1", "Примечание")),
        (found("N001", "W1", "НИОКР", value="Примечание"),),
    ),
    Case(
        "N002 rows stand below the total",
        edited(_below_the_total),
        (found("N002", "A5", "НИОКР", value="5"),),
    ),
    Case(
        "N006 a unit is spelled otherwise than in the register",
        one(lambda user: user.filing(units=[user.unit(unit_no=f"Контракт № {user.unit_no} от 01.03.2019 г.")])),
        (
            found(
                "N006",
                "A2",
                "Объекты",
                field="unit_no",
                value="Контракт № {unit} от 01.03.2019 г.",
                expected="{unit}",
                unit_no="{unit}",
            ),
        ),
    ),
    Case(
        "N004 a sheet of the filer's own is named",
        edited(lambda book: book.create_sheet("Расшифровка").append(["Затраты", 5])),
        (found("N004", value="Расшифровка"),),
    ),
    Case(
        "N005 a contract number is merged over its payments",
        edited(lambda book: book[FINANCING_SHEET].merge_cells("B2:B3")),
        (found("N005", "B3", "НИОКР", field="unit_no", value="{unit}"),),
    ),
    Case(
        "N003 rows are no entries",
        edited(lambda book: book[FINANCING_SHEET].append(["Руководитель", None, "______"])),
        (found("N003", "A4", "НИОКР", value="4"),),
    ),
)
