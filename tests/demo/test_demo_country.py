"""Demo country: as many users as the country has, with the mistakes people make, and what its readers are told."""

import sqlalchemy as sa
from typer.testing import CliRunner

from assets.cli.app import app
from pipelines.demo.home import write_demo
from pipelines.settings import Settings
from pipelines.warehouse.session import open_existing
from schemas.marts import sector_summary
from schemas.verdicts import compliance_by_unit

USERS = 445
BILLION_TIYN = 100 * 10**9
# A workbook in thousands that says tenge makes hundreds of billions of it; four such once made 97.7% of the shortfall.
PLAUSIBLE_DUE = range(10 * BILLION_TIYN, 30 * BILLION_TIYN)


def test_a_country_with_units_of_account_mistaken_has_a_plausible_total_and_its_doubts_are_shown_first(
    tmp_path, monkeypatch
):
    write_demo(tmp_path, users=USERS, years=(2025,))
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    told = CliRunner().invoke(app, ["run", "--as-of", "2026-09-01"], env={"COLUMNS": "80"})
    assert told.exit_code == 0, told.output
    engine = open_existing(Settings()).engine
    sums, verdicts = sector_summary.c, compliance_by_unit.c
    with engine.connect() as connection:
        due, short, due_certain, short_certain = connection.execute(
            sa.select(
                sa.func.sum(sums.due_tiyn), sa.func.sum(sums.shortfall_tiyn),
                sa.func.sum(sums.due_certain_tiyn), sa.func.sum(sums.shortfall_certain_tiyn),
            )
        ).one()  # fmt: skip
        doubtful = connection.scalars(sa.select(verdicts.unit_no).where(verdicts.doubt != "")).all()
        contradicted = connection.execute(
            sa.select(verdicts.status, verdicts.due_tiyn).where(verdicts.doubt.contains("W013"))
        ).all()
    engine.dispose()
    assert int(due) in PLAUSIBLE_DUE
    assert 0 < short_certain <= short < due / 2
    assert due_certain < due
    assert doubtful
    assert all((status, amount) == ("UNDETERMINED", None) for status, amount in contradicted)
    page = told.stdout
    assert page.index("check these workbooks first") < page.index("Who met the obligation")
    assert max(map(len, page.splitlines())) <= 80
    shown = page[page.index("check these workbooks first") : page.index("Who met the obligation")]
    assert sum(unit_no in shown for unit_no in doubtful) >= min(10, len(doubtful))
