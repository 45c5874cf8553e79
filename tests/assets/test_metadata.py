"""Shown: what an operator sees of a materialised table, in a real run of real workbooks."""

import datetime as dt

import dagster as dg
import pytest
import sqlalchemy as sa

from assets.metadata import materializations as shown_results
from assets.metadata.config import choices
from assets.metadata.format import MARKS, cells, shortened, stacked, tenge, written
from assets.metadata.verdict_chart import chart
from assets.resources import warehouse_resource
from assets.tables.compliance import compliance
from assets.tables.intake import intake
from assets.tables.marts import marts
from assets.tables.registers import registers
from pipelines.findings.catalogue import catalogue, severity_of
from pipelines.stored.reference_rows import REFERENCE
from schemas.money import TIYN_PER_TENGE
from schemas.tables import metadata
from schemas.vocabulary import Language, Sector, Severity, Status
from tests.books import UNITS_SHEET
from tests.homes import Home, User, a_home

YEAR = 2025
MET, SHORT, REJECTED, CORRECTED = User(1), User(2), User(3), User(5)
STEPS = (registers, intake, compliance, marts)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
NAME = "a|b [click](www.example.kz) `x`.xlsx"


def hand_in(home: Home) -> None:
    records = [user.record() for user in (MET, SHORT, REJECTED, CORRECTED)]
    # A row of the register that cannot be used is set aside; its number stands twice.
    home.register("units", [*records, MET.record()])
    home.hand_in("met.xlsx", MET.filing())
    short = SHORT.unit(base_amount=100_000, declared_due=999)
    home.hand_in(NAME, SHORT.filing(units=[short], lines=[SHORT.line(1, amount=300), SHORT.line(2, amount=None)]))
    home.hand_in("rejected.xlsx", b"no workbook")
    home.hand_in("corrected-1.xlsx", CORRECTED.filing(edit=lambda book: book.remove(book[UNITS_SHEET])))
    home.hand_in("corrected-2.xlsx", CORRECTED.filing(cover={"submission_no": 2}))


class Shown:
    """A run's materialisations and checks, by name."""

    def __init__(self, home, result):
        assert result.success
        self.home = home
        self.made = {
            event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
            for event in result.all_events
            if event.is_step_materialization
        }
        self.checks = {each.check_name: each for each in result.get_asset_check_evaluations()}

    def table(self, asset, name):
        return [record.data for record in self.made[asset][name].records]

    def value(self, asset, name):
        return self.made[asset][name].value


@pytest.fixture(scope="module")
def shown(tmp_path_factory, database):
    folder = tmp_path_factory.mktemp("home")
    with (
        a_home(folder, database=database) as home,
        pytest.MonkeyPatch.context() as environment,
        dg.DagsterInstance.ephemeral() as instance,
    ):
        for name, value in (("HOME", folder), ("AS_OF", "2026-09-01"), ("WORKERS", 1)):
            environment.setenv(f"NEDRA_{name}", str(value))
        if home.database_url is not None:
            environment.setenv("NEDRA_DATABASE_URL", home.database_url)
        hand_in(home)
        result = dg.materialize(
            STEPS,
            partition_key=str(YEAR),
            instance=instance,
            resources={"warehouse": warehouse_resource},
            raise_on_error=False,
            run_config=QUIET,
        )
        yield Shown(home, result)


# every table


def test_every_table_of_a_year_has_its_choice_and_every_choice_its_table():
    assert choices().tables.keys() == {key.to_user_string() for step in STEPS for key in step.keys}


@pytest.mark.parametrize("asset", sorted(choices().tables))
def test_what_is_chosen_exists_and_fits_on_a_screen(asset):
    chosen = choices().tables[asset]
    known = {column.name for column in metadata.tables[asset if asset in metadata.tables else "findings"].columns}
    named = {*chosen.columns, *chosen.sums, *(name.removeprefix("-") for name in chosen.order)}
    assert named <= known
    assert not named & {"signatory", "signed_by"}
    assert all(name.endswith("_tiyn") for name in chosen.sums)
    assert len(chosen.columns) <= 7


