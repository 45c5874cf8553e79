"""Editions: the second edition of the tests among the layouts, and workbooks written in it.

Here: both. Not here: the edition itself (``filing-9999.1.yaml``), expectations.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from openpyxl import Workbook

from pipelines.layouts import loader
from tests.books import COVER_SHEET, FINANCING_LABELS, FINANCING_SHEET

FOLDER = Path(__file__).parent
FIRST, SECOND = "2025.1", "9999.1"
COLUMN = "tested_level"
RENAMED_SHEET, RENAMED_AMOUNT, ADDED = "Работы и платежи", "Сумма платежа", "Уровень готовности технологии"


@contextmanager
def both_editions() -> Iterator[None]:
    """Read with the second edition beside those of the distribution."""
    with mock.patch.object(loader, "FOLDERS", (*loader.FOLDERS, FOLDER)):
        yield


def in_the_second_edition(book: Workbook) -> None:
    """Turn a workbook of edition 2025.1 into one of 9999.1; the levels are 1, 2, 3, ... line by line."""
    cover: Any = book[COVER_SHEET]
    cover["A1"], cover["B1"] = "Версия формы", SECOND
    lines: Any = book[FINANCING_SHEET]
    lines.title = RENAMED_SHEET
    labels = list(FINANCING_LABELS)
    lines.cell(1, labels.index("amount") + 1).value = RENAMED_AMOUNT
    lines.delete_cols(labels.index("grnti") + 1)
    end = lines.max_column + 1
    lines.cell(1, end).value = ADDED
    for row in range(2, lines.max_row + 1):
        lines.cell(row, end).value = row - 1
