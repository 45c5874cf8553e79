"""Input rules: what a cell of an empty workbook takes, and what it says to anything else.

Here: lists, ranges and number formats by field. Not here: the words (``template_words``), what reading makes of a cell
(``pipelines.intake.form.values``): a rule that is broken or removed changes nothing in how a filing is judged.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.layouts.loader import CellType, Field, Vocabulary
from pipelines.reports.template.template_words import content, spoken

TEXT, DATE, MONEY, WHOLE, PERCENT, GENERAL = "@", "dd.mm.yyyy", "#,##0.00", "0", "0.00##", "General"
FORMATS = {
    CellType.TEXT: TEXT,
    CellType.BIN: TEXT,
    CellType.GRNTI: TEXT,
    CellType.COUNTRY: TEXT,
    CellType.CURRENCY: TEXT,
    CellType.CHOICE: TEXT,
    CellType.YES_NO: TEXT,
    CellType.DATE: DATE,
    CellType.MONEY: MONEY,
    CellType.WHOLE: WHOLE,
    CellType.YEAR: WHOLE,
    CellType.PERCENT: PERCENT,
    CellType.DECIMAL: GENERAL,
}
_BIN_DIGITS = 12
_MOST = 2_147_483_647
_WHOLE_PERCENT = 100


@dataclass
class Lists:
    """The hidden sheet of lists: each choice list is a column of it, written when it is first asked for."""

    sheet: Worksheet
    language: str
    _places: dict[str, str] = field(default_factory=dict)

    def of(self, vocabulary: Vocabulary) -> str:
        """Return the range that holds the spellings of a list in the workbook's language."""
        if vocabulary.name not in self._places:
            is_coded = vocabulary.name in content()["codes"]
            values = [
                choice.value if is_coded else spoken(choice.labels, self.language) for choice in vocabulary.choices
            ]
            self._places[vocabulary.name] = self.add(vocabulary.name, values)
        return self._places[vocabulary.name]

    def add(self, title: str, values: list[Any]) -> str:
        """Write a column and return the range of its values."""
        column = self.sheet.max_column + 1 if self.sheet["A1"].value else 1
        for row, value in enumerate([title, *values], start=1):
            self.sheet.cell(row, column, value)
        letter = get_column_letter(column)
        return f"{quote_sheetname(self.sheet.title)}!${letter}$2:${letter}${len(values) + 1}"


def rule(field: Field, cell: str, year: int, lists: Lists, units: str | None) -> DataValidation | None:
    """Return the input rule of a column whose first cell is ``cell``; None where anything may be typed.

    ``units`` is the range of the sheet of units that holds contract numbers, None where there is none to choose from.
    """
    made, words = _made(field, cell, year, lists, units)
    if made is None:
        return None
    language = lists.language
    made.allow_blank = True
    made.showErrorMessage = True
    made.errorStyle = "warning" if field.name in content()["warning"] else "stop"
    made.errorTitle = content()["rules"]["title"][language]
    made.error = content()["rules"][words][language].format(year=year)
    return made


def _made(field: Field, cell: str, year: int, lists: Lists, units: str | None) -> tuple[DataValidation | None, str]:
    if field.name == "unit_no" and units is not None:
        return DataValidation(type="list", formula1=units), "unit_no"
    if field.choices is not None:
        return DataValidation(type="list", formula1=lists.of(field.choices)), "list"
    if field.name in content()["within_year"]:
        return _dates(date(year, 1, 1), date(year, 12, 31)), "date_within"
    match field.type:
        case CellType.BIN:
            digits = f"AND(LEN({cell})={_BIN_DIGITS},ISNUMBER(VALUE({cell})))"
            return DataValidation(type="custom", formula1=digits), "bin"
        case CellType.DATE:
            return DataValidation(type="date", operator="greaterThan", formula1="DATE(1900,1,1)"), "date"
        case CellType.MONEY | CellType.DECIMAL:
            least = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
            if field.cell_required:
                least.operator = "greaterThan"
            return least, str(field.type)
        case CellType.WHOLE | CellType.YEAR:
            made = DataValidation(type="whole", operator="between", formula1="1", formula2=str(_MOST))
            return made, str(field.type)
        case CellType.PERCENT:
            between = DataValidation(type="decimal", operator="between", formula1="0", formula2=str(_WHOLE_PERCENT))
            return between, "percent"
    return None, ""


def _dates(first: date, last: date) -> DataValidation:
    bounds = [f"DATE({day.year},{day.month},{day.day})" for day in (first, last)]
    return DataValidation(type="date", operator="between", formula1=bounds[0], formula2=bounds[1])
