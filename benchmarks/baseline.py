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

from pipelines.layouts.loader import Sheet, filing_layout, vocabularies
from schemas.bin_number import has_valid_check_digit

HEADER_ROW = 2  # counted from 0: a title and an empty row stand above
TOTAL_WORDS = ("Итого", "Барлығы", "Total")
WORK_KINDS = [word for choice in vocabularies()["work_kind"].choices for word in choice.labels.spellings()]
FIRST_DAY = pd.Timestamp("1990-01-01")
TEXT = ["unit_no", "user_bin", "performer_bin", "payment_doc_no", "kbk", "grnti", "act_no", "ntc_no", "agreement_no"]

UNREADABLE = (OSError, ValueError, KeyError, zipfile.BadZipFile)

_bin = pa.Check(has_valid_check_digit, element_wise=True)
_positive = pa.Check.gt(0)
_not_negative = pa.Check.ge(0)


def _day(nullable: bool = True) -> pa.Column:
    return pa.Column("datetime64[ns]", pa.Check.ge(FIRST_DAY), nullable=nullable, coerce=True, required=False)


def _text(*checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(str, list(checks), nullable=nullable, coerce=True)


def _number(check: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(float, check, nullable=nullable, coerce=True)


SCHEMAS = {
    "cover": pa.DataFrameSchema(
        {"user_bin": _text(_bin), "user_name": _text(), "reporting_year": pa.Column(int, coerce=True)}
    ),
    "units": pa.DataFrameSchema(
        {"unit_no": _text(), "base_kind": _text(), "base_amount": _number(_not_negative)}, unique=["unit_no"]
    ),
    "financing": pa.DataFrameSchema(
        {
            "line_no": pa.Column(int, coerce=True, unique=True),
            "unit_no": _text(),
            "project_title": _text(),
            "work_kind": _text(pa.Check.isin(WORK_KINDS)),
            "performer_name": _text(),
            "performer_bin": _text(_bin, nullable=True),
            "agreement_no": _text(),
            "agreement_date": _day(nullable=False),
            "act_date": _day(),
            "payment_date": _day(),
            "amount": _number(_positive),
        }
    ),
    "budget": pa.DataFrameSchema({"unit_no": _text(), "payment_date": _day(), "amount": _number(_positive)}),
}


def load(path: Path, year: int, engine: Engine) -> None:
    """Read, validate and store one workbook."""
    try:
        tables = _read(path, year)
    except UNREADABLE as error:
        _findings(path, "file", pd.DataFrame({"check": [repr(error)]}), engine)
        return
    for name, frame in tables.items():
        try:
            accepted = SCHEMAS[name].validate(frame, lazy=True)
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
    text = {label: str for label, field in labels.items() if field in TEXT}
    frame = pd.read_excel(book, name, header=HEADER_ROW, dtype=text).rename(columns=labels)
    for column in frame.columns.intersection(["amount", "base_amount"]):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    for column in (column for column in frame.columns if str(column).endswith("_date")):
        frame[column] = pd.to_datetime(frame[column], errors="coerce")
    return frame[~frame.iloc[:, 0].isin(TOTAL_WORDS)]


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
    for path in paths:
        load(path, options.year, engine)
    sys.stdout.write(f"{len(paths)} workbooks\n")


if __name__ == "__main__":
    main()