@pytest.mark.parametrize("asset", sorted(choices().tables))
def test_a_materialisation_shows_rows_and_how_to_find_its_load(shown, asset):
    made = shown.made[asset]
    count = made["dagster/partition_row_count"].value
    sample = made.get("sample")
    assert (0 if sample is None else len(sample.records)) == min(count, choices().rows)
    if sample is not None:
        shown_columns = [column.name for column in sample.schema.columns]
        assert [name.removesuffix("_kzt") for name in shown_columns] == [
            name.removesuffix("_tiyn") for name in choices().tables[asset].columns
        ]
    queries = [line.strip("`") for line in made["load"].value.splitlines() if line.startswith("`SELECT")]
    with shown.home.warehouse.reading() as connection:
        [load] = connection.exec_driver_sql(queries[0]).mappings().all()
        rows = connection.exec_driver_sql(queries[1]).all()
    assert (load["load_id"], load["asset"]) == (made["load_id"].value, asset)
    assert len(rows) == count
    url = sa.make_url(shown.home.settings.warehouse_url)
    assert f"in the warehouse `{url.render_as_string(hide_password=True)}`" in made["load"].value


@pytest.mark.parametrize("asset", sorted(name for name, chosen in choices().tables.items() if chosen.sums))
def test_money_is_told_once_and_in_tenge(shown, asset):
    for name in choices().tables[asset].sums:
        amounts = [amount for (amount,) in shown.home.rows(asset, name) if amount is not None]
        assert name not in shown.made[asset]
        if amounts:
            assert shown.value(asset, name.replace("_tiyn", "_kzt")) == tenge(sum(amounts))
        else:
            assert name.replace("_tiyn", "_kzt") not in shown.made[asset]


def test_a_region_is_shown_by_its_name(shown):
    regions = {record.data["region_kato"] for record in shown.made["region_summary"]["sample"].records}
    assert regions
    assert not any(any(sign.isdigit() for sign in str(region)) for region in regions)


def test_lines_are_told_by_bucket(shown):
    made = shown.made["financing_lines"]
    for bucket in ("recognised", "set_aside"):
        rows = shown.home.rows("financing_lines", "amount_tiyn", bucket=bucket)
        assert made[f"{bucket}_kzt"].value == tenge(sum(amount or 0 for (amount,) in rows))


# verdicts


def test_verdicts_are_drawn_by_sector(shown):
    drawn = shown.value("compliance_by_unit", "by_sector").splitlines()
    assert drawn[0] == "| sector | share of units | MET █ | PARTIAL ▒ | BREACH × | not decided |"
    [row] = drawn[2:]
    assert row.startswith("| Углеводороды | `")
    statuses = shown.value("compliance_by_unit", "statuses")
    assert sum(statuses.values()) == 4
    sample = shown.table("compliance_by_unit", "sample")
    assert sample[0]["unit_no"] == SHORT.unit_no
    assert sample[0]["shortfall_kzt"] == tenge(
        shown.home.value("compliance_by_unit", "shortfall_tiyn", unit_no=SHORT.unit_no)
    )


def test_a_chart_leaves_out_sectors_where_nobody_is_obliged_and_says_when_nothing_is_decided():
    counts: dict[tuple[str, str], int] = {
        (Sector.URANIUM, Status.MET): 30,
        (Sector.URANIUM, Status.BREACH): 1,
        (Sector.SOLID_MINERALS, Status.PENDING): 2,
        (Sector.COMMON_MINERALS, Status.EXEMPT): 9,
    }
    drawn = str(chart(counts)).splitlines()[2:]
    bar = MARKS[0] * 19 + MARKS[2]
    assert drawn == [f"| Уран | `{bar}` | 30 | 0 | 1 | 0 |", "| ТПИ | nothing decided | 0 | 0 | 0 | 2 |"]
    assert chart({(Sector.COMMON_MINERALS, Status.EXEMPT): 9}) is None


@pytest.mark.parametrize("parts", [(1, 0, 0), (0, 0, 1), (1, 1, 1), (1000, 1, 1), (7, 12, 1), (0, 1, 999)])
def test_a_bar_is_always_of_one_length_and_shows_every_part(parts):
    bar = stacked(parts)
    assert len(bar) == choices().bar
    assert [bool(part) for part in parts] == [mark in bar for mark in MARKS]
    assert stacked((0, 0, 0)) == ""


