"""The demo home as a whole: repeatable, valid, in the form of the layouts, with every mistake it promises.

Belongs here: what a reader of the demo may rely on. Does not: what the pipeline makes of it (``tests/assets``).
"""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipelines.demo.country import country, mistake_rates
from pipelines.demo.home import DemoSummary, write_demo
from pipelines.intake.form.read import read_filing, read_register
from pipelines.intake.limits import default_limits
from pipelines.intake.result import FilingRead, Rows
from pipelines.layouts.loader import filing_layout, register_layouts, vocabularies
from schemas.bin_number import has_valid_check_digit

YEARS = (2024, 2025)
USERS = 6


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("clean"), users=USERS, years=YEARS, clean=True).home


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return write_demo(tmp_path_factory.mktemp("usual"))


def filings(home: Path) -> Iterator[Path]:
    return (home / "inbox" / "filings").rglob("*.xlsx")


def read(path: Path) -> FilingRead:
    return read_filing(path.read_bytes(), int(path.parent.name), default_limits())


def register_of(home: Path, name: str) -> Rows:
    found = read_register((home / "inbox" / "registers" / f"{name}.xlsx").read_bytes(), name, default_limits())
    assert found.rows is not None, name
    assert found.findings == (), name
    return found.rows


def digests(home: Path) -> dict[str, str]:
    files = (path for path in home.rglob("*") if path.is_file())
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    homes = [write_demo(tmp_path / name, users=3, years=YEARS, seed=7).home for name in ("one", "two")]
    other = write_demo(tmp_path / "three", users=3, years=YEARS, seed=8).home
    assert digests(homes[0]) == digests(homes[1])
    assert digests(homes[0]) != digests(other)


def test_a_clean_workbook_has_the_sheets_and_labels_of_its_layout(clean: Path) -> None:
    for path in filings(clean):
        book = load_workbook(path, read_only=True)
        layout = filing_layout(int(path.parent.name))
        for sheet in layout.sheets:
            assert sheet.names is not None
            names = [name for name in book.sheetnames if name in sheet.names.spellings()]
            if sheet.required or names:
                seen = {cell for row in book[names[0]].iter_rows(values_only=True) for cell in row}
                assert all(seen.intersection(field.labels.spellings()) for field in sheet.fields), (path, names)


def test_reading_a_clean_demo_finds_nothing(clean: Path) -> None:
    assert [(path.name, finding) for path in filings(clean) for finding in read(path).findings] == []


def test_every_register_can_be_read_and_every_bin_in_it_is_valid(clean: Path) -> None:
    for name in register_layouts():
        columns = register_of(clean, name).columns
        bins = [value for field in columns if field.endswith("bin") for value in columns[field]]
        assert all(has_valid_check_digit(value) for value in bins if value)


def test_every_filing_is_of_a_registered_user_and_lists_its_units_only(clean: Path) -> None:
    register = register_of(clean, "units").columns
    held = set(zip(register["user_bin"], register["unit_no"], strict=True))
    for path in filings(clean):
        filing = read(path)
        assert filing.units is not None
        assert {(filing.cover["user_bin"], unit) for unit in filing.units.columns["unit_no"]} <= held


def test_a_clean_declared_obligation_is_one_percent_of_its_base(clean: Path) -> None:
    register = register_of(clean, "units").columns
    terms = zip(register["unit_no"], register["rate_override"], register["fixed_due"], strict=True)
    ordinary = {unit for unit, rate, fixed in terms if rate is None and fixed is None}
    compared = 0
    for path in filings(clean):
        units = read(path).units
        assert units is not None
        columns = (units.columns[name] for name in ("unit_no", "base_amount_tiyn", "declared_due_tiyn"))
        for unit, base, due in zip(*columns, strict=True):
            if unit in ordinary and due is not None:
                assert due * 100 == base, (path, unit)
                compared += 1
    assert compared


def test_a_demo_of_the_usual_size_makes_every_mistake_its_years_allow(usual: DemoSummary) -> None:
    needs_2026 = {"institute_paid_after_the_new_order"}
    assert set(usual.mistakes) == {mistake.name for mistake in mistake_rates()}
    assert {name for name, made in usual.mistakes.items() if not made} == needs_2026


def test_reading_finds_every_mistake_that_can_be_seen_in_one_workbook(usual: DemoSummary) -> None:
    found = {finding.code for path in filings(usual.home) for finding in read(path).findings}
    assert found >= {"F001", "F002", "F003", "F004", "F005", "F006", "F010"}
    assert found >= {"L001", "L002", "L003", "L004", "L011", "W001", "W002", "W006", "W007", "N001"}


def test_from_2026_money_of_hydrocarbons_and_uranium_goes_to_the_budget(tmp_path: Path) -> None:
    home = write_demo(tmp_path, users=8, years=(2026,), clean=True).home
    treasury = read_register(
        (home / "inbox" / "registers" / "treasury.xlsx").read_bytes(), "treasury", default_limits()
    )
    assert treasury.rows is not None
    assert set(treasury.rows.columns["kbk"]) == {country()["budget_channel"]["kbk"]}
    assert set(treasury.rows.columns["for_year"]) == {2026}


def test_a_benchmark_gets_the_number_of_lines_it_asks_for(tmp_path: Path) -> None:
    home = write_demo(tmp_path, users=3, years=(2025,), clean=True, lines=(40, 40)).home
    for path in filings(home):
        lines = read(path).financing
        assert lines is not None
        assert len(lines.columns["line_no"]) == 40


def test_the_order_of_receipt_shows_in_the_time_of_a_file(usual: DemoSummary) -> None:
    later = [path for path in filings(usual.home) if path.stem.endswith("-2")]
    pairs = [(path.with_stem(path.stem[:-1] + "1"), path) for path in later]
    assert pairs
    assert all(first.stat().st_mtime < second.stat().st_mtime for first, second in pairs if first.exists())


def test_no_file_names_a_clock_or_a_machine(clean: Path) -> None:
    for path in clean.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            assert {member.date_time for member in archive.infolist()} == {(2025, 1, 1, 0, 0, 0)}


def test_a_home_with_files_is_left_alone(clean: Path) -> None:
    with pytest.raises(FileExistsError, match="is used already"):
        write_demo(clean)


@pytest.mark.parametrize(("users", "years"), [(0, (2025,)), (3, ()), (3, (2022, 2024))])
def test_a_demo_without_users_or_with_gaps_between_years_is_refused(
    tmp_path: Path, users: int, years: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="years without gaps"):
        write_demo(tmp_path, users=users, years=years)


def test_the_works_of_the_country_name_directions_of_the_statute() -> None:
    known = {choice.value for choice in vocabularies()["direction"].choices}
    named = {work[3] for works in country()["works"].values() for work in works if work[3]}
    assert named <= known
