"""The ordinary way, to compare with: one workbook after another, pandas, openpyxl, Pandera, ``to_sql``.

Belongs here: what a capable data engineer writes in an afternoon, without any sabotage and without any trick. It finds
less than Nedra does: no law, no ledger, no cell addresses, no explanation. Does not: anything Nedra itself uses, except
labels and the BIN check digit.
"""

import argparse
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from sqlalchemy import Engine, create_engine

from pipelines.layouts.loader import CellType, Field, Sheet, filing_layout
from schemas.bin_number import has_valid_check_digit

HEADER_ROW = 2  # counted from 0: a title and an empty row stand above
TOTAL_WORDS = ("Итого", "Барлығы", "Total")
FIRST_DAY = pd.Timestamp("1990-01-01")
POSITIVE = ("amount",)
ONCE = {"units": ["unit_no"], "financing": ["line_no"]}
NUMBERS = (CellType.MONEY, CellType.DECIMAL)
# What pandas would otherwise take for numbers.
CODES = (CellType.TEXT, CellType.BIN, CellType.GRNTI)

UNREADABLE = (OSError, ValueError, KeyError, zipfile.BadZipFile)


def _column(field: Field) -> pa.Column:
    """Return the rules of one column of the form: its type, whether it may be empty, what it may say."""
    text = {
        CellType.BIN: pa.Check(has_valid_check_digit, element_wise=True),
        CellType.COUNTRY: pa.Check.str_matches(r"\A[A-Z]{2}\Z"),
        CellType.CURRENCY: pa.Check.str_matches(r"\A[A-Z]{3}\Z"),
        CellType.GRNTI: pa.Check.str_matches(r"\A[0-9]{2}\.[0-9]{2}(\.[0-9]{2})?\Z"),
    }
    kind: object = str
    checks = [text[field.type]] if field.type in text else []
    if field.choices is not None and field.type in (CellType.CHOICE, CellType.YES_NO):
        checks = [pa.Check.isin([word for choice in field.choices.choices for word in choice.labels.spellings()])]
    elif field.type in NUMBERS:
        kind, checks = float, [pa.Check.gt(0) if field.name in POSITIVE else pa.Check.ge(0)]
    elif field.type is CellType.DATE:
        kind, checks = "datetime64[ns]", [pa.Check.ge(FIRST_DAY)]
    elif field.type in (CellType.WHOLE, CellType.YEAR):
        kind, checks = "Int64", [pa.Check.ge(0)]
    nullable = not field.cell_required or field.default is not None
    return pa.Column(kind, checks, nullable=nullable, coerce=True, required=field.column_required)


def schemas(year: int) -> dict[str, pa.DataFrameSchema]:
    """Return a schema for each sheet of the form: every column that Nedra checks is checked here, too."""
    return {
        sheet.name: pa.DataFrameSchema(
            {field.name: _column(field) for field in sheet.fields}, unique=ONCE.get(sheet.name)
        )
        for sheet in filing_layout(year).sheets
    }


def load(path: Path, year: int, rules: dict[str, pa.DataFrameSchema], engine: Engine) -> None:
    """Read, validate and store one workbook."""
    try:
        tables = _read(path, year)
    except UNREADABLE as error:
        _findings(path, "file", pd.DataFrame({"check": [repr(error)]}), engine)
        return
    for name, frame in tables.items():
        try:
            accepted = rules[name].validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            _findings(path, name, errors.failure_cases, engine)
            accepted = frame.drop(index=errors.failure_cases["index"].dropna().unique(), errors="ignore")
        accepted = accepted.assign(source=path.name, source_row=accepted.index + HEADER_ROW + 2)
        accepted.to_sql(name, engine, if_exists="append", index=False)


def _read(path: Path, year: int) -> dict[str, pd.DataFrame]:
    layout = filing_layout(year)
    tables = {}
    with pd.ExcelFile(path, engine="openpyxl") as book:
        for sheet in layout.sheets:
            name = next((name for name in _names(sheet) if name in book.sheet_names), None)
            if name is None and not sheet.required:
                continue
            if name is None:
                raise KeyError(sheet.name)
            tables[sheet.name] = _cover(book, name, sheet) if sheet is layout.cover else _table(book, name, sheet)
    return tables


def _cover(book: pd.ExcelFile, name: str, sheet: Sheet) -> pd.DataFrame:
    pairs = pd.read_excel(book, name, header=None, usecols=[0, 1]).dropna(subset=[0])
    labels = _labels(sheet)
    row = {labels[label]: value for label, value in zip(pairs[0], pairs[1], strict=True) if label in labels}
    return pd.DataFrame([row])


def _table(book: pd.ExcelFile, name: str, sheet: Sheet) -> pd.DataFrame:
    labels = _labels(sheet)
    kinds = {field.name: field.type for field in sheet.fields}
    text = {label: str for label, field in labels.items() if kinds[field] in CODES}
    frame = pd.read_excel(book, name, header=HEADER_ROW, dtype=text).rename(columns=labels)
    frame = frame[~frame.iloc[:, 0].isin(TOTAL_WORDS)]
    for column in frame.columns.intersection(list(kinds)):
        if kinds[column] in (*NUMBERS, CellType.WHOLE, CellType.YEAR):
            frame[column] = pd.to_numeric(frame[column], errors="coerce")
        elif kinds[column] is CellType.DATE:
            frame[column] = pd.to_datetime(frame[column], errors="coerce")
    return frame


def _names(sheet: Sheet) -> tuple[str, ...]:
    return () if sheet.names is None else sheet.names.spellings()


def _labels(sheet: Sheet) -> dict[str, str]:
    return {label: field.name for field in sheet.fields for label in field.labels.spellings()}


def _findings(path: Path, table: str, cases: pd.DataFrame, engine: Engine) -> None:
    found = cases.astype(str).assign(source=path.name, sheet=table)
    found.to_sql(f"findings_{'file' if table == 'file' else 'table'}", engine, if_exists="append", index=False)


def main() -> None:
    """Load the filings of a year, or the first ``--limit`` of them, into a fresh SQLite file."""
    parser = argparse.ArgumentParser(description="Load filings the ordinary way.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    paths = sorted((options.home / "inbox" / "filings" / str(options.year)).rglob("*.xlsx"))[: options.limit]
    database = options.home / "baseline.db"
    database.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{database}")
    rules = schemas(options.year)
    for path in paths:
        load(path, options.year, rules, engine)
    sys.stdout.write(f"{len(paths)} workbooks\n")


if __name__ == "__main__":
    main()