# findings


def test_findings_are_told_by_code_in_words_and_the_worst_with_what_to_do(shown):
    by_code = {row["code"]: row for row in shown.table("findings", "by_code")}
    assert (by_code["F001 reject"]["found"], by_code["F001 reject"]["open"]) == (1, 1)
    assert by_code["F001 reject"]["what"] == catalogue().entries["F001"].wordings[Language.EN].title
    assert (by_code["F003 reject"]["found"], by_code["F003 reject"]["open"]) == (1, 0)  # a correction settled it
    worst = shown.table("findings", "worst")
    assert worst[0]["code"] == "F001 reject"
    assert "F003 reject" not in [row["code"] for row in worst]
    ranks = [choices().worst_first.index(Severity(row["code"].partition(" ")[2])) for row in worst]
    assert ranks == sorted(ranks)
    aside = next(row for row in worst if row["code"] == "L001 set_aside")
    assert (aside["file"], aside["sheet"], aside["cells"]) == (NAME, "НИОКР", "U3")
    assert aside["what to do"].endswith("Fill in the cell.")


def test_findings_of_the_ledger_stand_apart(shown):
    codes = {asset: {row["code"] for row in shown.table(asset, "by_code")} for asset in ("findings", "ledger_findings")}
    assert codes["ledger_findings"] == {"W003 warn"}
    assert "W003 warn" not in codes["findings"]


def test_findings_lead_to_the_return_notices(shown):
    folder = shown.home.folder / "reports" / "notices" / str(YEAR)
    assert shown.value("findings", "return_notices_folder") == str(folder)
    assert shown.value("findings", "return_notices") == dg.AssetKey("return_notices")


# checks


def test_a_check_is_as_grave_as_the_catalogue_says_and_counts_what_stands(shown):
    judged = {name: (each.passed, each.severity) for name, each in shown.checks.items()}
    error, warn = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    assert judged == {
        "every_register_row_is_usable": (False, error),
        "every_filing_is_usable": (False, error),
        "every_file_is_read": (True, warn),
        "no_line_is_set_aside": (False, error),
        "nothing_is_warned_of": (True, warn),
        "declared_figures_agree": (False, warn),
        "money_reaches_a_verdict": (True, warn),
    }
    usable = shown.checks["every_filing_is_usable"]
    told = {name: value.value for name, value in usable.metadata.items() if name != "by_code"}
    assert (told["findings"], told["still_standing"], told["rejected"]) == (2, 1, 2)
    assert (told["report_year"], told["load_id"]) == (str(YEAR), shown.value("filings", "load_id"))
    assert usable.description == f"{YEAR}: F001 (1)"
    aside = shown.checks["no_line_is_set_aside"].metadata
    assert (aside["financing_lines_set_aside"].value, aside["unit_lines_set_aside"].value) == (1, 0)


def test_every_severity_of_the_catalogue_is_judged_or_no_reproach():
    assert {*choices().check_severity, Severity.NOTE} == set(Severity)
    assert set(choices().worst_first) == set(Severity)
    assert severity_of("N001") is Severity.NOTE


def test_money_that_reaches_no_verdict_warns_with_its_lines(tmp_path, monkeypatch):
    change = dt.date(YEAR, 7, 1)
    unit = {"unit_no": "ОБЩИЙ-1"}
    before, after = MET.record(**unit, holder_to=change - dt.timedelta(1)), SHORT.record(**unit, holder_from=change)
    for name, value in (("HOME", tmp_path), ("AS_OF", "2026-09-01"), ("WORKERS", 1)):
        monkeypatch.setenv(f"NEDRA_{name}", str(value))
    with a_home(tmp_path) as home, dg.DagsterInstance.ephemeral() as instance:
        home.register("units", [before, after])
        home.hand_in("1.xlsx", MET.filing(units=[MET.unit(**unit)], lines=[MET.line(1, **unit, amount=400)]))
        result = dg.materialize(
            STEPS[:3],
            partition_key=str(YEAR),
            instance=instance,
            resources={"warehouse": warehouse_resource},
            run_config=QUIET,
        )
    check = Shown(home, result).checks["money_reaches_a_verdict"]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    [row] = [record.data for record in check.metadata["rows"].records]
    assert (row["unit_no"], row["user_bin"], row["amount_kzt"]) == ("ОБЩИЙ-1", MET.bin, tenge(400_000 * TIYN_PER_TENGE))


