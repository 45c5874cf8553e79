"""Fixtures of return notices.

Belongs here: homes whose notices are written in this process, and looking into a notice. Does not: expectations.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pipelines.reports.return_notices import writing
from pipelines.reports.return_notices.wording import manner
from pipelines.reports.return_notices.worker import carry_out
from pipelines.reports.return_notices.writing import NoticesReport, write_notices
from tests.homes import Home, User


class Filer(User):
    """A user who owes so little that one payment is enough: a notice is about what the test bends, and nothing else."""

    def unit(self, **changes: object) -> dict[str, object]:
        """Return the row of the user's unit on the sheet of units."""
        return super().unit(**({"base_amount": 100_000, "declared_due": 1_000} | changes))


USER = Filer(1)


@dataclass
class NoticesHome:
    """A home and the notices of its filings of 2025."""

    home: Home

    def written(self, *files: bytes, edit: Callable[[Home], None] | None = None) -> NoticesReport:
        """Hand in filings as ``1.xlsx``, ``2.xlsx``, ... and write the notices."""
        for number, data in enumerate(files, start=1):
            self.home.hand_in(f"{number}.xlsx", data)
        if edit is not None:
            edit(self.home)
        return self.again()

    def again(self) -> NoticesReport:
        """Run the year and write the notices."""
        self.home.run(2025)
        return write_notices(self.home.warehouse, 2025)

    @property
    def folder(self) -> Path:
        """Where the notices stand."""
        return self.home.folder / "reports" / "notices" / "2025"

    def book(self, *files: bytes) -> Workbook:
        """Return the one notice of these filings, opened."""
        [entry] = self.written(*files).entries
        return load_workbook(self.folder / entry.file)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write notices in this process, which spares a test the start of one."""

    def carry_out_here(orders: Any, **_limits: Any) -> list[Any]:
        return [carry_out(order) for order in orders]

    monkeypatch.setattr(writing, "carry_out_all", carry_out_here)


@pytest.fixture
def notices(tmp_path: Path, here: None) -> Iterator[NoticesHome]:
    """A home with one user in the register."""
    home = Home(tmp_path)
    home.register("units", [USER.record()])
    yield NoticesHome(home)
    home.close()


def opened(data: bytes) -> Workbook:
    """Return a workbook of these bytes."""
    return load_workbook(BytesIO(data))


def coloured(book: Workbook) -> dict[tuple[str, str], str]:
    """Return the severity of every cell in the filer's sheets that is filled with the colour of one."""
    names = {colour: severity for severity, colour in manner().colours.items()}
    return {
        (sheet.title, cell.coordinate): names[cell.fill.start_color.rgb[2:]]
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb[2:] in names
    }


def noted(book: Workbook) -> dict[tuple[str, str], str]:
    """Return the text of every note in the filer's sheets."""
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


def table(book: Workbook) -> list[dict[str, Any]]:
    """Return the rows of the sheet of findings by column; ``cell`` is the cell itself, to see its link."""
    sheet = book.worksheets[0]
    columns = [column.name for column in manner().columns]
    header = next(row[0].row for row in sheet.iter_rows() if row[0].value == manner().columns[0].header)
    return [
        {name: cell if name == "cell" else cell.value for name, cell in zip(columns, row, strict=True)}
        for row in sheet.iter_rows(min_row=header + 1)
    ]


def links(book: Workbook) -> list[tuple[Any, Any]]:
    """Return what the column of cells shows and where it leads."""
    return [
        (row["cell"].value, row["cell"].hyperlink.location if row["cell"].hyperlink else None) for row in table(book)
    ]


def said(book: Workbook) -> list[str]:
    """Return every text above the table."""
    sheet = book.worksheets[0]
    return [str(cell.value) for row in sheet.iter_rows(max_row=sheet.max_row - len(table(book)) - 1) for cell in row
            if cell.value is not None]  # fmt: skip
