"""Later form: the version after this one, whose form has a second edition with one column more and one less.

Here: a program of its own, because tables are fixed once they are imported. It takes a home whose warehouse was made by
the version before, adds the column and the edition, hands in filings of both, runs, and prints as JSON what became of
them in every table, page and notice. Not here: what it should be (``test_two_editions``).
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests import later_schema

TABLES, KIND = ("financing_lines",), sa.BigInteger
YEAR = 2025


def main(folder: str, url: str) -> None:
    """Migrate, run, print."""
    from tests.layouts.editions import COLUMN, both_editions

    later_schema.grow(TABLES, COLUMN, KIND)
    with tempfile.TemporaryDirectory() as migrations, both_editions():
        later_schema.add_the_migration(Path(migrations), TABLES, COLUMN, KIND)
        sys.stdout.write(json.dumps(_story(Path(folder), url), default=str))


def _story(folder: Path, url: str) -> dict[str, Any]:
    from tests.homes import Home, User
    from tests.layouts.editions import in_the_second_edition

    home = Home(folder)
    if url:
        home.database_url = url
    told: dict[str, Any] = {"migrated": _breaks(home)}
    third, fourth = User(3, YEAR), User(4, YEAR)
    home.register("units", [User(number).record() for number in (1, 2, 3, 4)])
    home.hand_in("3.xlsx", third.filing(edit=in_the_second_edition), YEAR)
    wrong = [fourth.line(1, amount="сто"), fourth.line(2, performer_name=None)]
    home.hand_in("4.xlsx", fourth.filing(lines=wrong, edit=in_the_second_edition), YEAR)
    home.runs = 100
    home.run(YEAR, marts=True)
    told |= {
        "filings": home.rows("filings", "file_name", "form_edition", "status"),
        "lines": home.rows("financing_lines", "unit_no", "line_no", "grnti", "tested_level", "amount", "bucket"),
        "verdicts": home.rows("compliance_by_unit", "unit_no", "status"),
        "versions": home.rows("compliance_history", "unit_no", "version_no"),
        "findings": home.rows("findings", "file_name", "code", "sheet", "cell", "message_ru"),
        "explained": _explained(home, fourth),
        "notice": _notice(home),
        "verified": _breaks(home),
    }
    home.warehouse.engine.dispose()
    return told


def _breaks(home: Any) -> list[str]:
    from pipelines.verification.verify import verify

    with home.warehouse.reading() as connection:
        return [str(each) for each in verify(connection).breaks]


def _explained(home: Any, user: Any) -> dict[str, Any]:
    from pipelines.explanations.read import Reader, explain

    with home.warehouse.reading() as connection:
        found = explain(connection, user.unit_no, YEAR, Reader(home.warehouse.statute, "en"))
    return {"terms": [term.term for term in found.terms], "lines": [line.source for line in found.lines]}


def _notice(home: Any) -> dict[str, Any]:
    from openpyxl import load_workbook

    from pipelines.reports.return_notices.writing import write_notices
    from tests.notices.conftest import coloured, table

    [entry] = [each for each in write_notices(home.warehouse, YEAR).entries if each.severity == "set_aside"]
    book = load_workbook(home.folder / "reports" / "notices" / str(YEAR) / entry.file)
    return {
        "coloured": sorted(map(list, coloured(book))),
        "said": [str(value) for row in table(book) for value in row.values()],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