# a year without anything, and how things are written


def test_an_empty_year_is_shown_without_a_sample(tmp_path, monkeypatch):
    for name, value in (("HOME", tmp_path), ("AS_OF", "2026-09-01"), ("WORKERS", 1)):
        monkeypatch.setenv(f"NEDRA_{name}", str(value))
    with a_home(tmp_path) as home, dg.DagsterInstance.ephemeral() as instance:
        home.register("units", [])
        result = dg.materialize(
            STEPS,
            partition_key=str(YEAR),
            instance=instance,
            resources={"warehouse": warehouse_resource},
            run_config=QUIET,
        )
    shown = Shown(home, result)
    assert all(each.passed for each in shown.checks.values())
    assert {asset for asset, made in shown.made.items() if "sample" in made} == set(REFERENCE)


def test_what_a_run_caught_up_with_is_shown_as_fully(tmp_path, monkeypatch):
    for name, value in (("HOME", tmp_path), ("AS_OF", "2026-09-01"), ("WORKERS", 1)):
        monkeypatch.setenv(f"NEDRA_{name}", str(value))
    with a_home(tmp_path) as home, dg.DagsterInstance.ephemeral() as instance:
        home.register("units", [MET.record()])
        home.hand_in("met.xlsx", MET.filing())
        result = dg.materialize(
            STEPS,
            selection=["sector_summary"],
            partition_key=str(YEAR),
            instance=instance,
            resources={"warehouse": warehouse_resource},
            run_config=QUIET,
        )
    made = Shown(home, result).made
    assert made.keys() >= {"units", "findings", "compliance_by_unit", "sector_summary"}
    assert made["compliance_by_unit"]["statuses"].value == {"MET": 1}
    assert [record.data["unit_no"] for record in made["units"]["sample"].records] == [MET.unit_no]


def test_nothing_counts_as_materialised_when_showing_fails(tmp_path, monkeypatch):
    def away(*_):
        raise sa.exc.OperationalError("SELECT", {}, Exception("the server is away"))

    for name, value in (("HOME", tmp_path), ("WORKERS", 1), ("RETRIES", 1), ("RETRY_SECONDS", 0)):
        monkeypatch.setenv(f"NEDRA_{name}", str(value))
    monkeypatch.setattr(shown_results, "table_facts", away)
    with a_home(tmp_path) as home, dg.DagsterInstance.ephemeral() as instance:
        home.register("units", [MET.record()])
        result = dg.materialize(
            [registers],
            partition_key=str(YEAR),
            instance=instance,
            resources={"warehouse": warehouse_resource},
            run_config=QUIET,
            raise_on_error=False,
        )
    assert not result.success
    assert sum(event.is_step_start or event.is_step_restarted for event in result.all_events) == 2
    assert not [event for event in result.all_events if event.is_step_materialization]


def test_values_are_written_for_people():
    assert tenge(123_456_789_05) == "123,456,789.05"
    assert tenge(-5) == "-0.05"
    assert tenge(None) == written("due_tiyn", None) == "–"
    assert written("due_tiyn", 100) == "1.00"
    assert written("unit_no", None) is None
    assert written("on", dt.date(2025, 1, 2)) == "2025-01-02"
    assert written("restated_at", dt.datetime(2025, 1, 2, 3, 4, 5, tzinfo=dt.UTC)) == "2025-01-02 03:04+00:00"
    assert written("is_clean", True) is True
    assert len(shortened("x" * 1000)) == choices().text
    assert shortened("a\n b") == "a b"
    assert cells(None) == ""
    assert cells(", ".join(f"A{row}" for row in range(1, 9))) == "A1, A2, A3, A4, A5, A6 and 2 more"
