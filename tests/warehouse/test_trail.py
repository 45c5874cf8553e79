"""Trail: what the loads answer when asked for the last one, its inputs and a year.

Here: which load counts as the last, on both databases. Not here: how loads are chained (``test_writing``).
"""

from datetime import date

from pipelines.warehouse import trail
from schemas.registers import exchange_rates
from schemas.trail import Outcome
from schemas.verdicts import credits as credit_rows

RATE = ("file", 2, date(2025, 1, 1), "USD", "520.5")


def rates(work, *given_rows, **inputs):
    return work.replace("exchange_rates", exchange_rates, given_rows, partition=None, inputs=inputs)


def credit(work, year, amount_tiyn, asset="credits"):
    rows = [(year, asset, year, amount_tiyn)]
    return work.replace(asset, credit_rows, rows, partition=str(year), inputs={"statute": f"{amount_tiyn}"})


def number(work, asset, partition, **asked):
    found = trail.last_load(work.connection, asset, partition, **asked)
    return None if found is None else found.load_id


def test_the_last_load_is_the_newest_of_its_asset_and_partition_also_one_that_changed_nothing(scratch):
    credit(scratch, 2024, 5)
    wrote, same = credit(scratch, 2025, 5), credit(scratch, 2025, 5)
    credit(scratch, 2025, 7, asset="other")
    assert number(scratch, "credits", 2025) == same.load_id
    assert number(scratch, "credits", "2025", outcome=Outcome.WRITTEN) == wrote.load_id
    assert number(scratch, "credits", 2025, before=same.load_id) == wrote.load_id
    assert number(scratch, "credits", 2025, table="units") is None


def test_an_asset_of_no_year_has_a_partition_of_its_own(scratch):
    load = rates(scratch, RATE, statute="1")
    assert number(scratch, "exchange_rates", None) == load.load_id
    assert number(scratch, "exchange_rates", 2025) is None


def test_inputs_are_those_of_the_load_and_none_of_no_load(scratch):
    load = rates(scratch, RATE, a="1", b="2")
    assert trail.inputs_of(scratch.connection, load.load_id) == {"a": "1", "b": "2"}
    assert trail.inputs_of(scratch.connection, trail.head(scratch.connection)) == {"a": "1", "b": "2"}
    assert trail.inputs_of(scratch.connection, None) == {}


def test_the_loads_of_a_year_say_which_were_last_and_which_wrote(scratch):
    wrote, same = credit(scratch, 2025, 5), credit(scratch, 2025, 5)
    earlier, rate = credit(scratch, 2024, 5), rates(scratch, RATE)
    assert trail.loads_of_years(scratch.connection) == {
        2024: {"credits": trail.AssetLoads(earlier.load_id, earlier.load_id)},
        2025: {"credits": trail.AssetLoads(same.load_id, wrote.load_id)},
        None: {"exchange_rates": trail.AssetLoads(rate.load_id, rate.load_id)},
    }
    assert trail.years_of(scratch.connection, "credits") == {2024, 2025}
    assert trail.has_made(scratch.connection, "run", "credits")
    assert not trail.has_made(scratch.connection, "another run", "credits")


def test_digests_are_of_what_each_partition_and_each_asset_behind_a_table_holds(scratch):
    first, second = credit(scratch, 2024, 5), credit(scratch, 2025, 6)
    other, rate = credit(scratch, 2025, 7, asset="other"), rates(scratch, RATE)
    held = trail.digests_of(scratch.connection, "credits")
    assert held == {"2024": first.output_digest, "2025": second.output_digest}
    behind = trail.digests_behind(scratch.connection, {"credits", "exchange_rates"}, 2025)
    loads = (second, other, rate)
    assert behind == {load.asset: load.output_digest for load in loads}
