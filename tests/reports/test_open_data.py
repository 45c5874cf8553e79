"""Open data are whole, described, the same twice, and name no natural person."""

import csv
import hashlib
import io
import json
import re

import pytest
import sqlalchemy as sa

from pipelines.reports.open_data.parquet_file import ParquetColumn, parquet
from pipelines.reports.open_data.publication import PersonalDataError, content, is_natural_person
from pipelines.reports.open_data.release import write_open_data
from schemas.tables import metadata
from tests.homes import User, a_home, nth_bin
from tests.reports.parquet_reading import read_parquet

PERSON = nth_bin(3, "8203013")
SIGNATORY, PERSON_NAME = "Аскаров Серик Болатович", "Жанибекова Айгуль"


@pytest.fixture(scope="module")
def home(tmp_path_factory, database):
    first, second, person = User(1), User(2), User(3)
    with a_home(tmp_path_factory.mktemp("home"), database=database) as made:
        record = person.record(user_bin=PERSON, user_name=PERSON_NAME)
        made.register("units", [first.record(user_name="=ТОО «Формула»"), second.record(), record], edit=as_texts)
        made.hand_in("a.xlsx", first.filing(cover={"signatory": SIGNATORY}))
        cover = {"user_bin": PERSON, "user_name": PERSON_NAME, "signatory": PERSON_NAME}
        made.hand_in("b.xlsx", person.filing(cover=cover))
        made.hand_in("c.xlsx", second.filing(cover={"user_bin": "1"}))
        made.run(2025, marts=True)
        yield made


def as_texts(book):
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"


@pytest.fixture(scope="module")
def release(home):
    return write_open_data(home.warehouse)


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def test_the_package_describes_every_file_with_its_digest(release):
    package = json.loads((release.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "data-package"
    assert re.fullmatch("[a-z0-9._-]+", package["name"])
    assert package["version"] == release.version
    assert package["licenses"][0]["name"]
    assert package["sources"]
    described = {resource["path"] for resource in package["resources"]}
    assert described == {f"{table}.{kind}" for table in content()["tables"] for kind in ("csv", "parquet")}
    for resource in package["resources"]:
        data = (release.folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["bytes"] == len(data)
        assert all(resource["titles"][language] for language in ("ru", "kk", "en"))


def test_every_csv_keeps_its_schema(release):
    package = json.loads((release.folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["format"] != "csv":
            continue
        schema, rows = resource["schema"], rows_of(release.folder / resource["path"])
        header = (release.folder / resource["path"]).read_text(encoding="utf-8").splitlines()[0]
        assert header.split(",") == [field["name"] for field in schema["fields"]]
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
        assert len(keys) == len(set(keys))
        assert keys == sorted(keys)
        for field in schema["fields"]:
            assert all(field["titles"][language] for language in ("ru", "kk", "en")), field["name"]
            assert field.get("unit") == {"tiyn": "KZT/100", "bp": "1/10000"}.get(field["name"].rpartition("_")[2])
            for row in rows:
                value = row[field["name"]]
                assert value or not field.get("constraints", {}).get("required"), (field["name"], row)
                assert field["type"] == "string" or re.fullmatch("-?[0-9]*", value)


def test_the_parquet_of_a_table_says_what_its_csv_says(release):
    for table in content()["tables"]:
        columns = read_parquet((release.folder / f"{table}.parquet").read_bytes())
        rows = rows_of(release.folder / f"{table}.csv")
        for name, values in columns.items():
            told = ["" if value is None else str(value) for value in values]
            assert [row[name].removeprefix("'") for row in rows] == told


def test_parquet_keeps_unknown_negative_and_long_values():
    numbers, texts = [None, -1, 0, 2**62, None] * 40, ["", None, "қазақша", "x" * 300, "-"] * 40
    columns = read_parquet(parquet([ParquetColumn("a", True, numbers), ParquetColumn("b", False, texts)]))
    assert columns == {"a": numbers, "b": texts}


def test_no_natural_person_and_no_signatory_reaches_open_data(release):
    for path in release.folder.iterdir():
        data = path.read_bytes()
        for personal in (PERSON, PERSON_NAME, SIGNATORY):
            assert personal.encode() not in data, (path.name, personal)
    numbers = [value for row in rows_of(release.folder / "disclosure.csv") for value in row.values()]
    assert not any(map(is_natural_person, numbers))
    [together] = [row for row in rows_of(release.folder / "disclosure.csv") if row["user_bin"] == "-"]
    assert (together["users"], together["user_name"], together["status"]) == ("1", "", "")


def test_no_column_with_a_person_is_ever_published():
    for table, entry in content()["tables"].items():
        assert not {"signatory", "signed_by", "base_tiyn", "performer_name"} & set(entry["columns"]), table
        assert set(metadata.tables[table].primary_key.columns.keys()) <= set(entry["columns"])


def test_a_number_of_a_person_where_none_should_be_stops_the_release(tmp_path):
    with a_home(tmp_path) as made:
        made.register("units", [User(1).record()])
        made.hand_in("a.xlsx", User(1).filing())
        made.run(2025, marts=True)
        with made.warehouse.engine.begin() as connection:
            connection.execute(sa.update(metadata.tables["disclosure"]).values(user_name=PERSON))
        with pytest.raises(PersonalDataError, match="disclosure"):
            write_open_data(made.warehouse)
        assert not (tmp_path / "reports" / "open-data" / "datapackage.json").exists()


def test_a_text_like_a_formula_is_inert_in_the_csv(release):
    names = [row["user_name"] for row in rows_of(release.folder / "disclosure.csv")]
    assert "'=ТОО «Формула»" in names


def test_the_same_warehouse_gives_the_same_bytes(home, release, tmp_path):
    before = {path.name: path.read_bytes() for path in release.folder.iterdir()}
    again = write_open_data(home.warehouse)
    assert not any(file.is_new for file in again.files)
    assert {path.name: path.read_bytes() for path in release.folder.iterdir()} == before
    write_open_data(home.warehouse, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_changelog_tells_rows_added_changed_and_removed(tmp_path):
    first, second, third = User(1), User(2), User(3)
    with a_home(tmp_path) as made:
        made.register("units", [first.record(), second.record()])
        made.hand_in("a.xlsx", first.filing())
        made.run(2025, marts=True)
        one = write_open_data(made.warehouse)
        made.register("units", [first.record(), third.record()])
        made.hand_in("a2.xlsx", first.filing(cover={"submission_no": 2}, lines=[first.line(1)]))
        made.run(2025, marts=True)
        two = write_open_data(made.warehouse)
        changes = rows_of(two.folder / "changes.csv")
        told = {(row["key"], row["change"]) for row in changes if row["table"] == "disclosure"}
        assert told == {
            (f"2025 / {first.bin}", "changed"),
            (f"2025 / {second.bin}", "removed"),
            (f"2025 / {third.bin}", "added"),
        }
        raised = [row for row in changes if (row["field"], row["key"]) == ("recognised_tiyn", f"2025 / {first.bin}")]
        assert [int(row["before"]) for row in raised] == [int(row["after"]) * 2 for row in raised] != []
        log = (two.folder / "CHANGELOG.md").read_text(encoding="utf-8")
        assert log.index(f"## {two.version}") < log.index(f"## {one.version}")
        assert not any(file.is_new for file in write_open_data(made.warehouse).files)


def test_every_published_column_is_told_in_three_languages():
    for table, entry in content()["tables"].items():
        for column in entry["columns"]:
            assert all(content()["fields"][column][language] for language in ("ru", "kk", "en")), (table, column)
